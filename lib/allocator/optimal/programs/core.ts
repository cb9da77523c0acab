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
import { Allowance } from "./allowance.ts";
import type { Holdings } from "../recovery/holdings.ts";
import { type BundleChoice, bundleProgram } from "./bundle_program.ts";
import { Decided } from "./decided.ts";
import type { DualProblem } from "../dual/dual_problem.ts";
import { FewRows } from "./few_rows.ts";
import type { Incumbent } from "../recovery/incumbent.ts";
import { type LossSearch, solveLosses } from "./loss_program.ts";
import { equalBundles, type NearBundle, nearBundles } from "./near_bundles.ts";
import type { UserClasses } from "../../drop/user_classes.ts";
import { usersOf } from "../../drop/instance/group_users.ts";

/** Most columns of a core, unless the caller says otherwise. */
const MOST_COLUMNS = 6000;
/** Most nodes of HiGHS's search: a limit that does not depend on the machine. */
const MOST_NODES = 2000;
/** A gap is asked for so much smaller in a program that rounding can't leave it open. */
const NEARLY = 0.999;
/** Most cores solved one after another, each with the incumbent of the last. */
const MOST_ROUNDS = 3;
/** Most columns of the parts of a growing core. Each part starts from the result of the one before. */
const GROWING_COLUMNS = [3000, 6000, 12_000, 24_000, 48_000];

/** Most columns of a part before these in a drop without limits: it takes a fraction of a second, and often gains all that is needed. */
const FIRST_COLUMNS = 1000;

/**
 * A part whose bundles lose less than this share of an offer's size has hardly any but those that tie. Where these alone fill a part of
 * so many columns, nearly all users are indifferent, and larger parts have never gained anything: what is left is lost in another way.
 */
const TIED = 1e-6, TIED_COLUMNS = 6000;

/** Parts in which a few rows may change: how many at first and at most, and most nodes and counted seconds of each. */
const FEWEST_OPEN = 3, MOST_OPEN = 8, NODES_OF_PART = 300, SECONDS_OF_PART = 3;

/** With fewer counted seconds left HiGHS would not come past its first linear program. */
const LEAST_SECONDS = 0.3;

/** With so many classes every STRIDE-th of them tells of most cores that are too large that they are: CLEARLY times as many columns. */
const MANY_CLASSES = 20_000, STRIDE = 16, CLEARLY = 1.25;

/** One row more may change after so many parts of which none gained this share of what is lost. */
const MOST_IDLE = 12, WORTH_A_PART = 0.0005;

/**
 * Cores of samples: about so many classes and at most so many columns in each, and how many that gain little may come one after the other.
 */
const CLASSES_OF_SAMPLE = 3000, COLUMNS_OF_SAMPLE = 3000, MOST_IDLE_SAMPLES = 4;

/** Options of {@link solveCore} and {@link solveGrowingCore}. */
export interface CoreOptions {
  /** The bound that the prices prove, the groups' losses taken off. */
  readonly bound: number;
  /** Users who are alike; those of a class are one in the program. */
  readonly classes: UserClasses;
  /** Float64Array, length groups: the loss of each group that was taken off the bound. @default all 0 */
  readonly loss?: Float64Array;
  /** The work that HiGHS may do. */
  readonly allowance: Allowance;
  /** The objective at which to stop, read before each program: what one proves may lower it for the next. @default Infinity */
  readonly target?: number;
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
function allBundles(holdings: Holdings, prices: Prices): BundleFinder {
  const decided = new Decided(holdings, prices), { chooser } = decided;
  return {
    problem: holdings.problem,
    best: (u) => decided.best(u),
    valueHeld: (u) => chooser.valueHeld(u),
    isDecided: (u, regret) => decided.isDecided(u, regret),
    near: (u, least, most) => nearBundles(holdings, chooser, u, least, most),
  };
}

/**
 * Improves the incumbent in place to the optimum over the core. Returns an upper bound on every feasible objective, at most that of
 * the prices.
 *
 * @param options.columns most columns. @default 6000
 * @param options.parts whether a part of a core that has more is solved. @default true
 */
export async function solveCore(
  incumbent: Incumbent,
  prices: Prices,
  options: CoreOptions & { readonly columns?: number; readonly parts?: boolean },
): Promise<number> {
  const { allowance, columns = MOST_COLUMNS, parts = true } = options;
  const cores = new Cores(incumbent, prices, options);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const { objective } = incumbent;
    if (cores.isClosed || allowance.isOver) break;
    const core = cores.within(columns, parts);
    if (core === null || allowance.isOver) break;
    await cores.solve(core);
    // Another round helps only if a better incumbent makes the core small enough to be solved whole.
    if (core.whole || incumbent.objective <= objective) break;
  }
  return cores.bound;
}

