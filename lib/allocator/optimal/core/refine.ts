/**
 * Refines a good allocation and good prices to the best ones: exact programs close the gap that the search for prices and recovery
 * leave, as far as the drop is small enough for them.
 *
 * @module
 */
import { relativeGap } from "../../model/allocation.ts";
import { solveGreedy } from "../../greedy/greedy.ts";
import { pairCount } from "../../drop/instance/instance.ts";
import { whyNoHighs } from "../../../deps/highs.ts";
import type { OnProgress } from "../../../base/progress.ts";
import { isSearchable } from "../flow/typed_network.ts";
import type { Prices } from "../../model/allocation.ts";
import { searchTies, searchTypes, typesTie } from "./type_search.ts";
import { improveByChains } from "./chains.ts";
import { solveCore, solveGrowingCore, solveLosses } from "./core.ts";
import type { DualProblem } from "../dual/dual_problem.ts";
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

/** Up to this many pairs the solver looks for the exact optimum, whatever gap is asked for. */
export const EXACT_PAIRS = 300_000;

/**
 * Most seconds of HiGHS for a program: of a small drop, of a drop that is to be solved exactly, and of a larger one that is not within
 * the gap yet.
 */
const SMALL_SECONDS = 1, EXACT_SECONDS = 5, LARGE_SECONDS = 15;

/** After choices for whole groups, this much of an offer's size is little. */
const LITTLE = 1;

/**
 * After so many steps, such as paths that are tried, recovery from an allocation that may be far from the prices ends: about a second on
 * a large drop. A clock would make the allocation depend on what else the machine does.
 */
const MOST_STEPS = 2000;

/** HiGHS gets at most this share of the time left, as it looks at its clock only now and then. */
const OF_TIME_LEFT = 0.75;

/** Most seconds for all programs of a small drop together. */
const SMALL_TOTAL_SECONDS = 2.5;

/** Up to so many columns the core of a small drop is solved before its program of pairs. */
const FEW_COLUMNS = 2000;

/** If a small drop still has a gap above WIDE, HiGHS gets this many seconds more. */
const WIDE = 1e-3, LONG_SECONDS = 15;

/** Most pairs of a small drop. */
const SMALL_PAIRS = 20_000;

/** Prices are good if the gap is at most GOOD; for drops of at most TINY_PAIRS pairs better ones are always found first. */
const GOOD = 1e-6, TINY_PAIRS = 3000;

/** A gap up to this counts as none. */
const PROVEN = 1e-12;

/** Most pairs, and classes of users, for which the best prices are found by linear programming. */
const PROGRAM_PAIRS = 200_000, PROGRAM_CLASSES = 6000;

/** If prices prove this gap, no better ones are sought. */
const TIGHT = 1e-8;

/** Most columns of the program of pairs. */
const PAIR_COLUMNS = 12_000;

/**
 * Above this relative gap, or in a large drop this many times the gap asked for (fewer if limits of groups count offers), solving a part
 * of the core has never helped except in small drops. With thousands of contracts a part closes gaps of 5e-5.
 */
const FAR_FROM_EXACT = 1e-3, FAR_TIMES = 100, FAR_TIMES_OF_OFFERS = 10;

/**
 * If offers count 1 toward all limits, HiGHS can solve programs of many columns: most seconds for parts of the core, and most seconds
 * and columns for the program of pairs of the whole drop.
 */
const COUNTING_SECONDS = 30, WHOLE_SECONDS = 60, WHOLE_COLUMNS = 80_000;

/** Only solutions better by this share of the step between possible objectives are looked for. */
const MOST_OF_STEP = 0.99;

/** Up to this many pairs HiGHS may find the optimum within a minute if offers count differently toward limits. */
const WEIGHING_PAIRS = 1500;

/** Most seconds for chains if offers count differently toward limits: nothing else makes such gaps smaller. */
const WEIGHING_SECONDS = 40;

/** As FAR_FROM_EXACT, for drops with limits: there many users are nearly indifferent, and a part of the core helps at larger gaps. */
const FAR_UNDER_LIMITS = 1e-2;

/** Above this relative gap a large drop is compared with the greedy solver's allocation. */
const FAR = 1e-5;

/** The same under limits, with which the greedy solver never comes that near. */
const GREEDY_UNDER_LIMITS = 1e-3;

