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
