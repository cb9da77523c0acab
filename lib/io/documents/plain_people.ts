/**
 * People of a split in a plain CSV, straight into columns: no string and no object a person.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import { IdTable } from "../../base/id_table.ts";
import type { IdPool } from "../../base/ids.ts";
import { Float64List } from "../../base/number_list.ts";
import { LARGEST } from "../../woptim/options.ts";
import { boundOf, TARGET_WORDS, targetOf, type TargetWord } from "../../woptim/problem.ts";
import { withHead } from "../bytes/byte_reader.ts";
import { parseNumber } from "../bytes/parse_number.ts";
import { isPadded } from "../bytes/trim.ts";
import type { Layout } from "../csv/header.ts";
import type { RecordScanner } from "../csv/record_scanner.ts";
import { scanCsv } from "../csv/scan_csv.ts";
import { trimField } from "../csv/trim_field.ts";

/** Columns that this reader makes something of. */
const PLAIN_COLUMNS: readonly string[] = ["name", "target", "lower", "upper"];

/** People as columns, one entry a person in each. */
export interface PeopleColumns {
  names: IdPool;
  /** −Infinity: no limit. */
  lower: Float64Array;
  /** Infinity: no limit. */
  upper: Float64Array;
  target: Float64Array;
}

/**
 * Reads the people of a CSV whose columns are name, target and, where a side is not open for all, lower and upper. Null for
 * any other text, for one with a fault, and where another column of those in `known` is there: the reader of problem files
 * then reads it, and says what is wrong. Columns that are not known are passed over.
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
  readonly #hasLower: boolean;
  readonly #hasUpper: boolean;
  /** Columns that are there, in the order of their places in the layout. */
  readonly wanted: readonly string[];
  #layout: Layout = { columns: 0, index: [], names: [] };
  #faulty = false;

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
      if (scanner.empty) continue;
      if (scanner.fields !== columns) this.#faulty = true;
      if (this.#faulty) continue;
      if (isPadded(scanner.bytes, from[name], to[name])) trimField(scanner, name);
      const count = names.length;
      if (from[name] === to[name]) this.#faulty = true;
      else if (names.intern(scanner.view, from[name], to[name]) < count) this.#faulty = true;
      const l = this.#hasLower ? this.#bound(scanner, lower, "lower") : -Infinity;
      const u = this.#hasUpper ? this.#bound(scanner, upper, "upper") : Infinity;
      const t = this.#units(scanner, target, l, u);
      if (!(l <= u && Math.abs(t) <= LARGEST)) this.#faulty = true;
      this.#lower.push(l);
      this.#upper.push(u);
      this.#target.push(t);
    }
  }

  /** A bound; NaN for none. */
  #bound(scanner: RecordScanner, field: number, side: "lower" | "upper"): number {
    const value = parseNumber(scanner.bytes, scanner.from[field], scanner.to[field]);
    if (Math.abs(value) <= LARGEST) return value;
    return Number.isNaN(value) ? boundOf(scanner.text(field), side) : NaN;
  }

  /** A target in units; NaN for none. */
  #units(scanner: RecordScanner, field: number, lower: number, upper: number): number {
    const value = parseNumber(scanner.bytes, scanner.from[field], scanner.to[field]);
    if (!Number.isNaN(value)) return value;
    const word = scanner.text(field) as TargetWord;
    return TARGET_WORDS.includes(word) ? targetOf(word, lower, upper) : NaN;
  }

  /** All people; null where there are none, or a fault. */
  columns(): PeopleColumns | null {
    if (this.#faulty || this.#names.length === 0) return null;
    return {
      names: this.#names.pool,
      lower: this.#lower.array(),
      upper: this.#upper.array(),
      target: this.#target.array(),
    };
  }
}
