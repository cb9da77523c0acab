/**
 * Webster's method.
 *
 * @module
 */
import { divisorMethod } from "./divisors.ts";
import type { Method } from "./method.ts";

/**
 * Seats go one by one to the largest claim / (k + ½), k being the seats somebody has: with a common divisor, quotients are
 * rounded to the nearest whole number. Also Sainte-Laguë's. House monotone, favours neither large nor small claims (the
 * only divisor method that is unbiased in the sense of Balinski and Young, "Fair Representation", 1982), may
 * leave the quota, hardly ever does.
 */
export const webster: Method = divisorMethod("seats to the nearest whole number (Sainte-Laguë)", {
  divisor: (k) => k + 0.5,
  seatsBefore: (quotient) => Math.ceil(quotient - 0.5),
  power: 1,
  denominator: (k) => 2 * k + 1,
  exactDenominator: (k) => 2n * k + 1n,
  prefers: "larger",
});
