/**
 * Eligible pairs in the order of the input's rows, before they are sorted.
 *
 * @module
 */
import {
  type ContractIndices,
  contractIndices,
  contractIndicesIn,
} from "../instance/contract_indices.ts";
import { contractNamed } from "../before/parties.ts";
import { type Directory, NO_CAP } from "../instance/directory.ts";
import { IdTable } from "../../../base/ids/id_table.ts";
import type { IdPool } from "../../../base/ids/ids.ts";
import {
  release,
  sharedFloat64,
  sharedUint32,
  uint32Like,
} from "../../../base/arrays/shared_array.ts";

/** Rows that a chunk holds: few, so that memory is given back piece by piece and little of the last chunk stays unused. */
const CHUNK_ROWS = 1 << 16;

/**
 * If memory is not shared, a chunk has `SLAB_ROWS` rows once there are `MANY_CHUNKS` chunks: pieces of 32 MiB and more go back to the
 * system as soon as they are released, smaller ones stay with the process.
 */
const SLAB_ROWS = 1 << 22, MANY_CHUNKS = 32;

/** Runs that a chunk has room for at first, per row: enough if users have 8 rows or more on average. */
const RUNS_PER_ROW = 1 / 8;

/**
 * Some rows, users and contracts as indices of the {@link Directory}. Files are mostly grouped by user, so users are kept in
 * runs: rows in a row that have the same one.
 */
export interface PairChunk {
  /** Uint32Array: user of each run; longer than there are runs. */
  user: Uint32Array;
  /** Uint32Array: where each run ends; longer than there are runs. */
  end: Uint32Array;
  /** How many runs there are. */
  runs: number;
  /** Contract of each row. */
  readonly contract: ContractIndices;
  /** Float64Array: score of each row. */
  readonly score: Float64Array;
  /** How many rows are filled. */
  length: number;
}

/** A chunk of no rows yet, with these arrays to fill. */
export function emptyChunk(contract: ContractIndices, score: Float64Array): PairChunk {
  const runs = Math.max(16, Math.ceil(contract.length * RUNS_PER_ROW));
  const user = uint32Like(score, runs), end = uint32Like(score, runs);
  return { user, end, runs: 0, contract, score, length: 0 };
}

/** An empty chunk in one piece of memory that is not shared. */
function ownChunk(contracts: number, rows: number): PairChunk {
  const buffer = new ArrayBuffer(12 * rows);
  return emptyChunk(
    contractIndicesIn(buffer, 8 * rows, contracts, rows),
    new Float64Array(buffer, 0, rows),
  );
}

/** Releases the memory of a chunk, if it is not shared. Nothing may use the chunk afterwards. */
export function releaseChunk({ user, end, contract, score }: PairChunk): void {
  for (const column of [user, end, contract, score]) release(column);
}

/** Begins a run of a user's rows. The caller sets its end. */
export function beginRun(chunk: PairChunk, user: number): void {
  if (chunk.runs === chunk.user.length) {
    for (const name of ["user", "end"] as const) {
      const grown = uint32Like(chunk[name], 2 * chunk.runs);
      grown.set(chunk[name]);
      chunk[name] = grown;
    }
  }
  chunk.user[chunk.runs++] = user;
}

/** Counts of the rows that were left out because the directory has no such user or contract. */
export interface LeftOutRows {
  /** Rows in all, left out or not. */
  rows: number;
  /** Rows of nothing but separators; not among `rows`. */
  blankRows: number;
  /** Rows whose contract is not in caps. */
  unknownContractRows: number;
  /** Contracts of those rows. */
  readonly unknownContracts: IdTable;
  /** Rows whose contract is in caps, and whose user has no group. */
  withoutGroupRows: number;
  /** Users of those rows. */
  readonly usersWithoutGroup: IdTable;
  /** Other rows whose contract has no capacity. */
  withoutCapRows: number;
}

/** Counts before any row. */
export function noRows(): LeftOutRows {
  return {
    rows: 0,
    blankRows: 0,
    unknownContractRows: 0,
    unknownContracts: new IdTable(),
    withoutGroupRows: 0,
    usersWithoutGroup: new IdTable(),
    withoutCapRows: 0,
  };
}

/** Adds the counts of later rows to those of earlier ones. */
export function addLeftOut(to: LeftOutRows, more: LeftOutRows): void {
  to.rows += more.rows;
  to.blankRows += more.blankRows;
  to.unknownContractRows += more.unknownContractRows;
  to.withoutGroupRows += more.withoutGroupRows;
  to.withoutCapRows += more.withoutCapRows;
  to.unknownContracts.addAll(more.unknownContracts.pool);
  to.usersWithoutGroup.addAll(more.usersWithoutGroup.pool);
}

/** Collects rows in chunks. */
export class PairRows {
  /** Chunks in row order. */
  readonly chunks: PairChunk[] = [];
  readonly #contracts: number;
  readonly #isShared: boolean;
  #last: PairChunk | undefined;
  #user = -1;

  /**
   * Starts without rows.
   *
   * @param contracts contracts of rows are indices below this
   * @param isShared whether threads share the memory of the rows; else it can only be transferred
   */
  constructor(contracts: number, isShared = true) {
    this.#contracts = contracts;
    this.#isShared = isShared;
  }

