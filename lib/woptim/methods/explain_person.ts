/**
 * Why somebody gets what they get.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import {
  type ResolvedSplitOptions,
  resolveOptions,
  type SplitOptions,
} from "../problem/options.ts";
import { People } from "../price/people.ts";
import { checkColumns, columnsOf } from "../problem/check_problem.ts";
import type { CheckedColumns, SplitColumns, SplitProblem } from "../problem/problem.ts";
import { hardBounds } from "../solve.ts";
import { split, splitArrays } from "../split.ts";
import type { SplitStatus } from "../problem/status.ts";
import { sumOf } from "../exact/fraction.ts";
import { Steps } from "../steps/steps.ts";
import { type MethodName, METHODS } from "./methods.ts";
import { fromZero, splitArraysBy, splitBy } from "./split_by.ts";

/** Where somebody's units lie in the interval. */
export type Place =
  | "below_lower"
  | "at_lower"
  | "inside"
  | "at_upper"
  | "above_upper";

/**
 * What keeps somebody's units where they are: the `price`, as for everybody who could have a little more or less; a `bound` that
 * is kept; `zero`, where nobody has less; or whole `steps`.
 */
export type HeldBy = "price" | "bound" | "zero" | "steps";

/** Somebody else's units, and what they change by. */
export interface Change {
  /** Number of the person. */
  person: number;
  /** Units that the person has. */
  units: number;
  /** Units more (or less, below 0) that the person would have. */
  change: number;
}

/** The split if one person had one unit or step more, or less, and the total stayed. */
export interface Exchange {
  /** Units that the person would have. */
  units: number;
  /** What Σ discontent would grow by. */
  cost: number;
  /** Whether what is left can meet the others' intervals: else the exchange breaks some. */
  status: SplitStatus;
  /** Those whose units would change, by how much, largest change first; at most {@link MOST_CHANGES}. */
  changes: Change[];
  /** How many people's units would change. */
  changed: number;
  /** Units more (or less, below 0) that would be left over, as no whole steps could be made of them; only where there are any. */
  leftover?: number;
}

/** Why a person gets so many units. */
export interface PersonExplanation {
  /** The method that split. */
  method: MethodName | "woptim";
  /** Units that were divided. */
  total: number;
  /** Whether the total can meet everybody's interval. */
  status: SplitStatus;
  /** Number of the person. */
  person: number;
  /** Units that the person gets. */
  units: number;
  /** Units that the person would like best, or the claim. */
  target: number;
  /** The least units the person is fine with; −Infinity: no limit. */
  lower: number;
  /** The most units the person is fine with; Infinity: no limit. */
  upper: number;
  /** Where the units lie in the interval. */
  place: Place;
  /** The person's part of the objective. */
  discontent: number;
  /** What the person's discontent changes by per unit more, at the margin; on a bound, towards more. woptim only. */
  marginal: number | null;
  /** What Σ discontent changes by per unit more in all; for everybody at no bound the same as `marginal`. woptim only. */
  price: number | null;
  /** What keeps the units where they are; null where there is no price. */
  held: HeldBy | null;
  /** The method's level or divisor; other methods only. */
  level: number | null;
  /** Whether the person's amount was fixed beforehand; only where it was. */
  fixed?: true;
  /** Whether amounts may be negative, and one more would leave the others a total below 0, which is not split; only where it would. */
  othersWouldOwe?: true;
  /** One unit or step: what "one more" is. */
  step: number;
  /** What the person would get of a total of one more; null where it can't be split. */
  atOneMore: number | null;
  /** What the person would get of a total of one less; null where it can't be split. */
  atOneLess: number | null;
  /**
   * Who has the unit that the person lacks: the split if the person had one more; null where that is impossible, or would leave
   * the others a total below 0, which is not split.
   */
  oneMore: Exchange | null;
  /** Who would take a unit: the split if the person had one less; null where that is impossible. */
  oneLess: Exchange | null;
}

