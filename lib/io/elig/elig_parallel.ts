/**
 * Reads one large CSV file in ranges, in parallel, with the same result as in one go.
 *
 * @module
 */
import type { Directory } from "../../allocator/drop/instance/directory.ts";
import { noRows, PairRows } from "../../allocator/drop/pairs/pair_rows.ts";
import { InputError } from "../../base/errors.ts";
import { Block } from "../csv/block.ts";
import { ELIG_COLUMNS, EligParser } from "./elig_parser.ts";
import type { ColumnNames } from "../csv/header.ts";
import type { EligPool } from "./elig_pool.ts";
import { eligRows, type RangeRows, type RangeTask, readRange } from "./elig_task.ts";
import { addRows, type EligRows } from "./pairs_read.ts";
import type { OpenFile } from "../bytes/open_file.ts";
import type { ReadLimits } from "../bytes/read_limits.ts";
import type { ReadProgress } from "../bytes/read_progress.ts";
import { scanHeader, type ScannedHeader } from "../csv/scan_csv.ts";
import { scanRange } from "../csv/scan_range.ts";
import { TaskResults } from "./task_results.ts";

/**
 * Files of at least so many bytes have so many rows that one thread puts them in order. Their memory is not shared, because only
 * unshared memory can be given back at once.
 */
const HUGE_BYTES = 2 ** 32;

/** Most and fewest bytes of a range: few enough to share the work out evenly, enough to be worth a message. */
const MOST_RANGE_BYTES = 1 << 23, LEAST_RANGE_BYTES = 1 << 20;

/** A plain CSV file of eligible pairs that threads read in ranges. */
export class ParallelCsv {
  readonly #file: OpenFile;
  readonly #limits: ReadLimits;
  readonly #header: ScannedHeader;
  readonly #tasks: RangeTask[];
  readonly #results: TaskResults<RangeTask, RangeRows>;

  /**
   * Starts the threads.
   *
   * @param columns the header's names for Divvy's columns, where they differ
   * @param rangeBytes bytes of a range. @default so that each thread gets several ranges
   * @throws {InputError} where a column is missing
   */
  constructor(
    file: OpenFile,
    pool: EligPool,
    limits: ReadLimits,
    columns: ColumnNames = {},
    rangeBytes: number = Math.min(
      MOST_RANGE_BYTES,
      Math.max(LEAST_RANGE_BYTES, Math.ceil(file.size / (8 * (pool.size + 1)))),
    ),
  ) {
    this.#file = file;
    this.#limits = limits;
    this.#header = readHeader(file, limits, columns);
    this.#tasks = [];
    const { at, layout } = this.#header, { path, name, identity, size } = file;
    for (let from = at; from < size; from += rangeBytes) {
      const to = Math.min(size, from + rangeBytes);
      const range = { from, to, exact: from === at, line: 0 };
      const isShared = size < HUGE_BYTES;
      this.#tasks.push({ path, name, identity, limits, layout, range, isShared });
    }
    const readHere = (task: RangeTask, directory: Directory) => readRange(task, directory, file);
    this.#results = new TaskResults(this.#tasks, pool, readHere, true);
  }

  /**
   * All rows of the file.
   *
   * @throws {InputError} for the first row that can't be read
   */
  async rows(directory: Directory, progress: ReadProgress): Promise<EligRows> {
    const all: EligRows = { chunks: [], leftOut: noRows() };
    const own = new PairRows(directory.contracts.length, false);
    let { at: next, line } = this.#header;
    for (const [i, task] of this.#tasks.entries()) {
      const { range } = task;
      let read = await this.#results.take(i, directory);
      // A record that began in an earlier range covers all of this one.
      if (next >= range.to) continue;
      if (read?.scanned.start !== next) {
        // The range was read from a line break inside quotes, or a row can't be read: read it again from where it begins.
        read = readRange(
          { ...task, range: { ...range, from: next, exact: true, line } },
          directory,
          this.#file,
        );
      }
      if (read === null) throw this.#faultFrom(next, line, directory);
      const some = eligRows(read, directory.users);
      if (!task.isShared) some.chunks.splice(0).forEach((chunk) => own.take(chunk));
      addRows(all, some);
      next = read.scanned.end;
      line += read.scanned.lines;
      progress.addBytes(range.to - range.from);
      progress.rows(all.leftOut.rows);
    }
    if (own.chunks.length > 0) all.chunks = own.chunks;
    return all;
  }

  /** The error of the first row that can't be read; reads on from `from`, where line `line` begins. */
  #faultFrom(from: number, line: number, directory: Directory): unknown {
    const file = this.#file, { layout } = this.#header;
    const parser = new EligParser(directory, file.name, layout, this.#limits);
    const range = { from, to: file.size, exact: true, line };
    const block = new Block(undefined, this.#limits);
    try {
      scanRange(file, layout.columns, range, block, (scanner) => parser.records(scanner));
    } catch (error) {
      return error;
    }
    return new InputError(`${file.name}: changed while it was read`, { file: file.name });
  }
}

function readHeader(file: OpenFile, limits: ReadLimits, columns: ColumnNames): ScannedHeader {
  const block = new Block(undefined, limits);
  for (;;) {
    const { room } = block, read = file.readAt(room, block.base + block.end);
    block.end += read;
    const done = read < room.length;
    const header = scanHeader(block, done, file.name, ELIG_COLUMNS, columns);
    if (header !== null) return header;
    block.compact(file.name, 1);
  }
}
