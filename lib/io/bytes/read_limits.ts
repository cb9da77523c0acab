/**
 * How large what is read may be, so that broken or hostile input ends in one line and not in the memory's end.
 *
 * @module
 */

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

/** The limits where none are given. */
export const DEFAULT_LIMITS: Readonly<ReadLimits> = {
  line: 16 * MIB,
  field: 16 * MIB,
  table: 256 * MIB,
  inflated: null,
};

/** Least that a compressed file may hold, and how often its own size, where no limit is given. */
const LEAST_INFLATED = 1024 * MIB, MOST_RATIO = 200;

/** Most that `packed` bytes of a compressed file may hold. */
export function inflatedLimit({ inflated }: ReadLimits, packed: number): number {
  return inflated ?? Math.max(LEAST_INFLATED, MOST_RATIO * packed);
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
