/**
 * Dividing units among people, each with an interval and a target, the best possible way.
 *
 * @module
 */
import { betweenPrices } from "./price/between_prices.ts";
import { InputError } from "../base/errors.ts";
import { checkColumns, columnsOf } from "./problem/check_problem.ts";
import { discontentOf } from "./problem/discontent.ts";
import type { CheckedGroups } from "./problem/group_tree.ts";
import { ExactSum } from "./exact/exact_sum.ts";
import { isAmount } from "./problem/size.ts";
import { type ResolvedSplitOptions, resolveOptions, type SplitOptions } from "./problem/options.ts";
import { sharePrice } from "./payments.ts";
import type { CheckedColumns, SplitColumns, SplitProblem } from "./problem/problem.ts";
import { type Neighbour, solveColumns, type Solved } from "./solve.ts";
import type { SplitStatus, Standing } from "./problem/status.ts";

/** What one person gets. */
export interface SplitPerson {
  /** The person's name. */
  name: string;
  /** Units that the person gets. */
  units: number;
  /** Units that the person would like best. */
  target: number;
  /** The least units the person is fine with; −Infinity: no limit (null in JSON). */
  lower: number;
  /** The most units the person is fine with; Infinity: no limit (null in JSON). */
  upper: number;
  /** Whether the units lie in the interval, ends included. */
  inside: boolean;
  /** |units − target|. */
  distance: number;
  /** The person's part of the objective. */
  discontent: number;
  /** price · units / total, before rounding to coins; null without a price. */
  share: number | null;
  /** What the person pays, a whole number of coins; null without a price. */
  payment: number | null;
  /** How much the discontent counts; only where somebody has a weight. */
  weight?: number;
  /** The person's tier; only where somebody has one beyond the first. */
  priority?: number;
  /** The person's group, null for none; only where there are groups. */
  group?: string | null;
  /** Units that the person had last time, null for none; only where somebody had any. */
  previous?: number | null;
  /** units − previous; null without a previous amount. */
  change?: number | null;
  /** Whether the amount was fixed beforehand; only where it was. */
  fixed?: true;
}

/** What one group gets. */
export interface SplitGroup {
  /** The group's name. */
  name: string;
  /** Units that its members get together. */
  units: number;
  /** Units that would be best for them together; null: none given. */
  target: number | null;
  /** The least units for them together; −Infinity: no limit (null in JSON). */
  lower: number;
  /** The most units for them together; Infinity: no limit (null in JSON). */
  upper: number;
  /** Whether the units lie in the interval, ends included. */
  inside: boolean;
  /** The group's part of the objective. */
  discontent: number;
  /** The group that it is in; null: none. */
  group: string | null;
}

/** A split: all but the people. */
export interface SplitSummary {
  /** Units that were divided. */
  total: number;
  /** The groups, in the order given; only where there are any. */
  groups?: SplitGroup[];
  /** Price of all units; null if none was given. */
  price: number | null;
  /** Whether the total can meet everybody's interval; with a step, the intervals rounded to it. */
  status: SplitStatus;
  /** Units by which the total is too high or too low; 0 if feasible. */
  amount: number;
  /**
   * Units that were not handed out, as no whole step could be made of them; only with the option `leftover` or steps of
   * people's own.
   */
  leftover?: number;
  /** The units that `more` and `less` are for, where people have steps of their own; else 1, or the step. */
  increment?: number;
  /**
   * How far the objective may be above the best, in proportion: (objective − bound) / objective; 0: it is the best. Only
   * where somebody has `orZero`, for whom the search may end before it is sure.
   */
  gap?: number;
  /** Σ discontent: what was minimised. */
  objective: number;
  /**
   * What one unit more in all, or one step more, changes the objective by: the difference to the split of that total.
   * null where that total can't be split, or where it is not sure that a split is the best (`gap`).
   */
  readonly more: number | null;
  /** What one unit less in all, or one step less, changes the objective by; null where the total would fall below 0. */
  readonly less: number | null;
  /**
   * What a unit more changes the objective by at the margin: its derivative by the total. Where
   * everybody is at a hard bound it has a kink there; then it is the derivative towards more units, or
   * towards fewer where no more could be placed. With a step it is that of the split without one.
   */
  multiplier: number;
}

/** A split, one object a person. */
export interface Split extends SplitSummary {
  /** The people, in the order of the requirements. */
  people: SplitPerson[];
}

/** A split, one entry a person in each array. */
export interface ColumnSplit extends SplitSummary {
  /** Units that each person gets. */
  units: Float64Array;
  /** Each person's part of the objective. */
  discontent: Float64Array;
  /** price · units / total, before rounding to coins; null without a price. */
  share: Float64Array | null;
  /** What each person pays, a whole number of coins; null without a price. */
  payment: Float64Array | null;
}

