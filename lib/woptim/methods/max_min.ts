/**
 * Max-min fair shares.
 *
 * @module
 */
import { fillLevel } from "./level.ts";
import type { Method, MethodAnswer, MethodInput } from "./method.ts";
import { type Stage, stageOf } from "./stages.ts";
import type { Steps } from "../steps/steps.ts";
import { bySeats, type SeatRule } from "./seats.ts";

/**
 * Nobody can get more without taking from somebody who has less, counted per weight: of all vectors units / weight,
 * sorted, the lexicographically largest (leximin). It comes in stages: all get their lower bound first, then the target,
 * then the upper bound, and only then more than it; within a stage
 *
 *     units = min(ceiling, max(floor, λ · weight))   with one level λ for all,
 *
 * which is the one leximin vector between two marks (Bertsekas and Gallager, "Data Networks", 1992, 6.5.2). Up to the
 * targets it is the bankruptcy rule of constrained equal awards (Thomson, "Axiomatic and game-theoretic analysis of
 * bankruptcy and taxation problems", 2003). In whole steps the next step goes to whom has the least per weight.
 */
export const maxMin: Method = {
  what: "nobody can get more without taking from somebody with less (leximin)",
  level: "units per weight that all get who are at no bound",
  takes: ["step"],
  claims: false,
  whole: false,
  strict: false,
  divide(input, steps) {
    const { total, target } = input;
    const rate = input.weight ?? new Float64Array(target.length).fill(1);
    if (steps !== undefined) return inSteps(input, rate, steps);
    const stage = stageOf(total, marksOf(input));
    const units = new Float64Array(target.length);
    const level = fillLevel(total, { rate, ...stage }, units);
    return { units, level, tie: null };
  },
};

function marksOf({ lower, upper, target }: Omit<MethodInput, "total">): Float64Array[] {
  const wanted = target.map((t, i) => Math.min(upper[i], Math.max(lower[i], t)));
  return [new Float64Array(target.length), lower, wanted, upper];
}

/** The seat that brings somebody from k to k + 1 goes to the least k / weight; of equals to the least weight, who then has most. */
const LEAST_FIRST: SeatRule = {
  divisor: (k) => k,
  seatsBefore: (quotient) => Math.ceil(quotient),
  power: 1,
  denominator: (k) => k,
  exactDenominator: (k) => k,
  prefers: "smaller",
};

function inSteps(input: MethodInput, weight: Float64Array, steps: Steps): MethodAnswer {
  const { least, most } = steps.intervals(input.lower, input.upper);
  const target = input.target.map((t) => steps.count(t));
  const total = steps.countOfTotal(input.total);
  const stage: Stage = stageOf(total, marksOf({ lower: least, upper: most, target }));
  const seats = bySeats(total, { size: weight, exactly: null }, {
    least: stage.floor,
    most: stage.ceiling,
  }, LEAST_FIRST);
  return {
    units: seats.counts.map((k) => steps.units(k)),
    // The level is a number of seats per weight: the reciprocal of what the last seat was worth.
    level: seats.last === null ? null : steps.size / seats.last,
    tie: seats.tie && { ...seats.tie, units: steps.units(seats.tie.units) },
  };
}
