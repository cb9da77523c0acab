/**
 * Options for tables that are not plain CSV: encoding, separator, decimal comma, other column names.
 *
 * @module
 */
import { UsageError } from "../../base/errors.ts";
import { optionWithValue } from "../../base/option_words.ts";
import { type OptionRule, recordOf, shown } from "../../base/validate.ts";
import { KNOWN_COLUMNS } from "./known_columns.ts";

/** Character encodings that tables can be read in. UTF-16 with a byte order mark is recognised without the option. */
export const ENCODINGS: readonly Encoding[] = ["utf-8", "latin1", "windows-1252", "utf-16"];

/** A character encoding of tables. */
export type Encoding = "utf-8" | "latin1" | "windows-1252" | "utf-16";

/** How the CSV tables of a call are written, where they are not plain; each table uses those options that fit it. */
export interface DialectOptions {
  /** Their encoding; a byte order mark goes before it. @default "utf-8" */
  encoding?: Encoding;
  /**
   * What stands between fields: one ASCII character, or `"tab"`. A table whose header has all its columns when read with
   * commas, but not with this, is read with commas.
   *
   * @default comma, semicolon, tab or bar, whichever fits the header
   */
  separator?: string;
  /** What stands before the decimals of numbers. @default "." */
  decimal?: "." | ",";
  /** Names of Divvy's columns in these tables: `{ user_id: "Customer" }`. Tables may use Divvy's own name all the same. */
  columns?: Readonly<Record<string, string>>;
}

const name: OptionRule = { expected: "a name", accepts: (v) => typeof v === "string" && v !== "" };

/** The rules for {@link DialectOptions}. */
export const DIALECT_OPTIONS: Readonly<Record<keyof DialectOptions, OptionRule>> = {
  encoding: oneOf(ENCODINGS),
  separator: {
    expected: 'one character (no letter, digit, quote or any of .+-_), or "tab"',
    accepts: (value) => typeof value === "string" && separatorOf(value) !== null,
  },
  decimal: oneOf([".", ","]),
  columns: recordOf(name, `an object of names by column: ${KNOWN_COLUMNS.join(", ")}`),
};

function oneOf(choices: readonly string[]): OptionRule {
  return {
    expected: `one of ${choices.join(" ")}`,
    accepts: (value) => typeof value === "string" && choices.includes(value),
    choices,
  };
}

/** A number's text with a decimal point in place of the comma that `decimal` announces; any other text as it is. */
export function withPoint(text: string, { decimal }: DialectOptions = {}): string {
  const isNumber = decimal === "," && /^\s*[+-]?(\d*,\d+|\d+,)(e[+-]?\d+)?\s*$/i.test(text);
  return isNumber ? text.replace(",", ".") : text;
}

/** Thousands set apart, by a comma, a blank of any width or an apostrophe. */
const THOUSANDS = /^[+-]?[1-9]\d{0,2}([,'\u2019\s]\d{3})+(\.\d*)?$/;

/**
 * What messages say was expected instead of `value`; names the option `decimal` where that looks like a decimal comma, and says
 * that thousands are not separated where they are.
 */
export function numberExpected(value: string, expected = "a finite number"): string {
  const text = value.trim();
  // "1,000" is more likely a thousand: with a decimal comma it would be 1.
  if (THOUSANDS.test(text)) return `${expected} (thousands are not separated)`;
  return /^[+-]?\d*,\d+$/.test(text)
    ? `${expected} (${optionWithValue("decimal", ",")} reads decimal commas)`
    : expected;
}

/** The separator that the option means: the character itself, or a tab for "tab"; null where it can't be a separator. */
export function separatorOf(name: string): string | null {
  if (/^(tab|\\t)$/i.test(name)) return "\t";
  return /^[\t!#$%&'()*,/:;<=>?@[\\\]^`{|}~]$/.test(name) ? name : null;
}

/**
 * Parses `--columns`, which may be given several times: `user_id=Customer,score=Points`. A comma that no `column=` follows
 * belongs to the name.
 *
 * @throws {UsageError} for a column that no table has, or that is named twice
 *
 * @example
 * ```ts
 * import { assertEquals } from "../../deps/std_assert.ts";
 * import { parseColumns } from "./dialect_options.ts";
 * assertEquals(parseColumns(["user_id=Customer,score=Points, all"]), {
 *   user_id: "Customer",
 *   score: "Points, all",
 * });
 * ```
 */
export function parseColumns(texts: readonly string[]): Record<string, string> {
  const columns: Record<string, string> = {};
  for (const part of texts.flatMap((text) => text.split(/,(?=\s*[a-z_]+\s*=)/))) {
    const [, column, theirs] = /^\s*([^=]*?)\s*=\s*(.*?)\s*$/.exec(part) ?? [];
    if (!theirs) {
      throw new UsageError(
        `--columns is ${shown(part)}, expected column=name, as user_id=Customer`,
      );
    }
    if (Object.hasOwn(columns, column)) throw new UsageError(`--columns names ${column} twice`);
    checkColumn(column, "--columns");
    columns[column] = theirs;
  }
  return columns;
}

/** Checks that the columns renamed are Divvy's. @throws {UsageError} for one that is not */
export function checkRenamed(columns: DialectOptions["columns"] = {}): void {
  for (const column of Object.keys(columns)) checkColumn(column, "columns");
}

function checkColumn(column: string, option: string): void {
  if (KNOWN_COLUMNS.includes(column)) return;
  throw new UsageError(
    `${option} names ${shown(column)}, expected one of ${KNOWN_COLUMNS.join(", ")}`,
  );
}
