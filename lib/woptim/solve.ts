/**
 * The units of a split, by the method that its problem needs.
 *
 * @module
 */
import { InputError } from "../base/errors.ts";
import { splitTreeInSteps } from "./steps/group_steps.ts";
import { solveTree } from "./groups/group_split.ts";
import { standingOfTree } from "./problem/group_tree.ts";
import { differenceOf, type Fraction, sumOf } from "./exact/fraction.ts";
import { type Packs, packsOf } from "./steps/pack_sizes.ts";
import { splitInPacks } from "./steps/packs.ts";
import { solvePrice } from "./price/multiplier.ts";
import type { ResolvedSplitOptions } from "./problem/options.ts";
import { chooseOrZero } from "./or_zero/or_zero.ts";
import { People } from "./price/people.ts";
import type { CheckedColumns } from "./problem/problem.ts";
import { withinReach } from "./price/reach.ts";
import { ExactSum } from "./exact/exact_sum.ts";
import { type HardBounds, settleRounding } from "./exact/rounding.ts";
import { type FreePart, withoutFixed } from "./problem/fixed.ts";
import { renumbered } from "./problem/check_fields.ts";
import { solvePeople } from "./price/solve_people.ts";
import { type SplitStatus, type Standing, standingOf } from "./problem/status.ts";
import { splitInSteps } from "./steps/step_split.ts";
import { solveTiers, type TierPrice } from "./price/tiers.ts";
import { leavesRest, Steps } from "./steps/steps.ts";

/** Units, and the facts that come with them. */
export interface Solved {
  /** Units that each person gets. */
  units: Float64Array;
  /** The same in whole steps, where all have one step and nobody is fixed. */
  counts?: Float64Array;
  /** What a unit more changes the objective by at the margin. */
  multiplier: number;
  /** How the total stands to the bounds. */
  standing: Standing;
  /** Units that are left over: with a step, what no whole one could be made of. */
  leftover: number;
  /** How far the answer may be from the best, in proportion, where that is not known to be 0. */
  gap?: number;
  /** What a total next to this one differs by: 1, or the step. */
  increment: number;
  /** The total of one such more (1) or less (−1). */
  nextTo: (sign: 1 | -1) => Neighbour;
}

/** A total next to the one that was split; `cost`: what a step there adds, null where only its split tells. */
export interface Neighbour {
  total: number;
  cost: number | null;
}

/** Splits checked columns. Throws InputError where there is no split. */
export function solveColumns(columns: CheckedColumns, options: ResolvedSplitOptions): Solved {
  const solved = solveChecked(columns, options);
  requireTotal(columns.total, solved);
  return solved;
}

/** @throws InputError where doubles could not make the total of numbers that are too far apart */
function requireTotal(total: number, { units, leftover }: Solved): void {
  let size = total;
  for (const x of units) size += Math.abs(x);
  const missing = ExactSum.of(units, total - leftover, -1).value();
  if (Math.abs(missing) <= MISSING * size) return;
  throw InputError.at({
    column: "total",
    value: String(total),
    expected: "amounts and targets less far apart: doubles can't make the total of these",
  });
}

/** A sum of units may miss the total by this share of their sizes: last bits, of which there may be millions. */
const MISSING = 1e-9;

function solveChecked(columns: CheckedColumns, options: ResolvedSplitOptions): Solved {
  if (columns.groups !== undefined) return solveGroups(columns, options);
  const part = withoutFixed(columns);
  if (part === undefined) return solveFree(columns, options);
  const solved = part.free === undefined ? allFixed(columns) : solveBeside(part, columns, options);
  return {
    ...solved,
    units: part.withFixed(solved.units),
    counts: undefined,
    nextTo: (sign) => {
      const { total, cost } = solved.nextTo(sign);
      return { total: part.totalWith(total), cost };
    },
  };
}

/** Splits what is left beside fixed amounts; what is said of the total is said of all of it. */
function solveBeside(
  { free, others, fixedSum, room }: FreePart,
  { total }: CheckedColumns,
  options: ResolvedSplitOptions,
): Solved {
  const columns = free!, left = columns.total;
  try {
    const unit = room > 0 ? unitOfSteps(columns, options) : undefined;
    return solveFree({ ...columns, total: unit?.nearest(left, room) ?? left }, options);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    if (error.column !== "total") throw renumbered(error, (i) => others[i]);
    const expected = `${error.fault.expected} beside the ${fixedSum} that are fixed`;
    throw InputError.at({ column: "total", value: String(total), expected });
  }
}

/** What everybody's steps are multiples of; undefined: there are no steps. */
function unitOfSteps(columns: CheckedColumns, options: ResolvedSplitOptions): Steps | undefined {
  if (columns.step !== undefined) return new Steps(packsOf(stepsOfAll(columns.step, options)).unit);
  return options.step === undefined ? undefined : new Steps(options.step);
}

