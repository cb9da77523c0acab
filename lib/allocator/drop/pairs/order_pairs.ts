/**
 * Sorts pairs from row order into their final order: by user, then by contract, each pair once.
 *
 * @module
 */
import { contractIndices, wholeColumn } from "../instance/contract_indices.ts";
import type { Directory } from "../instance/directory.ts";
import { isForPages, orderInPages } from "./order_in_pages.ts";
import { areBeside, type PairChunk, rowStarts } from "./pair_rows.ts";
import { sharedFloat64, sharedUint32 } from "../../../base/arrays/shared_array.ts";
import {
  firstRepeated,
  type OrderedPairs,
  type PairCounts,
  type PairFilter,
  type RepeatedPair,
  type TidyColumns,
  tidyColumns,
  UserTidier,
} from "./tidy_pairs.ts";

/**
 * The pairs of some users, to be put in order by one thread. Its arrays are shared with the others': contracts and scores have as
 * many places as there are rows, and from `start[fromUser]` on the kept pairs are written, end to end.
 */
export interface OrderTask extends TidyColumns {
  /** All rows. */
  readonly chunks: PairChunk[];
  /** First user. */
  readonly fromUser: number;
  /** End of the users. */
  readonly toUser: number;
  /** Uint32Array, length users + 1: where the rows of each user begin, of all users' rows end to end. */
  readonly start: Uint32Array;
  /** Uint32Array, length users: how many pairs of each user are kept; written. */
  readonly kept: Uint32Array;
}

/**
 * Puts pairs in order, in this thread. The chunks are emptied as they are used (`chunks.length` is 0 afterwards),
 * so that memory can be given back early.
 */
export function orderPairs(
  directory: Directory,
  chunks: PairChunk[],
  filter: PairFilter = {},
): OrderedPairs {
  const alone = orderAlone(directory, chunks, filter);
  if (alone !== null) return alone;
  const tasks = orderTasks(directory, chunks, filter, 1);
  return joinOrdered(tasks, tasks.map(orderUsers));
}

/** Puts pairs in order where this is best done by one thread: rows that are in order, or so many that memory matters. Else null. */
export function orderAlone(
  directory: Directory,
  chunks: PairChunk[],
  filter: PairFilter,
): OrderedPairs | null {
  if (isInOrder(chunks)) return orderInPlace(directory, chunks, filter);
  return isForPages(chunks) ? orderInPages(directory, chunks, filter) : null;
}

/**
 * Whether the rows lie one after the other in the same memory, users in order: then they can stay there. So it is with Parquet
 * whose rows are sorted by user.
 */
export function isInOrder(chunks: readonly PairChunk[]): boolean {
  // For a single chunk this way saves nothing.
  if (chunks.length < 2 || !areBeside(chunks)) return false;
  let last = -1;
  for (const { user, runs } of chunks) {
    for (let r = 0; r < runs; r++) {
      if (user[r] < last) return false;
      last = user[r];
    }
  }
  return true;
}

/** {@link orderPairs} of rows that are {@link isInOrder}, without other memory for them. */
export function orderInPlace(
  directory: Directory,
  chunks: PairChunk[],
  filter: PairFilter,
): OrderedPairs {
  const { users } = directory;
  const contract = wholeColumn(chunks[0].contract);
  const score = new Float64Array(chunks[0].score.buffer);
  const start = sharedUint32(users.length + 1);
  const rows = new RowMover({ ...tidyColumns(directory, filter), contract, score }, start);
  for (const { user, end, runs, score } of chunks) {
    const begin = score.byteOffset / score.BYTES_PER_ELEMENT;
    for (let r = 0, from = 0; r < runs; from = end[r++]) {
      rows.add(user[r], begin + from, begin + end[r]);
    }
  }
  rows.finish();
  chunks.length = 0;
  for (let u = 0; u < users.length; u++) start[u + 1] += start[u];
  return { start, contract, score, counts: rows.counts };
}

/** Tidies each user's rows and moves them to the front of their memory; users with no gap between them are moved together. */
class RowMover {
  readonly #columns: TidyColumns;
  readonly #start: Uint32Array;
  readonly #tidier: UserTidier;
  /** The user of the last rows, which more may follow; where they lie. */
  #user = -1;
  #from = 0;
  #to = 0;
  /** Rows `[left, right)` of earlier users are tidied and still to be moved to `goal`. */
  #left = 0;
  #right = 0;
  #goal = 0;

  constructor(columns: TidyColumns, start: Uint32Array) {
    this.#columns = columns;
    this.#start = start;
    this.#tidier = new UserTidier(columns);
  }

  get counts(): PairCounts {
    return this.#tidier.counts;
  }