  /** Adds a row. */
  push(user: number, contract: number, score: number): void {
    const chunk = this.#room(), at = chunk.length++;
    chunk.contract[at] = contract;
    chunk.score[at] = score;
    this.#extendRun(chunk, user, at);
  }

  /** Adds rows `[from, to)` of two columns, all of one user. */
  pushRun(
    user: number,
    contract: ContractIndices,
    score: Float64Array,
    from: number,
    to: number,
  ): void {
    for (let row = from; row < to;) {
      const chunk = this.#room(), first = chunk.length;
      const end = Math.min(chunk.contract.length, first + to - row);
      const contracts = chunk.contract, scores = chunk.score;
      for (let at = first; at < end; at++, row++) {
        contracts[at] = contract[row];
        scores[at] = score[row];
      }
      chunk.length = end;
      this.#extendRun(chunk, user, first);
    }
  }

  /** Appends the rows of a chunk and releases its memory. */
  take(chunk: PairChunk): void {
    const { user, end, runs, contract, score } = chunk;
    for (let r = 0, from = 0; r < runs; from = end[r++]) {
      this.pushRun(user[r], contract, score, from, end[r]);
    }
    releaseChunk(chunk);
  }

  /** Adds a chunk that is filled. */
  add(chunk: PairChunk): void {
    this.chunks.push(chunk);
    this.#last = undefined;
  }

  /** The chunk to fill. */
  #room(): PairChunk {
    const chunk = this.#last;
    return chunk === undefined || chunk.length === chunk.contract.length ? this.#grow() : chunk;
  }

  /** Makes the chunk's rows from `first` on this user's. */
  #extendRun(chunk: PairChunk, user: number, first: number): void {
    if (user !== this.#user || first === 0) {
      this.#user = user;
      beginRun(chunk, user);
    }
    chunk.end[chunk.runs - 1] = chunk.length;
  }

  #grow(): PairChunk {
    // The first chunk of a small drop is small.
    const before = this.chunks.length, isMany = !this.#isShared && before >= MANY_CHUNKS;
    const rows = before === 0 ? CHUNK_ROWS / 4 : isMany ? SLAB_ROWS : CHUNK_ROWS;
    const contracts = this.#contracts;
    const chunk = this.#isShared
      ? emptyChunk(contractIndices(contracts, rows), sharedFloat64(rows))
      : ownChunk(contracts, rows);
    this.chunks.push(chunk);
    return this.#last = chunk;
  }
}

/** Pairs as columns with the ids that they name; a pair may come more than once. */
export interface PairColumns {
  /** Distinct users. */
  readonly userIds: IdPool;
  /** Distinct contracts. */
  readonly contractIds: readonly string[];
  /** Length rows: index into `userIds`. */
  readonly user: Uint32Array;
  /** Length rows: index into `contractIds`. */
  readonly contract: ContractIndices;
  /** Float64Array, length rows: finite score. */
  readonly score: Float64Array;
}

/** Turns columns with their own ids into rows of the directory's indices. */
export function resolvePairs(
  directory: Directory,
  columns: PairColumns,
): { chunks: PairChunk[]; leftOut: LeftOutRows } {
  const { userIds, contractIds, user, contract, score } = columns;
  const users = directory.users.findAll(userIds);
  const contracts = Int32Array.from(contractIds, (id) => contractNamed(directory, id));
  const rows = new PairRows(directory.contracts.length), leftOut = noRows();
  leftOut.rows = score.length;
  for (let row = 0; row < score.length; row++) {
    const u = users[user[row]], c = contracts[contract[row]];
    if (c < 0) {
      leftOut.unknownContractRows++;
      leftOut.unknownContracts.internString(contractIds[contract[row]]);
    } else if (u < 0) {
      leftOut.withoutGroupRows++;
      leftOut.usersWithoutGroup.internString(userIds.at(user[row]));
    } else if (c === NO_CAP) leftOut.withoutCapRows++;
    else rows.push(u, c, score[row]);
  }
  return { chunks: rows.chunks, leftOut };
}

/** Whether the rows of all chunks lie in the same memory, in order. */
export function areBeside(chunks: readonly PairChunk[]): boolean {
  let at = 0;
  for (const { length, contract, score } of chunks) {
    const begin = score.byteOffset / score.BYTES_PER_ELEMENT;
    const isBeside = contract.buffer === chunks[0].contract.buffer &&
      score.buffer === chunks[0].score.buffer && begin >= at &&
      contract.byteOffset / contract.BYTES_PER_ELEMENT === begin;
    if (!isBeside) return false;
    at = begin + length;
  }
  return true;
}

/** Uint32Array, length users + 1: where each user's rows begin if the rows are grouped by user, then the number of rows. */
export function rowStarts({ users }: Directory, chunks: readonly PairChunk[]): Uint32Array {
  const start = sharedUint32(users.length + 1);
  for (const { user, end, runs } of chunks) {
    for (let r = 0, from = 0; r < runs; from = end[r++]) start[user[r] + 1] += end[r] - from;
  }
  for (let u = 0; u < users.length; u++) start[u + 1] += start[u];
  return start;
}
