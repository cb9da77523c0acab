/**
 * Columns of the eligibility file that limits name, by pair of a drop that is read already.
 *
 * @module
 */
import type { TextColumn } from "../allocator/drop/attributes.ts";
import { type NamedColumns, pairAt } from "../allocator/drop/input_attributes.ts";
import type { Instance } from "../allocator/drop/instance.ts";
import { InputError } from "../base/errors.ts";
import { IdTable } from "../base/id_table.ts";
import { parseNumber } from "./bytes/parse_number.ts";
import { isPadded } from "./bytes/trim.ts";
import type { Layout } from "./csv/header.ts";
import { numberExpected } from "./csv/dialect_options.ts";
import type { RecordScanner } from "./csv/record_scanner.ts";
import type { TableControl } from "./csv/table_control.ts";
import { trimField } from "./csv/trim_field.ts";
import type { ParquetFile } from "./parquet/parquet_file.ts";
import type { RowRange } from "./parquet/row_ranges.ts";
import { internText, NOT_TEXT } from "./parquet/parquet_ids.ts";
import { readRows, type RowTaker } from "./tables/read_rows.ts";
import { usedOf } from "./used_values.ts";
import { ELIG_COLUMNS } from "./elig/elig_parser.ts";

/** What is expected of a column that limits count. */
const COUNTED = "a finite number of at least 0, as a limit counts it";

/** The columns, by their names; by pair. */
export interface EligAttributes {
  /** Texts. */
  readonly elig: ReadonlyMap<string, TextColumn>;
  /** Float64Array, length pairs: numbers ≥ 0. */
  readonly eligNumbers: ReadonlyMap<string, Float64Array>;
}

/**
 * Reads columns of eligible pairs in a pass of their own, so that reading without limits costs nothing more. Of rows about
 * the same pair the first counts, as everywhere; rows of pairs that the drop does not have are passed over.
 *
 * @param named columns that the input is known to have
 * @param control how it is read; `byScore`: of rows about the same pair the first with the largest score counts
 * @throws {InputError} for a counted number that is none, or negative; and where a pair is gone since the drop was read
 */
export async function readEligAttributes(
  source: string,
  instance: Instance,
  named: NamedColumns,
  { byScore = false, ...control }: TableControl & { byScore?: boolean } = {},
): Promise<EligAttributes> {
  const taker = new AttributeTaker(instance, named, byScore);
  const columns = [...new Set([...named.texts, ...named.numbers])];
  const [user, contract, score] = ELIG_COLUMNS;
  const own = byScore ? [user, contract, score] : [user, contract];
  await readRows(source, [...own, ...columns], taker, control);
  taker.requireAll(source);
  return taker.columns();
}

/** A column of texts while it is read. */
class TextTaker {
  readonly name: string;
  readonly texts = new IdTable();
  readonly code: Uint32Array;
  #last = 0;

  constructor(name: string, pairs: number) {
    this.name = name;
    this.code = new Uint32Array(pairs);
  }

  /** Sets pair `p`'s text. The text of the row before is looked at first. */
  set(p: number, view: DataView, from: number, to: number): void {
    const found = this.texts.findAt(this.#last, view, from, to);
    this.code[p] = this.#last = found < 0 ? this.texts.intern(view, from, to) : found;
  }

  column(): TextColumn {
    return usedOf({ code: this.code, values: this.texts.pool.toArray() });
  }
}

class AttributeTaker implements RowTaker {
  readonly #instance: Instance;
  readonly #users: IdTable;
  readonly #contracts: IdTable;
  /** Uint8Array, length pairs: whether a row was seen. */
  readonly #seen: Uint8Array;
  readonly #texts: readonly TextTaker[];
  readonly #numbers: readonly { readonly name: string; readonly value: Float64Array }[];
  /** Where users are looked for first: files are mostly in their order. */
  #nextUser = 0;
  readonly #byScore: boolean;
  /** Float64Array, length pairs: the largest score seen, where the row with that counts; the drop's own may be scaled. */
  readonly #largest: Float64Array;
  #nextPair = 0;

  constructor(instance: Instance, { texts, numbers }: NamedColumns, byScore: boolean) {
    this.#byScore = byScore;
    const pairs = instance.score.length;
    this.#largest = new Float64Array(byScore ? pairs : 0);
    this.#instance = instance;
    this.#users = IdTable.fromPool(instance.users);
    this.#contracts = IdTable.from(instance.contracts);
    this.#seen = new Uint8Array(pairs);
    this.#texts = [...texts].map((name) => new TextTaker(name, pairs));
    this.#numbers = [...numbers].map((name) => ({ name, value: new Float64Array(pairs) }));
  }