/** Where everybody's amount is fixed. */
function allFixed(columns: CheckedColumns): Solved {
  return inAnyAmounts(columns.total, new Float64Array(0), 0, { status: "feasible", amount: 0 });
}

/** A split in any amounts: all of the total is handed out, and a total next to it is one unit away, which costs `cost`. */
function inAnyAmounts(
  total: number,
  units: Float64Array,
  price: number,
  standing: Standing,
  cost: (next: number) => number | null = () => null,
): Solved {
  return {
    units,
    multiplier: 2 * price,
    standing,
    leftover: 0,
    increment: 1,
    nextTo: (sign) => {
      const next = sumOf(total, sign);
      return { total: next, cost: next < 0 ? null : cost(next) };
    },
  };
}

/** A split of `count` steps of the total; `standing` counts in steps, `cost` is what a step more or less would add. */
function inWholeSteps(
  { total }: CheckedColumns,
  steps: Steps,
  count: number,
  found: { counts: Float64Array; standing: Standing; price: number },
  cost: (sign: 1 | -1) => number | null,
): Solved {
  const { counts, standing, price } = found;
  return {
    units: counts.map((k) => steps.units(k)),
    counts,
    multiplier: 2 * price,
    standing: { ...standing, amount: steps.units(standing.amount) },
    leftover: steps.wholeOf(total).left,
    increment: steps.size,
    nextTo: (sign) => ({ total: steps.units(count + sign), cost: cost(sign) }),
  };
}

/** Splits among people in groups. */
function solveGroups(columns: CheckedColumns, options: ResolvedSplitOptions): Solved {
  const { fixed, priority, orZero, step } = columns;
  const others = {
    priority,
    or_zero: orZero,
    "steps of people's own": step,
    "fixed with a step": options.step && fixed,
  };
  for (const [name, other] of Object.entries(others)) {
    if (other !== undefined) {
      throw new InputError(`groups and ${name} can't be combined: give one of them`);
    }
  }
  // Checks that there is enough for those who are fixed.
  if (fixed !== undefined) withoutFixed(columns);
  return options.step === undefined
    ? continuousGroups(columns, options)
    : groupsInSteps(columns, options, new Steps(options.step));
}

/** What the status leaves of hard bounds of groups. */
function groupBounds(status: SplitStatus, lower: Float64Array, upper: Float64Array): HardBounds {
  return {
    floor: status === "total_too_low" ? lower.map(() => -Infinity) : lower,
    ceiling: status === "total_too_high" ? upper.map(() => Infinity) : upper,
  };
}

function continuousGroups(columns: CheckedColumns, options: ResolvedSplitOptions): Solved {
  const { total, fixed } = columns, groups = columns.groups!, group = columns.group!;
  const kept = (bounds: Float64Array) =>
    fixed === undefined ? bounds : bounds.map((b, i) => Number.isNaN(fixed[i]) ? b : fixed[i]);
  const lower = kept(columns.lower), upper = kept(columns.upper);
  const standing = standingOfTree(total, { lower, upper, group }, groups);
  const bounds = hardBounds(standing.status, columns, columns.lower, columns.upper, options);
  const hard = { floor: kept(bounds.floor), ceiling: kept(bounds.ceiling) };
  const groupHard = groupBounds(standing.status, groups.lower, groups.upper);
  const units = new Float64Array(group.length);
  const problem = { total, wishes: columns, hard, group, groups, groupHard };
  const { price, more, less } = solveTree(problem, options, units);
  settleRounding(total, units, hard);
  // Other bounds hold at another status, and those who are fixed may need more than there is.
  const cost = (next: number) =>
    fixed === undefined && Math.abs(next - total) === 1 &&
      standingOfTree(next, { lower, upper, group }, groups).status === standing.status
      ? next > total ? more : less
      : null;
  return inAnyAmounts(total, units, price, standing, cost);
}

function groupsInSteps(
  columns: CheckedColumns,
  options: ResolvedSplitOptions,
  steps: Steps,
): Solved {
  const groups = columns.groups!, group = columns.group!;
  const count = steps.countOfTotal(columns.total, options.leftover), total = steps.units(count);
  const { least, most } = steps.intervals(columns.lower, columns.upper);
  const own = steps.intervals(groups.lower, groups.upper);
  const standing = standingOfTree(
    count,
    { lower: least, upper: most, group },
    { ...groups, lower: own.least, upper: own.most },
    (k) => steps.unitsOfBound(k),
  );
  const bounds = hardBounds(standing.status, columns, least, most, options);
  const groupSteps = groupBounds(standing.status, own.least, own.most);
  const hard = steps.unitsOfBounds(bounds), groupHard = steps.unitsOfBounds(groupSteps);
  const start = new Float64Array(group.length);
  const problem = { total, wishes: columns, hard, group, groups, groupHard };
  const prices = solveTree(problem, options, start);
  const people = new People(columns, hard, options);
  const tree = { people, bounds, group, groups, groupBounds: groupSteps };
  const counts = splitTreeInSteps(tree, steps, count, { units: start, prices });
  return inWholeSteps(columns, steps, count, { counts, standing, price: prices.price }, () => null);
}

