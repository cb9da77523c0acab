/**
 * A drop as a flow: users and contracts are nodes, pairs are arcs of one unit.
 *
 * A drop is a flow if only caps are shared, and a user's offers are worth the sum of their scores plus a concave function of their
 * number. Then the best allocation is a flow of least cost: it needs no search over bundles, and its prices prove it exactly.
 * For other drops the flow ignores types and minima, and makes the worth of a number of offers concave. Its prices are near the
 * best ones, and its offers often keep the rules all the same.
 *
 * @module
 */
import { FLOW_PAIRS } from "../dual/drop_sizes.ts";
import { type DualProblem, hasTypes } from "../dual/dual_problem.ts";
import { pairCount } from "../../drop/instance/instance.ts";
import { objectiveStep } from "../../model/objective_grid.ts";
import { kClasses } from "../../model/user_k.ts";

/** Up to MOST_OFFERS offers per contract the flow is faster than the search for prices; up to MOST_OF_START it is a good start for it. */
const MOST_OFFERS = 600, MOST_OF_START = 30;

/**
 * With at least this many pairs per user it is a good start even if types are to be chosen: every contract that is in demand has a price
 * far above 0, and Newton's method takes long to come there.
 */
const MANY_OPTIONS = 64;

/** Arcs and capacities, and the worth of a unit. */
export interface FlowNetwork {
  readonly users: number;
  /** Most offers of a user. */
  readonly k: number;
  /** Uint32Array, length users + 1: arcs `[start[u], start[u + 1])` belong to user u. */
  readonly start: Uint32Array;
  /** Uint32Array, length users: user u may use its arcs `[first[u], end[u])`, which may be a part of them. */
  readonly first: Uint32Array;
  /** Uint32Array, length users; see `first`. */
  readonly end: Uint32Array;
  /** Length arcs: contract of each. */
  readonly contract: Uint16Array | Uint32Array;
  /** Float64Array, length arcs: the worth of each, in units of `scale`. */
  readonly value: Float64Array;
  /** Int32Array, length contracts: the cap of each, at most one more than it has arcs. */
  readonly cap: Int32Array;
  /**
   * Float64Array, kinds × (k + 2): what a user's n-th offer adds besides its value, at place n; does not rise with n. Infinity at
   * place 0, −Infinity past the most offers that users of the kind may have.
   */
  readonly step: Float64Array;
  /** Uint16Array, length users: kind of each, see `step`. */
  readonly kind: Uint16Array;
  /** The unit of values and prices in terms of the objective: a step of the grid (`objective_grid.ts`), or 1. */
  readonly scale: number;
  /** Whether all values and steps are whole numbers, and prices far below 2^53. */
  readonly whole: boolean;
}

/** Whether the worth of a number of offers is concave. */
function isConcave(worth: Float64Array): boolean {
  for (let n = 2; n < worth.length; n++) {
    if (worth[n] - worth[n - 1] > worth[n - 1] - worth[n - 2]) return false;
  }
  return true;
}

/** The worth of n = 0…k offers: if types matter, first for users with unsponsored pairs only, then for those with sponsored ones. */
function worthOfCounts(problem: DualProblem): Float64Array[] {
  const { k, shapeSponsored, shapeUnsponsored, shapeWorth } = problem;
  const without = new Float64Array(k + 1), only = new Float64Array(k + 1);
  for (let s = 0; s < shapeWorth.length; s++) {
    if (shapeSponsored[s] === 0) without[shapeUnsponsored[s]] = shapeWorth[s];
    if (shapeUnsponsored[s] === 0) only[shapeSponsored[s]] = shapeWorth[s];
  }
  // For users with pairs of both types the bonus is part of the arc's value if k is 1; else the flow leaves it out.
  return hasTypes(problem) && typesApart(problem) ? [without, only] : [without];
}

/** The steps of the least concave function that is nowhere below `worth`. */
export function concaveSteps(worth: Float64Array, most: number): number[] {
  const steps: number[] = [];
  for (let n = 0; n < most;) {
    let best = -Infinity, to = n + 1;
    for (let m = n + 1; m <= most; m++) {
      const slope = (worth[m] - worth[n]) / (m - n);
      if (slope >= best) [best, to] = [slope, m];
    }
    for (; n < to; n++) steps.push(best);
  }
  return steps;
}

