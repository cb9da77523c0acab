/**
 * Pairs of large drops from row order to their final order, in little more memory than the rows themselves take.
 *
 * Users are split into ranges of about as many rows each. Rows move into pages of a fixed size, each of one range, as pages
 * become free behind those that are read; then range by range the rows are put in order in a small memory of their own and
 * written to where they belong, what lies there moving to a free page first. This is the American flag sort (McIlroy, Bostic
 * and McIlroy, 1993) with pages in place of single rows, so that rows about one user keep their order.
 *
 * @module
 */
import { type ContractIndices, contractIndices, wholeColumn } from "./contract_indices.ts";
import type { Directory } from "./directory.ts";
import { areBeside, type PairChunk, releaseChunk, rowStarts } from "./pair_rows.ts";
import { sharedFloat64 } from "../../base/shared_array.ts";
import { type OrderedPairs, type PairFilter, tidyColumns, UserTidier } from "./tidy_pairs.ts";

/** How finely rows are told apart. */
export interface PageSizes {
  /** Rows of a page. */
  readonly page: number;
  /** Rows of a range of users, about. */
  readonly range: number;
}

/** A range's rows fill a few tens of MB at most, a page of each range fits the second cache. */
const SIZES: PageSizes = { page: 1 << 13, range: 1 << 20 };

/** Fewer rows than this are put in order faster, and in memory that matters less, beside themselves. */
const MANY_ROWS = 1 << 24;

/** Whether there are so many rows that they are put in order in pages. */
export function isForPages(chunks: readonly PairChunk[]): boolean {
  let rows = 0;
  for (const { length } of chunks) rows += length;
  return rows >= MANY_ROWS;
}

/** Rows to make room for where `rows` are read, so that they can be put in order in the same memory. */
export function roomForRows(rows: number): number {
  return rows < MANY_ROWS ? rows : pagesFor(rows, SIZES) * SIZES.page;
}

/** Pages that are enough for `rows`: one of each range is begun, and two neighbouring ranges have more rows than one is to have. */
function pagesFor(rows: number, { page, range }: PageSizes): number {
  return Math.ceil(rows / page) + 2 * Math.ceil(rows / range) + 2;
}

/** Puts pairs in order, in pages. Empties the chunks. */
export function orderInPages(
  directory: Directory,
  chunks: PairChunk[],
  filter: PairFilter = {},
  sizes: PageSizes = SIZES,
): OrderedPairs {
  const start = rowStarts(directory, chunks), rows = start[start.length - 1];
  const ranges = new UserRanges(start, sizes.range), most = ranges.most(start);
  const own = roomOf(chunks, sizes);
  const room = own ?? newPairs(directory, pagesFor(rows, sizes) * sizes.page);
  const pages = new Pages(room, sizes.page, ranges.count);
  const aside = newPairs(directory, Math.max(most.rows, sizes.page));
  pages.freeFrom(own === null ? 0 : endOf(chunks[chunks.length - 1]));
  // Reversed, so that each chunk's memory can be given back once its rows are moved.
  chunks.reverse();
  while (chunks.length > 0) {
    const chunk = chunks.pop()!;
    if (own !== null) takeFromRoom(chunk, pages, ranges, aside);
    else {
      takeRows(chunk, 0, chunk.length, chunk, pages, ranges);
      // The chunks of a file may lie in one memory.
      if (chunks.at(-1)?.score.buffer !== chunk.score.buffer) releaseChunk(chunk);
    }
  }
  pages.freeAll();
  const tidier = new UserTidier({ ...tidyColumns(directory, filter), ...aside });
  const next = new Uint32Array(most.users);
  let pairs = 0;
  for (let range = 0; range < ranges.count; range++) {
    const from = ranges.first[range], to = ranges.first[range + 1];
    pages.gather(range, from, start.subarray(from, to), next, aside);
    pages.clear(pairs, start[to] - start[from]);
    pairs = placeUsers(from, to, start, tidier, aside, room, pairs);
  }
  start[start.length - 1] = pairs;
  return { start, ...room, counts: tidier.counts };
}

/** Contracts and scores of rows. */
interface Pairs {
  readonly contract: ContractIndices;
  readonly score: Float64Array;
}

function newPairs({ contracts }: Directory, length: number): Pairs {
  return { contract: contractIndices(contracts.length, length), score: sharedFloat64(length) };
}

/** The memory that all chunks lie in, one after the other, if it has pages enough behind them; else null. */
function roomOf(chunks: readonly PairChunk[], sizes: PageSizes): Pairs | null {
  if (chunks.length === 0 || !areBeside(chunks)) return null;
  const contract = wholeColumn(chunks[0].contract);
  const score = new Float64Array(chunks[0].score.buffer);
  const length = pagesFor(endOf(chunks[chunks.length - 1]), sizes) * sizes.page;
  return Math.min(contract.length, score.length) < length ? null : { contract, score };
}

