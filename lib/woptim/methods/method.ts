/**
 * What a method of splitting is, beside woptim's own.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import type { Steps } from "../steps/steps.ts";

/** What is to be split, checked: no bound, target or weight is below 0. */
export interface MethodInput {
  /** Units to be divided. */
  readonly total: number;
  /** The least units each person is fine with, from 0. */
  readonly lower: Float64Array;
  /** The most units each person is fine with; Infinity: no limit. */
  readonly upper: Float64Array;
  /** What each person claims: units, votes, inhabitants. */
  readonly target: Float64Array;
  /** How much each person counts; none: 1 each. */
  readonly weight?: Float64Array;
}

/** A tie at the last units: an equally good split gives them to others. */
export interface Tie {
  /** Units that could as well go to others. */
  readonly units: number;
  /** Numbers of the people between whom they are, in order; the first of them got the units. */
  readonly people: readonly number[];
}

/** What a method answers. */
export interface MethodAnswer {
  /** What each person gets. */
  readonly units: Float64Array;
  /** The level or divisor that goes with it, in the method's own sense; null where nobody has a choice. */
  readonly level: number | null;
  /** The tie at the last units; null: there is none. */
  readonly tie: Tie | null;
}

/** Names of options that only some methods take, as {@link SplitOptions} has them. */
export type MethodOption =
  | "gamma"
  | "tMin"
  | "absolute"
  | "allowNegative"
  | "step"
  | "leftover"
  | "changeWeight";

/** A method of splitting. */
export interface Method {
  /** What the method is, in a few words. */
  readonly what: string;
  /** What {@link MethodAnswer.level} is, in a few words. */
  readonly level: string;
  /** Options that it takes. */
  readonly takes: readonly MethodOption[];
  /** Whether targets are claims (votes, inhabitants, debts), whose size counts, not units that somebody wants. */
  readonly claims: boolean;
  /** Whether it divides whole steps only; the step is 1 where none is given. */
  readonly whole: boolean;
  /** Whether Σ lower ≤ total ≤ Σ upper must hold. */
  readonly strict: boolean;
  /** Divides. `steps`: what units are multiples of; undefined: any amount. */
  divide(input: MethodInput, steps: Steps | undefined): MethodAnswer;
}

/** The error where units are left that nobody may be given. */
export function nobodyToGiveTo(): InputError {
  return InputError.at({
    column: "target",
    value: "0",
    expected: "a number above 0 for somebody below the upper bound: units are left to divide",
  });
}
