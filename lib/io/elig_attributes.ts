/**
 * Reads the columns of the eligibility file that limits name, for the pairs of a drop that has been read already.
 *
 * @module
 */
import { uncountedPin } from "../allocator/drop/limits/uncounted_pin.ts";
import type { TextColumn } from "../allocator/drop/instance/attributes.ts";
import type { NamedColumns } from "../allocator/drop/input_attributes.ts";
import { pairOf } from "../allocator/drop/before/parties.ts";
import { type Instance, userOfPair } from "../allocator/drop/instance/instance.ts";
import { InputError } from "../base/errors.ts";
import { IdTable } from "../base/ids/id_table.ts";
import { parseNumber } from "./bytes/parse_number.ts";
import { indexOfOptional, type Layout } from "./csv/header.ts";
import { numberExpected } from "./csv/dialect_options.ts";
import type { RecordScanner } from "./csv/record_scanner.ts";
import type { TableControl } from "./csv/table_control.ts";
import { trimField } from "./csv/trim_field.ts";
import type { ParquetFile } from "./parquet/parquet_file.ts";
import type { RowRange } from "./parquet/row_ranges.ts";
import { interning, NOT_TEXT } from "./parquet/parquet_ids.ts";
import { readRows, type RowTaker } from "./tables/rows/read_rows.ts";
import { usedOf } from "./used_values.ts";
import { ELIG_COLUMNS } from "./elig/elig_parser.ts";

/** What messages say was expected of a column that limits count. */
const COUNTED = "a finite number of at least 0, as a limit counts it";

/** Columns by name, with a value for each pair. */
export interface EligAttributes {
  /** Columns of texts. */
  readonly elig: ReadonlyMap<string, TextColumn>;
  /** Columns of numbers ≥ 0; Float64Array, length pairs. */
  readonly eligNumbers: ReadonlyMap<string, Float64Array>;
}

/**
 * Reads columns of eligible pairs in a pass of their own, so that reading without limits costs nothing extra. Of several rows
 * about a pair the first counts, as everywhere; rows of pairs that the drop does not have are ignored.
 *
 * @param named columns that the input is known to have
 * @param control options for reading; `byScore`: of several rows about a pair the first with the largest score counts
 * @throws {InputError} for a counted number that is invalid or negative, and where a pair of the drop is gone from the input
 */
export async function readEligAttributes(
  source: string,
  instance: Instance,
  named: NamedColumns,
  { byScore = false, ...control }: TableControl & { byScore?: boolean },
): Promise<EligAttributes> {
  const taker = new AttributeTaker(instance, named, byScore);
  const columns = [...new Set([...named.texts, ...named.numbers])];
  const [user, contract, score] = ELIG_COLUMNS;
  const own = byScore ? [user, contract, score] : [user, contract];
  await readRows(source, [...own, ...columns], taker, control);
  taker.requireAll(source);
  return taker.columns();
}

/** Collects a column of texts. */
class TextTaker {
  readonly name: string;
  readonly texts = new IdTable();
  readonly code: Uint32Array;
  #last = 0;

  constructor(name: string, pairs: number) {
    this.name = name;
    this.code = new Uint32Array(pairs);
  }

