/**
 * The core: what the prices leave undecided, solved exactly by HiGHS.
 *
 * Let D be the bound that prices prove and r_u(b) ≥ 0 the regret of giving user u bundle b in place of its best one.
 * Every feasible allocation is worth at most D − Σ_u r_u(b_u), the other terms of the difference being ≥ 0 too. So
 * one that gives any user a bundle of regret above τ is worth at most D − τ, and the optimum is at most the larger of
 * D − τ and the optimum over the bundles of regret ≤ τ, the core. With τ = D − incumbent nothing better is left out.
 *
 * Where groups lose something whatever they choose (see `joint_bound.ts`) D is less by Σ loss. A user's regret is then no
 * loss beside its group's but part of it, so bundles of its group are in the core up to a regret of τ + loss.
 *
 * Source of the idea: Balas and Zemel, "An algorithm for large zero-one knapsack problems" (1980).
 *
 * @module
 */
import type { Prices } from "../allocation.ts";
import { solveMip } from "../mip.ts";
import type { Assignment } from "./assignment.ts";
import { bundleProgram, equalBundles } from "./bundle_program.ts";
import { BundleChooser } from "./bundle_chooser.ts";
import { type NearBundle, nearBundles } from "./near_bundles.ts";

/** Most columns of a core, unless told otherwise. */
const MOST_COLUMNS = 6000;
/** Most nodes of HiGHS's search: a limit that does not depend on the machine. */
const MOST_NODES = 2000;
/** Cores tried one after another, each with the incumbent of the last. */
const MOST_ROUNDS = 3;

/** Options of {@link solveCore}. */
export interface CoreOptions {
  /** The bound that the prices prove. */
  readonly bound: number;
  /** Float64Array, length groups: what each group's loss took from the bound. @default all 0 */
  readonly loss?: Float64Array;
  /** Most columns; a core that has more is solved in part. @default 6000 */
  readonly columns?: number;
  /** Milliseconds of `performance.now()` at which to stop. */
  readonly deadline: number;
  /** The same for a part of a core that is too large. @default deadline */
  readonly partDeadline?: number;
}

/**
 * Improves `assignment` to the optimum over the core, in place, and returns an upper bound on every feasible
 * objective, no larger than the prices'. Where the core is too large a part of it is solved.
 */
export async function solveCore(
  assignment: Assignment,
  prices: Prices,
  options: CoreOptions,
): Promise<number> {
  let { bound } = options;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const objective = assignment.objective();
    if (bound <= objective || performance.now() >= options.deadline) break;
    const parts = performance.now() < (options.partDeadline ?? Infinity);
    const core = coreWithin(
      assignment,
      prices,
      options.bound - objective,
      options.columns ?? MOST_COLUMNS,
      options.loss ?? new Float64Array(assignment.sponsoredUsers.length),
      parts,
    );
    if (core === null) break;
    const deadline = core.whole
      ? options.deadline
      : Math.min(options.deadline, options.partDeadline ?? Infinity);
    if (performance.now() >= deadline) break;
    const value = await solveBundles(assignment, core.bundles, deadline);
    const proven = Math.max(value, options.bound - core.regret);
    bound = Math.min(bound, Math.max(proven, assignment.objective()));
    // Another round helps only where a better incumbent makes the whole core fit.
    if (core.whole || assignment.objective() <= objective) break;
  }
  return bound;
}

/** The undecided users' bundles. */
interface Core {
  /** Bundles of regret at most this are all in it. */
  readonly regret: number;
  /** Whether `regret` is the whole distance between bound and incumbent. */
  readonly whole: boolean;
  /** Per user with a choice: its bundles, what it holds among them. */
  readonly bundles: Map<number, NearBundle[]>;
}

/** The core of regret `widest`, or with `parts` of the largest half, quarter, … of it that has few enough columns. */
function coreWithin(
  assignment: Assignment,
  prices: Prices,
  widest: number,
  columns: number,
  loss: Float64Array,
  parts: boolean,
): Core | null {
  // Rounding must not leave out what is just at the edge.
  const rounding = 1e-9 * assignment.problem.unit;
  for (let regret = widest;; regret /= 2) {
    const bundles = bundlesWithin(assignment, prices, regret + rounding, columns, loss);
    if (bundles !== null) return { regret, whole: regret === widest, bundles };
    if (!parts) return null;
    if (regret < rounding) return { regret: 0, whole: false, bundles: new Map() };
  }
}

/** Per user with a choice, its bundles of regret at most `regret` and its group's loss; null where that makes too many columns. */
function bundlesWithin(
  assignment: Assignment,
  prices: Prices,
  regret: number,
  most: number,
  loss: Float64Array,
): Map<number, NearBundle[]> | null {
  const { group } = assignment.problem.instance;
  const chooser = new BundleChooser(assignment, prices, false);
  const bundles = new Map<number, NearBundle[]>();
  let columns = 0;
  for (let u = 0; u < assignment.count.length; u++) {
    const best = chooser.bestValue(u);
    const least = best - regret - loss[group[u]];
    const near = nearBundles(assignment, chooser, u, least, most + 1);
    const held = assignment.bundleOf(u).sort();
    if (!near.some(({ pairs }) => equalBundles(pairs, held))) {
      near.push({ pairs: held, value: chooser.valueHeld(u) });
    }
    if (near.length === 1) continue;
    columns += near.length;
    if (columns > most) return null;
    bundles.set(u, near);
  }
  return bundles;
}

/**
 * Gives each of the users one of its bundles, the others keeping what they hold, so that the objective is largest.
 * Changes the assignment where that is better, and returns an upper bound on the objective under that choice.
 */
async function solveBundles(
  assignment: Assignment,
  bundles: Map<number, NearBundle[]>,
  deadline: number,
): Promise<number> {
  const before = assignment.objective();
  if (bundles.size === 0) return before;
  const { mip, columns, start, constant } = bundleProgram(assignment, bundles);
  const timeout = (deadline - performance.now()) / 1000;
  const result = await solveMip(mip, { timeout, nodes: MOST_NODES, start });
  if (result.values !== null) {
    const kept = new Map([...bundles.keys()].map((u) => [u, assignment.bundleOf(u)]));
    columns.forEach(({ user, pairs }, column) => {
      if (result.values![column] > 0.5) assignment.setBundle(user, pairs, pairs.length);
    });
    // HiGHS keeps to its tolerances only: what it gives must be feasible and better by our own count.
    if (!assignment.isFeasible() || assignment.objective() < before) {
      for (const [u, pairs] of kept) assignment.setBundle(u, pairs, pairs.length);
    }
  }
  return Math.max(before, result.bound + constant);
}
