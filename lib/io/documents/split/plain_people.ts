/**
 * Reads the people of a split from a plain CSV into columns, without a string or an object per person.
 *
 * @module
 */
import { InputError } from "../../../base/errors.ts";
import { IdTable } from "../../../base/ids/id_table.ts";
import type { IdPool } from "../../../base/ids/ids.ts";
import { Float64List } from "../../../base/arrays/number_list.ts";
import { LineMap } from "../../../base/places.ts";
import {
  boundOf,
  TARGET_WORDS,
  targetOf,
  type TargetWord,
} from "../../../woptim/problem/problem.ts";
import { isNumberOfSplits } from "../../../woptim/problem/size.ts";
import { withHead } from "../../bytes/byte_reader.ts";
import { parseNumber } from "../../bytes/parse_number.ts";
import type { Layout } from "../../csv/header.ts";
import type { RecordScanner } from "../../csv/record_scanner.ts";
import { scanCsv } from "../../csv/scan_csv.ts";
import { trimField } from "../../csv/trim_field.ts";

/** Columns that this reader understands. */
const PLAIN_COLUMNS: readonly string[] = ["name", "target", "lower", "upper"];

/** People as columns; all of the same length. */
export interface PeopleColumns {
  /** Names. */
  names: IdPool;
  /** Lower bounds in units; −Infinity: none. */
  lower: Float64Array;
  /** Upper bounds in units; Infinity: none. */
  upper: Float64Array;
  /** Targets in units. */
  target: Float64Array;
  /** The lines that people stand on. */
  lines: LineMap;
  /** Rows of separators only, which are left out. */
  blankRows: number;
}

/**
 * Reads the people of a CSV with the columns name and target, and optionally lower and upper. Null for any other text, for a
 * text with an error, and where it has another column of `known`: then the reader of problem files reads it, and reports what
 * is wrong. Unknown columns are ignored.
 */
export async function readPlainPeople(
  bytes: Uint8Array,
  header: readonly string[],
  known: readonly string[],
): Promise<PeopleColumns | null> {
  if (!header.includes("name") || !header.includes("target")) return null;
  if (header.some((name) => known.includes(name) && !PLAIN_COLUMNS.includes(name))) return null;
  if (new Set(header).size < header.length) return null;
  const people = new PeopleBuilder(header);
  const reader = withHead(bytes, { read: () => Promise.resolve(0), close: () => {} });
  try {
    await scanCsv(reader, "", people.wanted, people);
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
  return people.columns();
}

class PeopleBuilder {
  readonly #names = new IdTable();
  readonly #lower = new Float64List();
  readonly #upper = new Float64List();
  readonly #target = new Float64List();
  readonly #lines = new LineMap();
  readonly #hasLower: boolean;
  readonly #hasUpper: boolean;
  /** Those of {@link PLAIN_COLUMNS} that the header has, in that order. */
  readonly wanted: readonly string[];
  #layout: Layout = { columns: 0, index: [], names: [] };
  #faulty = false;
  #blankRows = 0;

  constructor(header: readonly string[]) {
    this.wanted = PLAIN_COLUMNS.filter((name) => header.includes(name));
    this.#hasLower = header.includes("lower");
    this.#hasUpper = header.includes("upper");
  }

  header(layout: Layout): void {
    this.#layout = layout;
  }

  records(scanner: RecordScanner): void {
    const { from, to } = scanner, names = this.#names;
    const { columns, index } = this.#layout;
    const [name, target] = index, lower = index[2], upper = index[index.length - 1];
    while (scanner.next()) {
      if (scanner.empty) {
        if (!scanner.blank) this.#blankRows++;
        continue;
      }
      if (scanner.fields !== columns) this.#faulty = true;
      if (this.#faulty) continue;
      trimField(scanner, name);
      const count = names.length;
      if (from[name] === to[name]) this.#faulty = true;
      else if (names.intern(scanner.view, from[name], to[name]) < count) this.#faulty = true;
      const l = this.#hasLower ? this.#bound(scanner, lower, "lower") : -Infinity;
      const u = this.#hasUpper ? this.#bound(scanner, upper, "upper") : Infinity;
      const t = this.#units(scanner, target, l, u);
      if (!(l <= u && isNumberOfSplits(t))) this.#faulty = true;
      this.#lines.add(count, scanner.line);
      this.#lower.push(l);
      this.#upper.push(u);
      this.#target.push(t);
    }
  }

  /** A bound; NaN for an invalid text. */
  #bound(scanner: RecordScanner, field: number, side: "lower" | "upper"): number {
    const value = parseNumber(scanner.bytes, scanner.from[field], scanner.to[field]);
    if (isNumberOfSplits(value)) return value;
    return Number.isNaN(value) ? boundOf(scanner.text(field), side) : NaN;
  }

  /** A target in units; NaN for an invalid text. */
  #units(scanner: RecordScanner, field: number, lower: number, upper: number): number {
    const value = parseNumber(scanner.bytes, scanner.from[field], scanner.to[field]);
    if (!Number.isNaN(value)) return value;
    const word = scanner.text(field) as TargetWord;
    return TARGET_WORDS.includes(word) ? targetOf(word, lower, upper) : NaN;
  }

  /** All people; null where there are none, or one has an error. */
  columns(): PeopleColumns | null {
    if (this.#faulty || this.#names.length === 0) return null;
    return {
      names: this.#names.pool,
      lower: this.#lower.array(),
      upper: this.#upper.array(),
      target: this.#target.array(),
      lines: this.#lines,
      blankRows: this.#blankRows,
    };
  }
}