/** Milliseconds per pair that the greedy solver may take. */
const GREEDY_MS = 1e-3;

/** If users are alike, a program of classes finds the optimum: it gets this many seconds. */
const ALIKE_SECONDS = 10;

/** Where types tie, chains end at this share of the gap asked for. */
const ENOUGH_OF_GAP = 0.5;

/** The settings of refining. */
export interface RefineOptions {
  /** The classes of users who are alike; null: the drop is too large to look for them. */
  readonly classes: UserClasses | null;
  /** Whether the exact optimum is sought, as the drop is small enough. */
  readonly exact: boolean;
  /** The gap at which a larger drop may stop. */
  readonly gap: number;
  /**
   * By how much objective and bound will be lower at the shortfall price asked for: gaps are computed relative to the figures at that
   * price.
   */
  readonly extraCost: number;
  /** In milliseconds of `performance.now()`. */
  readonly deadline: number;
  readonly hurry: () => boolean;
  readonly pause: Pause;
  readonly onProgress?: OnProgress;
  /** Whether the search over the users' types comes first (`searchTypes`); the incumbent is what recovery found in a hurry. */
  readonly byTypes: boolean;
  /** Whether types tie, so that grades of scores come first; the incumbent is what recovery found in a hurry. */
  readonly byTies: boolean;
  /** Whether users are alike, so that programs of few classes come first; the incumbent is what recovery found in a hurry. */
  readonly byClasses: boolean;
  /** Whether choices for whole groups come first; the incumbent is what recovery found in a hurry. */
  readonly byGroups: boolean;
  /** Full recovery, if the incumbent comes from a hurried one. */
  readonly recovery?: () => Promise<Assignment>;
}

/** The result of refining. */
export interface Refined {
  readonly proof: Proof;
  /** Upper bound on every feasible objective. */
  readonly bound: number;
  readonly warnings: readonly string[];
}

/**
 * Whether users are so alike that programs of their classes find the optimum at once: few classes, and half as many as users at most.
 * Under limits of the drop, or of groups beside sponsored users, programs may be hard.
 */
export function areAlike({ instance, items, rules }: DualProblem, classes: UserClasses): boolean {
  return items === null && rules.others.length === 0 &&
    2 * classes.count <= instance.group.length &&
    pairsOfClasses(instance, classes) <= SMALL_PAIRS;
}