/**
 * Improves the incumbent in place to the optimum over larger and larger parts of the core, as long as HiGHS solves them within
 * the allowance and more than ties is in them. Returns an upper bound on every feasible objective, and whether any part was solved:
 * then the whole drop may be solvable too.
 *
 * @param options.isOpen whether a gap is left that larger parts should close, if this is an upper bound; absent: always
 */
export async function solveGrowingCore(
  incumbent: Incumbent,
  prices: Prices,
  options: CoreOptions & { readonly isOpen?: (bound: number) => boolean },
): Promise<{ bound: number; solved: boolean }> {
  const { allowance } = options, { items } = incumbent.holdings.problem;
  const cores = new Cores(incumbent, prices, options);
  let solved = false, last = 0;
  for (const most of [...items === null ? [FIRST_COLUMNS] : [], ...GROWING_COLUMNS]) {
    if (options.isOpen?.(cores.bound) === false) break;
    const core = cores.within(most, true)!;
    if (cores.isClosed || allowance.isOver) break;
    if (most >= TIED_COLUMNS && cores.isOfTies(core)) break;
    if (core.regret <= last) continue;
    last = core.regret;
    if (!await cores.solve(core)) break;
    solved = true;
    if (core.whole) break;
  }
  return { bound: cores.bound, solved };
}

/**
 * Improves the incumbent in place, by parts of the core that leave all rows toward which offers count differently but a few as they are
 * (see {@link FewRows}): first three at a time, and one more whenever the last parts gained little.
 *
 * @param options.isOpen whether a gap is left
 */
export async function solveByFewRows(
  incumbent: Incumbent,
  prices: Prices,
  options: CoreOptions & { readonly isOpen: () => boolean },
): Promise<void> {
  const { items } = incumbent.holdings.problem, { allowance } = options;
  if (items === null) return;
  const cores = new Cores(incumbent, prices, options), rows = new FewRows(items, prices);
  // With all rows open a part would be the core itself.
  const most = Math.min(MOST_OPEN, rows.count - 1);
  const isOver = () => allowance.left < LEAST_SECONDS || allowance.isOver || !options.isOpen();
  let core: Core | null = null;
  for (let n = 0, open = FEWEST_OPEN, idle = 0; open <= most && !isOver(); n++) {
    const { objective } = incumbent;
    core ??= cores.within(MOST_COLUMNS, true)!;
    await cores.improve(rows.part(core.choices, open, n));
    const gain = incumbent.objective - objective;
    if (gain > 0) core = null;
    idle = gain > WORTH_A_PART * (options.bound - objective) ? 0 : idle + 1;
    if (idle < MOST_IDLE) continue;
    open++;
    idle = 0;
  }
}

/**
 * Improves the incumbent in place, by the cores of one sample of the classes after the other. Where many users tie, a part of the whole
 * core has hardly any bundles but those that tie. With fewer users there is room for bundles that lose a little, and what these take
 * from one row and leave in another lets others fill what was left.
 *
 * @param options.isOpen whether a gap is left
 */
