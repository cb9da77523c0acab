/**
 * Reads one large CSV file in ranges, in parallel, to the same rows as in one go.
 *
 * @module
 */
import { platform } from "../../base/platform.ts";
import type { Directory } from "../../allocator/drop/directory.ts";
import { noRows } from "../../allocator/drop/pair_rows.ts";
import { Block } from "../csv/block.ts";
import { ELIG_COLUMNS, EligParser } from "./elig_parser.ts";
import type { EligPool } from "./elig_pool.ts";

import { eligRows, type RangeRows, type RangeTask, readRange } from "./elig_task.ts";
import { addRows, type EligRows } from "./pairs_read.ts";
import type { ReadProgress } from "../bytes/read_progress.ts";
import { scanHeader, type ScannedHeader } from "../csv/scan_csv.ts";
import { scanRange } from "../csv/scan_range.ts";
import { TaskResults } from "./task_results.ts";

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

/** A plain CSV file of eligible pairs that threads read in ranges. */
export class ParallelCsv {
  readonly #file: ParallelFile;
  readonly #header: ScannedHeader;
  readonly #tasks: RangeTask[];
  readonly #results: TaskResults<RangeTask, RangeRows>;

  /**
   * Starts the threads.
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
    this.#header = readHeader(file);
    this.#tasks = [];
    const { at, layout } = this.#header, { path, name, size } = file;
    for (let from = at; from < size; from += rangeBytes) {
      const to = Math.min(size, from + rangeBytes);
      const range = { from, to, exact: from === at, line: 0 };
      this.#tasks.push({ path, name, layout, range });
    }
    this.#results = new TaskResults(this.#tasks, pool, readRange);
  }

  /**
   * All rows of the file.
   *
   * @throws {InputError} for the first row at fault
   */
  async rows(directory: Directory, progress: ReadProgress): Promise<EligRows> {
    const all: EligRows = { chunks: [], leftOut: noRows() };
    let { at: next, line } = this.#header;
    for (const [i, task] of this.#tasks.entries()) {
      const { range } = task;
      let read = await this.#results.take(i, directory);
      // A record that began before covers the whole range.
      if (next >= range.to) continue;
      if (read?.scanned.start !== next) {
        // The range was taken to begin where it doesn't (a line break inside quotes), or a row is at fault.
        read = readRange(
          { ...task, range: { ...range, from: next, exact: true, line } },
          directory,
        );
      }
      if (read === null) throw faultOf(this.#file, this.#header, directory, next, line);
      addRows(all, eligRows(read, directory.users));
      next = read.scanned.end;
      line += read.scanned.lines;
      progress.addBytes(range.to - range.from);
      progress.rows(all.leftOut.rows);
    }
    return all;
  }
}

function readHeader({ path, name }: ParallelFile): ScannedHeader {
  const file = platform.openSync(path);
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
