/**
 * Changes with their sign.
 *
 * @module
 */
import { aligned, count, figure, percent } from "./words.ts";

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

/**
 * A relative change with its sign: "+3.1 %"; what would round to 0 with two digits of its own.
 *
 * @example
 * ```ts
 * import { changeInPercent } from "./signed.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * assertEquals([0.0312, 0, -0.000123].map((share) => changeInPercent(share)), ["+3.1 %", "0.0 %", "−0.012 %"]);
 * ```
 */
export function changeInPercent(share: number, decimals = 1): string {
  const size = Math.abs(share);
  // What sums of doubles may differ by is no change.
  if (size < 1e-13) return percent(0, decimals);
  const shown = percent(size, decimals);
  return `${share < 0 ? "−" : "+"}${/^[<>]/.test(shown) ? `${figure(100 * size, 2)} %` : shown}`;
}