/** Where a chunk's rows begin in their memory. */
function beginOf({ score }: PairChunk): number {
  return score.byteOffset / score.BYTES_PER_ELEMENT;
}

function endOf(chunk: PairChunk): number {
  return beginOf(chunk) + chunk.length;
}

/** Moves a chunk's rows into pages of the memory that they lie in, some rows at a time by way of `aside`. */
function takeFromRoom(chunk: PairChunk, pages: Pages, ranges: UserRanges, aside: Pairs): void {
  const begin = beginOf(chunk), most = aside.score.length;
  for (let from = 0; from < chunk.length; from += most) {
    const to = Math.min(chunk.length, from + most);
    aside.contract.set(chunk.contract.subarray(from, to));
    aside.score.set(chunk.score.subarray(from, to));
    pages.freeTo(begin + to);
    takeRows(chunk, from, to, aside, pages, ranges);
  }
}

/** Moves rows `[from, to)` of a chunk, which lie at the front of `rows`, into pages. */
function takeRows(
  { user, end, runs }: PairChunk,
  from: number,
  to: number,
  rows: Pairs,
  pages: Pages,
  ranges: UserRanges,
): void {
  // The first run that ends behind `from`.
  let low = 0, high = runs;
  while (low < high) {
    const half = (low + high) >>> 1;
    if (end[half] <= from) low = half + 1;
    else high = half;
  }
  for (let r = low, at = from; at < to; r++) {
    const runEnd = Math.min(to, end[r]);
    pages.add(ranges.of[user[r]], user[r], rows, at - from, runEnd - from);
    at = runEnd;
  }
}

/** Tidies what was gathered of users `[from, to)` and writes it to `at`; returns where it ends. */
function placeUsers(
  from: number,
  to: number,
  start: Uint32Array,
  tidier: UserTidier,
  aside: Pairs,
  room: Pairs,
  at: number,
): number {
  const first = start[from];
  // Pairs `[left, right)` are still to be written: many users' at once where nothing lies between them.
  let left = 0, right = 0;
  const write = () => {
    room.contract.set(aside.contract.subarray(left, right), at - (right - left));
    room.score.set(aside.score.subarray(left, right), at - (right - left));
  };
  for (let u = from, begin = 0; u < to; u++) {
    const end = start[u + 1] - first;
    start[u] = at;
    if (end > begin) {
      const kept = tidier.tidy(begin, end);
      if (begin !== right) {
        write();
        left = right = begin;
      }
      right += kept;
      at += kept;
    }
    begin = end;
  }
  write();
  return at;
}

/** Memory for rows in pages of ranges. */
class Pages {
  readonly #contract: ContractIndices;
  readonly #score: Float64Array;
  readonly #size: number;
  readonly #free: number[] = [];
  /** Int32Array, length pages: the range that each is of, −1: none; and which of the range's pages it is. */
  readonly #owner: Int32Array;
  readonly #place: Int32Array;
  /** Pages of each range, rows in them, and runs: user and rows of each, one after the other. */
  readonly #pages: number[][];
  readonly #rows: Uint32Array;
  readonly #runs: Uint32Array[];
  readonly #runCount: Uint32Array;
  /** Pages `[begin, end)` hold rows that are still to be taken. */
  #begin = 0;
  #end: number;
  /** Pages before this one hold what is done. */
  #done = 0;

  constructor({ contract, score }: Pairs, size: number, ranges: number) {
    this.#contract = contract;
    this.#score = score;
    this.#size = size;
    this.#end = Math.floor(score.length / size);
    this.#owner = new Int32Array(this.#end).fill(-1);
    this.#place = new Int32Array(this.#end);
    this.#pages = Array.from({ length: ranges }, () => []);
    this.#runs = Array.from({ length: ranges }, () => new Uint32Array(64));
    this.#rows = new Uint32Array(ranges);
    this.#runCount = new Uint32Array(ranges);
  }

