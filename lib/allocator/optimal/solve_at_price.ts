/**
 * The three steps of the price solver at one shortfall price: search, recovery, core.
 *
 * @module
 */
import { EXACT_PAIRS, PASS_PAIRS } from "./dual/drop_sizes.ts";
import { areAlike, isTied, refine } from "./core/refine.ts";
import { areChainsFirst } from "./recovery/chains_first.ts";
import { recover } from "./recovery/recover.ts";
import type { Holdings } from "./recovery/holdings.ts";
import { atOnce } from "./at_once.ts";
import { BundleKeeper } from "./passes/bundle_keeper.ts";
import { Clock } from "./clock.ts";
import { type DualProblem, zeroPrices } from "./dual/dual_problem.ts";
import { type DualResult, minimiseDual } from "./search/minimise_dual.ts";
import { gapOf, missedBy, type Solved } from "./solved.ts";
import { GroupColumns } from "./columns/group_columns.ts";
import { hasJointGroups, hasManyGroups, toleranceForGroups } from "./columns/joint_groups.ts";
import { Incumbent } from "./recovery/incumbent.ts";
import { type First, PROVEN } from "./core/refine_state.ts";
import { isQuickFlow } from "./flow/flow_network.ts";
import { areTypesAll, isSearchFirst } from "./flow/typed_network.ts";
import { LAST_NOISE } from "./search/homotopy.ts";
import type { OptimalOptions } from "./options.ts";
import {
  declaredOwnLimits,
  doOwnLimitsMatter,
  type OwnLimits,
  ownLimits,
  sharedPrices,
} from "./columns/own_limits.ts";
import { fastBoundAt } from "./passes/fast_bound.ts";
import { pairCount } from "../drop/instance/instance.ts";
import { pairsOfClasses, seemAlike, type UserClasses, userClasses } from "../drop/user_classes.ts";
import { DEFAULT_GAP, type Prices } from "../model/allocation.ts";
import { pricesOfCertificate } from "../model/certificate_prices.ts";
import { areTied, type Proof, prove } from "./joint/proof.ts";
import { solveAsFlow } from "./solve_as_flow.ts";
import { takeHeld } from "./recovery/take_offers.ts";
import { whyNoHighs } from "../../deps/highs.ts";
import { withoutNoise } from "./search/without_noise.ts";

/** Time kept for the repair that follows if recovery runs out of time, in milliseconds per pair. */
const REPAIR_MS = 4e-4;

/** The tolerance of the search for prices where types leave a larger gap than prices do. */
const ROUGH = 1e-5;

/** More time than choices for whole groups take, in milliseconds per pair. */
const GROUPS_MS = 8e-3;

/**
 * Solves at the problem's shortfall price, which may be below the one asked for. The result is no worse than `before`, if given.
 *
 * @param options.onProof called with what prices prove, before an allocation is recovered from them
 */
export async function solveAt(
  problem: DualProblem,
  options: OptimalOptions & { asked: number; onProof?: (proof: Proof) => void },
  clock: Clock,
  before?: Holdings,
): Promise<Solved> {
  const { instance } = problem;
  const { gap = DEFAULT_GAP, onProgress } = options;
  const classes = classesOf(problem, clock);
  const exact = classes !== null && pairCount(instance) <= PASS_PAIRS &&
    pairsOfClasses(instance, classes) <= EXACT_PAIRS;
  const goal = exact ? 0 : gap;
  const flow = isQuickFlow(problem) && !clock.isShortForFlow()
    ? await solveAsFlow(problem, options, clock)
    : null;
  if (flow !== null && gapOf(flow) <= (clock.isShortForBound() ? 1 : Math.max(PROVEN, goal))) {
    return flow;
  }

  // Search: prices.
  const byClasses = classes !== null && areAlike(problem, classes);
  const rough = byClasses && await whyNoHighs() === null;
  const { dual, own } = await searchPrices(problem, { ...options, rough }, clock, flow);
  onProgress?.({ phase: "recovery" });
  if (dual.isLate) return await atOnce(problem, dual);
  const hurry = () => !dual.finished || clock.stopped();
  const point = dual.finished ? withoutNoise(problem, dual, exact) : dual;
  const isHurried = hurry() || !clock.leaves(GROUPS_MS * pairCount(instance));
  const groups = isHurried ? null : await groupsFirst(problem, point.prices, options.workers);
  try {
    const proof = groups === null ? await prove(problem, point, hurry) : await groups.prove(point);
    options.onProof?.(proof);
    const found = { dual, own, proof, classes, exact, byClasses, groups, flow, before };
    return await allocateFrom(problem, found, { ...options, goal }, clock);
  } finally {
    groups?.close();
  }
}

