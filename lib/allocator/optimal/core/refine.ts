/**
 * Refines a good allocation and good prices to the best ones: exact programs close the gap that the search for prices and recovery
 * leave, as far as the drop is small enough for them.
 *
 * @module
 */
import { SMALL_PAIRS, TINY_PAIRS, WEIGHING_PAIRS } from "../dual/drop_sizes.ts";
import { whyNoHighs } from "../../../deps/highs.ts";
import { isSearchable, isSearchFirst } from "../flow/typed_network.ts";
import type { Prices } from "../../model/allocation.ts";
import { typesTie } from "../local_search/type_search.ts";
import type { DualProblem } from "../dual/dual_problem.ts";
import type { Incumbent } from "../recovery/incumbent.ts";
import { Allowance } from "../programs/allowance.ts";
import { hasJointGroups } from "../columns/joint_groups.ts";
import type { OwnProof } from "../columns/own_limits.ts";
import type { Proof } from "../joint/proof.ts";
import type { Instance } from "../../drop/instance/instance.ts";
import { pairsOfClasses, type UserClasses } from "../../drop/user_classes.ts";
import { type RefineOptions, RefineState } from "./refine_state.ts";
import { RefineSteps } from "./refine_steps.ts";

/** Most counted seconds for all programs of a small drop together (see `allowance.ts`). */
const SMALL_TOTAL_SECONDS = 2.5;

/** Counted seconds for the program of pairs of a small drop in which only users' types are hard to choose. */
const TYPES_SECONDS = 5;

/** A core of a small drop with at most this many columns is solved before the program of pairs. */
const FEW_COLUMNS = 2000;

/**
 * If a small drop still has a gap above WIDE, HiGHS gets this many counted seconds more; under limits if it has one above
 * WIDE_UNDER_LIMITS, as chains and parts of the core end there where programs of pairs go on.
 */
const WIDE = 1e-3, WIDE_UNDER_LIMITS = 1e-5, LONG_SECONDS = 15;

/** Prices are good if the gap is at most this. */
const GOOD = 1e-6;

/** If prices prove this gap, no better ones are sought. */
const TIGHT = 1e-8;

/**
 * Above this relative gap, or in a large drop this many times the gap asked for (fewer if limits of groups count offers), solving a part
 * of the core has never helped except in small drops. With thousands of contracts a part closes gaps of 5e-5.
 */
const FAR_FROM_EXACT = 1e-3, FAR_TIMES = 100, FAR_TIMES_OF_OFFERS = 10;

/** If offers count by weight toward limits, HiGHS gets this many counted seconds for the optimum of at most {@link WEIGHING_PAIRS}. */
const WEIGHING_SECONDS = 60;

/** In place of FAR_FROM_EXACT under limits: there many users are nearly indifferent, and a part of the core helps at larger gaps. */
const FAR_UNDER_LIMITS = 1e-2;

/** Above this relative gap choices for whole groups and the search over types may bring something. */
const FAR = 1e-5;

/**
 * Where offers count differently and the gap is wider, cores of samples come before others: chains have left units of full rows to nobody,
 * as where many users tie.
 */
const FAR_FOR_SAMPLES = 1e-4;

/** If users are alike, a program of classes finds the optimum: it gets this many counted seconds. */
const ALIKE_SECONDS = 10;

/**
 * Where no more than so many offers' worth for each user is left to win in a drop of many users in which types tie, paths come first:
 * they take as long as what they win, and the search over grades as long as a flow of all users, which large drops give up.
 */
const FEW_OFFERS = 0.005, MANY_USERS = 10_000;

/** The result of refining. */
export interface Refined {
  readonly proof: Proof;
  /** A proof in which users keep their own limits; null: none was sought. */
  readonly ownProof: OwnProof | null;
  /** Upper bound on every feasible objective. */
  readonly bound: number;
  readonly warnings: readonly string[];
}

/**
 * Whether users are so alike that programs of their classes find the optimum at once: few classes, and half as many as users at most.
 * Under limits of the drop, or of groups beside sponsored users, programs may be hard.
 */
export function areAlike({ instance, items, rules }: DualProblem, classes: UserClasses): boolean {
  return items === null && rules.others.length === 0 && areFew(classes, instance) &&
    pairsOfClasses(instance, classes) <= SMALL_PAIRS;
}

/** Whether types tie in a drop that is too large for the programs of small ones. */
export function isTied(
  problem: DualProblem,
  prices: Prices,
  classes: UserClasses | null,
): boolean {
  const isLarge = classes === null || pairsOfClasses(problem.instance, classes) > SMALL_PAIRS;
  return isLarge && typesTie(problem, prices);
}

/** Improves the incumbent in place, and the proof. */
export async function refine(
  incumbent: Incumbent,
  proof: Proof,
  options: RefineOptions,
): Promise<Refined> {
  const state = new RefineState(incumbent, proof, options);
  const warnings = await takeSteps(state, new RefineSteps(state));
  const { bound, ownProof } = state;
  return { proof: state.proof, ownProof, bound, warnings };
}