/** Splits among people of whom nobody is fixed. */
function solveFree(columns: CheckedColumns, options: ResolvedSplitOptions): Solved {
  if (columns.orZero !== undefined) return solveOrZero(columns, columns.orZero, options);
  if (columns.step !== undefined) return solveOwnSteps(columns, columns.step, options);
  return options.step === undefined
    ? solveContinuous(columns, options)
    : solveSteps(columns, options, new Steps(options.step));
}

/** Splits among people with steps of their own, the option's step for those who have none. */
function solveOwnSteps(
  columns: CheckedColumns,
  own: readonly (Fraction | undefined)[],
  options: ResolvedSplitOptions,
): Solved {
  const packs = packsOf(stepsOfAll(own, options));
  return packs.classes.length === 1
    ? solveSteps(columns, options, packs.classes[0].steps)
    : solvePacks(columns, options, packs);
}

/** Everybody's own step, or the option's. */
function stepsOfAll(
  own: readonly (Fraction | undefined)[],
  options: ResolvedSplitOptions,
): Fraction[] {
  const usual = options.step === undefined ? undefined : new Steps(options.step).fraction;
  return own.map((step, i) => {
    const size = step ?? usual;
    if (size !== undefined) return size;
    throw InputError.at({ column: `step[${i}]`, expected: "a step for everybody, or for nobody" });
  });
}

/** Splits where those for whom `orZero` is 1 get nothing at all or keep to their interval. */
function solveOrZero(
  columns: CheckedColumns,
  orZero: Float64Array,
  options: ResolvedSplitOptions,
): Solved {
  const { total, lower, upper } = columns;
  for (const other of ["priority", "step"] as const) {
    if (columns[other] === undefined) continue;
    const what = other === "step" ? "steps of people's own" : other;
    throw new InputError(`or_zero and ${what} can't be combined: give one of them`);
  }
  const steps = options.step === undefined ? undefined : new Steps(options.step);
  const inSteps = steps?.intervals(lower, upper);
  const { least, most } = inSteps ?? { least: lower, most: upper };
  // People whose interval holds 0, in whole steps or as it is, have no choice to make.
  const mayBeZero = Uint8Array.from(
    orZero,
    (flag, i) => Number(flag === 1 && lower[i] > 0 && least[i] > 0),
  );
  const zeroed = least.map((l, i) => mayBeZero[i] ? 0 : l);
  const amount = steps === undefined ? total : steps.countOfTotal(total, options.leftover);
  const standing = standingOf(amount, zeroed, most);
  const bounds = hardBounds(standing.status, columns, least, most, options);
  bounds.floor = bounds.floor.map((l, i) => mayBeZero[i] ? least[i] : l);
  const hard = steps === undefined ? bounds : steps.unitsOfBounds(bounds);
  const lattice = steps && {
    step: steps.size,
    units: (k: number) => steps.units(k),
    least: bounds.floor,
    most: bounds.ceiling,
  };
  const handedOut = steps === undefined ? amount : steps.units(amount);
  const people = new People(columns, hard, options);
  const choice = chooseOrZero(people, mayBeZero, handedOut, lattice);
  if (choice === undefined) {
    throw new InputError(
      "or_zero: the search gave up before it found a choice of who gets nothing that makes the total",
    );
  }
  if (choice === null) {
    throw InputError.at({
      column: "total",
      value: String(total),
      expected:
        "units that add up with nothing, or an amount within the interval, for those of or_zero",
    });
  }
  const taken = (limits: Float64Array) =>
    limits.map((limit, i) => choice.taken[i] === 0 ? 0 : limit);
  const chosen = { floor: taken(bounds.floor), ceiling: taken(bounds.ceiling) };
  const solved = solveWithin(columns, options, steps, standing, chosen);
  // With another total another choice may be best.
  const nextTo = (sign: 1 | -1) => ({ ...solved.nextTo(sign), cost: null });
  return { ...solved, nextTo, gap: choice.gap };
}

function solveContinuous(columns: CheckedColumns, options: ResolvedSplitOptions): Solved {
  const { total, lower, upper } = columns;
  const standing = standingOf(total, lower, upper);
  const bounds = hardBounds(standing.status, columns, lower, upper, options);
  return solveWithin(columns, options, undefined, standing, bounds);
}

