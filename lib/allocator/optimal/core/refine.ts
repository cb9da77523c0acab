/**
 * From a good allocation and good prices to the best there are: what the search by Newton's method and recovery leave open
 * is closed by exact programs, as far as the drop is small enough for them.
 *
 * @module
 */
import { relativeGap } from "../../model/allocation.ts";
import { solveGreedy } from "../../greedy/greedy.ts";
import { pairCount } from "../../drop/instance.ts";
import { whyNoHighs } from "../../../deps/highs.ts";
import type { OnProgress } from "../../../base/progress.ts";
import { isSearchable } from "../flow/typed_network.ts";
import { searchTypes } from "../flow/type_search.ts";
import { improveByChains } from "./chains.ts";
import { solveCore, solveGrowingCore, solveLosses } from "./core.ts";
import { exactPrices } from "./exact_prices.ts";
import type { Incumbent } from "../recovery/incumbent.ts";
import { boundOnGrid, objectiveStep } from "../../model/objective_grid.ts";
import { hasJointGroups, JointGroups } from "./joint_groups.ts";
import { pairProgram } from "./pair_program.ts";
import type { Pause } from "../../../base/pause.ts";
import { type Proof, prove } from "../dual/proof.ts";
import { improveAlongPaths, makeFeasible, type RecoverOptions } from "../recovery/recover.ts";
import { roundMixture } from "./round_mixture.ts";
import { takeHeld, takeOffers } from "../recovery/take_offers.ts";
import type { Assignment } from "../recovery/assignment.ts";
import { pairsOfClasses, singleUsers, type UserClasses } from "../../drop/user_classes.ts";

/** Up to this many pairs the solver goes for the exact optimum, whatever gap is asked for. */
export const EXACT_PAIRS = 300_000;

/**
 * Most seconds that HiGHS gets for a program: for one of a small drop, of a drop that is to be solved exactly, of a larger
 * one that is not within the gap yet.
 */
const SMALL_SECONDS = 1, EXACT_SECONDS = 5, LARGE_SECONDS = 15;

/** Share of the time left that HiGHS is told of: it looks at its clock only now and then. */
const OF_TIME_LEFT = 0.75;

/** Most seconds for all programs of a small drop together. */
const SMALL_TOTAL_SECONDS = 2.5;

/** A drop with a gap above this after all that is worth more: so many seconds. */
const WIDE = 1e-3, LONG_SECONDS = 15;

/** Up to so many pairs a drop is small. */
const SMALL_PAIRS = 20_000;

/** Up to this gap prices are good, and up to so many pairs it takes no time to have better ones. */
const GOOD = 1e-6, TINY_PAIRS = 3000;

/** A gap that counts as none. */
const PROVEN = 1e-12;

/** Up to so many pairs, and classes of users, the best prices are found by linear programming. */
const PROGRAM_PAIRS = 200_000, PROGRAM_CLASSES = 6000;

/** Prices that prove this are good enough not to look for better ones once the optimum is known. */
const TIGHT = 1e-8;

/** Most columns of the program of pairs. */
const PAIR_COLUMNS = 12_000;

/**
 * From this relative gap on, or in a large drop from so many times the gap asked for, a part of a core has never helped
 * but in a small drop (an assignment ratio in many groups does this, from a smaller gap on). With thousands of contracts a
 * part closes gaps of 5e-5.
 */
const FAR_FROM_EXACT = 1e-3, FAR_TIMES = 100, FAR_TIMES_OF_OFFERS = 10;

/**
 * Where offers count in whole numbers toward limits, HiGHS solves programs of many columns: most seconds for parts of the core,
 * and seconds and columns for the program of pairs of the whole drop.
 */
const COUNTING_SECONDS = 30, WHOLE_SECONDS = 60, WHOLE_COLUMNS = 80_000;

/** Most seconds for chains where offers weigh toward limits: nothing else makes such gaps smaller. */
const WEIGHING_SECONDS = 40;

