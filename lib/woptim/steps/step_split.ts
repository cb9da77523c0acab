/**
 * Splits in whole steps: everybody's units are a multiple of a step.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import { compareFractions, type Fraction, fractionOf, ZERO } from "../exact/fraction.ts";
import { Heap } from "../../base/arrays/heap.ts";
import type { People } from "../price/people.ts";
import { StepCosts } from "./step_costs.ts";
import type { Steps } from "./steps.ts";
import type { TierPrice } from "../price/tiers.ts";

/**
 * The best split of `total` steps into whole steps with least[i] ≤ count[i] ≤ most[i] (in steps), which the
 * total can meet. `price` is the price of the continuous split; it decides how fast this is, not what comes out.
 *
 * Let c_i(k) be what person i's (k+1)-th step adds to the discontent. Discontent is convex, so c_i grows
 * with k.
 *
 * 1. A split k of its own sum is best if and only if no step is better moved: c_i(k_i) ≥ c_j(k_j − 1) for all i
 *    below their most and j above their least. (If k is not best, let k* be a best split of that sum nearest
 *    to k. Some i has k*_i > k_i and some j has k*_j < k_j. By convexity k* pays at least c_i(k_i) for i's last
 *    step and saves at most c_j(k_j − 1) by j's missing one, and moving that step back from i to j gives a
 *    best split nearer to k, or a better one: a contradiction.)
 * 2. The start: everybody takes each step that costs less than a price p. Then every step taken costs less than p
 *    and every step not taken at least p, so by 1 the start is best for its own sum.
 * 3. Adding the cheapest next step c_i(k_i) keeps that: the step added costs no more than any other next one,
 *    and at least what each step taken before costs, by 1. Likewise removing the last step that costs most. So the
 *    split is best for every sum on the way, the total's included (Gross 1956; Fox 1966; Ibaraki and Katoh,
 *    "Resource Allocation Problems", 1988).
 *
 * The cost of one step lies between the prices at its two ends, so at the price of the continuous split
 * everybody starts within one step of the continuous answer, and at most a few steps per person are left to
 * add or remove, O(log n) each. Costs are compared without rounding (see {@link StepCosts}). Of steps that cost the
 * same the first people's are taken: the start takes none that costs p, the first of equals is added first, and
 * the last of equals is removed first.
 */
export function splitInSteps(
  people: People,
  steps: Steps,
  bounds: StepBounds,
  total: number,
  start: TierPrice & { units: Float64Array },
  priority?: Float64Array,
): StepSplit {
  const within = (bounds: StepBounds) => splitWithin(people, steps, bounds, total, start, priority);
  try {
    return within(bounds);
  } catch (error) {
    if (!(error instanceof InputError) || error.column !== "step") throw error;
    // A price in doubles may tell no steps of somebody apart, and ask for all of them. A split that is best among so many steps
    // for everybody is best at all, unless somebody is kept from more.
    const most = Math.floor(Number.MAX_SAFE_INTEGER / (2 * people.count));
    const found = within({
      least: bounds.least.map((k) => Math.min(most, Math.max(k, -most))),
      most: bounds.most.map((k) => Math.max(-most, Math.min(k, most))),
    });
    if (found.counts.some((k) => Math.abs(k) >= most)) throw error;
    return found;
  }
}

/** The fewest and the most steps that everybody may have. */
interface StepBounds {
  least: Float64Array;
  most: Float64Array;
}

/** {@link splitInSteps}. Throws InputError where a price asks for more steps than can be counted. */
function splitWithin(
  people: People,
  steps: Steps,
  bounds: StepBounds,
  total: number,
  start: TierPrice & { units: Float64Array },
  priority?: Float64Array,
): StepSplit {
  const n = people.count;
  const costs = new StepCosts(people, steps);
  // Prices are half derivatives by units.
  const worth = 2 * start.price * steps.size;
  const limitOf = (i: number) => limitFor(priority?.[i] ?? start.tier, start, worth);
  const counts = new Float64Array(n);
  let left = total;
  for (let i = 0; i < n; i++) {
    // Neighbours who ask for the same take the same; among many equal people that saves the fractions.
    const isLikeLast = i > 0 && costs.areAlike(i, i - 1) &&
      bounds.least[i] === bounds.least[i - 1] && bounds.most[i] === bounds.most[i - 1] &&
      (priority === undefined || priority[i] === priority[i - 1]);
    counts[i] = isLikeLast
      ? counts[i - 1]
      : cheaperThan(limitOf(i), costs, i, bounds, steps.count(start.units[i]));
    left -= counts[i];
  }
  const sign = left < 0 ? -1 : 1;
  if (left !== 0) {
    const border = new Border(costs, counts, bounds, sign, priority);
    const mover = new Mover(border, counts, bounds, sign, steps);
    // In strides at first, of which each person's last is taken back.
    let stride = 2 ** Math.floor(Math.log2(Math.abs(left) / n));
    if (stride < LONG) stride = 1;
    for (; stride > 1; stride /= 2) left = mover.move(left, stride);
    mover.move(left, 1);
  }
  return {
    counts,
    change: (direction) => new Border(costs, counts, bounds, direction, priority).cheapest(),
  };
}

