/**
 * Reads one large CSV file in ranges, in parallel, to the same rows as in one go.
 *
 * @module
 */
import type { Directory } from "../allocator/directory.ts";
import { IdTable } from "../allocator/id_table.ts";
import { addLeftOut, noRows } from "../allocator/pair_rows.ts";
import type { ByteReader } from "./byte_reader.ts";
import { ELIG_COLUMNS, EligParser } from "./elig_parser.ts";
import { type EligPool, type RangeRows, type RangeTask, readRange } from "./elig_pool.ts";
import type { EligRows } from "./elig_reader.ts";
import type { ReadProgress } from "./read_progress.ts";
import { scanHeader, type ScannedHeader } from "./scan_csv.ts";
import { type ByteRange, scanRange } from "./scan_range.ts";
import { Block } from "./block.ts";

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
 * Reads a plain CSV file of eligible pairs.
 *
 * @param head gives the file's first bytes, for the header
 * @param rangeBytes bytes of a range. @default so that each thread gets several
 * @throws {InputError} for the first row at fault
 */
export async function readEligInRanges(
  file: ParallelFile,
  head: ByteReader,
  directory: Directory,
  pool: EligPool,
  progress: ReadProgress,
  rangeBytes: number = Math.min(
    MOST_RANGE_BYTES,
    Math.max(LEAST_RANGE_BYTES, Math.ceil(file.size / (8 * (pool.size + 1)))),
  ),
): Promise<EligRows> {
  const header = await readHeader(file.name, head);
  const task = (range: ByteRange): RangeTask => ({ ...file, layout: header.layout, range });
  const ranges: ByteRange[] = [];
  for (let from = header.at; from < file.size; from += rangeBytes) {
    const to = Math.min(file.size, from + rangeBytes);
    ranges.push({ from, to, exact: from === header.at, line: 0 });
  }
  const results = new RangeResults(ranges.map(task), directory, pool);

  const all: EligRows = { chunks: [], leftOut: noRows() };
  let next = header.at, line = header.line;
  for (const [i, range] of ranges.entries()) {
    let rows = await results.take(i);
    // A record that began before covers the whole range.
    if (next >= range.to) continue;
    if (rows.scanned?.start !== next) {
      // The range was taken to begin where it doesn't (a line break inside quotes), or a row is at fault.
      rows = readRange(task({ ...range, from: next, exact: true, line }), directory);
    }
    if (rows.scanned === null) throw faultOf(file, header, directory, next, line);
    all.chunks.push(...rows.chunks);
    addLeftOut(all.leftOut, {
      ...rows.counts,
      unknownContracts: new IdTable(rows.unknownContracts),
      usersWithoutGroup: new IdTable(rows.usersWithoutGroup),
    });
    next = rows.scanned.end;
    line += rows.scanned.lines;
    progress.addBytes(range.to - range.from);
    progress.rows(all.leftOut.rows);
  }
  return all;
}

/** Ranges read by the threads, this one included, in order as far as possible. */
class RangeResults {
  readonly #tasks: readonly RangeTask[];
  readonly #directory: Directory;
  readonly #pool: EligPool;
  readonly #results: Promise<RangeRows>[] = [];
  /** Whether the result is there. */
  readonly #there: boolean[] = [];

  constructor(tasks: readonly RangeTask[], directory: Directory, pool: EligPool) {
    this.#tasks = tasks;
    this.#directory = directory;
    this.#pool = pool;
  }

  /** The rows of range `i`; while it waits for them this thread reads other ranges. */
  async take(i: number): Promise<RangeRows> {
    for (;;) {
      while (this.#results.length < this.#tasks.length && this.#pool.hasRoom) {
        this.#start((task) => this.#pool.read(task));
      }
      if (this.#there[i] || this.#results.length === this.#tasks.length) break;
      this.#start((task) => Promise.resolve(readRange(task, this.#directory)));
      // Messages of the other threads come in between.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    const rows = await this.#results[i];
    // Nobody asks again: the rows' memory is the taker's to give back.
    delete this.#results[i];
    return rows;
  }

  #start(read: (task: RangeTask) => Promise<RangeRows>): void {
    const i = this.#results.length, result = read(this.#tasks[i]);
    // An error is met when the result is taken.
    result.then(() => this.#there[i] = true, () => this.#there[i] = true);
    this.#results.push(result);
  }
}

async function readHeader(name: string, head: ByteReader): Promise<ScannedHeader> {
  const block = new Block();
  for (let done = false;;) {
    while (!done && block.room.length > 0) {
      const read = await head.read(block.room);
      block.end += read;
      done = read === 0;
    }
    const header = scanHeader(block.bytes, block.end, done, name, ELIG_COLUMNS);
    if (header !== null) return header;
    block.compact();
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
    scanRange(file.path, file.name, layout.columns, range, (scanner) => parser.records(scanner));
  } catch (error) {
    return error;
  }
  return new Error(`${file.name}: changed while it was read`);
}
