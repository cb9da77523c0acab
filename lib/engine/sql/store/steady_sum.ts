/**
 * Sums of doubles that are the same whatever order an engine's threads add them up in.
 *
 * A number is taken apart into whole steps, finer steps of what is left, and the dust that is left then. Steps are powers of two,
 * so sums of fewer than 2⁵³ of them are exact. The dust is added up as doubles are: its rounding is far below the last bit of the
 * whole sum. (The idea of Demmel and Nguyen, "Fast Reproducible Floating-Point Summation", 2013, with a size that is known
 * beforehand.)
 *
 * @module
 */
import type { Dialect } from "./dialect.ts";

/** Steps per unit and finer steps per step, as powers of two: sums of 2²⁹ numbers that are about as large as the unit are exact. */
const STEPS = 22, FINER = 24;

/** The largest power of steps per 1: with finer ones, numbers of fine steps would have no doubles. */
const MOST_STEPS = 990;

/** Doubles are whole numbers from this one on. */
const WHOLE = 2 ** 52;

/**
 * The sums of a group's numbers in three parts, as SQL over a column. Added up, also over groups, part by part and then the last
 * part first, they are the sum.
 *
 * @param unit the typical size of a number; above 0
 */
export function steadySum(
  sql: Dialect,
  number: string,
  unit: number,
): readonly [whole: string, rest: string, dust: string] {
  const steps = 2 ** Math.min(MOST_STEPS, STEPS - Math.floor(Math.log2(unit)));
  const inSteps = (part: string, of: number) =>
    `floor(${part} * ${sql.number(of)} + ${sql.number(0.5)}) / ${sql.number(of)}`;
  // A number that has no part below a step is taken as it is: engines have no whole part of all doubles.
  const whole = `if(abs(${number}) < ${sql.number(WHOLE / steps)}, ${
    inSteps(number, steps)
  }, ${number})`;
  const rest = inSteps(`(${number} - ${whole})`, steps * 2 ** FINER);
  return [`sum(${whole})`, `sum(${rest})`, `sum(${number} - ${whole} - ${rest})`];
}
