/**
 * Huntington and Hill's method.
 *
 * @module
 */
import { divisorMethod } from "./divisors.ts";
import type { Method } from "./method.ts";

/**
 * Seats go one by one to the largest claim / √(k (k + 1)), k being the seats somebody has: with a common divisor, quotients
 * are rounded at the geometric mean of their neighbours. Also the method of equal proportions: no transfer of a
 * seat makes claims per seat of two people relatively more equal (Huntington, "The apportionment of representatives in
 * Congress", 1928). Everybody with a claim gets a seat before anybody gets two, larger claims first. House
 * monotone, favours small claims a little. The House of Representatives of the United States has used it since 1941.
 */
export const huntingtonHill: Method = divisorMethod("seats rounded at the geometric mean", {
  divisor: (k) => Math.sqrt(k) * Math.sqrt(k + 1),
  // k (k + 1) < q² where k < (√(1 + 4 q²) − 1) / 2.
  seatsBefore: (quotient) => Math.ceil((Math.hypot(1, 2 * quotient) - 1) / 2),
  power: 2,
  denominator: (k) => k * (k + 1),
  exactDenominator: (k) => k * (k + 1n),
  prefers: "larger",
});
