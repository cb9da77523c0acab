/**
 * The core: the part of a drop that prices leave undecided, solved exactly by HiGHS.
 *
 * Let D be the bound that prices prove and r_u(b) ≥ 0 the regret of giving user u bundle b in place of its best one.
 * Every feasible allocation is worth at most D − Σ_u r_u(b_u), the other terms of the difference being ≥ 0 too. So
 * one that gives any user a bundle of regret above τ is worth at most D − τ, and the optimum is at most the larger of
 * D − τ and the optimum over the bundles of regret ≤ τ, the core. With τ = D − incumbent nothing better is left out.
 *
 * If groups lose something whatever they choose (see `proof.ts`), D is less by Σ loss. A user's regret is then part of its
 * group's loss, not on top of it, so bundles of the group's users are in the core up to a regret of τ + loss.
 *
 * Source of the idea: Balas and Zemel, "An algorithm for large zero-one knapsack problems" (1980).
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import { solveMip } from "../../ilp/mip.ts";
import type { Allowance } from "./allowance.ts";
import type { Assignment } from "../recovery/assignment.ts";
import {
  type BundleChoice,
  bundleProgram,
  equalBundles,
  type LossProgram,
} from "./bundle_program.ts";
import { Decided } from "./decided.ts";
import type { DualProblem } from "../dual/dual_problem.ts";
import type { Incumbent } from "../recovery/incumbent.ts";
import { type NearBundle, nearBundles } from "./near_bundles.ts";
import type { UserClasses } from "../../drop/user_classes.ts";

/** Most columns of a core, unless the caller says otherwise. */
const MOST_COLUMNS = 6000;
/** Most nodes of HiGHS's search: a limit that does not depend on the machine. */
const MOST_NODES = 2000;
/** Most cores solved one after another, each with the incumbent of the last. */
const MOST_ROUNDS = 3;

/** Options of {@link solveCore}. */
export interface CoreOptions {
  /** The bound that the prices prove, the groups' losses taken off. */
  readonly bound: number;
  /** Users who are alike; those of a class are one in the program. */
  readonly classes: UserClasses;
  /** Float64Array, length groups: the loss of each group that was taken off the bound. @default all 0 */
  readonly loss?: Float64Array;
  /** Most columns; a core that has more is solved in part. @default 6000 */
  readonly columns?: number;
  /** The work that HiGHS may do. */
  readonly allowance: Allowance;
  /** Whether a part of a core that is too large is solved. @default true */
  readonly parts?: boolean;
  /** Finds users' bundles and what they are worth at the prices. @default all that their types allow */
  readonly bundles?: BundleFinder;
}

/** Finds the bundles of users at prices. */
export interface BundleFinder {
  /** The problem whose rows the program has. */
  readonly problem: DualProblem;
  /** The value of user `u`'s best bundle. */
  best(u: number): number;
  /** The value of the bundle that user `u` holds. */
  valueHeld(u: number): number;
  /** Whether every other bundle of user `u` is worth less by more than `regret`, and the user holds the best one. */
  isDecided(u: number, regret: number): boolean;
  /** The bundles of user `u` that are worth at least `least`, or the first `most` of them; null: they can't be listed. */
  near(u: number, least: number, most: number): NearBundle[] | null;
}

/** All bundles that users' types allow. */
function allBundles(assignment: Assignment, prices: Prices): BundleFinder {
  const decided = new Decided(assignment, prices), { chooser } = decided;
  return {
    problem: assignment.problem,
    best: (u) => decided.best(u),
    valueHeld: (u) => chooser.valueHeld(u),
    isDecided: (u, regret) => decided.isDecided(u, regret),
    near: (u, least, most) => nearBundles(assignment, chooser, u, least, most),
  };
}

/**
 * Improves the incumbent in place to the optimum over the core. Returns an upper bound on every feasible objective, at most that of
 * the prices. If the core is too large, a part of it may be solved (`parts`).
 */