/** Most people that an exchange names. */
export const MOST_CHANGES = 10;

/**
 * Explains what person `i` gets: at which bound or price the person stands, what one unit (or step) more or less in all would
 * bring, and from whom one more would come. All of it is computed by splitting again: the total of one more or less among
 * all, and what is left beside the person's units among the others.
 *
 * @throws {InputError} for a problem that can't be used, or a number that is no person's
 *
 * @example
 * ```ts
 * import { explainPerson } from "./explain_person.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * const people = { lower: [0, 0], upper: [8, 8], target: [6, 2] };
 * const why = explainPerson("woptim", { ...people, total: 6 }, 0, { absolute: true });
 * assertEquals([why.units, why.place, why.atOneMore], [5, "inside", 5.5]);
 * assertEquals(why.oneMore?.changes, [{ person: 1, units: 1, change: -1 }]);
 * ```
 */
export function explainPerson(
  method: MethodName | "woptim",
  problem: SplitColumns | SplitProblem,
  i: number,
  options: SplitOptions = {},
): PersonExplanation {
  const resolved = resolveOptions(options);
  const given = "requirements" in problem ? columnsOf(problem) : checkColumns(problem);
  const asked = method === "woptim" ? given : { ...given, lower: fromZero(given.lower) };
  // Amounts may be negative where some lower bound is, whoever is set aside.
  const mayOwe = asked.lower.some((bound) => bound < 0);
  const forOthers = mayOwe && method === "woptim" ? { ...options, allowNegative: true } : options;
  const resplit = "requirements" in problem
    ? resplitOfProblem(method, problem, options, forOthers)
    : resplitOfColumns(method, problem, options, forOthers);
  const { total } = problem;
  if (asked.groups !== undefined) {
    throw new InputError("what one person gets is not explained where there are groups", {
      column: "groups",
      expected: "no groups",
    });
  }
  const solved = resplit(total);
  if (!(i in solved.units)) {
    throw InputError.at({ column: "person", value: String(i), expected: "a number of a person" });
  }
  const alone = personAlone(asked, i, resolved), units = solved.units[i];
  const [lower, upper, target] = [alone.lower[0], alone.upper[0], alone.target[0]];
  const isWhole = method !== "woptim" && METHODS[method].whole;
  const counting = new Counting(asked.step?.[i] ?? resolved.step ?? (isWhole ? 1 : undefined));
  const { step } = counting, isFixed = asked.fixed !== undefined && !Number.isNaN(asked.fixed[i]);
  // Beside tiers, fixed amounts and people who may get nothing, there is no one price for a person.
  const isPriced = method === "woptim" && !isFixed && asked.priority === undefined &&
    asked.orZero === undefined;
  // Not units + step > total: with steps of 0.1, 0.2 + 0.1 > 0.3.
  const isTooMuch = counting.left(total, units) < step;
  const at = (total: number) => attempt(() => resplit(total).units[i]);
  const exchange = (units: number) =>
    attempt(() => exchanged(resplit, i, units, { total, solved, alone, counting, isPriced }));
  return {
    method,
    total,
    status: solved.status,
    person: i,
    units,
    target,
    lower,
    upper,
    place: placeOf(units, lower, upper),
    discontent: solved.discontent[i],
    marginal: isPriced ? 2 * alone.halfDerivative(0, units) : null,
    price: isPriced ? solved.multiplier! : null,
    held: isPriced ? heldBy(alone, units, solved, asked, { ...resolved, counting }) : null,
    level: solved.level ?? null,
    ...(isFixed && { fixed: true as const }),
    ...(mayOwe && isTooMuch && { othersWouldOwe: true as const }),
    step,
    atOneMore: at(counting.plus(total, step)),
    atOneLess: total < step ? null : at(counting.plus(total, -step)),
    oneMore: isFixed || isTooMuch ? null : exchange(counting.plus(units, step)),
    oneLess: isFixed || (units < step && !mayOwe) ? null : exchange(counting.plus(units, -step)),
  };
}