/**
 * Divides `total` units among people, each with an interval [l, u] and a target t, so that the units x minimise
 *
 *     γ Σ w(t) (x − t)² + Σ w(l) (l − x)₊² + Σ w(u) (x − u)₊²   subject to   Σ x = total,
 *
 * each person's part times the person's weight and, where somebody has a `previous` amount p, plus κ w(p) (x − p)² with κ
 * the `changeWeight`; w(v) = min(1/v, 1/tMin), 1/tMin for v ≤ 0, or 1 where `absolute` is set. Who is `fixed` gets that amount; the
 * rest is split among the others. Further constraints by status:
 *
 * - `feasible` (Σ l ≤ total ≤ Σ u): everybody stays within the interval, l ≤ x ≤ u.
 * - `total_too_high` (total > Σ u): x ≥ l, and upper bounds may be passed. As all upper bounds lose their hard
 *   form at once, units jump when the total crosses Σ u.
 * - `total_too_low` (total < Σ l): x ≤ u, and units may fall short of lower bounds, but x ≥ 0 if every l ≥ 0 and
 *   `allowNegative` is not set.
 *
 * With `priority` the discontent of tier 1 is made least first, among such splits that of tier 2, and so on, within the
 * same constraints: a tier is settled before the next gets anything beyond its hard lower bounds.
 *
 * With `groups`, the sum above has a part of the same form for each group, with the sum of its members' units for x, and
 * groups' bounds are kept where people's are. Of groups in groups the units are those of all within.
 *
 * A bound may be open (null, or ±Infinity): it has no breakpoint and no weight, and the status is never one that asks for
 * more than it. Bounds too far out to be reached are treated as open.
 *
 * The answer is exact up to rounding (see `solvePrice` of this folder), its sum is the total to the last bit
 * that doubles allow, and it takes O(n log n). With `step`, it is the best among the multiples of the step,
 * bounds rounded inward to it (an interval without a multiple is widened to its two neighbours); costs of steps are
 * compared without rounding, and of equals the first person's step is taken.
 *
 * Throws {@link InputError} for a problem that can't be used and {@link UsageError} for an option out of range.
 *
 * Method: woptim's, solved by the multiplier's breakpoints instead of a general convex solver.
 *
 * @example
 * ```ts
 * import { split } from "./split.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * const { people, status } = split({
 *   total: 70,
 *   price: 10,
 *   requirements: [
 *     { name: "alice", interval: [30, 40], target: "upper" },
 *     { name: "bob", interval: [30, 40], target: "lower" },
 *   ],
 * });
 * assertEquals(status, "feasible");
 * assertEquals(people[0].units, 40);
 * assertEquals(people[1].units, 30);
 * assertEquals(people[0].payment, 5.71);
 * assertEquals(people[1].payment, 4.29);
 * ```
 */
export function split(problem: SplitProblem, options: SplitOptions = {}): Split {
  const resolved = resolveOptions(options);
  const columns = columnsOf(problem);
  const { units, discontent, share, payment, ...summary } = solve(columns, resolved);
  const got = { units, discontent, share, payment };
  return { ...summary, people: columns.names.map((_, i) => personOf(columns, i, got)) };
}

/** Person i of a problem, with the further fields that anybody has. */
export function personOf(
  columns: CheckedColumns & { names: readonly string[] },
  i: number,
  got: Got,
): SplitPerson {
  return {
    ...personAt(columns.names[i], i, columns, got),
    ...furtherOf(columns, i, got.units[i]),
  };
}

/** What people asked for, as columns. */
export type Asked = Pick<CheckedColumns, "lower" | "upper" | "target">;
/** What people got, as columns. */
export type Got = Pick<ColumnSplit, "units" | "discontent" | "share" | "payment">;

/** Person i of a split in columns. */
export function personAt(
  name: string,
  i: number,
  asked: Asked,
  { units, discontent, share, payment }: Got,
): SplitPerson {
  const lower = asked.lower[i], upper = asked.upper[i], target = asked.target[i], x = units[i];
  return {
    name,
    units: x,
    target,
    lower,
    upper,
    inside: lower <= x && x <= upper,
    distance: Math.abs(x - target),
    discontent: discontent[i],
    share: share === null ? null : share[i],
    payment: payment === null ? null : payment[i],
  };
}

/** What a person is given back beside the usual: the further fields that anybody has. */
function furtherOf(
  { weight, priority, previous, fixed, group, groups }: CheckedColumns,
  i: number,
  units: number,
): Partial<SplitPerson> {
  const before = previous === undefined || Number.isNaN(previous[i]) ? null : previous[i];
  return {
    ...(weight !== undefined && { weight: weight[i] }),
    ...(priority !== undefined && { priority: priority[i] }),
    ...(groups !== undefined && { group: group![i] < 0 ? null : groups.names[group![i]] }),
    ...(previous !== undefined && {
      previous: before,
      change: before === null ? null : units - before,
    }),
    ...(fixed !== undefined && !Number.isNaN(fixed[i]) && { fixed: true as const }),
  };
}