export async function solveCore(
  incumbent: Incumbent,
  prices: Prices,
  options: CoreOptions,
): Promise<number> {
  let { bound } = options;
  const { assignment } = incumbent, { allowance, classes, parts = true } = options;
  const loss = options.loss ?? new Float64Array(assignment.problem.instance.groups.length);
  const losses = loss.reduce((sum, lost) => sum + lost, 0);
  const bundles = options.bundles ?? allBundles(assignment, prices);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const { objective } = incumbent;
    if (bound <= objective || allowance.isOver) break;
    const most = options.columns ?? MOST_COLUMNS;
    const widest = options.bound - objective;
    const core = coreWithin(assignment, bundles, { widest, most, loss, parts, classes });
    if (core === null || allowance.isOver) break;
    const found = await solveChoices(incumbent, prices, core.choices, {
      problem: bundles.problem,
      most: widest + losses,
      allowance,
    });
    const proven = Math.max(found.bound, options.bound - core.regret);
    bound = Math.min(bound, Math.max(proven, incumbent.objective));
    // Another round helps only if a better incumbent makes the core small enough to be solved whole.
    if (core.whole || incumbent.objective <= objective) break;
  }
  return bound;
}

/** Most columns of the parts of a growing core, each of which starts from the result of the one before. */
const GROWING_COLUMNS = [3000, 6000, 12_000, 24_000, 48_000];

/**
 * Improves the incumbent in place to the optimum over larger and larger parts of the core, as long as HiGHS solves them within the allowance.
 * Returns an upper bound on every feasible objective, and whether any part was solved: then the whole drop may be solvable too.
 *
 * @param options.isOpen whether a gap is left that larger parts should close; absent: always
 */
export async function solveGrowingCore(
  incumbent: Incumbent,
  prices: Prices,
  options: Omit<CoreOptions, "columns" | "parts"> & { readonly isOpen?: () => boolean },
): Promise<{ bound: number; solved: boolean }> {
  const { assignment } = incumbent;
  const { classes, allowance } = options;
  const loss = options.loss ?? new Float64Array(assignment.problem.instance.groups.length);
  const losses = loss.reduce((sum, lost) => sum + lost, 0);
  const bundles = options.bundles ?? allBundles(assignment, prices);
  let bound = options.bound, solved = false, last = 0;
  for (const most of GROWING_COLUMNS) {
    if (options.isOpen?.() === false) break;
    const widest = options.bound - incumbent.objective;
    const core = coreWithin(assignment, bundles, { widest, most, loss, parts: true, classes })!;
    if (bound <= incumbent.objective || allowance.isOver) break;
    if (core.regret <= last) continue;
    last = core.regret;
    const found = await solveChoices(incumbent, prices, core.choices, {
      problem: bundles.problem,
      most: widest + losses,
      allowance,
    });
    const proven = Math.max(found.bound, options.bound - core.regret);
    bound = Math.min(bound, Math.max(proven, incumbent.objective));
    if (!found.solved) break;
    solved = true;
    if (core.whole) break;
  }
  return { bound, solved };
}

/** The bundles of the undecided users. */
interface Core {
  /** All bundles of regret at most this are in the core. */
  readonly regret: number;
  /** Whether `regret` is the whole distance between bound and incumbent. */
  readonly whole: boolean;
  readonly choices: readonly BundleChoice[];
}

/** How large a core may be. */
interface CoreSize {
  /** The distance between bound and incumbent. */
  readonly widest: number;
  /** Most columns. */
  readonly most: number;
  readonly loss: Float64Array;
  /** Whether a part of the core is accepted. */
  readonly parts: boolean;
  readonly classes: UserClasses;
}

/** The core up to the widest regret, or with `parts` up to half, a quarter, … of it, so that it has few enough columns. */
function coreWithin(assignment: Assignment, finder: BundleFinder, size: CoreSize): Core | null {
  // Rounding must not leave out a bundle that is just at the edge.
  const rounding = 1e-9 * Math.min(assignment.problem.unit, size.widest);
  for (let regret = size.widest;; regret /= 2) {
    const choices = choicesWithin(assignment, finder, regret + rounding, size);
    if (choices !== null) return { regret, whole: regret === size.widest, choices };
    if (!size.parts) return null;
    if (regret < 1e-9 * assignment.problem.unit) return { regret: 0, whole: false, choices: [] };
  }
}

/**
 * The choices of classes that have one: their bundles of regret at most `regret` plus the group's loss, and what they hold; null if
 * those are too many columns.
 */