  /** Adds rows `[from, to)` of a user, behind all others. */
  add(user: number, from: number, to: number): void {
    if (user !== this.#user) {
      this.#finishUser();
      this.#user = user;
      this.#from = from;
      this.#to = to;
    } else if (from === this.#to) this.#to = to;
    else {
      // Moved beside the user's other rows.
      this.#columns.contract.copyWithin(this.#to, from, to);
      this.#columns.score.copyWithin(this.#to, from, to);
      this.#to += to - from;
    }
  }

  /** Moves what is left. */
  finish(): void {
    this.#finishUser();
    this.#move();
  }

  #finishUser(): void {
    if (this.#user < 0) return;
    const kept = this.#tidier.tidy(this.#user, this.#from, this.#to);
    if (this.#from !== this.#right) {
      this.#move();
      this.#left = this.#from;
    }
    this.#right = this.#from + kept;
    this.#start[this.#user + 1] = kept;
  }

  #move(): void {
    const { contract, score } = this.#columns, left = this.#left, right = this.#right;
    if (left !== this.#goal) {
      contract.copyWithin(this.#goal, left, right);
      score.copyWithin(this.#goal, left, right);
    }
    this.#goal += right - left;
  }
}

/** Splits the work into `parts` tasks of about as many rows each. Any number of them gives the same pairs. */
export function orderTasks(
  directory: Directory,
  chunks: PairChunk[],
  filter: PairFilter,
  parts: number,
): OrderTask[] {
  const { users, contracts } = directory, start = rowStarts(directory, chunks);
  const rows = start[users.length];
  const all = {
    ...tidyColumns(directory, filter),
    chunks,
    start,
    kept: sharedUint32(users.length),
    contract: contractIndices(contracts.length, rows),
    score: sharedFloat64(rows),
  };
  const tasks: OrderTask[] = [];
  for (let part = 1, fromUser = 0; part <= parts; part++) {
    let toUser = part === parts ? users.length : fromUser;
    while (toUser < users.length && start[toUser] < rows * part / parts) toUser++;
    tasks.push({ ...all, fromUser, toUser });
    fromUser = toUser;
  }
  return tasks;
}

/**
 * Does a task: puts its users' rows together, sorts and filters those of a user as soon as they are all there (in a file
 * grouped by user they are still in the nearest cache then), and closes the gaps that are left. Empties the chunks.
 */
export function orderUsers(task: OrderTask): PairCounts {
  const { chunks, fromUser, toUser, start, kept, contract, score } = task;
  const next = start.slice(fromUser, toUser), users = next.length;
  const tidier = new UserTidier(task);
  // Reversed, so that each chunk's memory can be freed once its rows are placed.
  chunks.reverse();
  while (chunks.length > 0) {
    const { user, end, runs, contract: rowContract, score: rowScore } = chunks.pop()!;
    for (let r = 0, i = 0; r < runs; i = end[r++]) {
      const u = user[r] - fromUser;
      if (u < 0 || u >= users) continue;
      const to = end[r];
      let at = next[u];
      for (; i < to; i++, at++) {
        contract[at] = rowContract[i];
        score[at] = rowScore[i];
      }
      next[u] = at;
      if (at === start[user[r] + 1]) {
        kept[user[r]] = tidier.tidy(user[r], start[user[r]], at);
      }
    }
  }
  closeGaps(task);
  return tidier.counts;
}

/** Joins what the tasks left: moves each part behind the one before and sets `start`. */
export function joinOrdered(tasks: OrderTask[], counts: PairCounts[]): OrderedPairs {
  const { start, kept, contract, score } = tasks[0];
  const total = { pairs: 0, duplicates: 0, conflicts: 0, belowMinScore: 0, beyondTopN: 0 };
  let repeated: RepeatedPair | null = null;
  for (const [i, { fromUser }] of tasks.entries()) {
    const from = start[fromUser], to = from + counts[i].pairs;
    if (from > total.pairs) {
      contract.copyWithin(total.pairs, from, to);
      score.copyWithin(total.pairs, from, to);
    }
    for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += counts[i][key];
    repeated = firstRepeated(repeated, counts[i].repeated);
  }
  for (let u = 0; u < kept.length; u++) start[u + 1] = start[u] + kept[u];
  return { start, contract, score, counts: { ...total, repeated } };
}

/** Closes the gaps between the kept pairs of a task's users; users with no gap between them are moved together. */
function closeGaps({ fromUser, toUser, start, kept, contract, score }: OrderTask): void {
  let write = start[fromUser], from = write;
  for (let u = fromUser; u < toUser; u++) {
    const to = start[u] + kept[u];
    if (to === start[u + 1] && u + 1 < toUser) continue;
    if (write < from) {
      contract.copyWithin(write, from, to);
      score.copyWithin(write, from, to);
    }
    write += to - from;
    from = start[u + 1];
  }
}