/** The same under limits: where offers weigh, what is lost lies between users who hardly care, and a part of them helps. */
const FAR_UNDER_LIMITS = 1e-2;

/** From this relative gap on a large drop is compared with the greedy solver's allocation. */
const FAR = 1e-5;

/** How a run is refined. */
export interface RefineOptions {
  /** Users who are alike, where the drop is not too large to look for them. */
  readonly classes: UserClasses | null;
  /** Whether the drop is small enough to go for the optimum. */
  readonly exact: boolean;
  /** The gap at which a larger drop may stop. */
  readonly gap: number;
  /**
   * What objective and bound will be less by when they are counted at the shortfall price asked for: gaps are relative to what
   * they are then.
   */
  readonly lifted: number;
  /** In milliseconds of `performance.now()`. */
  readonly deadline: number;
  readonly hurry: () => boolean;
  readonly pause: Pause;
  readonly onProgress?: OnProgress;
  /** Whether who is sponsored is chosen first, each choice leaving a flow; the incumbent is what recovery found in a hurry. */
  readonly byTypes: boolean;
  /** Recovery in full, where the incumbent is what it found in a hurry, as choices for many whole groups come first. */
  readonly recovery?: () => Promise<Assignment>;
}

/** What refining ends with. */
export interface Refined {
  readonly proof: Proof;
  /** Upper bound on every feasible objective. */
  readonly bound: number;
  readonly warnings: readonly string[];
}

/** Improves the incumbent in place, and the proof. */
export async function refine(
  incumbent: Incumbent,
  proof: Proof,
  options: RefineOptions,
): Promise<Refined> {
  const refinement = new Refinement(incumbent, proof, options);
  await refinement.run();
  const { bound, warnings } = refinement;
  return { proof: refinement.proof, bound, warnings };
}

/** How large a program of pairs may be, and how long it may take. */
interface PairsSize {
  readonly seconds?: number;
  readonly columns?: number;
}

/** One run's way through the stages. */
class Refinement {
  proof: Proof;
  /** The least bound known. */
  bound: number;
  readonly warnings: string[] = [];
  readonly #incumbent: Incumbent;
  readonly #options: RefineOptions;
  readonly #step: number;
  /** When the programs of a small drop are to end. */
  #end = Infinity;
  /** Pairs, users who are alike counted once. */
  readonly #size: number;
  /** Whether bounds of searches are taken. */
  #isTrusted = true;

  constructor(incumbent: Incumbent, proof: Proof, options: RefineOptions) {
    this.proof = proof;
    this.bound = proof.bound;
    this.#incumbent = incumbent;
    this.#options = options;
    const { instance, policy, shortfallPrice } = incumbent.assignment.problem;
    this.#size = options.classes === null
      ? pairCount(instance)
      : pairsOfClasses(instance, options.classes);
    this.#step = options.exact ? objectiveStep(instance, policy, shortfallPrice) : 0;
  }

