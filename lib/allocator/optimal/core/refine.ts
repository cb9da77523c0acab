/**
 * Refines a good allocation and good prices to the best ones: exact programs close the gap that the search for prices and recovery
 * leave, as far as the drop is small enough for them.
 *
 * @module
 */
import { whyNoHighs } from "../../../deps/highs.ts";
import { isSearchable } from "../flow/typed_network.ts";
import type { Prices } from "../../model/allocation.ts";
import { typesTie } from "./type_search.ts";
import type { DualProblem } from "../dual/dual_problem.ts";
import type { Incumbent } from "../recovery/incumbent.ts";
import { Allowance } from "./allowance.ts";
import { hasJointGroups } from "./joint_groups.ts";
import type { Proof } from "../dual/proof.ts";
import { pairsOfClasses, type UserClasses } from "../../drop/user_classes.ts";
import { type RefineOptions, RefineState, SMALL_PAIRS } from "./refine_state.ts";
import { RefineSteps } from "./refine_steps.ts";

/** Up to this many pairs the solver looks for the exact optimum, whatever gap is asked for. */
export const EXACT_PAIRS = 300_000;

/** Most counted seconds for all programs of a small drop together (see `allowance.ts`). */
const SMALL_TOTAL_SECONDS = 2.5;

/** Up to so many columns the core of a small drop is solved before its program of pairs. */
const FEW_COLUMNS = 2000;

/**
 * If a small drop still has a gap above WIDE, HiGHS gets this many counted seconds more; under limits if it has one above
 * WIDE_UNDER_LIMITS, as chains and parts of the core end there where programs of pairs go on.
 */
const WIDE = 1e-3, WIDE_UNDER_LIMITS = 1e-5, LONG_SECONDS = 15;

/** Prices are good if the gap is at most GOOD; for drops of at most TINY_PAIRS pairs better ones are always found first. */
const GOOD = 1e-6, TINY_PAIRS = 3000;

/** If prices prove this gap, no better ones are sought. */
const TIGHT = 1e-8;

/**
 * Above this relative gap, or in a large drop this many times the gap asked for (fewer if limits of groups count offers), solving a part
 * of the core has never helped except in small drops. With thousands of contracts a part closes gaps of 5e-5.
 */
const FAR_FROM_EXACT = 1e-3, FAR_TIMES = 100, FAR_TIMES_OF_OFFERS = 10;

/** Up to this many pairs HiGHS may find the optimum in so many counted seconds if offers count differently toward limits. */
const WEIGHING_PAIRS = 1500, WEIGHING_SECONDS = 60;

/** As FAR_FROM_EXACT, for drops with limits: there many users are nearly indifferent, and a part of the core helps at larger gaps. */
const FAR_UNDER_LIMITS = 1e-2;

/** Above this relative gap a large drop is compared with the greedy solver's allocation. */
const FAR = 1e-5;

/** The same under limits, with which the greedy solver never comes that near. */
const GREEDY_UNDER_LIMITS = 1e-3;

/** If users are alike, a program of classes finds the optimum: it gets this many counted seconds. */
const ALIKE_SECONDS = 10;

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
  const state = new RefineState(incumbent, proof, options);
  const refinement = new Refinement(state);
  await refinement.run();
  return { proof: state.proof, bound: state.bound, warnings: refinement.warnings };
}

/** Which steps are taken, and in which order. */
class Refinement {
  readonly warnings: string[] = [];
  readonly #state: RefineState;
  readonly #steps: RefineSteps;

  constructor(state: RefineState) {
    this.#state = state;
    this.#steps = new RefineSteps(state);
  }