  /** Pages behind row `row` are free. */
  freeFrom(row: number): void {
    const first = Math.ceil(row / this.#size);
    while (this.#end > first) this.#free.push(--this.#end);
  }

  /** Pages before row `row` are free. */
  freeTo(row: number): void {
    const end = Math.min(this.#end, Math.floor(row / this.#size));
    while (this.#begin < end) this.#free.push(this.#begin++);
  }

  /** All rows are taken. */
  freeAll(): void {
    this.freeTo(Infinity);
  }

  /** Adds rows `[from, to)` about a user of a range. */
  add(range: number, user: number, { contract, score }: Pairs, from: number, to: number): void {
    this.#addRun(range, user, to - from);
    const size = this.#size, toContract = this.#contract, toScore = this.#score;
    const pages = this.#pages[range];
    let rows = this.#rows[range];
    for (let row = from; row < to;) {
      const offset = rows % size;
      if (offset === 0) this.#take(range);
      let at = pages[pages.length - 1] * size + offset;
      const end = Math.min(to, row + size - offset);
      rows += end - row;
      for (; row < end; row++, at++) {
        toContract[at] = contract[row];
        toScore[at] = score[row];
      }
    }
    this.#rows[range] = rows;
  }

  #addRun(range: number, user: number, rows: number): void {
    let runs = this.#runs[range];
    const count = this.#runCount[range];
    if (count > 0 && runs[count - 2] === user) {
      runs[count - 1] += rows;
      return;
    }
    if (count === runs.length) {
      runs = new Uint32Array(2 * count);
      runs.set(this.#runs[range]);
      this.#runs[range] = runs;
    }
    runs[count] = user;
    runs[count + 1] = rows;
    this.#runCount[range] = count + 2;
  }

  /** Gives a range another page. */
  #take(range: number): void {
    const page = this.#freePage(), pages = this.#pages[range];
    this.#owner[page] = range;
    this.#place[page] = pages.length;
    pages.push(page);
  }

  #freePage(): number {
    for (;;) {
      const page = this.#free.pop();
      if (page === undefined) throw new RangeError("no page is free");
      if (page >= this.#done) return page;
    }
  }

  /**
   * Puts a range's rows beside each other by user, those of a user in their order, and frees its pages.
   *
   * @param first its first user
   * @param start where each user's rows begin, all counted from anywhere
   * @param next memory for as many users
   * @param into takes the rows, from its front
   */
  gather(range: number, first: number, start: Uint32Array, next: Uint32Array, into: Pairs): void {
    const size = this.#size, contract = this.#contract, score = this.#score;
    const toContract = into.contract, toScore = into.score;
    const pages = this.#pages[range], runs = this.#runs[range], count = this.#runCount[range];
    for (let i = 0; i < start.length; i++) next[i] = start[i] - start[0];
    let row = 0;
    for (let r = 0; r < count; r += 2) {
      const i = runs[r] - first, end = row + runs[r + 1];
      let to = next[i];
      while (row < end) {
        const offset = row % size, stop = Math.min(end, row + size - offset);
        let at = pages[(row - offset) / size] * size + offset;
        for (; row < stop; row++, at++, to++) {
          toContract[to] = contract[at];
          toScore[to] = score[at];
        }
      }
      next[i] = to;
    }
    for (const page of pages) {
      this.#owner[page] = -1;
      this.#free.push(page);
    }
    this.#pages[range] = [];
    this.#runs[range] = new Uint32Array(0);
  }

  /** Makes way for `rows` rows from `row` on, behind which nothing is done yet. */
  clear(row: number, rows: number): void {
    const size = this.#size, first = this.#done, end = Math.ceil((row + rows) / size);
    this.#done = Math.max(first, end);
    for (let page = first; page < end; page++) {
      const range = this.#owner[page];
      if (range < 0) continue;
      const to = this.#freePage(), place = this.#place[page];
      this.#contract.copyWithin(to * size, page * size, (page + 1) * size);
      this.#score.copyWithin(to * size, page * size, (page + 1) * size);
      this.#pages[range][place] = to;
      this.#owner[to] = range;
      this.#place[to] = place;
    }
  }
}

/** Ranges of users with about as many rows each. */
class UserRanges {
  /** Uint16Array or Uint32Array, length users: range of each user. */
  readonly of: Uint16Array | Uint32Array;
  /** First user of each range, and the number of users. */
  readonly first: number[] = [0];

  constructor(start: Uint32Array, rows: number) {
    const users = start.length - 1, most = 2 * Math.ceil(start[users] / rows) + 1;
    this.of = most <= 1 << 16 ? new Uint16Array(users) : new Uint32Array(users);
    for (let u = 0; u < users; u++) {
      const from = this.first[this.first.length - 1];
      if (u > from && start[u + 1] - start[from] > rows) this.first.push(u);
      this.of[u] = this.first.length - 1;
    }
    this.first.push(users);
  }

  get count(): number {
    return this.first.length - 1;
  }

  /** Most rows and most users of a range. */
  most(start: Uint32Array): { rows: number; users: number } {
    let rows = 0, users = 0;
    for (let range = 0; range < this.count; range++) {
      const from = this.first[range], to = this.first[range + 1];
      rows = Math.max(rows, start[to] - start[from]);
      users = Math.max(users, to - from);
    }
    return { rows, users };
  }
}
