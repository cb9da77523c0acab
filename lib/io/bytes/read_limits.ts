/**
 * Limits on the size of what is read, so that broken or hostile input gives an error message and does not exhaust memory.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import { optionOrFlag } from "../../base/option_words.ts";
import { aNumber, checkOptions, ofKind, type OptionRule } from "../../base/validate.ts";

/** Limits of reading, each in bytes. */
export interface ReadLimits {
  /** Longest record of a CSV file. @default 16 MiB */
  line: number;
  /** Longest field. @default 16 MiB */
  field: number;
  /** Largest table that is read whole: caps, group ratios, the people of a split. @default 256 MiB */
  table: number;
  /**
   * Most that a compressed file may hold.
   *
   * @default 1 GiB, or 200 times the bytes read of the file where that is more: text shrinks to about a tenth, files made
   * to exhaust memory to a thousandth
   */
  inflated: number | null;
}

const MIB = 1 << 20;

/** Largest values of `line`, since offsets in a block have 32 bits, and of `table`, since it becomes one string. */
export const MOST_LINE: number = 1024 * MIB, MOST_TABLE: number = 511 * MIB;

/** The limits by default. */
export const DEFAULT_LIMITS: Readonly<ReadLimits> = {
  line: 16 * MIB,
  field: 16 * MIB,
  table: 256 * MIB,
  inflated: null,
};

const RULES: Readonly<Record<keyof ReadLimits, OptionRule>> = {
  line: aNumber({ min: 1, max: MOST_LINE, whole: true }),
  field: aNumber({ min: 1, max: MOST_LINE, whole: true }),
  table: aNumber({ min: 1, max: MOST_TABLE, whole: true }),
  inflated: ofKind({ type: "number", range: { min: 1, whole: true } }, true),
};

/** Checks the limits that a library function is given. @throws {UsageError} that names the one at fault */
export function checkLimits(given: Partial<ReadLimits> = {}): void {
  checkOptions("limits", given, RULES);
}

/** The limits given, and the defaults for the others. */
export function limitsOf(given: Partial<ReadLimits> = {}): ReadLimits {
  const limits: ReadLimits = { ...DEFAULT_LIMITS };
  for (const name of ["line", "field", "table", "inflated"] as const) {
    const bytes = given[name];
    if (bytes !== undefined) limits[name] = bytes as number;
  }
  return limits;
}

/** By default a compressed file may hold this many bytes, or this many times its own size where that is more. */
const LEAST_INFLATED = 1024 * MIB, MOST_RATIO = 200;

/** Most that `packed` bytes of a compressed file may hold. */
export function inflatedLimit({ inflated }: ReadLimits, packed: number): number {
  return inflated ?? Math.max(LEAST_INFLATED, MOST_RATIO * packed);
}

/** A limit for messages: how much it is, and what raises it. */
export function limitText(limit: keyof ReadLimits, bytes: number): string {
  const option = optionOrFlag(`limits.${limit}`, `--max-${limit}`);
  return `${byteText(bytes)}, the limit (${option} raises it)`;
}

/** The error for a record that is too long. */
export function lineTooLong(file: string, line: number, { line: most }: ReadLimits): InputError {
  const what = `the line is longer than ${limitText("line", most)}`;
  return InputError.ofLine(what, { file, line, expected: `at most ${most} bytes` });
}

/** The error for a field that is too long; `field` is its number in the row, counted from 1. */
export function fieldTooLong(
  file: string,
  line: number,
  field: number,
  { field: most }: ReadLimits,
): InputError {
  const what = `field ${field} is longer than ${limitText("field", most)}`;
  return InputError.ofLine(what, { file, line, expected: `at most ${most} bytes` });
}

/** The error for a table that is read whole and is too large. */
export function tableTooLarge(file: string, { table: most }: ReadLimits): InputError {
  return new InputError(`${file}: the table is larger than ${limitText("table", most)}`, {
    file,
    expected: `at most ${most} bytes`,
  });
}

/** What is wrong with a compressed file that holds more than `most` bytes. */
export function inflatedTooLarge(most: number): string {
  return `it holds more than ${limitText("inflated", most)}`;
}

/** A number of bytes for people. */
export function byteText(bytes: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB"];
  let unit = 0, value = bytes;
  while (value >= 1024 && unit + 1 < units.length) {
    value /= 1024;
    unit++;
  }
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${units[unit]}`;
}
