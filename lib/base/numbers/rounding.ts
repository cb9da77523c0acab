/**
 * How far sums of doubles may be off by rounding, for everything that compares them. The checker declares its own.
 *
 * @module
 */

/**
 * What limits and groups' rules count, relative to the terms that were added up: what is beyond an amount by no more than this keeps
 * it. docs/proof.md says so.
 */
export const COUNT_ROUNDING = 1e-9;

/** Objectives, bounds and what they are made of, relative to their size. */
export const WORTH_ROUNDING = 1e-12;

/** A product that is to be rounded down is multiplied by it first: in doubles 100 · 1.15 is 114.99999999999999. */
export const BEFORE_FLOOR: number = 1 + WORTH_ROUNDING;

/** Whether two objectives may be those of the same offers, added up in another order or read from a file. */
export function isSameObjective(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a));
}
