/**
 * Numbers as plain decimals in bytes, without making strings, which is slow.
 *
 * @module
 */
import { POWERS_OF_TEN } from "./powers_of_ten.ts";

/** Numbers of up to 15 digits, of which up to 9 after the point, are written here. */
const MOST_UNITS = 1e15, MOST_DECIMALS = 9;

/** Of the whole numbers of a decimal as many digits at most are written at once: they fit 32 bits, in which a division is quick. */
const AT_ONCE = 1e9;

/** The most bytes that {@link DecimalBytes.write} writes: a sign, 15 digits, a zero before the point and the point. */
export const MOST_DECIMAL_BYTES = 18;

/** "000" … "999", end to end. */
const THREE_DIGITS = new TextEncoder().encode(
  Array.from({ length: 1000 }, (_, n) => String(n).padStart(3, "0")).join(""),
);

/** Writes numbers that mostly have the same number of decimals, as a column of scores. */
export class DecimalBytes {
  #decimals = 0;
  /** How many numbers since the last success did not fit the number of decimals. */
  #long = 0;

  /**
   * Writes {@link plainDecimal} of a number at `at`, where it has at most 15 digits, of which 9 after the point.
   *
   * @returns where the next byte goes; −1 where it was not written: then {@link plainDecimal} tells its text
   */
  write(bytes: Uint8Array, at: number, value: number): number {
    const size = Math.abs(value), power = POWERS_OF_TEN[this.#decimals];
    const units = Math.round(size * power);
    // The next two lines are {@link isWhole}, with the product at hand.
    if (!(units < MOST_UNITS && units / power === size)) {
      return this.#finds(size) ? this.write(bytes, at, value) : -1;
    }
    if (value < 0) bytes[at++] = 45;
    const whole = Math.floor(units / power), part = (units - whole * power) | 0;
    if (whole < 10) bytes[at++] = 48 + whole;
    else at = writeWhole(bytes, at, whole);
    if (part === 0) return at;
    bytes[at] = 46;
    let end = at + this.#decimals;
    writeDigits(bytes, at + 1, end + 1, part);
    while (bytes[end] === 48) end--;
    return end + 1;
  }

  /** Looks for a number of decimals that a number has no more of, every 64th time that the present one does not do. */
  #finds(size: number): boolean {
    if (this.#long++ % 64 !== 0) return false;
    for (let decimals = 0; decimals <= MOST_DECIMALS; decimals++) {
      if (!isWhole(size, decimals)) continue;
      this.#decimals = decimals;
      this.#long = 0;
      return true;
    }
    return false;
  }
}

/** Whether a number times 10^decimals is a whole number of at most 15 digits: such a decimal is the shortest text of its double. */
function isWhole(size: number, decimals: number): boolean {
  const power = POWERS_OF_TEN[decimals], units = Math.round(size * power);
  return units < MOST_UNITS && units / power === size;
}

/** Writes a whole number from 0 to 2^53. Returns where the next byte goes. */
export function writeWhole(bytes: Uint8Array, at: number, value: number): number {
  if (value < 10) {
    bytes[at] = 48 + value;
    return at + 1;
  }
  if (value >= AT_ONCE) {
    const high = Math.floor(value / AT_ONCE);
    at = writeWhole(bytes, at, high);
    writeDigits(bytes, at, at + 9, (value - high * AT_ONCE) | 0);
    return at + 9;
  }
  let end = at + 1;
  for (let power = 10; power <= value; power *= 10) end++;
  writeDigits(bytes, at, end, value | 0);
  return end;
}

/** Fills the bytes `[from, to)` with the last digits of a whole number below 10^9, zeros before them. */
function writeDigits(bytes: Uint8Array, from: number, to: number, value: number): void {
  let left = value | 0, at = to;
  for (; at - from >= 3; at -= 3) {
    const rest = (left / 1000) | 0, three = 3 * (left - 1000 * rest);
    bytes[at - 3] = THREE_DIGITS[three];
    bytes[at - 2] = THREE_DIGITS[three + 1];
    bytes[at - 1] = THREE_DIGITS[three + 2];
    left = rest;
  }
  for (; at > from; at--) {
    const rest = (left / 10) | 0;
    bytes[at - 1] = 48 + left - 10 * rest;
    left = rest;
  }
}
