/**
 * A drop as a flow: users and contracts are nodes, pairs are arcs of one unit.
 *
 * A drop is one where what a user's offers are worth is a sum over them plus a worth of their number whose steps do not
 * rise, and nothing but caps is shared. Then the best allocation is a flow of least cost: it needs no search over bundles,
 * and its prices prove it to the last bit.
 *
 * @module
 */
import type { DualProblem } from "../dual/dual_problem.ts";
import { objectiveStep } from "../../model/objective_grid.ts";

/** Up to so many offers per contract a flow is the quicker way. */
const MOST_OFFERS = 600;

/** Arcs and capacities, with what a unit is worth. */
export interface FlowNetwork {
  readonly users: number;
  /** Most offers of a user. */
  readonly k: number;
  /** Uint32Array, length users + 1: arcs of user u are `[start[u], start[u + 1])`. */
  readonly start: Uint32Array;
  /** Length arcs: contract of each. */
  readonly contract: Uint16Array | Uint32Array;
  /** Float64Array, length arcs: what each is worth, in steps of the grid where there is one. */
  readonly value: Float64Array;
  /** Int32Array, length contracts: units of each, at most one more than it has arcs. */
  readonly cap: Int32Array;
  /**
   * Float64Array, kinds × (k + 2): what a user's n-th offer adds beside its value at n, not rising in n; Infinity at 0,
   * −Infinity past what users of the kind may get.
   */
  readonly step: Float64Array;
  /** Uint8Array, length users: kind of each, see `step`. */
  readonly kind: Uint8Array;
  /** How much of the objective 1 is here: a step of the grid, or 1. */
  readonly scale: number;
  /** Whether all values and steps are whole numbers, and prices far below 2^53. */
  readonly whole: boolean;
}

/** Whether the worth of a number of offers rises by less and less, relative to the size of an offer. */
function risesLessAndLess(worth: Float64Array): boolean {
  for (let n = 2; n < worth.length; n++) {
    if (worth[n] - worth[n - 1] > worth[n - 1] - worth[n - 2]) return false;
  }
  return true;
}

/**
 * The worth of n = 0…k offers for users of each kind, kind 0 those without a sponsored option; null where the number of
 * offers is not all that counts.
 */
function worthOfCounts(problem: DualProblem): Float64Array[] | null {
  const { oneList, k, shapeSponsored, shapeUnsponsored, shapeWorth } = problem;
  if (oneList) return [shapeWorth];
  const without = new Float64Array(k + 1), only = new Float64Array(k + 1);
  for (let s = 0; s < shapeWorth.length; s++) {
    if (shapeSponsored[s] === 0) without[shapeUnsponsored[s]] = shapeWorth[s];
    if (shapeUnsponsored[s] === 0) only[shapeSponsored[s]] = shapeWorth[s];
  }
  return [without, only];
}

/** Most kinds of users. */
const MOST_KINDS = 255;

/** Most offers of users of each class of k; one class where all have the same. */
function mostOfClasses({ ownShapes, k, shapeSponsored, shapeUnsponsored }: DualProblem): number[] {
  if (ownShapes === null) return [k];
  const shapes = shapeSponsored.length, { allowed } = ownShapes;
  return Array.from({ length: allowed.length / shapes }, (_, cl) => {
    let most = 0;
    for (let s = 0; s < shapes; s++) {
      const isOpen = allowed[cl * shapes + s] === 1 && shapeSponsored[s] === 0;
      if (isOpen) most = Math.max(most, shapeUnsponsored[s]);
    }
    return most;
  });
}

/** Whether every user has options of one type only. */
function typesApart({ instance: { start, middle } }: DualProblem): boolean {
  for (let u = 0; u < middle.length; u++) {
    if (middle[u] > start[u] && middle[u] < start[u + 1]) return false;
  }
  return true;
}

/** Whether caps are all that users share, and a bundle's worth is a sum over its offers and a worth of their number. */
export function isFlow(problem: DualProblem): boolean {
  const { items, policy, oneList, countsSponsored, hasAssignmentRatio, hasMixedShare } = problem;
  if (items !== null || policy.maxPerBrand !== null) return false;
  if (countsSponsored || hasAssignmentRatio || hasMixedShare) return false;
  if (!oneList && !typesApart(problem)) return false;
  if (mostOfClasses(problem).length * (oneList ? 1 : 2) > MOST_KINDS) return false;
  return worthOfCounts(problem)!.every(risesLessAndLess);
}

/**
 * Whether a flow is likely found no later than prices by Newton's method, which many users per contract make quick. Where few
 * users decide each price that method has no smooth ground under it.
 */
export function isQuickFlow({ instance: { cap, group }, k }: DualProblem): boolean {
  return group.length * k <= MOST_OFFERS * cap.length;
}

/** The flow of a drop that {@link isFlow}. */
export function flowNetwork(problem: DualProblem): FlowNetwork {
  const { instance, policy, k, oneList, ownShapes, item, offerBonus, shortfallPrice } = problem;
  const { start, middle, contract, score } = instance;
  const users = middle.length;
  // In steps of the grid every number is whole, and so is every sum: the arithmetic is exact.
  const grid = objectiveStep(instance, policy, oneList ? 0 : shortfallPrice);
  const largest = score.reduce((most, s) => Math.max(most, Math.abs(s)), 0);
  const whole = grid > 0 && largest / grid < 2 ** 30;
  const scale = whole ? grid : 1, perUnit = whole ? Math.round(1 / grid) : 1;
  const inSteps = (worth: number) => whole ? Math.round(worth * perUnit) : worth;
  const hasBonus = offerBonus.some((bonus) => bonus !== 0);
  let value = score;
  if (whole || hasBonus) {
    value = new Float64Array(score.length);
    for (let p = 0; p < value.length; p++) value[p] = inSteps(score[p] + offerBonus[item[p]]);
  }
  const worths = worthOfCounts(problem)!, classes = mostOfClasses(problem);
  const step = new Float64Array(classes.length * worths.length * (k + 2)).fill(-Infinity);
  classes.forEach((most, cl) => {
    worths.forEach((worth, type) => {
      const base = (cl * worths.length + type) * (k + 2);
      step[base] = Infinity;
      for (let n = 1; n <= most; n++) step[base + n] = inSteps(worth[n] - worth[n - 1]);
    });
  });
  const kind = new Uint8Array(users);
  for (let u = 0; u < users; u++) {
    const cl = ownShapes === null ? 0 : ownShapes.classOf[u];
    kind[u] = cl * worths.length + (!oneList && middle[u] > start[u] ? 1 : 0);
  }
  const degree = new Int32Array(instance.cap.length);
  for (let p = 0; p < contract.length; p++) degree[contract[p]]++;
  // One more than can be asked for is room that nobody takes, so that the price stays 0.
  const cap = degree.map((most, c) => Math.min(most + 1, instance.cap[c]));
  return { users, k, start, contract, value, cap, step, kind, scale, whole };
}