/** Whether a change of units is no more than what they are rounded to. */
export function isRounding(change: number, units: number, step: number): boolean {
  return Math.abs(change) <= Math.max(1e-9 * Math.min(1, step), 1e-12 * Math.abs(units));
}

/** Adds amounts: as the decimals that they are written as, or as whole steps where there are steps. */
class Counting {
  readonly #steps: Steps | undefined;
  /** What "one more" is. */
  readonly step: number;

  constructor(step: ConstructorParameters<typeof Steps>[0] | undefined) {
    this.#steps = step === undefined ? undefined : new Steps(step);
    this.step = this.#steps?.size ?? 1;
  }

  plus(a: number, b: number): number {
    const steps = this.#steps;
    if (steps === undefined) return sumOf(a, b);
    const [k, l] = [a, b].map((x) => steps.count(x));
    // With leftovers a total is not a whole number of steps.
    return steps.units(k) === a && steps.units(l) === b ? steps.units(k + l) : sumOf(a, b);
  }

  /** Whether amounts are whole steps. */
  get isWhole(): boolean {
    return this.#steps !== undefined;
  }

  /** What is left of a total. */
  left(total: number, units: number): number {
    return this.plus(total, -units);
  }
}

/** A split made again, as columns. */
interface Solved {
  units: Float64Array;
  discontent: Float64Array;
  status: SplitStatus;
  multiplier?: number;
  level?: number | null;
  leftover?: number;
}

/** Splits again: another total, or without one person. */
type Resplit = (total: number, without?: number) => Solved;

function resplitOfColumns(
  method: MethodName | "woptim",
  columns: SplitColumns,
  forAll: SplitOptions,
  forOthers: SplitOptions,
): Resplit {
  return (total, without) => {
    const [kept, options] = without === undefined
      ? [columns, forAll]
      : [withoutPerson(columns, without), forOthers];
    const problem = { ...kept, total, price: undefined };
    return method === "woptim"
      ? splitArrays(problem, options)
      : splitArraysBy(method, problem, options);
  };
}

function resplitOfProblem(
  method: MethodName | "woptim",
  problem: SplitProblem,
  forAll: SplitOptions,
  forOthers: SplitOptions,
): Resplit {
  const { requirements } = problem;
  return (total, without) => {
    const [kept, options] = without === undefined
      ? [requirements, forAll]
      : [requirements.toSpliced(without, 1), forOthers];
    const asked = { ...problem, total, price: undefined, requirements: kept };
    const { people, ...summary } = method === "woptim"
      ? split(asked, options)
      : splitBy(method, asked, options);
    return {
      ...summary,
      units: Float64Array.from(people, (person) => person.units),
      discontent: Float64Array.from(people, (person) => person.discontent),
    };
  };
}