/** The kind of each user, by its k and by whether it has sponsored pairs, and the steps of each kind; see {@link FlowNetwork}. */
function stepsOf(
  problem: DualProblem,
  inSteps: (worth: number) => number,
): Pick<FlowNetwork, "step" | "kind"> {
  const { instance, policy, k, middle } = problem;
  const { start } = instance;
  const worths = worthOfCounts(problem);
  const { values, classOf } = kClasses(instance, policy) ?? { values: [k], classOf: null };
  const step = new Float64Array(values.length * worths.length * (k + 2)).fill(-Infinity);
  const kind = new Uint16Array(middle.length);
  values.forEach((own, of) =>
    worths.forEach((worth, type) => {
      const base = (of * worths.length + type) * (k + 2);
      step[base] = Infinity;
      concaveSteps(worth, Math.min(own, k)).forEach((gain, n) =>
        step[base + n + 1] = inSteps(gain)
      );
    })
  );
  for (let u = 0; u < kind.length; u++) {
    const type = worths.length > 1 && middle[u] > start[u] ? 1 : 0;
    kind[u] = (classOf?.[u] ?? 0) * worths.length + type;
  }
  return { step, kind };
}

/** Whether every user has pairs of one type only. */
function typesApart({ instance: { start }, middle }: DualProblem): boolean {
  for (let u = 0; u < middle.length; u++) {
    if (middle[u] > start[u] && middle[u] < start[u + 1]) return false;
  }
  return true;
}

/** Whether the drop is a flow exactly. */
export function isFlow(problem: DualProblem): boolean {
  const { k, countsSponsored, rules } = problem;
  if (!isNearFlow(problem)) return false;
  if (countsSponsored || rules.others.length > 0) return false;
  if (k > 1 && !typesApart(problem)) return false;
  return worthOfCounts(problem).every(isConcave);
}

/** Whether the drop is a flow if types, minima and a worth that is not concave are ignored. */
export function isNearFlow({ items, policy, countsOffers }: DualProblem): boolean {
  return items === null && policy.maxPerBrand === null && !countsOffers;
}

/**
 * Whether a flow is worth computing: it is faster than the search for prices by Newton's method, or a cheap start for it. Newton's
 * method is fast with many users per contract; if few users decide each price, D is not smooth enough for it.
 */
export function isQuickFlow(problem: DualProblem): boolean {
  const { instance: { cap, group }, k } = problem;
  const perContract = group.length * k / cap.length;
  if (perContract <= MOST_OFFERS && isFlow(problem)) return true;
  // With types to choose the flow's offers are hardly ever an allocation.
  const pairs = pairCount(problem.instance);
  const isLongWay = k > 1 && hasTypes(problem) && pairs > FLOW_PAIRS &&
    pairs < MANY_OPTIONS * group.length;
  return perContract <= MOST_OF_START && isNearFlow(problem) && !isLongWay;
}

/** The flow of a drop, or the flow that is nearest to it. */
export function flowNetwork(problem: DualProblem): FlowNetwork {
  const { instance, policy, k, item, offerBonus, shortfallPrice, countsSponsored } = problem;
  const { start, group, contract, score } = instance;
  const users = group.length;
  // In steps of the grid every number is whole, and so is every sum: then the arithmetic is exact.
  const grid = objectiveStep(instance, policy, countsSponsored ? shortfallPrice : 0);
  const largest = score.reduce((most, s) => Math.max(most, Math.abs(s)), 0);
  const whole = grid > 0 && largest / grid < 2 ** 30;
  const scale = whole ? grid : 1, perUnit = whole ? Math.round(1 / grid) : 1;
  const inSteps = (worth: number) => whole ? Math.round(worth * perUnit) : worth;
  // With k = 1 the bonus of a sponsored user is a bonus of its offer.
  const userBonus = k === 1 && !typesApart(problem) ? policy.sponsoredBonus : 0;
  let value = score;
  if (whole || userBonus !== 0 || offerBonus.some((bonus) => bonus !== 0)) {
    const { typedContracts } = problem;
    value = new Float64Array(score.length);
    for (let p = 0; p < value.length; p++) {
      const own = contract[p] < typedContracts ? userBonus : 0;
      value[p] = inSteps(score[p] + offerBonus[item[p]] + own);
    }
  }
  const { step, kind } = stepsOf(problem, inSteps);
  const degree = new Int32Array(instance.cap.length);
  for (let p = 0; p < contract.length; p++) degree[contract[p]]++;
  // A cap above the number of pairs is never reached, so its price stays 0.
  const cap = degree.map((most, c) => Math.min(most + 1, instance.cap[c]));
  const first = start.subarray(0, users), end = start.subarray(1);
  return { users, k, start, first, end, contract, value, cap, step, kind, scale, whole };
}