export async function solveSampledCores(
  incumbent: Incumbent,
  prices: Prices,
  options: CoreOptions & { readonly isOpen: () => boolean },
): Promise<void> {
  const { allowance, classes } = options;
  const cores = new Cores(incumbent, prices, options);
  const stride = Math.ceil(classes.count / CLASSES_OF_SAMPLE);
  const isOver = () => allowance.left < LEAST_SECONDS || allowance.isOver || !options.isOpen();
  for (let n = 0, idle = 0; idle < MOST_IDLE_SAMPLES && !isOver(); n++) {
    const { objective } = incumbent;
    const core = cores.within(COLUMNS_OF_SAMPLE, true, { stride, first: n % stride })!;
    await cores.improve(core.choices);
    const gain = incumbent.objective - objective;
    idle = gain > WORTH_A_PART * (options.bound - objective) ? 0 : idle + 1;
  }
}

/** Every `stride`-th class, from the first on. */
interface Sample {
  readonly stride: number;
  readonly first: number;
}

const ALL_CLASSES: Sample = { stride: 1, first: 0 };

/** The bundles of the undecided users. */
interface Core {
  /** All bundles of regret at most this are in the core. */
  readonly regret: number;
  /** Whether `regret` is the whole distance between bound and incumbent. */
  readonly whole: boolean;
  readonly choices: readonly BundleChoice[];
}

/** Cores of a drop at some prices, one after the other. */
class Cores {
  /** Upper bound on every feasible objective. */
  bound: number;
  readonly #incumbent: Incumbent;
  readonly #prices: Prices;
  readonly #options: CoreOptions;
  readonly #finder: BundleFinder;
  /** Float64Array, length groups: the loss of each that was taken off the bound. */
  readonly #loss: Float64Array;

  constructor(incumbent: Incumbent, prices: Prices, options: CoreOptions) {
    const { holdings } = incumbent;
    this.bound = options.bound;
    this.#incumbent = incumbent;
    this.#prices = prices;
    this.#options = options;
    this.#finder = options.bundles ?? allBundles(holdings, prices);
    this.#loss = options.loss ?? new Float64Array(holdings.problem.instance.groups.length);
  }

  /** Whether nothing better than the incumbent is possible. */
  get isClosed(): boolean {
    return this.bound <= this.#incumbent.objective;
  }

  /** Whether a part of a core has only bundles that tie. */
  isOfTies({ regret, whole }: Core): boolean {
    return !whole && regret <= TIED * this.#incumbent.holdings.problem.unit;
  }