/** What is known once prices are proven. */
interface FromPrices {
  readonly dual: DualResult;
  /** Limits of single users that matter, where the prices are those of what users share alone. */
  readonly own: OwnLimits | null;
  readonly proof: Proof;
  readonly classes: UserClasses | null;
  /** Whether the exact optimum is sought. */
  readonly exact: boolean;
  /** Whether programs of classes come first. */
  readonly byClasses: boolean;
  /** The groups whose choices come first, if they found the proof. */
  readonly groups: GroupColumns | null;
  /** Allocations that are known, which may break rules. */
  readonly flow: Solved | null;
  readonly before: Holdings | undefined;
}

/** Recovers an allocation from proven prices, and refines it. */
async function allocateFrom(
  problem: DualProblem,
  { dual, own, proof, classes, exact, byClasses, groups, flow, before }: FromPrices,
  options: OptimalOptions & { asked: number; goal: number },
  clock: Clock,
): Promise<Solved> {
  const { instance } = problem, { gap = DEFAULT_GAP, goal, workers, work, onProgress } = options;
  const hurry = () => !dual.finished || clock.stopped();

  // Recovery: an allocation near the users' best bundles at these prices.
  // At prices without their noise many users tie, and what they take would be left to chance.
  const isSingle = groups === null && proof.shape === undefined;
  const start = isSingle ? { ...proof, prices: dual.prices } : proof;
  const kept = start.prices === dual.prices ? dual.kept : undefined;
  const dearer = instance.limits === undefined ? 0 : options.asked - problem.shortfallPrice;
  const chainsFirst = !exact && areChainsFirst(problem);
  const noisy = start.prices === dual.prices ? dual.noisy : undefined;
  const recoverIn = recoveries(problem, { ...start, kept, noisy }, {
    goal,
    dearer,
    chainsFirst,
    clock,
  });
  const nearEnd = () => hurry() || clock.isNearEnd(REPAIR_MS * pairCount(instance));
  const first = firstChoice(problem, { proof, classes, own, byClasses });
  // With time enough for the groups' choices units that are left need not be given out before.
  const holdings = first?.by === "groups" && clock.leaves(GROUPS_MS * pairCount(instance))
    ? await recoverIn(() => true, {})
    : await recoverIn(first === null ? nearEnd : () => true);
  const incumbent = new Incumbent(holdings);
  if (flow !== null) incumbent.tryTo(() => takeHeld(holdings, flow.holdings));
  if (before !== undefined) incumbent.tryTo(() => takeHeld(holdings, before));

  // Core: what is left undecided.
  const refined = await refine(incumbent, proof, {
    classes,
    exact,
    gap,
    chainsFirst,
    // Beside a price of 1e9 whole offers are a gap that looks like none: a drop that is solved to its optimum is judged without.
    extraCost: exact || dearer === 0 ? 0 : dearer * missedBy(holdings),
    deadline: clock.deadline,
    workers,
    work,
    hurry,
    pause: clock.pause,
    onProgress,
    first,
    ...(groups !== null && { groups }),
    ...(first !== null && { recovery: () => recoverIn(nearEnd) }),
  });
  return { holdings, ...refined, finished: dual.finished };
}

/** The groups as blocks of columns, if their choices come first where there is time for them; null: they do not. */
async function groupsFirst(
  problem: DualProblem,
  prices: Prices,
  workers?: number,
): Promise<GroupColumns | null> {
  const isAnyTied = problem.instance.groups.some((_, g) => areTied(problem, prices, g));
  if (!isAnyTied || !hasManyGroups(problem, { prices }) || await whyNoHighs() !== null) return null;
  return new GroupColumns(problem, prices, workers);
}

/** How far recoveries go. */
interface RecoveryGoal {
  /** The gap at which improving may stop. */
  readonly goal: number;
  /** By how much a missed unit costs more at the shortfall price asked for: gaps are relative to the bound at that price. */
  readonly dearer: number;
  /** Whether chains come before paths. */
  readonly chainsFirst: boolean;
  readonly clock: Clock;
}

/** Recovers from the prices, each time anew; the first time from bundles that are known. */
function recoveries(
  problem: DualProblem,
  { prices, bound, shape, kept: known, noisy }: Proof & Pick<DualResult, "kept" | "noisy">,
  { goal, dearer, chainsFirst, clock }: RecoveryGoal,
): (hurry: () => boolean, end?: { late?: () => boolean }) => Promise<Holdings> {
  let kept = known;
  return (hurry, end = { late: clock.stopped }) => {
    const first = kept;
    // Recovery changes them.
    kept = undefined;
    return recover(problem, prices, {
      noise: LAST_NOISE * problem.unit,
      kept: first,
      noisy,
      enough: dearer === 0
        ? bound - goal * Math.abs(bound)
        : (found) => bound - goal * Math.abs(bound - dearer * missedBy(found)),
      shape,
      chainsFirst,
      hurry,
      ...end,
      pause: clock.pause,
    });
  };
}

