/**
 * Changes with their sign.
 *
 * @module
 */
import { aligned, count, figure } from "./words.ts";

/** A number with its sign. */
export function signed(value: number | null): string {
  if (value === null) return "–";
  return value === 0 ? "0" : `${value < 0 ? "−" : "+"}${figure(Math.abs(value), 4)}`;
}

/**
 * {@link signed} for the numbers of one column, with as many decimals each.
 *
 * @example
 * ```ts
 * import { signedAlike } from "./signed.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * const changes = [38.45, -344, 0, null, 0.001];
 * assertEquals(changes.map(signedAlike(changes)).join(), "+38.5,−344.0,0,–,<0.1");
 * ```
 */
export function signedAlike(values: readonly (number | null)[]): (value: number | null) => string {
  const show = aligned(values);
  return (value) => {
    const text = show(value);
    return value !== null && value > 0 && !text.startsWith("<") ? `+${text}` : text;
  };
}

/** A change of a count. */
export function signedCount(change: number): string {
  return `${change < 0 ? "−" : "+"}${count(Math.abs(change))}`;
}

/** A difference of shares in percentage points with its sign: "+2.1". */
export function signedPoints(value: number): string {
  const size = Math.abs(100 * value).toFixed(1);
  return Number(size) === 0 ? "0.0" : `${value < 0 ? "−" : "+"}${size}`;
}
