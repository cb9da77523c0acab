/**
 * The units of a split: the way there that its problem asks for.
 *
 * @module
 */
import { solvePrice } from "./multiplier.ts";
import type { ResolvedSplitOptions } from "./options.ts";
import { People } from "./people.ts";
import type { CheckedColumns } from "./problem.ts";
import { withinReach } from "./reach.ts";
import { type HardBounds, settleRounding } from "./rounding.ts";
import { withoutFixed } from "./fixed.ts";
import { type SplitStatus, type Standing, standingOf } from "./status.ts";
import { splitInSteps } from "./step_split.ts";
import { solveTiers, type TierPrice } from "./tiers.ts";
import { Steps } from "./steps.ts";

/** Units, and what is known of them. */
export interface Solved {
  /** Units that each person gets. */
  units: Float64Array;
  /** What a unit more changes the objective by at the margin. */
  multiplier: number;
  /** How the total stands to the bounds. */
  standing: Standing;
  /** The total of one unit or step more (1) or less (−1). */
  nextTo: (sign: 1 | -1) => Neighbour;
}

/** A total next to the one that was split; `cost`: what a step there adds while the status stays, where it is known. */
export interface Neighbour {
  total: number;
  cost: number | null;
}

/** Splits checked columns. Throws InputError where there is no split. */
export function solveColumns(columns: CheckedColumns, options: ResolvedSplitOptions): Solved {
  const part = withoutFixed(columns);
  if (part === undefined) return solveFree(columns, options);
  const solved = part.free === undefined ? nothingFree(columns) : solveFree(part.free, options);
  return {
    ...solved,
    units: part.withFixed(solved.units),
    nextTo: (sign) => {
      const { total, cost } = solved.nextTo(sign);
      return { total: part.totalWith(total), cost };
    },
  };
}

/** Where everybody's amount is fixed. */
function nothingFree(columns: CheckedColumns): Solved {
  return {
    units: new Float64Array(0),
    multiplier: 0,
    standing: standingOf(columns.total, columns.fixed!, columns.fixed!),
    nextTo: (sign) => ({ total: columns.total + sign, cost: null }),
  };
}

/** Splits among people of whom nobody is fixed. */
function solveFree(columns: CheckedColumns, options: ResolvedSplitOptions): Solved {
  return options.step === undefined
    ? solveContinuous(columns, options)
    : solveSteps(columns, options, new Steps(options.step));
}

function solveContinuous(columns: CheckedColumns, options: ResolvedSplitOptions): Solved {
  const { total, lower, upper } = columns;
  const standing = standingOf(total, lower, upper);
  const bounds = hardBounds(standing.status, columns, lower, upper, options);
  const people = new People(columns, bounds, options);
  const units = new Float64Array(people.count);
  const price = columns.priority === undefined
    ? solvePrice(withinReach(people, total), total, units)
    : solveTiers(people, columns.priority, total, units).price;
  settleRounding(total, units, bounds);
  return {
    units,
    multiplier: 2 * price,
    standing,
    nextTo: (sign) => ({ total: total + sign, cost: null }),
  };
}

function solveSteps(columns: CheckedColumns, options: ResolvedSplitOptions, steps: Steps): Solved {
  const total = steps.countOfTotal(columns.total);
  const { least, most } = steps.intervals(columns.lower, columns.upper);
  const standing = standingOf(total, least, most);
  const bounds = hardBounds(standing.status, columns, least, most, options);
  const inUnits = {
    floor: bounds.floor.map((k) => isFinite(k) ? steps.units(k) : k),
    ceiling: bounds.ceiling.map((k) => isFinite(k) ? steps.units(k) : k),
  };
  const people = new People(columns, inUnits, options);
  const units = new Float64Array(people.count);
  const start = columns.priority === undefined
    ? onlyTier(solvePrice(withinReach(people, columns.total), columns.total, units))
    : solveTiers(people, columns.priority, columns.total, units);
  const { counts, change } = splitInSteps(
    people,
    steps,
    { least: bounds.floor, most: bounds.ceiling },
    total,
    { ...start, units },
    columns.priority,
  );
  return {
    units: counts.map((k) => steps.units(k)),
    multiplier: 2 * start.price,
    standing: { ...standing, amount: steps.units(standing.amount) },
    nextTo: (sign) => ({ total: steps.units(total + sign), cost: change(sign) }),
  };
}

/** The price of all people together, as the one tier there is. */
function onlyTier(price: number): TierPrice {
  return { tier: 1, price, passed: false };
}

/** The bounds that hold hard at a status: `least` and `most` as far as the total can meet them. */
function hardBounds(
  status: SplitStatus,
  { lower }: CheckedColumns,
  least: Float64Array,
  most: Float64Array,
  { allowNegative }: ResolvedSplitOptions,
): HardBounds {
  const unbounded = (limit: number) => new Float64Array(least.length).fill(limit);
  const lowest = () => !allowNegative && lower.every((l) => l >= 0) ? 0 : -Infinity;
  return {
    floor: status === "total_too_low" ? unbounded(lowest()) : least,
    ceiling: status === "total_too_high" ? unbounded(Infinity) : most,
  };
}