/** What comes before full recovery. */
function firstChoice(
  problem: DualProblem,
  { proof, classes, own, byClasses }: Pick<FromPrices, "proof" | "classes" | "own" | "byClasses">,
): First | null {
  if (hasJointGroups(proof) && hasManyGroups(problem, proof)) return { by: "groups" };
  const limits = own ?? ownLimits(problem, proof.prices);
  if (limits !== null) return { by: "own limits", limits };
  if (byClasses) return { by: "classes" };
  if (isSearchFirst(problem)) return { by: "types" };
  return isTied(problem, proof.prices, classes) ? { by: "ties" } : null;
}

/**
 * The classes of users who are alike; null: the drop is too large to be solved to the optimum, whoever is alike. In a large drop a few
 * users tell whether it is worth comparing all.
 */
function classesOf(problem: DualProblem, clock: Clock): UserClasses | null {
  const { instance } = problem;
  if (pairCount(instance) <= PASS_PAIRS) return userClasses(instance);
  // Under limits likeness has no part in what is done with a large drop.
  if (problem.items !== null || !seemAlike(instance) || clock.isShortForFlow()) return null;
  const classes = userClasses(instance);
  return areAlike(problem, classes) ? classes : null;
}

/** What a search for prices found. */
type FoundPrices = Pick<FromPrices, "dual" | "own">;

/**
 * The best prices found within their share of the time. Where limits of single users matter they are of what users share alone: with a
 * few prices for each of thousands of users a search takes many times as long, and each user's best bundle within its own limits is
 * found outright later.
 */
async function searchPrices(
  problem: DualProblem,
  options: OptimalOptions & { rough: boolean },
  clock: Clock,
  flow: Solved | null,
): Promise<FoundPrices> {
  // Choices for whole groups know users' own limits by their prices.
  const declared = problem.rules.others.length > 0 ? null : declaredOwnLimits(problem);
  const own = declared === null || await whyNoHighs() !== null ? null : declared;
  const start = flow?.proof.prices ?? firstPrices(problem, options);
  if (own === null) return { dual: await searchAll(problem, options, clock, start, flow), own };
  const known = start && sharedPrices(own.isOwn, start);
  const shared = await searchAll(own.shared, options, clock, known), { prices } = shared;
  return shared.isLate || doOwnLimitsMatter(problem, prices, LAST_NOISE * problem.unit)
    ? { dual: { ...shared, bound: fastBoundAt(problem, prices), kept: undefined }, own }
    : { dual: await searchAll(problem, options, clock, prices), own: null };
}

/** The best prices of all limits found: by the search, or those of the flow if their bound is lower. */
async function searchAll(
  problem: DualProblem,
  options: OptimalOptions & { rough: boolean },
  clock: Clock,
  startPrices: Prices | undefined,
  flow: Solved | null = null,
): Promise<DualResult> {
  const { workers, signal, onProgress, rough } = options;
  const found = await minimiseDual(problem, {
    startPrices,
    tolerance: areTypesAll(problem) ? ROUGH : toleranceForGroups(problem),
    workers,
    signal,
    onProgress,
    deadline: clock.pricesEnd,
    // Limits of groups may want other bundles than those that are kept.
    late: () => clock.isShort(BundleKeeper.isFor(problem) && problem.rules.others.length === 0),
    rough,
    bundles: true,
  });
  return flow !== null && flow.proof.bound < found.bound
    ? { ...found, ...flow.proof, kept: undefined }
    : found;
}

/**
 * Solves a part of a drop by all means of {@link solveOptimal}: some users, and of every limit what the other users leave. Missed
 * minima cost the problem's shortfall price. If what is left can't be kept, the holdings break it.
 */
export async function solvePart(
  problem: DualProblem,
  options: OptimalOptions,
): Promise<Holdings> {
  const { instance } = problem;
  const clock = new Clock(options, pairCount(instance), instance.limits !== undefined);
  return (await solveAt(problem, { ...options, asked: problem.shortfallPrice }, clock)).holdings;
}

/** The prices that the search starts from; undefined: it finds those of a sample of the users. */
function firstPrices(problem: DualProblem, options: OptimalOptions): Prices | undefined {
  const { startPrices, warmStart = true } = options;
  if (!warmStart) return zeroPrices(problem);
  if (startPrices === undefined) return undefined;
  return "contracts" in startPrices
    ? pricesOfCertificate(problem.instance, startPrices).prices
    : startPrices;
}