/** Takes the steps that promise most for the drop, one after the other, until the gap is closed. Returns warnings. */
async function takeSteps(state: RefineState, steps: RefineSteps): Promise<string[]> {
  const { hurry, onProgress } = state.options;
  const isDone = () => hurry() || state.distance() <= state.enough;
  if (isDone()) return [];
  onProgress?.({ phase: "core" });
  if (hasJointGroups(state.proof)) {
    const unavailable = await whyNoHighs();
    // With few groups a choice for a whole one is coarse: if moving single users left a small gap, it brings nothing.
    const isWorthIt = state.distance() > FAR || state.byGroups;
    const isNear = unavailable === null && isWorthIt && await steps.groups();
    if (isDone() || isNearByGroups(state, isNear)) return [];
    if (unavailable !== null || state.distance() > WIDE) await steps.recoverInFull();
  }
  const { problem } = state;
  if (await isSettledFirst(state, steps)) return [];
  const byTypes = isSearchFirst(problem);
  if (byTypes) await steps.searchTypes();
  // If that leaves such a large gap, programs would need too many columns to close it.
  if (byTypes && state.distance() > FAR) return [];
  const isSmall = state.isProgramSized() && state.size <= SMALL_PAIRS;
  if (isSmall && state.isOpen()) await steps.knapsacks();
  // Chains need no HiGHS, which takes a while to load.
  if (!isSmall && state.isOpen()) await chains(state, steps);
  if (!state.isProgramSized() && !state.isOpen()) return [];
  const isForTypes = () =>
    !byTypes && state.isOpen() && state.distance() > FAR && isSearchable(problem);
  if (!state.isProgramSized() && isForTypes()) {
    await steps.searchTypes();
    // HiGHS finds nothing in a part of so large a core that leaves so much.
    if (state.distance() > FAR) return [];
  }
  const unavailable = await whyNoHighs();
  if (unavailable !== null) {
    if (isSmall && problem.items !== null) await chains(state, steps);
    return [`undecided users are left as they are: ${unavailable}`];
  }
  if (isSmall) await settleSmall(state, steps);
  else await settleLarge(state, steps);
  // Also where a small drop was searched before: from better prices and offers another search often finds more.
  if (isForTypes()) {
    await steps.searchTypes();
    if (state.isOpen()) await steps.core(false);
  }
  return [];
}

/** Takes what comes first beside choices for whole groups and the search over types. Returns whether that is enough. */
async function isSettledFirst(state: RefineState, steps: RefineSteps): Promise<boolean> {
  const { first, gap } = state.options, hasHighs = async () => await whyNoHighs() === null;
  const isDone = () => state.hurry() || state.distance() <= state.enough;
  switch (first?.by) {
    case "own limits":
      if (await hasHighs()) await steps.ownLimits(first.limits);
      // Other programs keep users' own limits by prices, which is where the gap came from.
      if (isDone() || state.distance() <= WIDE) return true;
      break;
    case "classes":
      if (await hasHighs()) await settleClasses(state, steps);
      if (isDone()) return true;
      break;
    case "ties":
      await settleTies(state, steps);
      if (isDone() || state.distance() <= gap) return true;
      break;
    default:
      return false;
  }
  await steps.recoverInFull();
  return false;
}

/** Settles a drop whose users are alike: a program with few columns chooses for all. */
async function settleClasses(state: RefineState, steps: RefineSteps): Promise<void> {
  if (state.isLoose(TIGHT)) await steps.bestPrices(ALIKE_SECONDS);
  if (state.isOpen()) await steps.solvePairs({ seconds: ALIKE_SECONDS });
}

/**
 * Settles a drop in which types tie, as far as the gap asked for: whole grades first, where there may be any left to win, then weights.
 * Nearly all users tie, so chains consider few of them; paths take longer.
 */
async function settleTies(state: RefineState, steps: RefineSteps): Promise<void> {
  const { gap } = state.options, isOpen = () => state.distance() > gap && !state.hurry();
  const pathsFirst = state.users >= MANY_USERS && state.offersLeft() <= FEW_OFFERS * state.users;
  if (pathsFirst && !state.isLittleLeft()) await steps.paths();
  if (isOpen() && !state.isLittleLeft()) {
    await steps.searchTies();
    // Whole grades are chosen: what is left are weights, for which all users that are a grade short matter.
    if (isOpen()) await steps.chains(gap, false);
  }
  if (isOpen()) await steps.paths();
  if (isOpen()) await steps.chains(gap);
}

/** Settles a small drop in which few users compete for each contract: for given types it is a flow, and good types are found quickly. */
async function settleTypes(state: RefineState, steps: RefineSteps): Promise<void> {
  await steps.searchTypes();
  if (state.isOpen()) await steps.solvePairs({ seconds: TYPES_SECONDS, isGood: true });
}

