/**
 * Reads one large CSV file in ranges, in parallel, to the same rows as in one go.
 *
 * @module
 */
import type { Directory } from "../allocator/directory.ts";
import { IdTable } from "../allocator/id_table.ts";
import { addLeftOut, noRows } from "../allocator/pair_rows.ts";
import { ELIG_COLUMNS, EligParser } from "./elig_parser.ts";
import { type EligPool, type RangeRows, type RangeTask, readRange } from "./elig_pool.ts";
import type { EligRows } from "./elig_reader.ts";
import type { ReadProgress } from "./read_progress.ts";
import { scanHeader, type ScannedHeader } from "./scan_csv.ts";
import { type ByteRange, scanRange } from "./scan_range.ts";
import { Block } from "./block.ts";
import { resolveUsers } from "./unresolved_users.ts";

/** Bytes of a range: enough work to be worth a message, little enough to share out evenly. */
const MOST_RANGE_BYTES = 1 << 23, LEAST_RANGE_BYTES = 1 << 20;

/** A file to read in parallel. */
export interface ParallelFile {
  /** Its path. */
  readonly path: string;
  /** Its name for messages. */
  readonly name: string;
  /** Its size in bytes. */
  readonly size: number;
}

/**
 * A plain CSV file of eligible pairs that is being read. The threads begin at once, so that they are at work while the
 * small tables are read; this thread helps when these are known.
 */
export class ParallelRead {
  readonly #file: ParallelFile;
  readonly #header: ScannedHeader;
  readonly #ranges: ByteRange[] = [];
  readonly #pool: EligPool;
  readonly #results: Promise<RangeRows>[] = [];
  /** Whether the result is there. */
  readonly #there: boolean[] = [];

  /**
   * Starts the threads on a file's ranges.
   *
   * @param rangeBytes bytes of a range. @default so that each thread gets several
   * @throws {InputError} for a header at fault
   */
  constructor(
    file: ParallelFile,
    pool: EligPool,
    rangeBytes: number = Math.min(
      MOST_RANGE_BYTES,
      Math.max(LEAST_RANGE_BYTES, Math.ceil(file.size / (8 * (pool.size + 1)))),
    ),
  ) {
    this.#file = file;
    this.#pool = pool;
    this.#header = readHeader(file);
    const { at } = this.#header;
    for (let from = at; from < file.size; from += rangeBytes) {
      const to = Math.min(file.size, from + rangeBytes);
      this.#ranges.push({ from, to, exact: from === at, line: 0 });
    }
    if (pool.canRead) this.#feed();
  }

  /**
   * All rows of the file.
   *
   * @throws {InputError} for the first row at fault
   */
  async rows(directory: Directory, progress: ReadProgress): Promise<EligRows> {
    const all: EligRows = { chunks: [], leftOut: noRows() };
    let { at: next, line } = this.#header;
    for (const [i, range] of this.#ranges.entries()) {
      let rows = await this.#take(i, directory);
      // A record that began before covers the whole range.
      if (next >= range.to) continue;
      if (rows.scanned?.start !== next) {
        // The range was taken to begin where it doesn't (a line break inside quotes), or a row is at fault.
        rows = readRange(this.#task({ ...range, from: next, exact: true, line }), directory);
      }
      if (rows.scanned === null) {
        throw faultOf(this.#file, this.#header, directory, next, line);
      }
      const leftOut = {
        ...rows.counts,
        unknownContracts: new IdTable(rows.unknownContracts),
        usersWithoutGroup: new IdTable(rows.usersWithoutGroup),
      };
      if (rows.unresolved !== null) {
        resolveUsers(rows.unresolved, directory.users, rows.chunks, leftOut);
      }
      all.chunks.push(...rows.chunks);
      addLeftOut(all.leftOut, leftOut);
      next = rows.scanned.end;
      line += rows.scanned.lines;
      progress.addBytes(range.to - range.from);
      progress.rows(all.leftOut.rows);
    }
    return all;
  }

  #task(range: ByteRange): RangeTask {
    return { ...this.#file, layout: this.#header.layout, range };
  }

  /** The rows of range `i`; while it waits for them this thread reads other ranges. */
  async #take(i: number, directory: Directory): Promise<RangeRows> {
    for (;;) {
      this.#feed();
      if (this.#there[i] || this.#results.length === this.#ranges.length) break;
      this.#start((task) => Promise.resolve(readRange(task, directory)));
      // Messages of the other threads come in between.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    const rows = await this.#results[i];
    // Nobody asks again: the rows' memory is the taker's to give back.
    delete this.#results[i];
    return rows;
  }

  /** Gives the threads what they can take, now and whenever one has finished a range. */
  #feed(): void {
    while (this.#results.length < this.#ranges.length && this.#pool.hasRoom) {
      this.#start((task) => this.#pool.read(task)).then(() => this.#feed(), () => {});
    }
  }

  #start(read: (task: RangeTask) => Promise<RangeRows>): Promise<RangeRows> {
    const i = this.#results.length, result = read(this.#task(this.#ranges[i]));
    this.#results.push(result);
    // An error is met when the result is taken.
    result.then(() => this.#there[i] = true, () => this.#there[i] = true);
    return result;
  }
}

function readHeader({ path, name }: ParallelFile): ScannedHeader {
  const file = Deno.openSync(path);
  try {
    const block = new Block();
    for (let done = false;;) {
      while (!done && block.room.length > 0) {
        const read = file.readSync(block.room);
        if (read === null) done = true;
        else block.end += read;
      }
      const header = scanHeader(block.bytes, block.end, done, name, ELIG_COLUMNS);
      if (header !== null) return header;
      block.compact();
    }
  } finally {
    file.close();
  }
}

/** Reads on from `from`, which is known to begin line `line`, for the error that is there. */
function faultOf(
  file: ParallelFile,
  { layout }: ScannedHeader,
  directory: Directory,
  from: number,
  line: number,
): unknown {
  const parser = new EligParser(directory, file.name, layout);
  const range = { from, to: file.size, exact: true, line };
  try {
    const { path, name } = file;
    scanRange(path, name, layout.columns, range, new Block(), (scanner) => parser.records(scanner));
  } catch (error) {
    return error;
  }
  return new Error(`${file.name}: changed while it was read`);
}