function choicesWithin(
  assignment: Assignment,
  finder: BundleFinder,
  regret: number,
  { most, loss, classes: { members } }: CoreSize,
): BundleChoice[] | null {
  const { group, start } = assignment.problem.instance;
  const choices: BundleChoice[] = [];
  let columns = 0;
  for (let cl = 0; cl + 1 < members.start.length; cl++) {
    const users = [...members.user.subarray(members.start[cl], members.start[cl + 1])];
    const first = users[0];
    if (users.every((u) => finder.isDecided(u, regret + loss[group[first]]))) continue;
    const best = finder.best(first);
    const near = finder.near(first, best - regret - loss[group[first]], most + 1);
    if (near === null) return null;
    const held = near.map(() => 0);
    for (const u of users) {
      const own = assignment.bundleOf(u).map((p) => p - start[u] + start[first]).sort();
      const at = near.findIndex(({ pairs }) => equalBundles(pairs, own));
      if (at >= 0) held[at]++;
      else {
        near.push({ pairs: own, value: finder.valueHeld(u) });
        held.push(1);
      }
    }
    if (near.length === 1) continue;
    columns += near.length;
    if (columns > most) return null;
    const bundles = near.map(({ pairs, value }) => ({ pairs, regret: Math.max(0, best - value) }));
    choices.push({ users, bundles, held });
  }
  return choices;
}

/**
 * Finds the best choice of bundles for these users while others keep what they hold, and changes the assignment if that is better.
 * Returns an upper bound on the objective over these choices, and whether the program was solved to its end.
 */
async function solveChoices(
  incumbent: Incumbent,
  prices: Prices,
  choices: readonly BundleChoice[],
  { problem, most, allowance }: { problem: DualProblem; most: number; allowance: Allowance },
): Promise<{ bound: number; solved: boolean }> {
  const { assignment, objective: before } = incumbent;
  if (choices.length === 0) return { bound: before, solved: true };
  const program = bundleProgram(assignment, prices, choices, { problem, most });
  const search = { allowance, nodes: MOST_NODES };
  const { values, bound, solved } = await solveLosses(program, before, search);
  if (values !== null) {
    incumbent.tryTo(() => {
      let column = 0;
      for (const { users, bundles } of choices) {
        const each = bundles.map(({ pairs }) => ({ pairs, n: Math.round(values[column++]) }));
        give(assignment, users, each);
      }
    });
  }
  return { bound: Math.max(incumbent.objective, bound), solved };
}

/** Gives each of some users who are alike a bundle: `n` of them each bundle, which has pairs of the first user. */
function give(
  assignment: Assignment,
  users: readonly number[],
  bundles: readonly { pairs: Int32Array; n: number }[],
): void {
  const { start } = assignment.problem.instance;
  let at = 0;
  for (const { pairs, n } of bundles) {
    for (let i = 0; i < n && at < users.length; i++, at++) {
      const u = users[at];
      const own = pairs.map((p) => p - start[users[0]] + start[u]);
      assignment.setBundle(u, own, own.length);
    }
  }
}

/** The result of a program of losses. */
interface LossResult {
  /** Values of its columns; null if it found none. */
  readonly values: Float64Array | null;
  /** Upper bound on the objective over the choices of the program, with HiGHS's tolerance added. */
  readonly bound: number;
  /** Whether HiGHS came to its end. */
  readonly solved: boolean;
}

/**
 * Solves a program of losses. The work is taken off the allowance.
 *
 * @param objective the objective of the solution that the program starts from
 * @param search.step solutions that are better by less than this are not looked for
 */
export async function solveLosses(
  { mip, start, units }: LossProgram,
  objective: number,
  search: { allowance: Allowance; nodes?: number; presolve?: boolean; step?: number },
): Promise<LossResult> {
  const { allowance, nodes, presolve, step } = search;
  const timeout = Math.max(0.001, (allowance.until - performance.now()) / 1000);
  const options = { work: allowance.left, timeout, nodes, presolve, step, start, units };
  const result = await solveMip(mip, options);
  allowance.spend(result.work);
  let now = 0;
  for (let column = 0; column < start.length; column++) now += mip.cost[column] * start[column];
  const solved = result.status === "optimal";
  return { values: result.values, bound: objective + (result.bound - now), solved };
}