  async run(): Promise<void> {
    const { hurry, onProgress } = this.#state.options;
    const isDone = () => hurry() || this.#state.distance() <= this.#state.enough;
    if (isDone()) return;
    onProgress?.({ phase: "core" });
    const { byGroups, byTypes, byClasses, byTies, byOwn = null } = this.#state.options;
    if (hasJointGroups(this.#state.proof)) {
      const unavailable = await whyNoHighs();
      // With few groups a choice for a whole one is coarse: if moving single users left a small gap, it brings nothing.
      const isWorthIt = this.#state.distance() > FAR || byGroups;
      const isNear = unavailable === null && isWorthIt && await this.#steps.groups();
      if (isDone() || this.#isNearByGroups(isNear)) return;
      if (unavailable !== null || this.#state.distance() > WIDE) await this.#steps.recoverInFull();
    }
    const { problem } = this.#state.incumbent.assignment;
    if (byOwn !== null) {
      if (await whyNoHighs() === null) await this.#steps.ownLimits(byOwn);
      // Other programs keep users' own limits by prices, which is where the gap came from.
      if (isDone() || this.#state.distance() <= WIDE) return;
      await this.#steps.recoverInFull();
    }
    if (byClasses) {
      if (await whyNoHighs() === null) await this.#settleClasses();
      if (isDone()) return;
      await this.#steps.recoverInFull();
    }
    if (byTies) {
      await this.#settleTies();
      if (isDone() || this.#state.distance() <= this.#state.options.gap) return;
      await this.#steps.recoverInFull();
    }
    if (byTypes) await this.#steps.searchTypes();
    const { items } = problem;
    const far = items === null ? FAR : GREEDY_UNDER_LIMITS;
    if (this.#state.size <= EXACT_PAIRS || this.#state.distance() > far) {
      await this.#steps.compareWithGreedy();
    }
    // If that leaves such a large gap, programs would need too many columns to close it.
    if (byTypes && this.#state.distance() > FAR) return;
    const isSmall = this.#state.isProgramSized() && this.#state.size <= SMALL_PAIRS;
    // Chains need no HiGHS, which takes a while to load.
    if (!isSmall && this.#state.isOpen()) await this.#chains();
    if (!this.#state.isProgramSized() && !this.#state.isOpen()) return;
    const unavailable = await whyNoHighs();
    if (unavailable !== null) {
      if (isSmall && items !== null) await this.#chains();
      this.warnings.push(`undecided users are left as they are: ${unavailable}`);
      return;
    }
    if (isSmall) await this.#settleSmall();
    else await this.#settleLarge();
    if (!byTypes && this.#state.isOpen() && this.#state.distance() > FAR && isSearchable(problem)) {
      await this.#steps.searchTypes();
      if (this.#state.isOpen()) await this.#steps.core(false);
    }
  }

  /** Settles a drop whose users are alike: a program with few columns chooses for all. */
  async #settleClasses(): Promise<void> {
    if (this.#state.isLoose(TIGHT)) await this.#steps.bestPrices(ALIKE_SECONDS);
    if (this.#state.isOpen()) await this.#steps.solvePairs({ seconds: ALIKE_SECONDS });
  }

  /** Settles a drop in which types tie: whole grades first, then weights, as far as the gap asked for. */
  async #settleTies(): Promise<void> {
    const { gap } = this.#state.options;
    await this.#steps.searchTies();
    if (this.#state.distance() > gap) await this.#steps.chains(gap);
  }

  /** Settles a small drop: all programs are tried, first the one that settles ties. */
  async #settleSmall(): Promise<void> {
    const { allowance } = this.#state;
    this.#state.allowance = new Allowance(SMALL_TOTAL_SECONDS, Infinity, allowance);
    // Good prices make the programs small, so poor prices are improved first.
    const early = this.#state.distance() > GOOD || this.#state.size <= TINY_PAIRS;
    if (early && this.#state.isLoose(TIGHT)) await this.#steps.bestPrices();
    // Few bundles are quicker to choose from than pairs.
    if (this.#state.isOpen()) await this.#steps.core(false, FEW_COLUMNS);
    if (this.#state.isOpen()) await this.#steps.solvePairs();
    if (this.#state.isOpen()) await this.#steps.core(false);
    if (!early && this.#state.isLoose(TIGHT)) {
      await this.#steps.bestPrices();
      if (this.#state.isOpen()) await this.#steps.solvePairs();
    }
    if (this.#state.isOpen()) await this.#steps.core(true);
    this.#state.allowance = allowance;
    // If the programs left a gap; where they succeed they are faster than chains.
    if (this.#state.isOpen()) await this.#steps.chains();
    if (!this.#state.isOpen()) return;
    const { items } = this.#state.incumbent.assignment.problem;
    if (
      items?.weighs === true && this.#state.size <= WEIGHING_PAIRS &&
      this.#state.distance() > this.#state.options.gap
    ) {
      await this.#steps.solvePairs({ seconds: WEIGHING_SECONDS });
    } else if (this.#state.distance() > (items === null ? WIDE : WIDE_UNDER_LIMITS)) {
      await this.#steps.solvePairs({ seconds: LONG_SECONDS });
    }
  }

  /** Settles a larger drop after chains: the core first, which is small if prices are good; other programs only if a gap is left. */
  async #settleLarge(): Promise<void> {
    const { exact, gap } = this.#state.options;
    const { problem } = this.#state.incumbent.assignment;
    const far = problem.items === null ? FAR_FROM_EXACT : FAR_UNDER_LIMITS;
    const times = problem.countsOffers ? FAR_TIMES_OF_OFFERS : FAR_TIMES;
    const near = () => this.#state.distance() <= (exact ? far : times * gap);
    if (this.#state.isOpen()) await this.#steps.core(false);
    // If limits of groups count offers, the gap comes from whole users, not from prices.
    const atPrices = !this.#state.incumbent.assignment.problem.countsOffers;
    if (this.#state.isProgramSized() && this.#state.isLoose(GOOD) && atPrices) {
      await this.#steps.bestPrices();
      if (this.#state.isOpen()) await this.#steps.chains();
      if (this.#state.isOpen()) await this.#steps.core(false);
    }
    // Programs of parts have never helped after choices for whole groups.
    if (this.#state.options.byGroups) return;
    if (this.#state.isOpen() && near() && this.#state.isProgramSized()) {
      await this.#steps.solvePairs();
    }
    if (!this.#state.isOpen() || !near()) return;
    if (this.#state.countsOnly()) await this.#steps.growingCore();
    else await this.#steps.core(true);
  }

  /** Improves by chains and, where recovery left that to them, along paths and by chains again. */
  async #chains(): Promise<void> {
    await this.#steps.chains();
    if (this.#state.options.chainsFirst !== true || !this.#state.isOpen()) return;
    await this.#steps.paths();
    if (this.#state.isOpen()) await this.#steps.chains();
  }

  /**
   * Whether choices for whole groups left so little in a drop too large for its programs that nothing else makes it much smaller.
   *
   * @param isNear whether the allocation is near the best mixture of these choices
   */
  #isNearByGroups(isNear: boolean): boolean {
    const isSmall = this.#state.size <= SMALL_PAIRS;
    return this.#state.options.byGroups && (isNear || this.#state.isLittleLeft()) && !isSmall;
  }
}
