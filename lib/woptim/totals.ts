/**
 * Who gets what as the total moves.
 *
 * @module
 */
import { UsageError } from "../base/errors.ts";
import { shown } from "../base/validate.ts";
import { ExactSum } from "./exact/exact_sum.ts";
import { AMOUNT_EXPECTED, isAmount } from "./problem/size.ts";
import { type ResolvedSplitOptions, resolveOptions, type SplitOptions } from "./problem/options.ts";
import { People } from "./price/people.ts";
import { PriceCurve } from "./price/price_curve.ts";
import { checkColumns } from "./problem/check_problem.ts";
import type { CheckedColumns, SplitColumns } from "./problem/problem.ts";
import { settleRounding } from "./exact/rounding.ts";
import { hardBounds } from "./solve.ts";
import { splitArrays } from "./split.ts";
import { type SplitStatus, standingOf } from "./problem/status.ts";

/** The split of one total. */
export interface SplitAtTotal {
  /** Units that were divided. */
  total: number;
  /** Whether the total can meet everybody's interval. */
  status: SplitStatus;
  /** Units by which the total is too high or too low; 0 if feasible. */
  amount: number;
  /** Σ discontent. */
  objective: number;
  /** What a unit more changes the objective by at the margin. */
  multiplier: number;
  /** Units that each person gets. */
  units: Float64Array;
}

/**
 * The splits of several totals, as {@link splitArrays} makes each of them. Without a step the units are piecewise linear in
 * the total as long as the status stays, so all totals of a status take one sweep over the breakpoints and an
 * interpolation each, not a search each: O(n log n) for the sweep and O(n) a total. With a step each total is split by itself.
 *
 * @param columns what people ask for; its total, and a price, are left aside
 * @throws {InputError} for columns that can't be used
 * @throws {UsageError} for an option or total out of range
 *
 * @example
 * ```ts
 * import { splitTotals } from "./totals.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * const people = { lower: [0, 0], upper: [8, 8], target: [4, 8] };
 * const splits = splitTotals(people, [6, 9, 12]);
 * assertEquals(splits.map(({ units }) => [...units]), [[2, 4], [3, 6], [4, 8]]);
 * ```
 */
export function splitTotals(
  columns: Omit<SplitColumns, "total" | "price">,
  totals: readonly number[],
  options: SplitOptions = {},
): SplitAtTotal[] {
  const resolved = resolveOptions(options);
  const checked = checkColumns({ ...columns, total: 0, price: undefined });
  const bad = totals.findIndex((total) => !isAmount(total));
  if (bad >= 0) {
    throw new UsageError(`total is ${shown(totals[bad])}, expected ${AMOUNT_EXPECTED}`);
  }
  if (resolved.step !== undefined || !isSwept(columns)) {
    return totals.map((total) => alone(columns, total, options));
  }
  const regimes = new Map<SplitStatus, Regime>();
  return totals.map((total) => {
    const standing = standingOf(total, checked.lower, checked.upper);
    const { status } = standing;
    const regime = regimes.get(status) ?? new Regime(status, checked, resolved);
    regimes.set(status, regime);
    const found = regime.at(total);
    return found === null ? alone(columns, total, options) : { total, ...standing, ...found };
  });
}

/**
 * The totals between `from` and `to` at which somebody reaches or leaves a bound, ascending, ends included; where the status
 * changes there are two next to each other, as units may jump. Between two of them everybody's units are a straight line.
 *
 * @example
 * ```ts
 * import { knots } from "./totals.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * const people = { lower: [2, 0], upper: [5, 8], target: [4, 8] };
 * assertEquals(knots(people, 2, 13), [2, 6, 12, 13]);
 * ```
 */
export function knots(
  columns: Omit<SplitColumns, "total" | "price">,
  from: number,
  to: number,
  options: Omit<SplitOptions, "step"> = {},
): number[] {
  const resolved = resolveOptions(options);
  const checked = checkColumns({ ...columns, total: 0, price: undefined });
  const low = checked.lower.every(Number.isFinite) ? ExactSum.of(checked.lower).value() : -Infinity;
  const high = checked.upper.every(Number.isFinite) ? ExactSum.of(checked.upper).value() : Infinity;
  const found = new Set([from, to]);
  const add = (total: number) => {
    if (from < total && total < to) found.add(total);
  };
  const ranges: [SplitStatus, number, number][] = [
    ["total_too_low", -Infinity, low],
    ["feasible", low, high],
    ["total_too_high", high, Infinity],
  ];
  const rounding = roundingOf(checked, Math.max(Math.abs(from), Math.abs(to)));
  for (const [status, first, last] of ranges) {
    if (!(first < to && last > from)) continue;
    let before = NaN;
    for (const total of new Regime(status, checked, resolved).curve.totals) {
      const isNear = (known: number) => Math.abs(total - known) <= rounding;
      if (!(first < total && total < last) || [from, to, low, high, before].some(isNear)) continue;
      add(total);
      before = total;
    }
  }
  // Σ lower and Σ upper are feasible totals themselves; just beyond them the status differs.
  for (const [total, beyond] of [[low, 1 - HAIR], [high, 1 + HAIR]]) {
    add(total);
    add(total * beyond);
  }
  return [...found].sort((a, b) => a - b);
}

/** How far rounding may move the sum of units at which somebody bends: nearer than this two totals are one. */
function roundingOf({ lower, upper, target }: CheckedColumns, reach: number): number {
  let size = 0;
  // What is beyond the totals asked for is no part of their sums.
  for (const column of [lower, upper, target]) {
    for (const value of column) size += Math.min(Math.abs(value), reach);
  }
  return 4 * Number.EPSILON * size;
}

/** Beside the sum of the bounds, a total that is surely past it. */
const HAIR = 2 ** -40;

/** All totals of one status: the hard bounds are the same for them. */
class Regime {
  readonly curve: PriceCurve;
  readonly #people: People;

  constructor(status: SplitStatus, columns: CheckedColumns, options: ResolvedSplitOptions) {
    const bounds = hardBounds(status, columns, columns.lower, columns.upper, options);
    this.#people = new People(columns, bounds, options);
    this.curve = new PriceCurve(this.#people);
  }

  /** The split of a total; null where the curve does not give it. */
  at(total: number): Pick<SplitAtTotal, "units" | "objective" | "multiplier"> | null {
    const people = this.#people, units = new Float64Array(people.count);
    const price = this.curve.unitsAt(total, units);
    if (price === null) return null;
    settleRounding(total, units, people);
    const objective = ExactSum.of(people.discontent(units)).value();
    return { objective, multiplier: 2 * price, units };
  }
}

/** The columns that the sweep over breakpoints handles; with others each total is split by itself. */
const SWEPT: ReadonlySet<string> = new Set(["names", "lower", "upper", "target", "total", "price"]);

/** Whether the units are piecewise linear in the total, with bends at bounds only. */
export function isSwept(columns: object): boolean {
  return Object.entries(columns).every(([name, values]) => values === undefined || SWEPT.has(name));
}

function alone(
  columns: Omit<SplitColumns, "total" | "price">,
  total: number,
  options: SplitOptions,
): SplitAtTotal {
  const { status, amount, objective, multiplier, units } = splitArrays(
    { ...columns, total, price: undefined },
    options,
  );
  return { total, status, amount, objective, multiplier, units };
}