/** Splits within hard bounds, in units, or in steps if there are any. */
function solveWithin(
  columns: CheckedColumns,
  options: ResolvedSplitOptions,
  steps: Steps | undefined,
  standing: Standing,
  bounds: HardBounds,
): Solved {
  if (steps !== undefined) return stepsWithin(columns, options, steps, standing, bounds);
  const { total } = columns;
  const people = new People(columns, bounds, options);
  const units = new Float64Array(people.count);
  const price = columns.priority === undefined
    ? solvePeople(people, total, units)
    : solveTiers(people, columns.priority, total, units).price;
  settleRounding(total, units, bounds);
  return inAnyAmounts(total, units, price, standing);
}

function solveSteps(columns: CheckedColumns, options: ResolvedSplitOptions, steps: Steps): Solved {
  const total = steps.countOfTotal(columns.total, options.leftover);
  const { least, most } = steps.intervals(columns.lower, columns.upper);
  const standing = standingOf(total, least, most);
  const bounds = hardBounds(standing.status, columns, least, most, options);
  // Other bounds hold at another status.
  const stays = (sign: 1 | -1) =>
    total + sign >= 0 && standingOf(total + sign, least, most).status === standing.status;
  return stepsWithin(columns, options, steps, standing, bounds, stays);
}

/** Splits in steps; bounds and the amount of the standing are in steps. `stays`: whether they hold for a step more or less. */
function stepsWithin(
  columns: CheckedColumns,
  options: ResolvedSplitOptions,
  steps: Steps,
  standing: Standing,
  bounds: HardBounds,
  stays: (sign: 1 | -1) => boolean = () => false,
): Solved {
  const total = steps.countOfTotal(columns.total, options.leftover);
  const handedOut = steps.units(total);
  const people = new People(columns, steps.unitsOfBounds(bounds), options);
  const units = new Float64Array(people.count);
  const start = columns.priority === undefined
    ? onlyTier(solvePrice(withinReach(people, handedOut), handedOut, units))
    : solveTiers(people, columns.priority, handedOut, units);
  const { counts, change } = splitInSteps(
    people,
    steps,
    { least: bounds.floor, most: bounds.ceiling },
    total,
    { ...start, units },
    columns.priority,
  );
  const cost = (sign: 1 | -1) => stays(sign) ? change(sign) : null;
  return inWholeSteps(columns, steps, total, { counts, standing, price: start.price }, cost);
}

function solvePacks(columns: CheckedColumns, options: ResolvedSplitOptions, packs: Packs): Solved {
  const { total } = columns;
  if (columns.priority !== undefined) {
    throw new InputError(
      "steps of different sizes and priority can't be combined: give one of them",
    );
  }
  const n = columns.target.length, stepsOf = new Array<Steps>(n);
  const least = new Float64Array(n), most = new Float64Array(n);
  for (const { steps, people } of packs.classes) {
    for (const i of people) {
      stepsOf[i] = steps;
      [least[i], most[i]] = steps.interval(columns.lower[i], columns.upper[i], i);
    }
  }
  const inUnits = (counts: Float64Array) => counts.map((k, i) => stepsOf[i].unitsOfBound(k));
  const standing = standingOf(total, inUnits(least), inUnits(most));
  const bounds = hardBounds(standing.status, columns, least, most, options);
  const hard = { floor: inUnits(bounds.floor), ceiling: inUnits(bounds.ceiling) };
  const people = new People(columns, hard, options);
  const units = new Float64Array(n);
  const price = solvePrice(withinReach(people, total), total, units);
  const within = { least: bounds.floor, most: bounds.ceiling };
  const { counts, leftover } = splitInPacks(people, packs, within, total, { price, units });
  // Which totals are possible is known beforehand only where the steps divide one another.
  if (leftover > 0 && packs.areNested && !options.leftover) {
    throw InputError.at({
      column: "total",
      value: String(total),
      expected: `whole steps within the bounds, which make up ${differenceOf(total, leftover)} ` +
        `(${leavesRest()})`,
    });
  }
  const unit = new Steps(packs.unit);
  return {
    units: inUnits(counts),
    multiplier: 2 * price,
    standing,
    leftover,
    increment: unit.size,
    nextTo: (sign) => ({ total: unit.units(unit.wholeOf(total).count + sign), cost: null }),
  };
}

/** The price of all people together, as the one tier there is. */
function onlyTier(price: number): TierPrice {
  return { tier: 1, price, passed: false };
}

/** The bounds that hold hard at a status: `least` and `most` as far as the total can meet them. */
export function hardBounds(
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
