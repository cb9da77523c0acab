/**
 * Reads row groups of an eligibility file in Parquet.
 *
 * @module
 */
import type { InputError } from "../../base/errors.ts";
import type { IdTable } from "../../base/ids/id_table.ts";
import {
  type ContractIndices,
  contractIndices,
} from "../../allocator/drop/instance/contract_indices.ts";
import { roomForRows } from "../../allocator/drop/pairs/order_in_pages.ts";
import { emptyChunk } from "../../allocator/drop/pairs/pair_rows.ts";
import { sharedFloat64 } from "../../base/arrays/shared_array.ts";
import { ContractCodes } from "./contract_codes.ts";
import { ELIG_COLUMNS, type EligLookup } from "./elig_parser.ts";
import { PairsOfRuns, RowGroupUsers } from "./pairs_of_runs.ts";
import type { PairsRead } from "./pairs_read.ts";
import { RunSorter } from "./run_sorter.ts";
import { type IdColumn, ParquetFile } from "../parquet/parquet_file.ts";
import type { RowRange } from "../parquet/row_ranges.ts";
import { OpenFile } from "../bytes/open_file.ts";
import { inflatedLimit } from "../bytes/read_limits.ts";
import type { TableControl } from "../csv/table_control.ts";
import type { TaskFile } from "./elig_task_file.ts";
import type { OpenPart, Part } from "../bytes/source.ts";

/** Reads a column of scores. */
type ReadScores = (range: RowRange, into: Float64Array) => Promise<Float64Array>;

/** Memory for the pairs of some rows. */
export interface PairMemory {
  /** Contract of each row. */
  readonly contract: ContractIndices;
  /** Float64Array: score of each row. */
  readonly score: Float64Array;
}

function newMemory(contracts: number, rows: number): PairMemory {
  return { contract: contractIndices(contracts, rows), score: sharedFloat64(rows) };
}

/** The memory from row `from` on. */
export function memoryFrom({ contract, score }: PairMemory, from: number): PairMemory {
  return { contract: contract.subarray(from), score: score.subarray(from) };
}

/** Most bytes of a pair in a {@link PairMemory}. */
const PAIR_BYTES = 12;

/** An open Parquet file of eligible pairs. */
export class PairsFile {
  readonly #file: ParquetFile;
  readonly #users: IdColumn;
  readonly #contracts: IdColumn;
  readonly #readScores: ReadScores;
  #sorter: RunSorter | undefined;
  /** Columns of a row group; reused, since allocating them costs more than reading. */
  #codes = new Uint16Array(0);
  #scores = new Float64Array(0);

  private constructor(
    file: ParquetFile,
    users: IdColumn,
    contracts: IdColumn,
    readScores: ReadScores,
  ) {
    this.#file = file;
    this.#users = users;
    this.#contracts = contracts;
    this.#readScores = readScores;
  }

  /** Opens a part; see {@link ParquetFile.open}. */
  static async open(
    part: Part,
    source: Pick<OpenPart, "raw" | "file" | "remote">,
    control: TableControl,
  ): Promise<PairsFile> {
    const file = await ParquetFile.open(part, source, ELIG_COLUMNS, control);
    const [users, contracts, scores] = ELIG_COLUMNS;
    return new PairsFile(
      file,
      await file.idColumn(users),
      await file.idColumn(contracts),
      await file.numbers(scores),
    );
  }

  /** Its row groups. */
  get rowGroups(): readonly RowRange[] {
    return this.#file.ranges;
  }

  /**
   * Memory for all pairs in one piece, so that rows that are in order need not be copied later. Null where the rows that the
   * file claims to have would take too much for its size.
   *
   * @param contracts number of contracts with capacity
   */
  memory(contracts: number): PairMemory | null {
    const { ranges, size, limits } = this.#file, rows = ranges.at(-1)?.rowEnd ?? 0;
    if (rows * PAIR_BYTES > inflatedLimit(limits, size)) return null;
    return newMemory(contracts, roomForRows(rows));
  }

  /**
   * Reads a row group. Must not be called again before it is done.
   *
   * @param memory for the pairs, with space for all rows of the group. @default new memory
   * @throws {InputError} for the first row that can't be read; its `line` is the row, counted from 1
   */
  async read(rowGroup: RowRange, lookup: EligLookup, memory?: PairMemory): Promise<PairsRead> {
    const rows = rowGroup.rowEnd - rowGroup.rowStart, users = new RowGroupUsers(lookup);
    const { contract, score } = memory ?? newMemory(lookup.contracts.length, rows);
    const chunk = emptyChunk(contract.subarray(0, rows), score.subarray(0, rows));
    if (this.#scores.length < rows) {
      this.#codes = new Uint16Array(rows);
      this.#scores = new Float64Array(rows);
    }
    const scores = this.#scores.subarray(0, rows);
    await this.#users.runs(rowGroup, users.numbering.number, users.runs);
    const contracts = await this.#readContracts(rowGroup, lookup, rows);
    await this.#readScores(rowGroup, scores);
    const pairs = new PairsOfRuns(lookup, users, contracts, scores, chunk);
    if (this.#sorter?.fits(contracts.codes, contracts.special) !== true) {
      this.#sorter = new RunSorter(contracts.codes, contracts.special);
    }
    pairs.takeAll(this.#sorter);
    const { read, fault } = pairs;
    if (fault !== null) throw await this.#faultOf(rowGroup.rowStart + fault.row + 1, fault.column);
    return read;
  }

  /** Contracts as codes of 16 bits, or of 32 where there are too many for that. */
  async #readContracts(
    rowGroup: RowRange,
    lookup: EligLookup,
    rows: number,
  ): Promise<ContractCodes> {
    const short = this.#codes.subarray(0, rows);
    for (const codes of [short, null]) {
      const contracts = new ContractCodes(lookup, codes ?? new Int32Array(rows));
      if (contracts.isFull) continue;
      const { numbering, codeOf } = contracts;
      await this.#contracts.codes(rowGroup, numbering.number, codeOf, contracts.codes);
      if (!contracts.isFull) return contracts;
    }
    throw new RangeError("more contracts than there are numbers");
  }

  /** The error for a column's value in a row, counted from 1. */
  #faultOf(row: number, column: number): Promise<InputError> {
    return this.#file.fault(ELIG_COLUMNS[column], row, column === 2 ? "a finite number" : "an id");
  }
}

/** The file that this thread read last, kept open for its next row group; by the table of contracts that it belongs to. */
const open = new WeakMap<IdTable, { handle: OpenFile; pairs: Promise<PairsFile> }>();

/** Opens the file of a task, or returns it if it is still open; null where the path names another file by now. */
export function openPairs(task: TaskFile, { known }: EligLookup): Promise<PairsFile> | null {
  const { path, name, identity, limits, dialect } = task;
  let found = open.get(known);
  if (found?.handle.path !== path) {
    found?.handle.close();
    const handle = OpenFile.openSame(path, name, identity);
    if (handle === null) return null;
    const part = { path, name, size: handle.size };
    const pairs = PairsFile.open(part, { raw: handle.reader(), file: handle }, {
      limits,
      dialect,
    });
    open.set(known, found = { handle, pairs });
  }
  return found!.pairs;
}