/** The result of an act; null where that can't be split. */
function attempt<T>(act: () => T): T | null {
  try {
    return act();
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

/** A difference of discontents up to this, relative to them, is their rounding. */
const ROUNDING = 2 ** -50;

/** The split with person i's units set: what is left goes to the others. */
function exchanged(
  resplit: Resplit,
  i: number,
  units: number,
  { total, solved, alone, counting, isPriced }: {
    total: number;
    solved: Solved;
    alone: People;
    counting: Counting;
    isPriced: boolean;
  },
): Exchange | null {
  if (solved.units.length === 1) return null;
  const others = resplit(counting.left(total, units), i);
  const changes: Change[] = [];
  const own = alone.discontent(Float64Array.of(units))[0];
  let cost = own - solved.discontent[i], size = own + solved.discontent[i];
  for (let j = 0; j < others.units.length; j++) {
    const person = j < i ? j : j + 1, before = solved.units[person];
    cost += others.discontent[j] - solved.discontent[person];
    size += others.discontent[j] + solved.discontent[person];
    const change = others.units[j] - before;
    if (isRounding(change, before, counting.step)) continue;
    changes.push({ person, units: before, change });
  }
  if (Math.abs(cost) <= ROUNDING * size) cost = 0;
  changes.sort((a, b) => Math.abs(b.change) - Math.abs(a.change) || a.person - b.person);
  if (isPriced && !counting.isWhole && others.status === solved.status) {
    const before = attempt(() => resplit(counting.left(total, solved.units[i]), i));
    cost = costBetween(cost, [solved.units[i], units], alone, [before, others]);
  }
  const leftover = sumOf(others.leftover ?? 0, -(solved.leftover ?? 0));
  return {
    units,
    cost,
    status: others.status,
    changes: changes.slice(0, MOST_CHANGES),
    changed: changes.length,
    ...(isRounding(leftover, total, counting.step) ? {} : { leftover }),
  };
}

/**
 * What an exchange costs, given as a difference of sums that have rounded: the person's own change and the others' each lie between
 * the slopes before and after. What rounding of the slopes leaves is 0.
 */
function costBetween(
  cost: number,
  [from, to]: readonly [number, number],
  alone: People,
  [before, after]: readonly (Solved | null)[],
): number {
  if (before?.multiplier == null || after?.multiplier == null) return cost;
  const more = to - from;
  const slopes = [from, to].map((x) => 2 * alone.halfDerivative(0, x));
  const others = [before.multiplier, after.multiplier];
  const [least, most] = [0, 1].map((end) => {
    const pick = end === 0 ? Math.min : Math.max;
    return pick(...slopes.map((s) => more * s)) + pick(...others.map((m) => -more * m));
  });
  const within = Math.min(most, Math.max(least, cost));
  const rounding = 1e-12 * Math.abs(more) * Math.max(...[...slopes, ...others].map(Math.abs));
  return Math.abs(within) <= rounding ? 0 : within;
}

/** Columns without person i, whatever columns there are. */
function withoutPerson(columns: SplitColumns, i: number): SplitColumns {
  const { length } = columns.lower;
  const kept = Object.entries(columns).map(([name, values]) => {
    const isColumn = typeof values === "object" && values !== null && values.length === length;
    return [name, isColumn ? Array.from(values as ArrayLike<unknown>).toSpliced(i, 1) : values];
  });
  return Object.fromEntries(kept);
}

/** One person's split alone, for the discontent of given units. */
function personAlone(
  { lower, upper, target, weight, previous }: CheckedColumns,
  i: number,
  options: ResolvedSplitOptions,
): People {
  const one = (value: number) => Float64Array.of(value);
  const asked = {
    lower: one(lower[i]),
    upper: one(upper[i]),
    target: one(target[i]),
    ...(weight !== undefined && { weight: one(weight[i]) }),
    ...(previous !== undefined && { previous: one(previous[i]) }),
  };
  return new People(asked, { floor: one(-Infinity), ceiling: one(Infinity) }, options);
}

/** What keeps a person's units where they are. */
function heldBy(
  alone: People,
  units: number,
  { status, multiplier }: Solved,
  asked: CheckedColumns,
  options: ResolvedSplitOptions & { counting: Counting },
): HeldBy {
  const marginal = 2 * alone.halfDerivative(0, units), price = multiplier!;
  const wanted = price - marginal;
  if (Math.abs(wanted) <= 1e-9 * Math.max(Math.abs(marginal), Math.abs(price), 1e-9)) {
    return "price";
  }
  const { floor, ceiling } = hardBounds(status, asked, alone.lower, alone.upper, options);
  // At the bound that it would pass if the price had its way; at any other, only steps keep it, or the rounding of slopes.
  if (units !== (wanted < 0 ? floor : ceiling)[0]) {
    return options.counting.isWhole ? "steps" : "price";
  }
  return wanted < 0 && status === "total_too_low" ? "zero" : "bound";
}

function placeOf(units: number, lower: number, upper: number): Place {
  if (units < lower) return "below_lower";
  if (units > upper) return "above_upper";
  if (units === lower) return "at_lower";
  return units === upper ? "at_upper" : "inside";
}