/**
 * {@link split} for columns: no object is made per person, so that a million people are fast.
 *
 * @example
 * ```ts
 * import { splitArrays } from "./split.ts";
 * import { assert, assertEquals } from "../deps/std_assert.ts";
 * const { units, multiplier } = splitArrays({
 *   total: 9,
 *   lower: new Float64Array([0, 0]),
 *   upper: new Float64Array([8, 8]),
 *   target: new Float64Array([4, 8]),
 * });
 * assertEquals(units[0], 3);
 * assertEquals(units[1], 6);
 * assert(Math.abs(multiplier + 0.1) < 1e-15);
 * ```
 */
export function splitArrays(columns: SplitColumns, options: SplitOptions = {}): ColumnSplit {
  return solve(checkColumns(columns), resolveOptions(options));
}

function solve(columns: CheckedColumns, options: ResolvedSplitOptions): ColumnSplit {
  const { total, price } = columns;
  const { units, counts, multiplier, standing, leftover, increment, gap, nextTo } = solveColumns(
    columns,
    options,
  );
  const discontent = discontentOf(columns, options, units);
  const groups = columns.groups && groupsOf(columns, columns.groups, options, units);
  const before = { discontent: withGroups(discontent, groups), standing, multiplier };
  const payments = price === undefined
    ? { share: null, payment: null }
    : sharePrice(price, total - leftover, units, options.coin, counts);
  // Both are computed by further splits, when they are read.
  const change = (sign: 1 | -1) => changeTo(nextTo(sign), sign, before, columns, options);
  let more: number | null | undefined, less: number | null | undefined;
  return {
    total,
    price: price ?? null,
    ...standing,
    ...(options.leftover || columns.step !== undefined ? { leftover } : {}),
    ...(columns.step !== undefined ? { increment } : {}),
    ...(gap !== undefined ? { gap } : {}),
    objective: ExactSum.of(before.discontent).value(),
    get more() {
      return more === undefined ? more = change(1) : more;
    },
    get less() {
      return less === undefined ? less = change(-1) : less;
    },
    multiplier,
    ...(groups !== undefined && { groups }),
    units,
    discontent,
    ...payments,
  };
}

/** Units and discontent of each group. */
function groupsOf(
  { group }: CheckedColumns,
  groups: CheckedGroups,
  options: ResolvedSplitOptions,
  units: Float64Array,
): SplitGroup[] {
  const sums = groups.names.map(() => new ExactSum()), sizes = new Float64Array(sums.length);
  group!.forEach((g, i) => {
    for (let around = g; around >= 0; around = groups.parent[around]) {
      sums[around].add(units[i]);
      sizes[around] += Math.abs(units[i]);
    }
  });
  const own = Float64Array.from(sums, (sum) => sum.value());
  const { lower, upper, target, parent, names } = groups;
  const discontent = discontentOf(groups, options, own);
  return names.map((name, g) => ({
    name,
    units: own[g],
    target: Number.isNaN(target[g]) ? null : target[g],
    lower: lower[g],
    upper: upper[g],
    inside: lower[g] - room(sizes[g]) <= own[g] && own[g] <= upper[g] + room(sizes[g]),
    discontent: discontent[g],
    group: parent[g] < 0 ? null : names[parent[g]],
  }));
}

/** What the sum of members' units, which were rounded one by one, may be off by; `size` is that of all of them. */
function room(size: number): number {
  return 1e-13 * size;
}

/** Everybody's discontent and then every group's. */
function withGroups(discontent: Float64Array, groups: SplitGroup[] | undefined): Float64Array {
  if (groups === undefined) return discontent;
  const all = new Float64Array(discontent.length + groups.length);
  all.set(discontent);
  groups.forEach((group, g) => all[discontent.length + g] = group.discontent);
  return all;
}

/** What the objective changes by from this split to the one of the total next to it; null where there is none. */
function changeTo(
  { total, cost: known }: Neighbour,
  sign: 1 | -1,
  from: { discontent: Float64Array; standing: Standing; multiplier: number | null },
  columns: CheckedColumns,
  options: ResolvedSplitOptions,
): number | null {
  // Beyond what doubles tell apart there is no next total.
  if (!isAmount(total) || Math.sign(total - columns.total) !== sign) return null;
  if (known !== null) return known;
  let solved: Solved;
  try {
    solved = solveColumns({ ...columns, total }, options);
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
  if (solved.gap) return null;
  const { units } = solved;
  const groups = columns.groups && groupsOf(columns, columns.groups, options, units);
  const after = withGroups(discontentOf(columns, options, units), groups);
  const change = ExactSum.of(after.map((d, i) => d - from.discontent[i])).value();
  const isConvex = hasOnePrice(columns, options) &&
    solved.standing.status === from.standing.status;
  const more = total - columns.total;
  return isConvex ? betweenPrices(change, more, from.multiplier, solved.multiplier) : change;
}

/** Whether nothing but one price decides, so that the least discontent is a convex function of the total. */
function hasOnePrice(columns: CheckedColumns, { step }: ResolvedSplitOptions): boolean {
  const { groups, priority, orZero } = columns;
  return step === undefined && columns.step === undefined && groups === undefined &&
    priority === undefined && orZero === undefined;
}
