/**
 * How large what is read may be, so that broken or hostile input ends in one line and not in the memory's end.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import { placeText } from "../../base/places.ts";

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
   * @default 1 GiB, or 200 times what is read of the file where that is more: text shrinks to a tenth, what was made to
   * fill a memory to a thousandth
   */
  inflated: number | null;
}

const MIB = 1 << 20;

/** Most that a line may be given, as places in a block are counted in 32 bits; and a table, which becomes one string. */
export const MOST_LINE: number = 1024 * MIB, MOST_TABLE: number = 511 * MIB;

/** The limits where none are given. */
export const DEFAULT_LIMITS: Readonly<ReadLimits> = {
  line: 16 * MIB,
  field: 16 * MIB,
  table: 256 * MIB,
  inflated: null,
};

/** Limits of which some are given. */
export function limitsOf(given: Partial<ReadLimits> = {}): ReadLimits {
  const limits: ReadLimits = { ...DEFAULT_LIMITS };
  for (const name of ["line", "field", "table", "inflated"] as const) {
    const bytes = given[name];
    if (bytes !== undefined) limits[name] = bytes as number;
  }
  return limits;
}

/** Least that a compressed file may hold, and how often its own size, where no limit is given. */
const LEAST_INFLATED = 1024 * MIB, MOST_RATIO = 200;

/** Most that `packed` bytes of a compressed file may hold. */
export function inflatedLimit({ inflated }: ReadLimits, packed: number): number {
  return inflated ?? Math.max(LEAST_INFLATED, MOST_RATIO * packed);
}

/** What a message says of a limit: how much it is, and what raises it. */
export function limitText(limit: keyof ReadLimits, bytes: number): string {
  return `${byteText(bytes)}, the limit (--max-${limit} raises it)`;
}

/** The error for a record that is too long. */
export function lineTooLong(file: string, line: number, { line: most }: ReadLimits): InputError {
  return new InputError(
    `${placeText(file, line)}: the line is longer than ${limitText("line", most)}`,
    {
      file,
      line,
      expected: `at most ${most} bytes`,
    },
  );
}

/** The error for a field that is too long; `field` is which of its row, counted from 1. */
export function fieldTooLong(
  file: string,
  line: number,
  field: number,
  { field: most }: ReadLimits,
): InputError {
  return new InputError(
    `${placeText(file, line)}: field ${field} is longer than ${limitText("field", most)}`,
    { file, line, expected: `at most ${most} bytes` },
  );
}

/** The error for a table, read whole, that is too large. */
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
