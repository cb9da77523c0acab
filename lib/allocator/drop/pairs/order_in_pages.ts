/**
 * Sorts the pairs of large drops from row order into their final order, with little more memory than the rows themselves need.
 *
 * 1. Users are split into ranges with about equally many rows.
 * 2. The rows are read in order and moved into pages of a fixed size. All rows of a page belong to the same range. Pages that have
 *    been read become free and are used again.
 * 3. Range by range, the rows are copied to a small separate memory, sorted, and written to their final place. A page that lies
 *    there is moved to a free page first.
 *
 * This is the American flag sort (McIlroy, Bostic and McIlroy, 1993) with pages instead of single rows, so that the rows of a
 * user keep their order.
 *
 * @module
 */
import {
  type ContractIndices,
  contractIndices,
  wholeColumn,
} from "../instance/contract_indices.ts";
import { firstAbove } from "../../../base/arrays/sorted_place.ts";
import type { Directory } from "../instance/directory.ts";
import { areBeside, type PairChunk, releaseChunk, rowStarts } from "./pair_rows.ts";
import { sharedFloat64 } from "../../../base/arrays/shared_array.ts";
import { type OrderedPairs, type PairFilter, tidyColumns, UserTidier } from "./tidy_pairs.ts";

/** The sizes of pages and ranges. */
export interface PageSizes {
  /** Rows per page. */
  readonly page: number;
  /** About how many rows the users of a range have. */
  readonly range: number;
}

/** With these, the rows of a range take at most a few tens of MB, and one page of each range fits the second-level cache. */
const SIZES: PageSizes = { page: 1 << 13, range: 1 << 20 };

/** Fewer rows than this are sorted into a second memory: that is faster, and the memory matters less. */
const MANY_ROWS = 1 << 26;

/** Whether there are enough rows to sort them in pages. */
export function isForPages(chunks: readonly PairChunk[]): boolean {
  let rows = 0;
  for (const { length } of chunks) rows += length;
  return rows >= MANY_ROWS;
}

/** How many rows to allocate for `rows` rows that are to be read, so that they can be sorted in the same memory. */
export function roomForRows(rows: number): number {
  return rows < MANY_ROWS ? rows : pagesFor(rows, SIZES) * SIZES.page;
}

/** Pages that suffice for `rows`: the full ones and a partly filled one per range. Two neighbouring ranges have more than `range` rows. */
function pagesFor(rows: number, { page, range }: PageSizes): number {
  return Math.ceil(rows / page) + 2 * Math.ceil(rows / range) + 2;
}