  /** The distance between the bound of the prices and the incumbent. */
  get #widest(): number {
    return this.#options.bound - this.#incumbent.objective;
  }

  /**
   * The core of a sample up to the widest regret, or with `parts` up to half, a quarter, … of it, so that it has at most `most` columns;
   * null: it has more.
   */
  within(most: number, parts: boolean, sample: Sample = ALL_CLASSES): Core | null {
    const widest = this.#widest, { unit } = this.#incumbent.holdings.problem;
    // Rounding must not leave out a bundle that is just at the edge.
    const rounding = 1e-9 * Math.min(unit, widest);
    for (let regret = widest;; regret /= 2) {
      const choices = sample.stride === 1 && this.#isClearlyTooLarge(regret, most)
        ? null
        : this.#choicesWithin(regret + rounding, most, sample);
      if (choices !== null) {
        return { regret, whole: sample.stride === 1 && regret === widest, choices };
      }
      if (!parts) return null;
      if (regret < 1e-9 * unit) return { regret: 0, whole: false, choices: [] };
    }
  }

  /** Whether a core has clearly more columns than allowed, as far as a sixteenth of many classes tells. That is known far sooner. */
  #isClearlyTooLarge(regret: number, most: number): boolean {
    const sample = { stride: STRIDE, first: STRIDE >> 1 };
    return this.#options.classes.count >= MANY_CLASSES &&
      this.#choicesWithin(regret, Math.ceil(CLEARLY * most / STRIDE), sample) === null;
  }

  /**
   * The choices of a sample's classes that have one: their bundles of regret at most `regret` plus the group's loss, and what they hold;
   * null if those are more than `most` columns.
   */
  #choicesWithin(
    regret: number,
    most: number,
    { stride, first: from }: Sample,
  ): BundleChoice[] | null {
    const { holdings } = this.#incumbent, { members } = this.#options.classes;
    const finder = this.#finder, loss = this.#loss;
    const { group, start } = holdings.problem.instance;
    const choices: BundleChoice[] = [];
    let columns = 0;
    for (let cl = from; cl + 1 < members.start.length; cl += stride) {
      const users = [...usersOf(members, cl)];
      const first = users[0];
      if (users.every((u) => finder.isDecided(u, regret + loss[group[first]]))) continue;
      const best = finder.best(first);
      const near = finder.near(first, best - regret - loss[group[first]], most + 1);
      if (near === null) return null;
      const held = near.map(() => 0);
      for (const u of users) {
        const own = holdings.bundleOf(u).map((p) => p - start[u] + start[first]).sort();
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
      const bundles = near.map(({ pairs, value }) => ({
        pairs,
        regret: Math.max(0, best - value),
      }));
      choices.push({ users, bundles, held });
    }
    return choices;
  }

  /** Improves the incumbent by a part of a core. */
  async improve(choices: readonly BundleChoice[]): Promise<void> {
    const { allowance } = this.#options;
    await this.#solveChoices(choices, {
      allowance: new Allowance(SECONDS_OF_PART, allowance.until, allowance),
      nodes: NODES_OF_PART,
    });
  }

  /**
   * Improves the incumbent to the optimum over a core, or as near the bound as it is to be, and lowers the bound. Returns whether
   * HiGHS came to its end.
   */
  async solve({ regret, choices }: Core): Promise<boolean> {
    const { allowance, target = Infinity } = this.#options, leftOut = this.#options.bound - regret;
    const { bound, solved } = await this.#solveChoices(choices, {
      allowance,
      nodes: MOST_NODES,
      ...(target < Infinity && { enough: { gap: NEARLY * (this.bound - target), leftOut } }),
    });
    const proven = Math.max(bound, leftOut);
    this.bound = Math.min(this.bound, Math.max(proven, this.#incumbent.objective));
    return solved;
  }

  /**
   * Finds the best choice of bundles for these users while others keep what they hold, and changes the holdings if that is better.
   * Returns an upper bound on the objective over these choices, and whether the program was solved to its end.
   */
  async #solveChoices(
    choices: readonly BundleChoice[],
    search: Omit<LossSearch, "target">,
  ): Promise<{ bound: number; solved: boolean }> {
    const incumbent = this.#incumbent, { holdings, objective: before } = incumbent;
    if (choices.length === 0) return { bound: before, solved: true };
    const losses = this.#loss.reduce((sum, lost) => sum + lost, 0);
    const program = bundleProgram(holdings, this.#prices, choices, {
      problem: this.#finder.problem,
      most: this.#widest + losses,
    });
    const { values, bound, solved } = await solveLosses(program, before, {
      ...search,
      target: this.#options.target,
    });
    if (values !== null) {
      incumbent.tryTo(() => {
        let column = 0;
        for (const { users, bundles } of choices) {
          const each = bundles.map(({ pairs }) => ({ pairs, n: Math.round(values[column++]) }));
          give(holdings, users, each);
        }
      });
    }
    return { bound: Math.max(incumbent.objective, bound), solved };
  }
}

/** Gives each of some users who are alike a bundle: `n` of them each bundle, which has pairs of the first user. */
function give(
  holdings: Holdings,
  users: readonly number[],
  bundles: readonly { pairs: Int32Array; n: number }[],
): void {
  const { start } = holdings.problem.instance;
  let at = 0;
  for (const { pairs, n } of bundles) {
    for (let i = 0; i < n && at < users.length; i++, at++) {
      const u = users[at];
      const own = pairs.map((p) => p - start[users[0]] + start[u]);
      holdings.setBundle(u, own, own.length);
    }
  }
}
