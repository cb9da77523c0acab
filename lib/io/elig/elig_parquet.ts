/**
 * Rows of an eligibility file in Parquet.
 *
 * @module
 */
import type { InputError } from "../../base/errors.ts";
import { NO_CAP } from "../../allocator/drop/directory.ts";
import { IdTable, viewOf } from "../../base/id_table.ts";
import {
  beginRun,
  emptyChunk,
  type LeftOutRows,
  type PairChunk,
} from "../../allocator/drop/pair_rows.ts";
import { sharedFloat64, sharedUint16 } from "../../base/shared_array.ts";
import { ELIG_COLUMNS, type EligLookup } from "./elig_parser.ts";
import { PairsRead } from "./pairs_read.ts";
import { type IdColumn, ParquetFile, type RowRange } from "../parquet/parquet_file.ts";
import { BLANK, internText, type Numbering } from "../parquet/parquet_ids.ts";
import { OpenFile } from "../bytes/open_file.ts";
import { inflatedLimit, type ReadLimits } from "../bytes/read_limits.ts";
import type { TaskFile } from "./elig_task_file.ts";
import type { OpenPart, Part } from "../bytes/source.ts";

/** Reads a column of scores. */
type ReadScores = (range: RowRange, into: Float64Array) => Promise<Float64Array>;

/** Memory for the pairs of some rows. */
export interface PairRoom {
  /** Uint16Array: contract of each row. */
  readonly contract: Uint16Array;
  /** Float64Array: score of each row. */
  readonly score: Float64Array;
}

/** Bytes of a pair in a {@link PairRoom}. */
const PAIR_BYTES = 10;

/** A Parquet file of eligible pairs: ids as text or integers, scores as floats or integers. */
export class PairsFile {
  readonly #file: ParquetFile;
  readonly #users: IdColumn;
  readonly #contracts: IdColumn;
  readonly #readScores: ReadScores;

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
    source: Pick<OpenPart, "raw" | "file">,
    limits: ReadLimits,
  ): Promise<PairsFile> {
    const file = await ParquetFile.open(part, source, ELIG_COLUMNS, limits);
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
   * Memory for each row group, all in one piece: rows that are sorted can stay there. Null where that would be too much by the
   * file's size, whatever it says.
   */
  rooms(): PairRoom[] | null {
    const { ranges, size, limits } = this.#file, rows = ranges.at(-1)?.rowEnd ?? 0;
    if (rows * PAIR_BYTES > inflatedLimit(limits, size)) return null;
    const contract = sharedUint16(rows), score = sharedFloat64(rows);
    return ranges.map(({ rowStart, rowEnd }) => ({
      contract: contract.subarray(rowStart, rowEnd),
      score: score.subarray(rowStart, rowEnd),
    }));
  }

  /**
   * Reads a row group; one at a time.
   *
   * @param room where its pairs go. @default memory of their own
   * @throws {InputError} for the first row at fault; its `line` is the row, counted from 1
   */
  async read(rowGroup: RowRange, lookup: EligLookup, room?: PairRoom): Promise<PairsRead> {
    const rows = rowGroup.rowEnd - rowGroup.rowStart, users = new UserRuns(lookup);
    const { contract, score } = room ??
      { contract: sharedUint16(rows), score: sharedFloat64(rows) };
    await this.#users.runs(rowGroup, users.strangers.number, users.add);
    const contracts = await this.#readContracts(rowGroup, lookup, contract);
    await this.#readScores(rowGroup, score);
    const read = pairsOf(lookup, users, contracts, emptyChunk(contract, score));
    if (read instanceof PairsRead) return read;
    throw await this.#faultOf(rowGroup.rowStart + read.row + 1, read.column);
  }

  /** Contracts as codes, into `contract` if they fit it. */
  async #readContracts(
    rowGroup: RowRange,
    lookup: EligLookup,
    contract: Uint16Array,
  ): Promise<ContractCodes> {
    const short = new ContractCodes(lookup, contract);
    await this.#contracts.codes(rowGroup, short.strangers.number, short.codeOf, contract);
    if (!short.isFull) return short;
    const long = new ContractCodes(lookup, new Int32Array(contract.length));
    await this.#contracts.codes(rowGroup, long.strangers.number, long.codeOf, long.codes);
    return long;
  }

  /** What is wrong with a column's value in a row, counted from 1. */
  #faultOf(row: number, column: number): Promise<InputError> {
    return this.#file.fault(ELIG_COLUMNS[column], row, column === 2 ? "a finite number" : "an id");
  }
}

/** Users of a row group, in runs of rows with the same one. */
class UserRuns {
  readonly strangers: Strangers;
  /** Number of each run's user, negative for none. */
  users: Int32Array = new Int32Array(1 << 12);
  /** Row that each run ends before. */
  ends: Uint32Array = new Uint32Array(1 << 12);
  /** How many runs there are. */
  length = 0;

  constructor({ users }: EligLookup) {
    this.strangers = new Strangers(users ?? new IdTable());
  }

  /** Adds rows up to `end`. */
  readonly add = (user: number, end: number): void => {
    if (this.length > 0 && this.users[this.length - 1] === user) {
      this.ends[this.length - 1] = end;
      return;
    }
    if (this.length === this.users.length) this.#grow();
    this.users[this.length] = user;
    this.ends[this.length++] = end;
  };

  #grow(): void {
    const { users, ends } = this;
    this.users = new Int32Array(2 * this.length);
    this.ends = new Uint32Array(2 * this.length);
    this.users.set(users);
    this.ends.set(ends);
  }
}