/** Whether types tie in a drop that is too large for the programs of small ones. */
export function isTied(problem: DualProblem, prices: Prices, classes: UserClasses): boolean {
  return pairsOfClasses(problem.instance, classes) > SMALL_PAIRS && typesTie(problem, prices);
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

/** The largest size and time of a program of pairs. */
interface PairsSize {
  readonly seconds?: number;
  readonly columns?: number;
}

/** The stages of refining one run. */
class Refinement {
  proof: Proof;
  /** The least bound known. */
  bound: number;
  readonly warnings: string[] = [];
  readonly #incumbent: Incumbent;
  readonly #options: RefineOptions;
  readonly #step: number;
  /** Time at which the programs of a small drop must end. */
  #end = Infinity;
  /** Number of pairs, with users who are alike counted once. */
  readonly #size: number;
  /** Whether bounds of HiGHS's searches are believed. */
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
    const { hurry, onProgress } = this.#options;
    const isDone = () => hurry() || this.#distance() <= this.#enough;
    if (isDone()) return;
    onProgress?.({ phase: "core" });
    const unavailable = await whyNoHighs();
    if (hasJointGroups(this.proof)) {
      // With few groups a choice for a whole one is coarse: if moving single users left a small gap, it brings nothing.
      const isWorthIt = this.#distance() > FAR || this.#options.byGroups;
      if (unavailable === null && isWorthIt) await this.#groups();
      if (isDone() || this.#isNearByGroups()) return;
      if (unavailable !== null || this.#distance() > WIDE) await this.#recoverInFull();
    }
    const { byTypes, byClasses, byTies } = this.#options, { problem } = this.#incumbent.assignment;
    if (byClasses) {
      if (unavailable === null) await this.#settleClasses();
      if (isDone()) return;
      await this.#recoverInFull();
    }
    if (byTies) {
      await this.#settleTies();
      if (isDone() || this.#distance() <= this.#options.gap) return;
      await this.#recoverInFull();
    }
    if (byTypes) await this.#searchTypes();
    const { items } = problem;
    const far = items === null ? FAR : GREEDY_UNDER_LIMITS;
    if (this.#size <= EXACT_PAIRS || this.#distance() > far) await this.#compareWithGreedy();
    if (unavailable !== null) {
      if (items !== null) await this.#chains();
      this.warnings.push(`undecided users are left as they are: ${unavailable}`);
      return;
    }
    // If that leaves such a large gap, programs would need too many columns to close it.
    if (byTypes && this.#distance() > FAR) return;
    if (this.#isProgramSized() && this.#size <= SMALL_PAIRS) await this.#settleSmall();
    else await this.#settleLarge();
    if (!byTypes && this.#isOpen() && this.#distance() > FAR && isSearchable(problem)) {
      await this.#searchTypes();
      if (this.#isOpen()) await this.#core(false);
    }
  }

  /** Settles a drop whose users are alike: a program with few columns chooses for all. */
  async #settleClasses(): Promise<void> {
    if (this.#isLoose(TIGHT)) await this.#bestPrices(ALIKE_SECONDS);
    if (this.#isOpen()) await this.#solvePairs({ seconds: ALIKE_SECONDS });
  }

  /** Settles a drop in which types tie: whole grades first, then weights, as far as the gap asked for. */
  async #settleTies(): Promise<void> {
    const { assignment } = this.#incumbent, { gap, pause } = this.#options;
    const options = { stop: this.#hurry, pause };
    await this.#try(() => searchTies(assignment, this.proof, options));
    if (this.#distance() > gap) await this.#chains(ENOUGH_OF_GAP * gap);
  }

  /** Settles a small drop: all programs are tried, first the one that settles ties. */
  async #settleSmall(): Promise<void> {
    this.#end = performance.now() + 1000 * SMALL_TOTAL_SECONDS;
    // Good prices make the programs small, so poor prices are improved first.
    const early = this.#distance() > GOOD || this.#size <= TINY_PAIRS;
    if (early && this.#isLoose(TIGHT)) await this.#bestPrices();
    // Few bundles are quicker to choose from than pairs.
    if (this.#isOpen()) await this.#core(false, FEW_COLUMNS);
    if (this.#isOpen()) await this.#solvePairs();
    if (this.#isOpen()) await this.#core(false);
    if (!early && this.#isLoose(TIGHT)) {
      await this.#bestPrices();
      if (this.#isOpen()) await this.#solvePairs();
    }
    if (this.#isOpen()) await this.#core(true);
    this.#end = Infinity;
    // If the programs left a gap; where they succeed they are faster than chains.
    if (this.#isOpen()) await this.#chains();
    if (!this.#isOpen()) return;
    const { items } = this.#incumbent.assignment.problem;
    if (
      items?.weighs === true && this.#size <= WEIGHING_PAIRS && this.#distance() > this.#options.gap
    ) {
      await this.#solvePairs({ seconds: WHOLE_SECONDS });
    } else if (this.#distance() > WIDE) await this.#solvePairs({ seconds: LONG_SECONDS });
  }

  /** Settles a larger drop: chains and the core first, which is small if prices are good; other programs only if a gap is left. */
  async #settleLarge(): Promise<void> {
    const { exact, gap } = this.#options;
    const { problem } = this.#incumbent.assignment;
    const far = problem.items === null ? FAR_FROM_EXACT : FAR_UNDER_LIMITS;
    const times = problem.countsOffers ? FAR_TIMES_OF_OFFERS : FAR_TIMES;
    const near = () => this.#distance() <= (exact ? far : times * gap);
    if (this.#isOpen()) await this.#chains();
    if (this.#isOpen()) await this.#core(false);
    // If limits of groups count offers, the gap comes from whole users, not from prices.
    const atPrices = !this.#incumbent.assignment.problem.countsOffers;
    if (this.#isProgramSized() && this.#isLoose(GOOD) && atPrices) {
      await this.#bestPrices();
      if (this.#isOpen()) await this.#chains();
      if (this.#isOpen()) await this.#core(false);
    }
    // Programs of parts have never helped after choices for whole groups.
    if (this.#options.byGroups) return;
    if (this.#isOpen() && near() && this.#isProgramSized()) await this.#solvePairs();
    if (!this.#isOpen() || !near()) return;
    if (this.#countsOnly()) await this.#growingCore();
    else await this.#core(true);
  }

  /** Whether to stop: the time of the run, or that of a small drop's programs, is over. */
  readonly #hurry = (): boolean => performance.now() >= this.#end || this.#options.hurry();

  /** Whether the gap of the prices' own bound is above `tight`, and there is time. */
  #isLoose(tight: number): boolean {
    return this.#gapOf(this.proof.bound) > tight && !this.#hurry();
  }

  /** Whether choices for whole groups left so little that nothing else makes it much smaller, but not so little that a core closes it. */
  #isNearByGroups(): boolean {
    const isForCore = this.#size <= SMALL_PAIRS && this.#distance() <= FAR;
    const { problem } = this.#incumbent.assignment;
    const left = this.bound - this.#incumbent.objective;
    return this.#options.byGroups && left <= LITTLE * problem.unit && !isForCore;
  }

  /** The gap at which to stop. */
  get #enough(): number {
    const { exact, gap } = this.#options;
    return exact ? PROVEN : Math.max(PROVEN, gap);
  }

  get #classes(): UserClasses {
    return this.#options.classes ?? singleUsers(this.#incumbent.assignment.problem.instance);
  }

  /** Whether there is a gap, and time. */
  #isOpen(): boolean {
    return this.#distance() > this.#enough && !this.#hurry();
  }

  /** Whether there are limits, and offers count 1 toward all of them: then HiGHS can solve programs of many columns. */
  #countsOnly(): boolean {
    const { items } = this.#incumbent.assignment.problem;
    return items !== null && !items.weighs;
  }

  #distance(): number {
    return this.#gapOf(this.bound);
  }

  #gapOf(bound: number): number {
    const { extraCost } = this.#options;
    return relativeGap(bound - extraCost, this.#incumbent.objective - extraCost);
  }

  #isProgramSized(): boolean {
    return this.#options.classes !== null && this.#size <= PROGRAM_PAIRS &&
      this.#classes.count <= PROGRAM_CLASSES;
  }

  /** Takes a bound if it is lower; lowers it to the objective if no other objective lies between. */
  #take(bound: number): void {
    const { objective } = this.#incumbent;
    if (this.#isContradicted) this.#isTrusted = false;
    const known = this.#isTrusted ? Math.min(this.bound, bound) : this.proof.bound;
    this.bound = boundOnGrid(known, objective, this.#step);
  }

  /** Whether an allocation is better than a search's bound. HiGHS errs now and then; then only bounds of prices are believed. */
  get #isContradicted(): boolean {
    const { objective } = this.#incumbent;
    const rounding = PROVEN * (Math.abs(objective) + this.proof.size);
    return this.bound < this.proof.bound && this.bound < objective - rounding;
  }

  /** Takes the greedy solver's allocation if it is better, and improves it. */
  async #compareWithGreedy(): Promise<void> {
    const { problem } = this.#incumbent.assignment;
    const left = this.#options.deadline - performance.now();
    if (left < GREEDY_MS * pairCount(problem.instance)) return;
    const greedy = solveGreedy(problem.instance, problem.policy);
    if (!this.#incumbent.tryTo(() => takeOffers(this.#incumbent.assignment, greedy))) return;
    await this.#try(() =>
      improveAlongPaths(this.#incumbent.assignment, this.proof.prices, this.#recovery())
    );
  }

  /** Options for recovery from an allocation that may be far from the prices: a little of it, by a count of its steps. */
  #recovery(): RecoverOptions {
    const { pause } = this.#options;
    let steps = 0;
    const hurry = () => steps++ >= MOST_STEPS || this.#options.hurry();
    const { hurry: late } = this.#options;
    return { noise: 0, enough: this.bound, shape: this.proof.shape, hurry, late, pause };
  }

  async #try(change: () => Promise<void>): Promise<void> {
    if (await this.#incumbent.tryToAsync(change)) this.#take(this.bound);
  }

  /** Time at which a program that begins now must end. */
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

  /** Solves the core; with `parts` a part of it if it is too large. */
  async #core(parts: boolean, columns?: number): Promise<void> {
    const bound = await solveCore(this.#incumbent, this.proof.prices, {
      bound: this.proof.bound,
      loss: this.proof.loss,
      columns,
      classes: this.#classes,
      deadline: this.#deadline(),
      partDeadline: parts ? this.#deadline() : -Infinity,
    });
    this.#take(bound);
  }

  /** Solves larger and larger parts of the core, and then perhaps the whole drop. */
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

  /** Improves the incumbent by chains of changes. That makes later programs smaller. */
  async #chains(gap = this.#enough): Promise<void> {
    const { assignment, objective } = this.#incumbent, { prices, bound, loss } = this.proof;
    const weighs = assignment.problem.items?.weighs === true;
    const end = this.#deadline(weighs ? WEIGHING_SECONDS : undefined);
    const stop = () => performance.now() >= end || this.#hurry();
    const { extraCost, pause } = this.#options;
    const widest = loss.reduce((sum, lost) => sum + lost, bound - objective);
    const enough = widest - (bound - objective) + gap * Math.abs(bound - extraCost);
    await this.#try(() => improveByChains(assignment, prices, { widest, enough, stop, pause }));
  }

  /** Runs full recovery, if the incumbent comes from a hurried one. */
  async #recoverInFull(): Promise<void> {
    const found = await this.#options.recovery?.();
    if (found === undefined) return;
    if (this.#incumbent.tryTo(() => takeHeld(this.#incumbent.assignment, found))) {
      this.#take(this.bound);
    }
  }

  /** Searches over the types of users. */
  async #searchTypes(): Promise<void> {
    const { assignment } = this.#incumbent;
    const options = { stop: this.#hurry, pause: this.#options.pause };
    await this.#try(() => searchTypes(assignment, this.proof.prices, options));
  }

  /** Finds better prices and choices for whole groups. */
  async #groups(): Promise<void> {
    const { gap, pause } = this.#options, { assignment, objective } = this.#incumbent;
    const options = { objective, gap, stop: this.#hurry, pause };
    const search = new JointGroups(assignment, this.proof, options);
    await this.#try(async () => {
      await search.choose(assignment);
      // Groups have their choices: moving whole groups for the few offers beyond caps would lose more than giving them up.
      const options = { ...this.#recovery(), shape: undefined };
      await makeFeasible(assignment, search.proof.prices, options);
    });
    this.proof = search.proof;
    this.#take(this.proof.bound);
  }

  /** Finds the best prices by linear programming, and tries an allocation near the program's mixture. */
  async #bestPrices(seconds?: number): Promise<void> {
    const { hurry, pause } = this.#options;
    const { assignment, objective } = this.#incumbent;
    const { problem } = assignment;
    const classes = this.#classes;
    const dual = this.proof.loss.reduce((sum, lost) => sum + lost, this.proof.bound);
    const found = { prices: this.proof.prices, bound: dual };
    const end = this.#deadline(seconds), stop = () => performance.now() >= end || this.#hurry();
    const best = await exactPrices(problem, classes, found, { objective, stop });
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
  async #solvePairs({ seconds, columns }: PairsSize = {}): Promise<void> {
    const { instance, policy } = this.#incumbent.assignment.problem;
    // Counts of pairs over a class can't express the brand limit of each user.
    const classes = policy.maxPerBrand === null ? this.#classes : singleUsers(instance);
    const { assignment, objective } = this.#incumbent;
    const { items } = assignment.problem;
    const program = pairProgram(assignment, this.proof.prices, classes, {
      widest: this.proof.bound - objective,
      loss: this.proof.loss,
      most: columns ?? PAIR_COLUMNS,
    });
    if (program === null) return;
    // Without presolve HiGHS has returned the second best solution of a knapsack as optimal, so it is on if offers count differently.
    const search = {
      // Objectives are multiples of the step, so a gain below it is rounding. HiGHS can't know: its own objective, the losses against
      // the prices, are no such multiples.
      step: items === null ? 0 : MOST_OF_STEP * this.#step,
      deadline: this.#deadline(seconds),
      presolve: items?.weighs === true || columns !== undefined,
    };
    const { values, bound } = await solveLosses(program, objective, search);
    if (values !== null) this.#incumbent.tryTo(() => program.give(values));
    this.#take(Math.max(bound, this.#incumbent.objective));
  }
}
