/**
 * What people claim: target × weight, as the decimals that both are written as.
 *
 * @module
 */
import { type Decimal, decimalOf } from "../exact/decimal.ts";
import type { MethodInput } from "./method.ts";

/** Everybody's claim. */
export interface Claims {
  /** Float64Array, length people: the claims, rounded where {@link exactly} is given. */
  readonly size: Float64Array;
  /** The claims without rounding; null: `size` has them. */
  readonly exactly: readonly Decimal[] | null;
}

/**
 * The claims: 0.3, and 0.1 with a weight of 3, are the same claim, though their product in doubles is not.
 *
 * @example
 * ```ts
 * import { claimsOf } from "./claims.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * const numbers = (...values: number[]) => Float64Array.from(values);
 * const asked = { total: 1, lower: numbers(0), upper: numbers(1), target: numbers(0.1) };
 * assertEquals(claimsOf(asked).exactly, null);
 * assertEquals(claimsOf({ ...asked, weight: numbers(3) }).exactly, [{ digits: 3n, exponent: -1 }]);
 * ```
 */
export function claimsOf({ target, weight }: Pick<MethodInput, "target" | "weight">): Claims {
  if (weight === undefined) return { size: target, exactly: null };
  return {
    size: target.map((t, i) => t * weight[i]),
    exactly: Array.from(target, (t, i) => {
      const claim = decimalOf(t), times = decimalOf(weight[i]);
      return { digits: claim.digits * times.digits, exponent: claim.exponent + times.exponent };
    }),
  };
}
