/**
 * Rows of an eligibility file in Parquet.
 *
 * @module
 */
import type { InputError } from "../../base/errors.ts";
import { NO_CAP } from "../../allocator/drop/directory.ts";
import { IdTable, viewOf } from "../../base/id_table.ts";
import { beginRun, emptyChunk, type PairChunk } from "../../allocator/drop/pair_rows.ts";
import { sharedFloat64, sharedUint16 } from "../../base/shared_array.ts";
import { ELIG_COLUMNS, type EligLookup } from "./elig_parser.ts";
import { PairsRead } from "./pairs_read.ts";
import { type IdColumn, ParquetFile, type RowRange } from "../parquet/parquet_file.ts";
import { BLANK, internText, type Numbering } from "../parquet/parquet_ids.ts";
import { OpenFile } from "../bytes/open_file.ts";
import type { ReadLimits } from "../bytes/read_limits.ts";
import type { TaskFile } from "./elig_task_file.ts";
import type { OpenPart, Part } from "../bytes/source.ts";

/** Reads a column of scores. */
type ReadScores = (range: RowRange, into: Float64Array) => Promise<Float64Array>;

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
   * Reads a row group; one at a time.
   *
   * @throws {InputError} for the first row at fault; its `line` is the row, counted from 1
   */
  async read(rowGroup: RowRange, lookup: EligLookup): Promise<PairsRead> {
    const rows = rowGroup.rowEnd - rowGroup.rowStart;
    const users = new UserRuns(lookup), contract = sharedUint16(rows), score = sharedFloat64(rows);
    await this.#users.runs(rowGroup, users.strangers.number, users.add);
    const contracts = await this.#readContracts(rowGroup, lookup, contract);
    await this.#readScores(rowGroup, score);
    const fault = firstFault(users, contracts, score);
    if (fault !== null) throw await this.#faultOf(rowGroup.rowStart + fault.row + 1, fault.column);
    return pairsOf(lookup, users, contracts, emptyChunk(contract, score));
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
}

/** The first row that has no user, no contract or no score, and that column; null where there is none. */
function firstFault(
  users: UserRuns,
  { codes, special, numbers }: ContractCodes,
  score: Float64Array,
): { row: number; column: number } | null {
  let row = score.length, column = -1;
  const run = users.users.subarray(0, users.length).findIndex((user) => user < 0);
  if (run >= 0) {
    row = run === 0 ? 0 : users.ends[run - 1];
    column = 0;
  }
  if (numbers.some((number) => number < 0)) {
    for (let i = 0; i < row; i++) {
      if (codes[i] >= special && numbers[codes[i] - special] < 0) [row, column] = [i, 1];
    }
  }
  for (let i = 0; i < row; i++) {
    const value = score[i];
    if (value - value !== 0) [row, column] = [i, 2];
  }
  return column < 0 ? null : { row, column };
}

/** Rows that can be used, moved to the front of the chunk's arrays, and counts of the others. */
function pairsOf(
  lookup: EligLookup,
  users: UserRuns,
  contracts: ContractCodes,
  chunk: PairChunk,
): PairsRead {
  const read = new PairsRead(lookup), { leftOut, unresolved } = read;
  const { codes, special, numbers } = contracts, { contract, score } = chunk;
  const isPlain = numbers.length === 0 && codes === contract, known = lookup.users?.length ?? 0;
  let kept = 0, owner = BLANK;
  for (let run = 0, from = 0; run < users.length; run++) {
    const user = users.users[run], to = users.ends[run];
    const own = user < known ? user : BLANK;
    if (isPlain && (own !== BLANK || unresolved !== null)) {
      if (kept < from) {
        contract.copyWithin(kept, from, to);
        score.copyWithin(kept, from, to);
      }
      owner = own !== BLANK ? own : users.strangers.addTo(unresolved!.ids, user);
      beginRun(chunk, owner);
      chunk.end[chunk.runs - 1] = kept += to - from;
      from = to;
      continue;
    }
    owner = BLANK;
    let mine = own;
    for (; from < to; from++) {
      const code = codes[from], number = code < special ? BLANK : numbers[code - special];
      if (number >= lookup.known.length) {
        leftOut.unknownContractRows++;
        contracts.strangers.addTo(leftOut.unknownContracts, number);
        continue;
      }
      if (mine === BLANK && unresolved !== null) {
        mine = users.strangers.addTo(unresolved.ids, user);
      }
      if (mine === BLANK) {
        leftOut.withoutGroupRows++;
        users.strangers.addTo(leftOut.usersWithoutGroup, user);
      } else if (code >= special) {
        if (unresolved === null) leftOut.withoutCapRows++;
        else unresolved.withoutCap.push(mine);
      } else {
        contract[kept] = code;
        score[kept] = score[from];
        if (owner === BLANK) beginRun(chunk, owner = mine);
        chunk.end[chunk.runs - 1] = ++kept;
      }
    }
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