/** From so many steps for each person on, they are moved in strides. */
const LONG = 64;

/** Adds (sign 1) or removes (sign −1) steps, the best one first. */
class Mover {
  readonly #border: Border;
  readonly #counts: Float64Array;
  readonly #bounds: StepBounds;
  readonly #sign: 1 | -1;
  readonly #steps: Steps;

  constructor(
    border: Border,
    counts: Float64Array,
    bounds: StepBounds,
    sign: 1 | -1,
    steps: Steps,
  ) {
    this.#border = border;
    this.#counts = counts;
    this.#bounds = bounds;
    this.#sign = sign;
    this.#steps = steps;
  }

  /**
   * Moves up to `left` steps, a stride of them at a time, and says how many are left. Where prices in doubles do not tell
   * billions of steps apart, single ones would take for ever. With strides of several steps each person's last stride is taken
   * back. What was moved before it is moved in the best split too: else somebody else had one step more there than at that
   * moment, and it would be better given to this person (Hochbaum, "Lower and Upper Bounds for the Allocation Problem and
   * Other Nonlinear Optimization Problems", 1994; the last stride before a bound is a shorter one, so that nobody leaves before).
   */
  move(left: number, stride: number): number {
    const counts = this.#counts, border = this.#border, sign = this.#sign;
    const { least, most } = this.#bounds;
    const heap = new Heap((a, b) => border.isBefore(a, b), [...counts.keys()]);
    const last = new Float64Array(stride > 1 ? counts.length : 0);
    while (Math.abs(left) >= stride) {
      const i = heap.top;
      const room = sign > 0 ? most[i] - counts[i] : counts[i] - least[i];
      const moved = sign * Math.min(stride, room);
      // Where nobody has room, steps are left that nobody may have: bounds were lowered to what can be counted.
      if (moved === 0 || Math.abs(counts[i] + moved) > Number.MAX_SAFE_INTEGER) {
        throw uncountable(this.#steps);
      }
      counts[i] += moved;
      left -= moved;
      if (stride > 1) last[i] = moved;
      border.update(i);
      heap.settleTop();
    }
    last.forEach((moved, i) => {
      if (moved === 0) return;
      counts[i] -= moved;
      left += moved;
      border.update(i);
    });
    return left;
  }
}

/** How many steps are whose, and what the next or the last of them is worth. */
export interface StepSplit {
  /** Whole steps, length people. */
  counts: Float64Array;
  /** What one step more in all (1) or less (−1) would add to Σ discontent; null where nobody may have or give one. */
  change: (direction: 1 | -1) => number | null;
}

/** The steps that somebody takes at the start: those that cost less than `worth`, and those that cost as much if `orEqual`. */
export interface Limit {
  worth: number;
  orEqual: boolean;
}

/**
 * The limit for somebody of a tier: costs are vectors (see `solveTiers`), and so is the price. It is 0 at the tiers before
 * the one in which the units run out, and beyond all numbers at those after it: −∞, or ∞ where they are to be at their most.
 */
function limitFor(tier: number, { tier: active, passed }: TierPrice, worth: number): Limit {
  if (tier === active) return { worth, orEqual: passed };
  if (tier < active) return { worth: 0, orEqual: passed };
  return { worth: passed ? Infinity : -Infinity, orEqual: passed };
}

/** How many steps person i takes within a limit and the bounds; `guess` is near it. */
export function cheaperThan(
  { worth, orEqual }: Limit,
  costs: StepCosts,
  i: number,
  { least, most }: StepBounds,
  guess: number,
): number {
  if (worth === -Infinity) return least[i];
  if (worth === Infinity) return most[i];
  let exactWorth: Fraction | undefined;
  const isCheaper = (k: number) => {
    const rough = costs.estimate(i, k) - worth;
    if (Math.abs(rough) > costs.error) return rough < 0;
    const order = compareFractions(costs.exact(i, k), exactWorth ??= fractionOf(worth));
    return order < 0 || orEqual && order === 0;
  };
  // Beyond what can be counted a step more is the same number, and halving would not end.
  const near = Math.min(Number.MAX_SAFE_INTEGER, Math.max(-Number.MAX_SAFE_INTEGER, guess));
  const start = Math.min(most[i], Math.max(least[i], near));
  // Away from the guess in growing strides, then halving what is left: steps before `from` are cheaper, from `to` on not.
  let from = start, to = start;
  for (let stride = 1; to < most[i] && isCheaper(to); stride *= 2) {
    from = to + 1;
    to = Math.min(most[i], to + stride);
    if (to > Number.MAX_SAFE_INTEGER) throw uncountable(costs.steps);
  }
  if (to === start) {
    for (let stride = 1; from > least[i] && !isCheaper(from - 1); stride *= 2) {
      to = from - 1;
      from = Math.max(least[i], from - stride);
      if (from < -Number.MAX_SAFE_INTEGER) throw uncountable(costs.steps);
    }
  }
  while (from < to) {
    const middle = from + Math.floor((to - from) / 2);
    if (isCheaper(middle)) from = middle + 1;
    else to = middle;
  }
  return to;
}

function uncountable(steps: Steps): InputError {
  return InputError.at({
    column: "step",
    value: steps.label,
    expected: `a step of which nobody gets more than ${Number.MAX_SAFE_INTEGER}`,
  });
}

/** Everybody's next step (sign 1) or last one (sign −1), in the order in which they are added or removed. */
class Border {
  readonly #costs: StepCosts;
  readonly #counts: Float64Array;
  readonly #bounds: StepBounds;
  readonly #sign: 1 | -1;
  readonly #priority?: Float64Array;
  // Costs with the sign; Infinity for who is at the bound.
  readonly #cost: Float64Array;
  readonly #error: Float64Array;
  readonly #exact: (Fraction | undefined)[] = [];

