/**
 * Rows of an eligibility file in Parquet.
 *
 * @module
 */
import type { InputError } from "../../base/errors.ts";
import type { IdTable } from "../../base/id_table.ts";
import { type ContractIndices, contractIndices } from "../../allocator/drop/contract_indices.ts";
import { roomForRows } from "../../allocator/drop/order_in_pages.ts";
import { emptyChunk } from "../../allocator/drop/pair_rows.ts";
import { sharedFloat64 } from "../../base/shared_array.ts";
import { ContractCodes } from "./contract_codes.ts";
import { ELIG_COLUMNS, type EligLookup } from "./elig_parser.ts";
import { PairsOfRuns, Users } from "./pairs_of_runs.ts";
import type { PairsRead } from "./pairs_read.ts";
import { RunSorter } from "./run_sorter.ts";
import { type IdColumn, ParquetFile, type RowRange } from "../parquet/parquet_file.ts";
import { OpenFile } from "../bytes/open_file.ts";
import { inflatedLimit } from "../bytes/read_limits.ts";
import type { TableControl } from "../csv/table_control.ts";
import type { TaskFile } from "./elig_task_file.ts";
import type { OpenPart, Part } from "../bytes/source.ts";

/** Reads a column of scores. */
type ReadScores = (range: RowRange, into: Float64Array) => Promise<Float64Array>;

/** Memory for the pairs of some rows. */
export interface PairRoom {
  /** Contract of each row. */
  readonly contract: ContractIndices;
  /** Float64Array: score of each row. */
  readonly score: Float64Array;
}

function newRoom(contracts: number, rows: number): PairRoom {
  return { contract: contractIndices(contracts, rows), score: sharedFloat64(rows) };
}

/** The part of a room that begins at row `from`. */
export function roomFrom({ contract, score }: PairRoom, from: number): PairRoom {
  return { contract: contract.subarray(from), score: score.subarray(from) };
}

/** Bytes of a pair in a {@link PairRoom}, at most. */
const PAIR_BYTES = 12;

/** A Parquet file of eligible pairs: ids as text or integers, scores as floats or integers. */
export class PairsFile {
  readonly #file: ParquetFile;
  readonly #users: IdColumn;
  readonly #contracts: IdColumn;
  readonly #readScores: ReadScores;
  #sorter: RunSorter | undefined;
  /** Columns of a row group; kept, as new ones cost more than what they hold. */
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
   * Memory for all pairs in one piece: rows that are sorted can stay there. Null where that would be too much by the file's
   * size, whatever it says.
   *
   * @param contracts how many can be given
   */
  room(contracts: number): PairRoom | null {
    const { ranges, size, limits } = this.#file, rows = ranges.at(-1)?.rowEnd ?? 0;
    if (rows * PAIR_BYTES > inflatedLimit(limits, size)) return null;
    return newRoom(contracts, roomForRows(rows));
  }

  /**
   * Reads a row group; one at a time.
   *
   * @param room where its pairs go, with space for all of its rows. @default memory of their own
   * @throws {InputError} for the first row at fault; its `line` is the row, counted from 1
   */
  async read(rowGroup: RowRange, lookup: EligLookup, room?: PairRoom): Promise<PairsRead> {
    const rows = rowGroup.rowEnd - rowGroup.rowStart, users = new Users(lookup);
    const { contract, score } = room ?? newRoom(lookup.contracts.length, rows);
    const chunk = emptyChunk(contract.subarray(0, rows), score.subarray(0, rows));
    if (this.#scores.length < rows) {
      this.#codes = new Uint16Array(rows);
      this.#scores = new Float64Array(rows);
    }
    const scores = this.#scores.subarray(0, rows);
    await this.#users.runs(rowGroup, users.strangers.number, users.runs);
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

  /** Contracts as codes, short ones if they suffice. */
  async #readContracts(
    rowGroup: RowRange,
    lookup: EligLookup,
    rows: number,
  ): Promise<ContractCodes> {
    const short = this.#codes.subarray(0, rows);
    for (const codes of [short, null]) {
      const contracts = new ContractCodes(lookup, codes ?? new Int32Array(rows));
      if (contracts.isFull) continue;
      const { strangers, codeOf } = contracts;
      await this.#contracts.codes(rowGroup, strangers.number, codeOf, contracts.codes);
      if (!contracts.isFull) return contracts;
    }
    throw new RangeError("more contracts than there are numbers");
  }

  /** What is wrong with a column's value in a row, counted from 1. */
  #faultOf(row: number, column: number): Promise<InputError> {
    return this.#file.fault(ELIG_COLUMNS[column], row, column === 2 ? "a finite number" : "an id");
  }
}

/** The file that a thread reads row groups of, kept open for the next as long as it looks ids up in the same tables. */
const open = new WeakMap<IdTable, { handle: OpenFile; pairs: Promise<PairsFile> }>();

/** Opens the file of a task, or finds it open; null where the path stands for another file by now. */
export function openPairs(task: TaskFile, { known }: EligLookup): Promise<PairsFile> | null {
  const { path, name, identity, limits, columns } = task;
  let found = open.get(known);
  if (found?.handle.path !== path) {
    found?.handle.close();
    const handle = OpenFile.openSame(path, name, identity);
    if (handle === null) return null;
    const part = { path, name, size: handle.size };
    const pairs = PairsFile.open(part, { raw: handle.reader(), file: handle }, {
      limits,
      dialect: { columns },
    });
    open.set(known, found = { handle, pairs });
  }
  return found!.pairs;
}