  addRecords(scanner: RecordScanner, { columns, index, names }: Layout, file: string): void {
    const [userField, contractField, scoreField] = index, { from, to } = scanner;
    const textFields = this.#texts.map(({ name }) => names.indexOf(name));
    const numberFields = this.#numbers.map(({ name }) => names.indexOf(name));
    while (scanner.next()) {
      // Rows of blanks; others with a wrong number of fields were refused when the drop was read.
      if (scanner.fields !== columns) continue;
      const { bytes, view } = scanner;
      if (isPadded(bytes, from[userField], to[userField])) trimField(scanner, userField);
      if (isPadded(bytes, from[contractField], to[contractField])) {
        trimField(scanner, contractField);
      }
      const u = this.#userAt(view, from[userField], to[userField]);
      const c = this.#contracts.findAgain(view, from[contractField], to[contractField]);
      const score = this.#byScore ? parseNumber(bytes, from[scoreField], to[scoreField]) : null;
      const p = this.#take(u, c, score);
      if (p < 0) continue;
      for (let i = 0; i < textFields.length; i++) {
        const field = textFields[i];
        if (isPadded(bytes, from[field], to[field])) trimField(scanner, field);
        this.#texts[i].set(p, view, from[field], to[field]);
      }
      for (let i = 0; i < numberFields.length; i++) {
        const field = numberFields[i];
        const number = parseNumber(bytes, from[field], to[field]);
        if (!(number >= 0 && number < Infinity)) {
          throw this.#uncounted(file, scanner, i, field);
        }
        this.#numbers[i].value[p] = number;
      }
    }
  }

  #uncounted(file: string, scanner: RecordScanner, i: number, field: number): InputError {
    const column = this.#numbers[i].name, value = scanner.text(field);
    const expected = numberExpected(value, COUNTED);
    return InputError.at({ file, line: scanner.line, column, value, expected });
  }

  async addParquet(file: ParquetFile): Promise<void> {
    const [userColumn, contractColumn, scoreColumn] = ELIG_COLUMNS;
    const users = await file.ids(userColumn, (view, from, to) => this.#userAt(view, from, to));
    const contracts = await file.ids(
      contractColumn,
      (view, from, to) => this.#contracts.find(view, from, to),
    );
    const texts = await Promise.all(this.#texts.map((column) => textReader(file, column)));
    const scores = this.#byScore ? await file.numbers(scoreColumn) : null;
    const numbers = await Promise.all(this.#numbers.map(({ name }) => file.numbers(name)));
    for (const range of file.ranges) {
      const rows = range.rowEnd - range.rowStart;
      const user = await users(range), contract = await contracts(range);
      const score = await scores?.(range, new Float64Array(rows)) ?? null;
      const pairs = Int32Array.from(
        { length: rows },
        (_, i) => this.#take(user[i], contract[i], score && score[i]),
      );
      for (const read of texts) await read(range, pairs);
      for (const [i, { name, value }] of this.#numbers.entries()) {
        const found = await numbers[i](range, new Float64Array(rows));
        for (let row = 0; row < rows; row++) {
          if (pairs[row] < 0) continue;
          if (!(found[row] >= 0 && found[row] < Infinity)) {
            throw await file.fault(name, range.rowStart + row + 1, COUNTED);
          }
          value[pairs[row]] = found[row];
        }
      }
    }
  }

  #userAt(view: DataView, from: number, to: number): number {
    const u = this.#users.findAt(this.#nextUser, view, from, to);
    // Rows of one user stand together: the same again is likelier than the next.
    if (u >= 0) this.#nextUser = u;
    return u;
  }

  /** The pair of a row, where it is the first about it, or has a larger score than those before; −1 elsewhere. */
  #take(user: number, contract: number, score: number | null): number {
    if (user < 0 || contract < 0) return -1;
    const { start, contract: contractOf } = this.#instance;
    // Rows often come in the drop's own order.
    let p = this.#nextPair;
    if (p < start[user] || p >= start[user + 1] || contractOf[p] !== contract) {
      p = pairAt(this.#instance, user, contract);
    }
    this.#nextPair = p + 1;
    if (p < 0 || (this.#seen[p] === 1 && !(score !== null && score > this.#largest[p]))) return -1;
    this.#seen[p] = 1;
    if (score !== null) this.#largest[p] = score;
    return p;
  }

  /** An input that changed since the drop was read would leave pairs without values. */
  requireAll(source: string): void {
    const p = this.#seen.indexOf(0);
    if (p < 0) return;
    const { start, contract, contracts, users } = this.#instance;
    let u = 0;
    while (start[u + 1] <= p) u++;
    throw new InputError(
      `${source}: the pair of ${users.at(u)} and ${
        contracts[contract[p]]
      } was there when the drop was read and is gone ` +
        "now that columns for limits are read",
      { file: source, expected: "an input that stays as it is while it is read" },
    );
  }

  columns(): EligAttributes {
    return {
      elig: new Map(this.#texts.map((column) => [column.name, column.column()])),
      eligNumbers: new Map(this.#numbers.map(({ name, value }) => [name, value])),
    };
  }
}

/** Reads a column of texts of a Parquet file into its pairs. */
async function textReader(file: ParquetFile, { name, texts, code }: TextTaker) {
  const number = (view: DataView, from: number, to: number) => internText(texts, view, from, to);
  const read = await file.ids(name, number, false);
  return async (range: RowRange, pairs: Int32Array) => {
    const found = await read(range), blank = texts.internString("");
    for (let i = 0; i < pairs.length; i++) {
      if (pairs[i] < 0) continue;
      if (found[i] === NOT_TEXT) throw await file.fault(name, range.rowStart + i + 1, "UTF-8 text");
      code[pairs[i]] = found[i] < 0 ? blank : found[i];
    }
  };
}