/** Sorts pairs in pages. Empties the list of chunks. */
export function orderInPages(
  directory: Directory,
  chunks: PairChunk[],
  filter: PairFilter,
  sizes: PageSizes = SIZES,
): OrderedPairs {
  const start = rowStarts(directory, chunks), rows = start[start.length - 1];
  const ranges = new UserRanges(start, sizes.range), most = ranges.most(start);
  const own = roomOf(chunks, sizes);
  const room = own ?? newPairs(directory, pagesFor(rows, sizes) * sizes.page);
  const pages = new Pages(room, sizes.page, ranges.count);
  const aside = newPairs(directory, Math.max(most.rows, sizes.page));
  pages.freeFrom(own === null ? 0 : endOf(chunks[chunks.length - 1]));
  // Reversed, so that each chunk can be popped, and its memory freed, once its rows are moved.
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

/** The memory that all chunks lie in, if they lie there one after the other and it has enough pages; else null. */
function roomOf(chunks: readonly PairChunk[], sizes: PageSizes): Pairs | null {
  if (chunks.length === 0 || !areBeside(chunks)) return null;
  const contract = wholeColumn(chunks[0].contract);
  const score = new Float64Array(chunks[0].score.buffer);
  const length = pagesFor(endOf(chunks[chunks.length - 1]), sizes) * sizes.page;
  return Math.min(contract.length, score.length) < length ? null : { contract, score };
}

/** Index of a chunk's first row in its memory. */
function beginOf({ score }: PairChunk): number {
  return score.byteOffset / score.BYTES_PER_ELEMENT;
}

function endOf(chunk: PairChunk): number {
  return beginOf(chunk) + chunk.length;
}

/** Moves a chunk's rows into pages of the memory that they lie in, some rows at a time, through the buffer `aside`. */
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

/** Moves rows `[from, to)` of a chunk, which are at the beginning of `rows`, into pages. */
function takeRows(
  { user, end, runs }: PairChunk,
  from: number,
  to: number,
  rows: Pairs,
  pages: Pages,
  ranges: UserRanges,
): void {
  // From the first run that ends after `from`.
  for (let r = firstAbove(end, from, runs), at = from; at < to; r++) {
    const runEnd = Math.min(to, end[r]);
    pages.add(ranges.of[user[r]], user[r], rows, at - from, runEnd - from);
    at = runEnd;
  }
}

/** Tidies the rows of users `[from, to)` in `aside` and writes them to `room` from `at` on; returns where they end. Sets `start`. */
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
  // Pairs `[left, right)` are still to be written. Users without a gap between them are written together.
  let left = 0, right = 0;
  const write = () => {
    room.contract.set(aside.contract.subarray(left, right), at - (right - left));
    room.score.set(aside.score.subarray(left, right), at - (right - left));
  };
  for (let u = from, begin = 0; u < to; u++) {
    const end = start[u + 1] - first;
    start[u] = at;
    if (end > begin) {
      const kept = tidier.tidy(u, begin, end);
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

/** Memory divided into pages, each free, or of one range. */
class Pages {
  readonly #contract: ContractIndices;
  readonly #score: Float64Array;
  readonly #size: number;
  readonly #free: number[] = [];
  /** Int32Array, length pages: the range of each page; −1 for none. */
  readonly #owner: Int32Array;
  /** Int32Array, length pages: its place in its range's list of pages. */
  readonly #place: Int32Array;
  /** By range: its pages, in the order of their rows. */
  readonly #pages: number[][];
  /** By range: its number of rows. */
  readonly #rows: Uint32Array;
  /** By range: its runs as user, rows, user, rows, …; and how many of these numbers there are. */
  readonly #runs: Uint32Array[];
  readonly #runCount: Uint32Array;
  /** Pages `[begin, end)` hold rows that are still to be read. */
  #begin = 0;
  #end: number;
  /** Pages before this one hold pairs in their final place. */
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

  /** Marks the pages after row `row` as free. */
  freeFrom(row: number): void {
    const first = Math.ceil(row / this.#size);
    while (this.#end > first) this.#free.push(--this.#end);
  }

  /** Marks the pages before row `row` as free: their rows are read. */
  freeTo(row: number): void {
    const end = Math.min(this.#end, Math.floor(row / this.#size));
    while (this.#begin < end) this.#free.push(this.#begin++);
  }

  /** Marks all pages with unread rows as free: all rows are read. */
  freeAll(): void {
    this.freeTo(Infinity);
  }

  /** Copies rows `[from, to)`, all of one user of `range`, into the range's pages. */
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

  /** Adds a free page to a range. */
  #take(range: number): void {
    const page = this.#freePage(), pages = this.#pages[range];
    this.#owner[page] = range;
    this.#place[page] = pages.length;
    pages.push(page);
  }

  /** A free page that is not among the final ones. */
  #freePage(): number {
    for (;;) {
      const page = this.#free.pop();
      if (page === undefined) throw new RangeError("no page is free");
      if (page >= this.#done) return page;
    }
  }

  /**
   * Copies a range's rows to `into`, by user, each user's in their order, and frees the range's pages.
   *
   * @param first the range's first user
   * @param start where the rows of each of its users begin; only differences matter
   * @param next scratch memory, at least one number per user of the range
   * @param into is written from its beginning
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

  /** Moves away the pages where `rows` final rows from `row` on will be written. */
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

/** Ranges of consecutive users with about equally many rows. */
class UserRanges {
  /** Uint16Array or Uint32Array, length users: range of each user. */
  readonly of: Uint16Array | Uint32Array;
  /** The first user of each range, then the number of users. */
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

  /** The largest number of rows, and of users, of any range. */
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
