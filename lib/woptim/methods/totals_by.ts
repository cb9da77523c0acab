/**
 * Who gets what as the total moves, by any method.
 *
 * @module
 */
import type { SplitOptions } from "../problem/options.ts";
import type { SplitProblem } from "../problem/problem.ts";
import { split as splitProblem } from "../split.ts";
import type { SplitStatus } from "../problem/status.ts";
import { isSwept, knots, splitTotals } from "../totals.ts";
import type { MethodName } from "./methods.ts";
import { fromZero, splitArraysBy, splitBy } from "./split_by.ts";

/** People as columns, with names. */
export interface NamedColumns {
  readonly names: readonly string[];
  /** Float64Array, length people. */
  readonly lower: Float64Array;
  /** Float64Array, length people; Infinity: no bound. */
  readonly upper: Float64Array;
  /** Float64Array, length people. */
  readonly target: Float64Array;
}

/** The split of one total by any method. */
export interface TotalSplit {
  /** Units that were divided. */
  readonly total: number;
  readonly status: SplitStatus;
  /** Units by which the total is too high or too low; 0 if feasible. */
  readonly amount: number;
  /** Σ discontent, as woptim counts it. */
  readonly objective: number;
  /** What a unit more changes the objective by at the margin; woptim only. */
  readonly multiplier?: number;
  /** The method's level or divisor; other methods only. */
  readonly level?: number | null;
  /** Float64Array, length people: units that each gets. */
  readonly units: Float64Array;
}

/** Splits of several totals among the same people. */
export interface TotalsSplit extends NamedColumns {
  readonly method: MethodName | "woptim";
  /** One for each total asked for, in order. */
  readonly splits: readonly TotalSplit[];
  /** Splits for a picture: between two neighbours everybody's units are a straight line, or nearly one. */
  readonly curve: readonly TotalSplit[];
}

/** Most bends of a curve that a picture shows. */
const MOST_KNOTS = 500;

/**
 * Splits each of the totals by the method.
 *
 * @param people the people as columns
 * @param problem the same as objects, where they have fields that the sweep does not handle
 */
export function totalsBy(
  method: MethodName | "woptim",
  people: NamedColumns,
  totals: readonly number[],
  options: SplitOptions,
  problem?: SplitProblem,
): TotalsSplit {
  const split = (totals: readonly number[]): TotalSplit[] =>
    method === "woptim" && (isSwept(people) || problem === undefined)
      ? splitTotals(people, totals, options)
      : totals.map((total) =>
        problem === undefined
          ? splitArraysBy(method as MethodName, { ...people, total }, options)
          : ofObjects(method, { ...problem, total, price: undefined }, options)
      );
  const splits = split(totals), sorted = [...totals].sort((a, b) => a - b);
  const bends = isCurve(method, people, options)
    ? knots(people, sorted[0], sorted[sorted.length - 1], options)
    : [];
  const drawn = bends.length > MOST_KNOTS ? [] : bends;
  const known = new Set(totals);
  const curve = [...splits, ...split(drawn.filter((total) => !known.has(total)))]
    .sort((a, b) => a.total - b.total);
  const { names, upper, target } = people;
  const lower = method === "woptim" ? people.lower : fromZero(people.lower);
  return { method, names, lower, upper, target, splits, curve };
}

function ofObjects(
  method: MethodName | "woptim",
  problem: SplitProblem,
  options: SplitOptions,
): TotalSplit {
  const { people, ...found } = method === "woptim"
    ? splitProblem(problem, options)
    : splitBy(method, problem, options);
  return { ...found, units: Float64Array.from(people, (person) => person.units) };
}

/** Whether everybody's units are straight lines between the {@link knots} of the totals. */
export function isCurve(
  method: MethodName | "woptim",
  people: object,
  { step }: SplitOptions,
): boolean {
  return method === "woptim" && step === undefined && isSwept(people);
}