/**
 * Contracts of a row group as codes: the index of one that has capacity, numbers from `special` on for all others, which there
 * are few of.
 */
class ContractCodes {
  readonly strangers: Strangers;
  /** Code of each row. */
  readonly codes: Uint16Array | Int32Array;
  /** Least code that is no index. */
  readonly special: number;
  /** Number of each special contract, negative for none. */
  readonly numbers: number[] = [];
  /** Whether there are more codes than fit `codes`. */
  isFull = false;
  readonly #codeOf = new Map<number, number>();
  readonly #lookup: EligLookup;

  constructor(lookup: EligLookup, codes: Uint16Array | Int32Array) {
    this.#lookup = lookup;
    this.codes = codes;
    this.strangers = new Strangers(lookup.known);
    let most = -1;
    for (const index of lookup.contractIndex) if (index !== NO_CAP && index > most) most = index;
    this.special = most + 1;
  }

  /** The code of a contract's number. */
  readonly codeOf = (number: number): number => {
    const { contractIndex, known } = this.#lookup;
    const index = number >= 0 && number < known.length ? contractIndex[number] : NO_CAP;
    if (index !== NO_CAP) return index;
    let code = this.#codeOf.get(number);
    if (code === undefined) {
      code = this.special + this.numbers.push(number) - 1;
      this.#codeOf.set(number, code);
      if (this.codes instanceof Uint16Array && code > 0xffff) this.isFull = true;
    }
    return code;
  };

  /** Whether a code stands for no contract. */
  isMissing(code: number): boolean {
    return code >= this.special && this.numbers[code - this.special] < 0;
  }

  /** Whether a code is of a contract that the caps table does not have. */
  isUnknown(code: number): boolean {
    return code >= this.special && this.numbers[code - this.special] >= this.#lookup.known.length;
  }

  /** Counts a row of such a contract. */
  addUnknown(code: number, leftOut: LeftOutRows): void {
    leftOut.unknownContractRows++;
    this.strangers.addTo(leftOut.unknownContracts, this.numbers[code - this.special]);
  }
}

/** A row that has no user, no contract or no score, and that column. */
interface Fault {
  readonly row: number;
  readonly column: 0 | 1 | 2;
}

/** Rows that can be used, moved to the front of the chunk's arrays, and counts of the others; or the first row at fault. */
function pairsOf(
  lookup: EligLookup,
  users: UserRuns,
  contracts: ContractCodes,
  chunk: PairChunk,
): PairsRead | Fault {
  const read = new PairsRead(lookup), { leftOut, unresolved } = read;
  const { codes, special } = contracts, { contract, score } = chunk;
  const known = lookup.users?.length ?? 0;
  let kept = 0;
  for (let run = 0, from = 0; run < users.length; run++) {
    const user = users.users[run], to = users.ends[run], first = kept;
    let own = user < known ? user : BLANK;
    if (user < 0) return { row: from, column: 0 };
    for (; from < to; from++) {
      const code = codes[from], value = score[from];
      if (contracts.isMissing(code)) return { row: from, column: 1 };
      if (value - value !== 0) return { row: from, column: 2 };
      if (code < special && own !== BLANK) {
        score[kept] = value;
        contract[kept++] = code;
        continue;
      }
      if (contracts.isUnknown(code)) {
        contracts.addUnknown(code, leftOut);
      } else if (own === BLANK && unresolved !== null) {
        // The row is looked at again.
        own = users.strangers.addTo(unresolved.ids, user);
        from--;
      } else if (own === BLANK) {
        leftOut.withoutGroupRows++;
        users.strangers.addTo(leftOut.usersWithoutGroup, user);
      } else if (unresolved === null) leftOut.withoutCapRows++;
      else unresolved.withoutCap.push(own);
    }
    if (kept === first) continue;
    beginRun(chunk, own);
    chunk.end[chunk.runs - 1] = kept;
  }
  leftOut.rows = score.length;
  chunk.length = kept;
  read.rows.add(chunk);
  return read;
}

/** The file that a thread reads row groups of, kept open for the next as long as it looks ids up in the same tables. */
const open = new WeakMap<IdTable, { handle: OpenFile; pairs: Promise<PairsFile> }>();

/** Opens the file of a task, or finds it open; null where the path stands for another file by now. */
export function openPairs(task: TaskFile, { known }: EligLookup): Promise<PairsFile> | null {
  const { path, name, identity, limits } = task;
  let found = open.get(known);
  if (found?.handle.path !== path) {
    found?.handle.close();
    const handle = OpenFile.openSame(path, name, identity);
    if (handle === null) return null;
    const part = { path, name, size: handle.size };
    const pairs = PairsFile.open(part, { raw: handle.reader(), file: handle }, limits);
    open.set(known, found = { handle, pairs });
  }
  return found!.pairs;
}

/** Numbers ids: those of a table as there, others after them. */
class Strangers {
  readonly number: Numbering;
  readonly #known: IdTable;
  readonly #others = new IdTable();

  constructor(known: IdTable) {
    this.#known = known;
    let next = 0;
    this.number = (view, from, to) => {
      const found = known.findAt(next, view, from, to);
      if (found < 0) {
        const other = internText(this.#others, view, from, to);
        return other < 0 ? other : known.length + other;
      }
      next = found + 1;
      return found;
    };
  }

  /** Adds the id with this number, which is none of the table's, to `ids`; returns its number there. */
  addTo(ids: IdTable, number: number): number {
    const { bytes, offsets } = this.#others.pool, i = number - this.#known.length;
    return ids.intern(viewOf(bytes), offsets[i], offsets[i + 1]);
  }
}