  /** Sets the text of pair `p`; tries the text of the row before first. */
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
  /** Uint8Array, length pairs: 1 where a row about the pair was read. */
  readonly #seen: Uint8Array;
  readonly #texts: readonly TextTaker[];
  readonly #numbers: readonly { readonly name: string; readonly value: Float64Array }[];
  /** The user that is tried first, since files are mostly sorted by user. */
  #nextUser = 0;
  readonly #byScore: boolean;
  /** Float64Array, length pairs: the largest score read so far, if `byScore`; scores of the drop itself may have been scaled. */
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
    const textFields = this.#texts.map(({ name }) => indexOfOptional(names, name, file));
    const numberFields = this.#numbers.map(({ name }) => indexOfOptional(names, name, file));
    while (scanner.next()) {
      // A blank row: any other row with a wrong number of fields was refused when the drop was read.
      if (scanner.fields !== columns) continue;
      const { bytes, view } = scanner;
      trimField(scanner, userField);
      trimField(scanner, contractField);
      const u = this.#userAt(view, from[userField], to[userField]);
      const c = this.#contracts.findAgain(view, from[contractField], to[contractField]);
      const score = this.#byScore ? parseNumber(bytes, from[scoreField], to[scoreField]) : null;
      const p = this.#take(u, c, score);
      if (p < 0) continue;
      for (let i = 0; i < textFields.length; i++) {
        const field = textFields[i];
        trimField(scanner, field);
        this.#texts[i].set(p, view, from[field], to[field]);
      }
      for (let i = 0; i < numberFields.length; i++) {
        const field = numberFields[i];
        const number = parseNumber(bytes, from[field], to[field]);
        if (!(number >= 0 && number < Infinity)) {
          throw this.#invalidNumber(file, scanner, i, field);
        }
        this.#numbers[i].value[p] = number;
      }
    }
  }

  #invalidNumber(file: string, scanner: RecordScanner, i: number, field: number): InputError {
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
    // Rows of a user stand together, so the next row's user is most likely the same.
    if (u >= 0) this.#nextUser = u;
    return u;
  }

  /** The pair of a row that counts: the first about the pair, or one with a larger score; −1 for any other row. */
  #take(user: number, contract: number, score: number | null): number {
    if (user < 0 || contract < 0) return -1;
    const { start, contract: contractOf } = this.#instance;
    // Try the next pair first: rows often come in the drop's own order.
    let p = this.#nextPair;
    if (p < start[user] || p >= start[user + 1] || contractOf[p] !== contract) {
      p = pairOf(this.#instance, user, contract);
    }
    this.#nextPair = p + 1;
    if (p < 0 || (this.#seen[p] === 1 && !(score !== null && score > this.#largest[p]))) return -1;
    this.#seen[p] = 1;
    if (score !== null) this.#largest[p] = score;
    return p;
  }

  /**
   * Checks that each pair has a row: the input may have changed since the drop was read. A pair that a pin made has none: its
   * texts are blank, and it has no number to count.
   */
  requireAll(source: string): void {
    this.#noteCreated(source);
    const p = this.#seen.indexOf(0);
    if (p < 0) return;
    const { contract, contracts, users } = this.#instance;
    throw new InputError(
      `${source}: the pair of ${users.at(userOfPair(this.#instance, p))} and ${
        contracts[contract[p]]
      } was there when the drop was read and is gone ` +
        "now that columns for limits are read",
      { file: source, expected: "an input that stays as it is while it is read" },
    );
  }

  /** Blanks for the pairs that pins made. */
  #noteCreated(source: string): void {
    const { pins } = this.#instance;
    pins?.pair.forEach((p, i) => {
      if (pins.created[i] === 0 || this.#seen[p] === 1) return;
      this.#seen[p] = 1;
      for (const { code, texts } of this.#texts) code[p] = texts.internString("");
      if (this.#numbers.length === 0) return;
      throw uncountedPin(this.#instance, pins, i, { column: this.#numbers[0].name, source });
    });
  }

  columns(): EligAttributes {
    return {
      elig: new Map(this.#texts.map((column) => [column.name, column.column()])),
      eligNumbers: new Map(this.#numbers.map(({ name, value }) => [name, value])),
    };
  }
}

/** A function that reads a range of a column of texts of a Parquet file into `code`, by pair. */
async function textReader(file: ParquetFile, { name, texts, code }: TextTaker) {
  const read = await file.ids(name, interning(texts), false);
  return async (range: RowRange, pairs: Int32Array) => {
    const found = await read(range), blank = texts.internString("");
    for (let i = 0; i < pairs.length; i++) {
      if (pairs[i] < 0) continue;
      if (found[i] === NOT_TEXT) throw await file.fault(name, range.rowStart + i + 1, "UTF-8 text");
      code[pairs[i]] = found[i] < 0 ? blank : found[i];
    }
  };
}
