/**
 * D'Hondt's method.
 *
 * @module
 */
import { divisorMethod } from "./divisors.ts";
import type { Method } from "./method.ts";

/**
 * Seats go one by one to the largest claim / (k + 1), k being the seats somebody has: with a common divisor, quotients are
 * rounded down. Also Jefferson's. House monotone, keeps the lower quota, favours large claims, and rewards coalitions
 * (Balinski and Young, "Fair Representation", 1982).
 */
export const dhondt: Method = divisorMethod(
  "seats rounded down, which favours the large (Jefferson)",
  {
    divisor: (k) => k + 1,
    seatsBefore: (quotient) => Math.ceil(quotient) - 1,
    power: 1,
    denominator: (k) => k + 1,
    exactDenominator: (k) => k + 1n,
    prefers: "larger",
  },
);