/** Settles a small drop: all programs are tried, first the one that settles ties. */
async function settleSmall(state: RefineState, steps: RefineSteps): Promise<void> {
  const { allowance } = state;
  const small = new Allowance(SMALL_TOTAL_SECONDS, Infinity, allowance);
  state.allowance = small;
  // Good prices make the programs small, so poor prices are improved first.
  const early = state.distance() > GOOD || state.size <= TINY_PAIRS;
  if (early && state.isLoose(TIGHT)) await steps.bestPrices();
  if (state.isOpen() && state.size > TINY_PAIRS && isSearchable(state.problem)) {
    state.allowance = allowance;
    await settleTypes(state, steps);
    state.allowance = small;
  }
  // Few bundles are quicker to choose from than pairs.
  if (state.isOpen()) await steps.core(false, FEW_COLUMNS);
  if (state.isOpen()) await steps.solvePairs();
  if (state.isOpen()) await steps.core(false);
  if (!early && state.isLoose(TIGHT)) {
    await steps.bestPrices();
    if (state.isOpen()) await steps.solvePairs();
  }
  if (state.isOpen() && (!mostAreAlike(state) || state.distance() > state.options.gap)) {
    await steps.core(true);
  }
  state.allowance = allowance;
  // If the programs left a gap; where they succeed they are faster than chains.
  if (state.isOpen()) await steps.chains();
  if (state.isOpen() && state.distance() > WIDE) await steps.dearLimits(LONG_SECONDS);
  if (!state.isOpen()) return;
  const { items } = state.problem;
  if (
    items?.weighs === true && state.size <= WEIGHING_PAIRS &&
    state.distance() > state.options.gap
  ) {
    await steps.solvePairs({ seconds: WEIGHING_SECONDS });
  } else if (state.distance() > (items === null ? WIDE : WIDE_UNDER_LIMITS)) {
    await steps.solvePairs({ seconds: LONG_SECONDS });
  }
}

/**
 * Whether most users are alike. A part of the core then has columns of many users each, which HiGHS may search for a minute between two
 * looks at its clock (conflicts of whole numbers), so it is left out where the gap asked for is reached.
 */
function mostAreAlike({ classes, problem: { instance } }: RefineState): boolean {
  return areFew(classes, instance);
}

/** Whether there are half as many classes as users at most. */
function areFew(classes: UserClasses, { group }: Instance): boolean {
  return 2 * classes.count <= group.length;
}

/** Settles a larger drop after chains: the core first, which is small if prices are good; other programs only if a gap is left. */
async function settleLarge(state: RefineState, steps: RefineSteps): Promise<void> {
  const { problem, options: { exact, gap } } = state;
  const far = problem.items === null ? FAR_FROM_EXACT : FAR_UNDER_LIMITS;
  const times = problem.countsOffers ? FAR_TIMES_OF_OFFERS : FAR_TIMES;
  const near = () => state.distance() <= (exact ? far : times * gap);
  if (state.isOpen()) await steps.core(false);
  // If limits of groups count offers, the gap comes from whole users, not from prices.
  if (state.isProgramSized() && state.isLoose(GOOD) && !problem.countsOffers) {
    if (steps.reachesBestPrices) await steps.bestPrices();
    if (state.isOpen()) await steps.chains();
    if (state.isOpen()) await steps.core(false);
  }
  // Programs of parts have never helped after choices for whole groups.
  if (state.byGroups) return;
  const weighs = problem.items?.weighs === true;
  if (weighs && state.isOpen() && state.distance() > FAR_FOR_SAMPLES) {
    await steps.sampledCores();
    if (state.isOpen()) await steps.chains();
  }
  if (state.isOpen() && near() && state.isProgramSized()) await steps.solvePairs();
  if (!state.isOpen() || !near()) return;
  // HiGHS solves programs of many columns if limits only count; without limits larger parts close what one part leaves.
  if (state.countsOnly() || (problem.items === null && !exact)) return await steps.growingCore();
  await steps.core(true);
  if (state.isOpen() && state.isProgramSized()) await steps.fewRows();
}

/** Improves by chains and, where recovery left that to them, along paths and by chains again. */
async function chains(state: RefineState, steps: RefineSteps): Promise<void> {
  await steps.chains();
  if (state.options.chainsFirst !== true || !state.isOpen()) return;
  await steps.paths();
  if (state.isOpen()) await steps.chains();
}

/**
 * Whether choices for whole groups left so little in a drop too large for its programs that nothing else makes it much smaller.
 *
 * @param isNear whether the allocation is near the best mixture of these choices
 */
function isNearByGroups(state: RefineState, isNear: boolean): boolean {
  const isSmall = state.size <= SMALL_PAIRS;
  return state.byGroups && (isNear || state.isLittleLeft()) && !isSmall;
}