  constructor(
    costs: StepCosts,
    counts: Float64Array,
    bounds: StepBounds,
    sign: 1 | -1,
    priority?: Float64Array,
  ) {
    this.#priority = priority;
    this.#costs = costs;
    this.#counts = counts;
    this.#bounds = bounds;
    this.#sign = sign;
    this.#cost = new Float64Array(counts.length);
    this.#error = new Float64Array(counts.length);
    for (let i = 0; i < counts.length; i++) this.update(i);
  }

  #step(i: number): number {
    return this.#sign > 0 ? this.#counts[i] : this.#counts[i] - 1;
  }

  /** Looks at person i's step again, after the count has changed. */
  update(i: number): void {
    const { least, most } = this.#bounds, sign = this.#sign, k = this.#counts[i];
    const isOpen = sign > 0 ? k < most[i] : k > least[i];
    this.#cost[i] = isOpen ? sign * this.#costs.estimate(i, this.#step(i)) : Infinity;
    this.#error[i] = isOpen ? this.#costs.error : 0;
    if (this.#exact[i] !== undefined) this.#exact[i] = undefined;
  }

  /** Whether a's step goes before b's. */
  isBefore(a: number, b: number): boolean {
    const costA = this.#cost[a], costB = this.#cost[b];
    if (costA === Infinity || costB === Infinity) return costA < costB || costA === costB && a < b;
    const priority = this.#priority;
    if (priority !== undefined && priority[a] !== priority[b]) return this.#isTierBefore(a, b);
    const rough = costA - costB;
    if (Math.abs(rough) > this.#error[a] + this.#error[b]) return rough < 0;
    const order = this.#sign * this.#compare(a, b);
    return order === 0 ? this.#sign * (a - b) < 0 : order < 0;
  }

  /** {@link isBefore} for people of different tiers, whose costs are vectors: what the first of the tiers feels decides. */
  #isTierBefore(a: number, b: number): boolean {
    const signA = this.#signOf(a), signB = this.#signOf(b);
    const isFirst = this.#priority![a] < this.#priority![b];
    const order = isFirst ? signA || -signB : -signB || signA;
    return this.#sign * (order === 0 ? a - b : order) < 0;
  }

  /** The sign of what person i's step costs. */
  #signOf(i: number): number {
    const cost = this.#sign * this.#cost[i];
    if (Math.abs(cost) > this.#error[i]) return Math.sign(cost);
    return compareFractions(this.#exactOf(i), ZERO);
  }

  #compare(a: number, b: number): number {
    if (this.#step(a) === this.#step(b) && this.#costs.areAlike(a, b)) return 0;
    return compareFractions(this.#exactOf(a), this.#exactOf(b));
  }

  #exactOf(i: number): Fraction {
    return this.#exact[i] ??= this.#costs.exact(i, this.#step(i));
  }

  /** The cost of the step that comes first, with the sign; null where nobody can move. */
  cheapest(): number | null {
    let first = 0;
    const hasTiers = this.#priority !== undefined;
    for (let i = 1; i < this.#cost.length; i++) {
      if (hasTiers ? this.isBefore(i, first) : this.#cost[i] < this.#cost[first]) first = i;
    }
    return this.#cost[first] === Infinity ? null : this.#cost[first];
  }
}