  async run(): Promise<void> {
    const { exact, gap, hurry, onProgress } = this.#options;
    const isDone = () => hurry() || this.#distance() <= Math.max(PROVEN, exact ? 0 : gap);
    if (isDone()) return;
    onProgress?.({ phase: "core" });
    const unavailable = await whyNoHighs();
    if (hasJointGroups(this.proof)) {
      // Of few groups a choice for a whole one is coarse: where single users were moved well it brings nothing.
      const isWorthIt = this.#distance() > FAR || this.#isByGroups;
      if (unavailable === null && isWorthIt) await this.#groups();
      if (isDone()) return;
      if (unavailable !== null || this.#distance() > WIDE) await this.#recoverInFull();
    }
    const { byTypes } = this.#options;
    if (byTypes) await this.#types();
    if (this.#size <= EXACT_PAIRS || this.#distance() > FAR) await this.#compareWithGreedy();
    if (unavailable !== null) {
      this.warnings.push(`undecided users are left as they are: ${unavailable}`);
      return;
    }
    // Where a choice of types leaves this much, programs have too many columns to help.
    if (byTypes && this.#distance() > FAR) return;
    if (this.#isProgramSized() && this.#size <= SMALL_PAIRS) await this.#settleSmall();
    else await this.#settleLarge();
    const { problem } = this.#incumbent.assignment;
    if (!byTypes && this.#isOpen() && this.#distance() > FAR && isSearchable(problem)) {
      await this.#types();
    }
  }

  /** Programs of a small drop take no time: all of them, the one that settles ties first. */
  async #settleSmall(): Promise<void> {
    this.#end = performance.now() + 1000 * SMALL_TOTAL_SECONDS;
    // Good prices make the programs small, so poor prices are improved first.
    const early = this.#distance() > GOOD || this.#size <= TINY_PAIRS;
    if (early && this.#isLoose(TIGHT)) await this.#bestPrices();
    if (this.#isOpen()) await this.#solvePairs();
    if (this.#isOpen()) await this.#core(false);
    if (!early && this.#isLoose(TIGHT)) {
      await this.#bestPrices();
      if (this.#isOpen()) await this.#solvePairs();
    }
    if (this.#isOpen()) await this.#core(true);
    this.#end = Infinity;
    // For what the programs left open; where they succeed they are the quicker way to the
    // optimum.
    if (this.#isOpen()) await this.#chains();
    if (this.#isOpen() && this.#distance() > WIDE) {
      await this.#solvePairs({ seconds: LONG_SECONDS });
    }
  }

  /** In a larger drop the core is small where prices are good; other programs only where that left something. */
  async #settleLarge(): Promise<void> {
    const { exact, gap } = this.#options;
    const { problem } = this.#incumbent.assignment;
    const far = problem.items === null ? FAR_FROM_EXACT : FAR_UNDER_LIMITS;
    const times = problem.countsOffers ? FAR_TIMES_OF_OFFERS : FAR_TIMES;
    const near = () => this.#distance() <= (exact ? far : times * gap);
    if (this.#isOpen()) await this.#chains();
    if (this.#isOpen()) await this.#core(false);
    // Under an assignment ratio what is left lies between whole users, not at the prices.
    const atPrices = !this.#incumbent.assignment.problem.countsOffers;
    if (this.#isProgramSized() && this.#isLoose(GOOD) && atPrices) {
      await this.#bestPrices();
      if (this.#isOpen()) await this.#chains();
      if (this.#isOpen()) await this.#core(false);
    }
    // Nor have programs of parts ever helped where choices were made for whole groups.
    if (this.#isByGroups) return;
    if (this.#isOpen() && near() && this.#isProgramSized()) await this.#solvePairs();
    if (!this.#isOpen() || !near()) return;
    if (this.#countsOnly()) await this.#growingCore();
    else await this.#core(true);
  }

  /** Whether to stop: the run as a whole, or what a small drop may take. */
  readonly #hurry = (): boolean => performance.now() >= this.#end || this.#options.hurry();

  /** Whether the bound of the prices is further than `tight` from the objective, relative to it, and there is time. */
  #isLoose(tight: number): boolean {
    return this.#gapOf(this.proof.bound) > tight && !this.#hurry();
  }

  /** Whether choices for whole groups come in place of recovery in full; they are finer than what programs of parts find. */
  get #isByGroups(): boolean {
    return this.#options.recovery !== undefined;
  }

  get #classes(): UserClasses {
    return this.#options.classes ?? singleUsers(this.#incumbent.assignment.problem.instance);
  }

  /** Whether there is something to gain, and time for it. */
  #isOpen(): boolean {
    return this.#distance() > PROVEN && !this.#hurry();
  }

  /** Whether there are limits, and offers count in whole numbers toward all: programs of many columns are solved then. */
  #countsOnly(): boolean {
    const { items } = this.#incumbent.assignment.problem;
    return items !== null && !items.weighs;
  }

  #distance(): number {
    return this.#gapOf(this.bound);
  }

  #gapOf(bound: number): number {
    const { lifted } = this.#options;
    return relativeGap(bound - lifted, this.#incumbent.objective - lifted);
  }

  #isProgramSized(): boolean {
    return this.#options.classes !== null && this.#size <= PROGRAM_PAIRS &&
      this.#classes.count <= PROGRAM_CLASSES;
  }

  /** Takes a lower bound, down to the objective where no other objective lies between. */
  #take(bound: number): void {
    const { objective } = this.#incumbent;
    if (this.#isContradicted) this.#isTrusted = false;
    const known = this.#isTrusted ? Math.min(this.bound, bound) : this.proof.bound;
    this.bound = boundOnGrid(known, objective, this.#step);
  }

  /** Whether something better was found than a search said there is. HiGHS errs now and then: then only prices prove anything. */
  get #isContradicted(): boolean {
    const { objective } = this.#incumbent;
    const rounding = PROVEN * (Math.abs(objective) + this.proof.size);
    return this.bound < this.proof.bound && this.bound < objective - rounding;
  }

  /** Takes the greedy solver's allocation where it is better, and improves it. */
  async #compareWithGreedy(): Promise<void> {
    const { problem } = this.#incumbent.assignment;
    const greedy = solveGreedy(problem.instance, problem.policy);
    if (!this.#incumbent.tryTo(() => takeOffers(this.#incumbent.assignment, greedy))) return;
    await this.#try(() =>
      improveAlongPaths(this.#incumbent.assignment, this.proof.prices, this.#recovery())
    );
  }

  /** How an allocation is improved that did not come from the prices: within little time, as it may be far from them. */
  #recovery(): RecoverOptions {
    const { pause } = this.#options;
    const end = performance.now() + 1000 * SMALL_SECONDS;
    const hurry = () => performance.now() >= end || this.#options.hurry();
    const { hurry: late } = this.#options;
    return { noise: 0, enough: this.bound, shape: this.proof.shape, hurry, late, pause };
  }

  async #try(change: () => Promise<void>): Promise<void> {
    if (await this.#incumbent.tryToAsync(change)) this.#take(this.bound);
  }

  /** When a program that begins now is to stop. */
  #deadline(seconds?: number): number {
    seconds ??= this.#size <= SMALL_PAIRS
      ? SMALL_SECONDS
      : this.#options.exact
      ? EXACT_SECONDS
      : LARGE_SECONDS;
    const now = performance.now();
    const share = now + OF_TIME_LEFT * (this.#options.deadline - now);
    return Math.min(share, this.#end, now + 1000 * seconds);
  }

  /** Solves the core, or a part of it where it is too large. */
  async #core(parts: boolean): Promise<void> {
    const bound = await solveCore(this.#incumbent, this.proof.prices, {
      bound: this.proof.bound,
      loss: this.proof.loss,
      classes: this.#classes,
      deadline: this.#deadline(),
      partDeadline: parts ? this.#deadline() : -Infinity,
    });
    this.#take(bound);
  }

  /** Solves larger and larger parts of the core, and the drop as a whole where HiGHS may solve it. */
  async #growingCore(): Promise<void> {
    const { bound, solved } = await solveGrowingCore(this.#incumbent, this.proof.prices, {
      bound: this.proof.bound,
      loss: this.proof.loss,
      classes: this.#classes,
      deadline: this.#deadline(COUNTING_SECONDS),
    });
    this.#take(bound);
    const { exact, gap } = this.#options;
    if (!exact || !solved || this.#distance() <= gap || !this.#isOpen()) return;
    await this.#solvePairs({ seconds: WHOLE_SECONDS, columns: WHOLE_COLUMNS });
  }

  /** Improves what is held by chains of changes: all programs are smaller then. */
  async #chains(): Promise<void> {
    const { assignment, objective } = this.#incumbent, { prices, bound, loss } = this.proof;
    const weighs = assignment.problem.items?.weighs === true;
    const end = this.#deadline(weighs ? WEIGHING_SECONDS : undefined);
    const stop = () => performance.now() >= end || this.#hurry();
    const widest = loss.reduce((sum, lost) => sum + lost, bound - objective);
    await this.#try(() =>
      improveByChains(assignment, prices, { widest, stop, pause: this.#options.pause })
    );
  }

  /** Takes what recovery finds, where the incumbent is what it found in a hurry. */
  async #recoverInFull(): Promise<void> {
    const found = await this.#options.recovery?.();
    if (found === undefined) return;
    if (this.#incumbent.tryTo(() => takeHeld(this.#incumbent.assignment, found))) {
      this.#take(this.bound);
    }
  }

  /** Chooses who is sponsored, each choice leaving a flow. */
  async #types(): Promise<void> {
    const { assignment } = this.#incumbent;
    const options = { stop: this.#hurry, pause: this.#options.pause };
    await this.#try(() => searchTypes(assignment, this.proof.prices, options));
  }

  /** Better prices, and choices for whole groups, where rules tie their users together. */
  async #groups(): Promise<void> {
    const { gap, pause } = this.#options, { assignment, objective } = this.#incumbent;
    const options = { objective, gap, stop: this.#hurry, pause };
    const search = new JointGroups(assignment, this.proof, options);
    await this.#try(async () => {
      await search.choose(assignment);
      await makeFeasible(assignment, search.proof.prices, this.#recovery());
    });
    this.proof = search.proof;
    this.#take(this.proof.bound);
  }

  /** Finds the best prices by linear programming, and an allocation near the program's mixture. */
  async #bestPrices(): Promise<void> {
    const { hurry, pause } = this.#options;
    const { assignment, objective } = this.#incumbent;
    const { problem } = assignment;
    const classes = this.#classes;
    const dual = this.proof.loss.reduce((sum, lost) => sum + lost, this.proof.bound);
    const found = { prices: this.proof.prices, bound: dual };
    const best = await exactPrices(problem, classes, found, { objective, stop: this.#hurry });
    if (best.bound < dual) {
      const proof = await prove(problem, best, hurry, pause);
      if (proof.bound < this.proof.bound) {
        this.proof = proof;
        this.#take(proof.bound);
      }
    }
    if (this.#distance() <= PROVEN || best.mixture.length === 0) return;
    await this.#try(async () => {
      roundMixture(assignment, classes, best.mixture);
      await makeFeasible(assignment, this.proof.prices, this.#recovery());
    });
  }

  /** Solves the program of pairs and shapes. */
  async #solvePairs(size: PairsSize = {}): Promise<void> {
    const { instance, policy } = this.#incumbent.assignment.problem;
    // Counts of pairs over a class of users cannot express a limit per brand and user.
    const classes = policy.maxPerBrand === null ? this.#classes : singleUsers(instance);
    const isKept = await this.#solvePairsOf(classes, size);
    // Of users who are alike counts may be promised that can't be handed out among them: (2, 2) to users of 3 and of 1.
    if (!isKept && classes.count < instance.group.length && this.#isOpen()) {
      await this.#solvePairsOf(singleUsers(instance), size);
    }
  }

  /** The same for users in classes. False where the program promised more than its solution was worth when handed out. */
  async #solvePairsOf(classes: UserClasses, { seconds, columns }: PairsSize): Promise<boolean> {
    const { assignment, objective } = this.#incumbent;
    const { items, unit } = assignment.problem;
    const program = pairProgram(assignment, this.proof.prices, classes, {
      widest: this.proof.bound - objective,
      loss: this.proof.loss,
      most: columns ?? PAIR_COLUMNS,
    });
    if (program === null) return true;
    // Without presolve HiGHS called the second best of a knapsack optimal: where offers weigh it must have it.
    const search = {
      deadline: this.#deadline(seconds),
      presolve: items?.weighs === true || columns !== undefined,
    };
    const { values, bound, promised } = await solveLosses(program, objective, search);
    if (values !== null) this.#incumbent.tryTo(() => program.give(values));
    this.#take(Math.max(bound, this.#incumbent.objective));
    return promised <= this.#incumbent.objective + 1e-6 * unit;
  }
}
