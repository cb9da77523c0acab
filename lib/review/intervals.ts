/**
 * Intervals for shares and for differences of shares.
 *
 * @module
 */
import { normalQuantile } from "../deps/jstat.ts";

/** An interval, ends included. */
export interface Interval {
  /** Lower end. */
  readonly low: number;
  /** Upper end. */
  readonly high: number;
}

/** Standard deviations to either side that hold a normal variable with the confidence given: 1.96 for 0.95. */
export function deviationsFor(confidence: number): number {
  return normalQuantile((1 + confidence) / 2);
}

/**
 * Wilson's score interval for a share: the shares that a two-sided score test would not reject.
 *
 *     (p̂ + z²/2n ± z·√(p̂(1 − p̂)/n + z²/4n²)) / (1 + z²/n)
 *
 * E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927). It holds for
 * small n and for shares of 0 and 1, where the interval p̂ ± z·deviation says 0 or leaves [0, 1].
 *
 * @param hits cases that count, 0…n
 * @param n cases; of none the interval is [0, 1]
 *
 * @example
 * ```ts
 * import { wilson } from "./intervals.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * // Newcombe (1998), table I: 81 of 263.
 * const { low, high } = wilson(81, 263, 0.95);
 * assertEquals([low.toFixed(4), high.toFixed(4)], ["0.2553", "0.3662"]);
 * ```
 */
export function wilson(hits: number, n: number, confidence: number): Interval {
  if (n === 0) return { low: 0, high: 1 };
  const z = deviationsFor(confidence), share = hits / n;
  const middle = share + z * z / (2 * n);
  const reach = z * Math.sqrt(share * (1 - share) / n + z * z / (4 * n * n));
  const scale = 1 + z * z / n;
  return {
    // Exactly 0 or 1 here, not a rounding beside it.
    low: hits === 0 ? 0 : Math.max(0, (middle - reach) / scale),
    high: hits === n ? 1 : Math.min(1, (middle + reach) / scale),
  };
}

/** A difference of two shares and its interval. */
export interface Difference extends Interval {
  /** First share less second. */
  readonly difference: number;
}

/**
 * Newcombe's interval for the difference of two independent shares p₁ − p₂, from Wilson's interval of each (his method 10,
 * "square and add"):
 *
 *     low  = p₁ − p₂ − √((p₁ − l₁)² + (u₂ − p₂)²)
 *     high = p₁ − p₂ + √((u₁ − p₁)² + (p₂ − l₂)²)
 *
 * R. G. Newcombe, "Interval estimation for the difference between independent proportions: comparison of eleven
 * methods", Statistics in Medicine 17 (1998).
 *
 * @returns null where either share is of no cases
 *
 * @example
 * ```ts
 * import { shareDifference } from "./intervals.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * // Newcombe (1998), table II, case (a): 56/70 − 48/80.
 * const d = shareDifference(56, 70, 48, 80, 0.95)!;
 * assertEquals([d.low.toFixed(4), d.high.toFixed(4)], ["0.0524", "0.3339"]);
 * ```
 */
export function shareDifference(
  hits: number,
  n: number,
  otherHits: number,
  otherN: number,
  confidence: number,
): Difference | null {
  if (n === 0 || otherN === 0) return null;
  const p = hits / n, q = otherHits / otherN, difference = p - q;
  const own = wilson(hits, n, confidence), other = wilson(otherHits, otherN, confidence);
  return {
    difference,
    low: difference - Math.hypot(p - own.low, other.high - q),
    high: difference + Math.hypot(own.high - p, q - other.low),
  };
}
