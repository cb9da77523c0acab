/**
 * The price solver: optimal allocations of millions of pairs in seconds, with a bound that prices prove.
 *
 * @module
 */
import {
  type Allocation,
  type BranchedProof,
  type Prices,
  relativeGap,
} from "../model/allocation.ts";
import type { Certificate } from "../model/certificate.ts";
import { pricesOfCertificate } from "../model/certificate_prices.ts";
import { whyNoHighs } from "../../deps/highs.ts";
import { MAX_ILP_PAIRS } from "../ilp/ilp_model.ts";
import { type Instance, pairCount } from "../drop/instance.ts";
import { offersFromSlots, valueOfOffers } from "../model/offers.ts";
import { Assignment } from "./recovery/assignment.ts";
import { boundAt } from "./dual/bound.ts";
import {
  atShortfallPrice,
  compileDualProblem,
  type DualProblem,
  zeroPrices,
} from "./dual/dual_problem.ts";
import { NOISES } from "./search/homotopy.ts";
import { Incumbent } from "./recovery/incumbent.ts";
import { flowNetwork, isQuickFlow } from "./flow/flow_network.ts";
import { cutOfFlow, liftPrices } from "./dual/lift_prices.ts";
import { minimiseDual } from "./search/minimise_dual.ts";
import { type Pause, pauseNowAndThen } from "../../base/pause.ts";
import { type Proof, prove } from "./dual/proof.ts";
import { recover } from "./recovery/recover.ts";
import { proveByCases } from "./core/branches.ts";
import { hasJointGroups, hasManyGroups } from "./core/joint_groups.ts";
import { EXACT_PAIRS, refine } from "./core/refine.ts";
import { explainShortfall } from "./recovery/shortfall_reasons.ts";
import { takeHeld, takeSlots } from "./recovery/take_offers.ts";
import { pairsOfClasses, userClasses } from "../drop/user_classes.ts";
import { isSearchFirst } from "./flow/typed_network.ts";
import { solveFlow } from "./flow/solve_flow.ts";
import { type ShortfallCut, shortfallCut } from "./dual/shortfall_cut.ts";
import { withoutTinyPrices } from "./search/tiny_prices.ts";
import { isPinnedPair, type PinnedDrop } from "../pins/pinned_drop.ts";
import { gapWithoutPins, pricesWithoutPins } from "../pins/solve_pinned.ts";
import { solveTranslated } from "../pins/solve_translated.ts";
import type { Policy } from "../model/policy.ts";
import { WorkingPrice } from "../limits/working_price.ts";
import type { RunControl } from "../../base/progress.ts";

/** Options of {@link solveOptimal}. */
export interface OptimalOptions extends RunControl {
  /** Stop when the objective is proven to be within this share of the bound. @default 1e-6 */
  gap?: number;
  /** Threads that share the passes over the pairs; the answer is the same for any number. @default 1 */
  workers?: number;
  /** Prices, or the certificate, of an earlier run on a drop like this one, to start from. */
  startPrices?: Prices | Certificate;
  /** Start from `startPrices`, or from prices of a sample of the users; false: from nothing. @default true */
  warmStart?: boolean;
  /** What the drop is to one with pins that it stands for. @default it stands for itself */
  pinned?: PinnedDrop;
}

/** Share of the time limit that the search for prices may use, and milliseconds per pair that recovery is left. */
const PRICE_SHARE = 0.8, RECOVERY_MS = 1.5e-4;

/**
 * An allocation within `gap` of the best possible one, the proof of that, and the prices of caps and rules.
 *
 * Prices on everything that users share minimise the Lagrangian dual (a bound whatever the prices are); recovery turns
 * each user's best bundle at these prices into an allocation that keeps every rule; what is left undecided goes to
 * HiGHS where it is small. Stopped by time or `signal` it returns what it has, feasible, with an honest gap.
 *
 * @example
 * ```ts
 * import { solveOptimal } from "./optimal.ts";
 * import { IdPool } from "../../base/ids.ts";
 * import { defaultPolicy } from "../model/policy.ts";
 * import { assert, assertEquals } from "../../deps/std_assert.ts";
 *
 * // Two users want the one unit of a contract.
 * const instance = {
 *   users: IdPool.from(["u", "v"]), contracts: ["c"], sponsoredContracts: 0,
 *   cap: Float64Array.of(1), brand: null, brands: [], groups: ["g"], ratio: Float64Array.of(0),
 *   groupSize: Uint32Array.of(2), group: Uint32Array.of(0, 0), start: Uint32Array.of(0, 1, 2),
 *   middle: Uint32Array.of(0, 1), contract: Uint16Array.of(0, 0), score: Float64Array.of(0.25, 0.5),
 * };
 * const { objective, gap } = await solveOptimal(instance, { ...defaultPolicy, covW: [] });
 * assertEquals(objective, 0.5);
 * assert(gap! < 1e-6);
 * ```
 */
export async function solveOptimal(
  instance: Instance,
  policy: Policy,
  options: OptimalOptions = {},
): Promise<Allocation> {
  const translated = solveTranslated(instance, policy, (drop, pinned) => {
    const own = pinned === undefined ? options : optionsWithoutPins(instance, pinned, options);
    return solveOptimal(drop, policy, own);
  });
  if (translated !== null) return await translated;
  const clock = new Clock(options, pairCount(instance));
  const warnings = policyWarnings(policy);
  let found = await solveRaising(instance, policy, options, clock);
  found = await withCases(found, clock, options.pinned);
  return allocationOf(found, policy, [...warnings, ...found.warnings], clock);
}

/** Share of the moderate shortfall price that drops with limits begin with: prices are found sooner, and better, at a lower one. */
const FIRST_SHARE = 0.25;

/** Solves at a moderate shortfall price, and at higher ones as long as more is missed than must be. */
async function solveRaising(
  instance: Instance,
  policy: Policy,
  options: OptimalOptions,
  clock: Clock,
): Promise<Solved> {
  const price = instance.limits === undefined
    ? new WorkingPrice(instance, policy)
    : new WorkingPrice(instance, policy, { knowsLimits: true, share: FIRST_SHARE });
  const compiled = compileDualProblem(instance, policy, { price: price.price });
  const problemAt = () => atShortfallPrice(compiled, price.price);
  let found = await solveAt(problemAt(), { ...options, asked: price.asked }, clock);
  let cut = cutUnderLimits(found, price);
  while (!clock.stopped() && price.raise(missedBy(found.assignment))) {
    const before = found, startPrices = before.proof.prices;
    const { asked } = price;
    const next = { ...options, startPrices, asked };
    found = await solveAt(problemAt(), next, clock, before.assignment);
    if (price.lower(missedBy(before.assignment), missedBy(found.assignment))) {
      found = before;
      break;
    }
    cut = cutUnderLimits(found, price);
  }
  if (price.price >= price.asked) return found;
  const up = await lifted(found, price, cut, clock);
  const { proof: { bound }, assignment } = found;
  const expected = bound - (price.asked - price.price) * missedBy(assignment);
  const isLoose = up.proof.bound > expected + LOOSE * (Math.abs(expected) + up.proof.size);
  if (cut === null || !isLoose || clock.stopped()) return up;
  return await searchedAgain(up, { ...options, asked: price.asked }, clock);
}

/** A lifted bound that is above what it should be by more than this, relative to it, is not what prices can prove. */
const LOOSE = 1e-9;

/** Up to so many pairs a solution at another shortfall price takes no time. */
const QUICK_PAIRS = 20_000;

/** What is proven by prices that are searched for at the price asked for, from those lifted to it: no cut was exact. */
async function searchedAgain(
  up: Solved,
  options: OptimalOptions & { asked: number },
  clock: Clock,
): Promise<Solved> {
  const { assignment, proof: { prices: startPrices } } = up, { problem } = assignment;
  if (pairCount(problem.instance) <= QUICK_PAIRS) {
    const again = await solveAt(problem, { ...options, startPrices }, clock, assignment);
    return { ...again, bound: Math.min(again.bound, up.bound) };
  }
  const { workers, signal, onProgress } = options;
  const { deadline } = clock;
  const dual = await minimiseDual(problem, { startPrices, workers, signal, onProgress, deadline });
  const proof = await prove(problem, dual, clock.stopped);
  if (proof.bound >= up.proof.bound) return up;
  return { ...up, proof, bound: Math.min(up.bound, proof.bound) };
}

/** Units of minima, and of limits at the shortfall price, that an assignment misses. */
function missedBy(assignment: Assignment): number {
  const { problem: { items, instance: { limits } } } = assignment;
  let missed = assignment.shortfall();
  limits?.rows.price.forEach((price, r) => {
    if (Number.isNaN(price)) missed += Math.max(0, assignment.limits!.used[r] - items!.amount[r]);
  });
  return missed;
}

/** Under limits, what proves how much must be missed, where anything is; null where nothing is, or flows tell. */
function cutUnderLimits({ assignment, proof }: Solved, price: WorkingPrice): ShortfallCut | null {
  const { problem } = assignment;
  if (problem.instance.limits === undefined || missedBy(assignment) === 0) return null;
  const cut = shortfallCut(problem, proof.prices);
  price.leastMissed = cut.total;
  return cut;
}

/** Options for the drop that stands for one with pins. */
function optionsWithoutPins(
  instance: Instance,
  drop: PinnedDrop,
  options: OptimalOptions,
): OptimalOptions {
  const { startPrices, gap = 1e-6 } = options;
  const isPrices = startPrices !== undefined && !("contracts" in startPrices);
  return {
    ...options,
    gap: gapWithoutPins(instance, drop, gap),
    pinned: drop,
    ...(isPrices && { startPrices: pricesWithoutPins(drop, startPrices) }),
  };
}

/** Up to so many pairs it takes no time to find users who are alike; larger drops are not solved to the optimum. */
const MOST_COMPARED = 2_000_000;

/** What a run is worth and what is proven about it, in the solver's terms. */
interface Solved {
  readonly assignment: Assignment;
  readonly proof: Proof;
  /** Upper bound on every feasible objective: that of the prices, or below it where a search proved more. */
  readonly bound: number;
  readonly warnings: readonly string[];
  /** Whether the search for prices came to its end. */
  readonly finished: boolean;
  /** Cases that prove the optimum, where the prices don't. */
  readonly branches?: BranchedProof;
}

/** Solves at the problem's shortfall price, which may be below the one asked for, no worse than `before` where there is one. */
async function solveAt(
  problem: DualProblem,
  options: OptimalOptions & { asked: number },
  clock: Clock,
  before?: Assignment,
): Promise<Solved> {
  const { instance } = problem;
  const { gap = 1e-6, workers, signal, onProgress } = options;
  const classes = pairCount(instance) <= MOST_COMPARED ? userClasses(instance) : null;
  const exact = classes !== null && pairsOfClasses(instance, classes) <= EXACT_PAIRS;
  const goal = exact ? 0 : gap;
  const flow = isQuickFlow(problem) ? await solveAsFlow(problem, options, clock) : null;
  if (flow !== null && distanceOf(flow) <= (clock.stopped() ? 1 : Math.max(PROVEN, goal))) {
    return flow;
  }
  const found = await minimiseDual(problem, {
    startPrices: flow?.proof.prices ?? firstPrices(problem, options),
    workers,
    signal,
    onProgress,
    deadline: clock.begun + PRICE_SHARE *
        Math.max(0, clock.deadline - clock.begun - RECOVERY_MS * pairCount(instance)),
  });
  const dual = flow !== null && flow.proof.bound < found.bound
    ? { ...found, ...flow.proof }
    : found;
  onProgress?.({ phase: "recovery" });
  const hurry = () => !dual.finished || clock.stopped();
  const swept = exact && dual.finished ? withoutTinyPrices(problem, dual) : dual;
  const proof = await prove(problem, swept, hurry);
  const recoverIn = (hurry: () => boolean) =>
    recover(problem, proof.prices, {
      noise: NOISES[NOISES.length - 1] * problem.unit,
      enough: proof.bound - goal * Math.abs(proof.bound),
      shape: proof.shape,
      hurry,
      late: clock.stopped,
      pause: clock.pause,
    });
  const nearEnd = () => hurry() || clock.isNearEnd(REPAIR_MS * pairCount(instance));
  // Choices for whole groups find a better allocation sooner: they need one to begin with, good or not.
  const byGroups = hasJointGroups(proof) && hasManyGroups(problem, proof);
  const byTypes = isSearchFirst(problem);
  const assignment = await recoverIn(byGroups || byTypes ? () => true : nearEnd);
  const incumbent = new Incumbent(assignment);
  if (flow !== null) incumbent.tryTo(() => takeHeld(assignment, flow.assignment));
  if (before !== undefined) incumbent.tryTo(() => takeHeld(assignment, before));
  const refined = await refine(incumbent, proof, {
    classes,
    exact,
    gap,
    lifted: instance.limits === undefined
      ? 0
      : (options.asked - problem.shortfallPrice) * missedBy(assignment),
    deadline: clock.deadline,
    hurry,
    pause: clock.pause,
    onProgress,
    byTypes,
    ...(byGroups && { recovery: () => recoverIn(nearEnd) }),
  });
  return { assignment, ...refined, finished: dual.finished };
}

/**
 * Solves a part of a drop by all means of {@link solveOptimal} at the price of missed minima that the problem has: some users,
 * and what the others leave of every limit. Where that can't be kept, what is found breaks it.
 */
export async function solvePart(
  problem: DualProblem,
  options: OptimalOptions,
): Promise<Assignment> {
  const clock = new Clock(options, pairCount(problem.instance));
  return (await solveAt(problem, { ...options, asked: problem.shortfallPrice }, clock)).assignment;
}

/** A gap that counts as none. */
const PROVEN = 1e-12;

/** The gap of what was found, 1 at most; Infinity where it breaks a rule. */
function distanceOf({ assignment, bound }: Solved): number {
  return assignment.isFeasible()
    ? Math.min(1, relativeGap(bound, assignment.objective()))
    : Infinity;
}

/**
 * The drop as a flow: solved to the optimum where it is one, which the flow's prices prove; else prices to start from, and
 * what may be an allocation.
 */
async function solveAsFlow(
  problem: DualProblem,
  { onProgress }: OptimalOptions,
  clock: Clock,
): Promise<Solved> {
  const { price, arc, count, finished } = await solveFlow(flowNetwork(problem), {
    stop: clock.stopped,
    pause: clock.pause,
    onDone: (done) => onProgress?.({ phase: "prices", done }),
  });
  const prices = { ...zeroPrices(problem), contract: price };
  const proof = await prove(problem, { prices, bound: boundAt(problem, prices) }, clock.stopped);
  const assignment = new Assignment(problem);
  takeSlots(assignment, arc, count);
  return { assignment, proof, bound: proof.bound, warnings: [], finished };
}

/** Most seconds for a proof by cases. */
const CASES_SECONDS = 2;

/** A gap that may be a searching program's tolerance, relative to the objective; up to so many pairs any may be. */
const TOLERANCE = 1e-6, FEW_PAIRS = 200;

/** Where a search seems to have found the optimum and the prices leave a gap, a proof by cases that anyone can check, if there is a short one. */
async function withCases(found: Solved, clock: Clock, pinned?: PinnedDrop): Promise<Solved> {
  const { assignment, proof, bound } = found;
  const objective = assignment.objective();
  const isOpen = (bound: number) => bound > objective + ROUNDING * (Math.abs(bound) + proof.size);
  if (!isOpen(proof.bound) || await whyNoHighs() !== null) return found;
  const bonus = pinned?.bonus ?? 0;
  const isFar = relativeGap(bound - bonus, objective - bonus) > TOLERANCE;
  if (isFar && pairCount(assignment.problem.instance) > FEW_PAIRS) return found;
  const end = performance.now() + 1000 * CASES_SECONDS;
  const stop = () => performance.now() >= end || clock.stopped();
  const branches = await proveByCases(assignment.problem, proof.prices, objective, {
    pairs: assignment.slots.filter((pair) => pair >= 0),
    isPinned: (pair) => pinned !== undefined && isPinnedPair(pinned, pair),
    stop,
  });
  return branches === null ? found : { ...found, branches, bound: objective };
}

/** The same allocation at the shortfall price asked for, which is higher. */
async function lifted(
  found: Solved,
  price: WorkingPrice,
  cut: ShortfallCut | null,
  clock: Clock,
): Promise<Solved> {
  const problem = atShortfallPrice(found.assignment.problem, price.asked);
  const missed = missedBy(found.assignment);
  const assignment = new Assignment(problem);
  takeHeld(assignment, found.assignment);
  const prices = missed === 0 ? found.proof.prices : liftPrices(
    problem,
    found.proof.prices,
    price.price,
    cut?.point ?? cutOfFlow(price.least),
  );
  const proof = await prove(problem, { prices, bound: boundAt(problem, prices) }, clock.stopped);
  const distance = price.distanceWhenAsked(found.bound - found.assignment.objective(), missed);
  const bound = Math.min(assignment.objective() + distance, proof.bound);
  return { ...found, assignment, proof, bound };
}

/** How much a bound may lie below an objective by the rounding of sums, relative to what is summed. */
const ROUNDING = 1e-12;

/**
 * What is published. What can't be true is an internal error, not a result: an allocation that breaks a hard rule, a
 * bound below a feasible objective by more than rounding.
 */
function allocationOf(
  { assignment, proof, bound: proven, finished, branches }: Solved,
  policy: Policy,
  warnings: string[],
  clock: Clock,
): Allocation {
  if (!assignment.isFeasible()) {
    throw new Error("internal error: the allocation found breaks a rule; please report this drop");
  }
  const { objective, ...found } = valueOf(assignment);
  const room = ROUNDING * (assignment.sizeOfObjective() + sizeOfBound(assignment, proof.prices)) +
    64 * Number.EPSILON * proof.size;
  for (const bound of [proven, proof.bound]) {
    if (bound < objective - room || Number.isNaN(bound)) {
      throw new Error(
        `internal error: the bound ${bound} is below the objective ${objective}; please report this drop`,
      );
    }
  }
  // Nothing lies between the two but the rounding of their sums.
  const bound = proven <= objective + room ? objective : proven;
  const gap = relativeGap(bound, objective), cutShort = !finished || clock.cutShort;
  const missed = explainShortfall(assignment, proof.prices, { proven: gap === 0, cutShort });
  warnings.push(...missed.lines);
  if (gap > WIDE) warnings.push(wideGap(gap, assignment.problem, cutShort));
  return {
    solver: "optimal",
    policy,
    ...found,
    objective,
    bound,
    gap,
    prices: proof.prices,
    ...(missed.reasons.length > 0 && { shortfallReasons: missed.reasons }),
    pricesBound: branches === undefined ? Math.max(proof.bound, objective) : objective,
    ...(branches !== undefined && { branches }),
    timedOut: cutShort,
    warnings,
  };
}

/** A gap above this is said, with what would help. */
const WIDE = 1e-3;

function wideGap(gap: number, { instance }: DualProblem, cutShort: boolean): string {
  const left = `a gap of ${Number((100 * gap).toPrecision(2))} % is left`;
  if (cutShort) return `${left}: time ran out, more of it would help`;
  return pairCount(instance) <= MAX_ILP_PAIRS
    ? `${left}: solver ilp may close it, given some minutes`
    : `${left}: the drop is too large for solver ilp, which could close it`;
}

/** Σ |terms| of the bound that no user takes part in, as far as users can take up what is priced. */
function sizeOfBound({ problem }: Assignment, prices: Prices): number {
  const { contract, limit = [] } = prices;
  const { instance: { cap, group }, rules, unit, items } = problem;
  let size = unit;
  for (let c = 0; c < cap.length; c++) size += contract[c] * Math.min(cap[c], group.length);
  for (const { name, mayBeMissed, amount } of rules.all) {
    if (!mayBeMissed) continue;
    amount.forEach((least, g) => size += prices[name][g] > 0 ? prices[name][g] * least : 0);
  }
  for (let r = 0; r < limit.length; r++) size += limit[r] * Math.abs(items!.amount[r]);
  return size;
}

/** What is left at the end of a run to publish what was found: milliseconds per pair, and the most of its time. */
const LAST_MS = 4e-5, MOST_OF_LAST = 0.1;

/** What a repair takes that comes after paths ran out of time: milliseconds per pair, and the most of a run's time. */
const REPAIR_MS = 4e-4, MOST_OF_REPAIR = 0.2;

/** The time that a run has. */
class Clock {
  readonly begun = performance.now();
  /** When to stop looking: the time limit, less what publishing takes. */
  readonly deadline: number;
  readonly pause: Pause = pauseNowAndThen();
  #stopped = false;
  #hurried = false;
  readonly #signal?: AbortSignal;

  constructor({ timeout = Infinity, signal }: OptimalOptions, pairs: number) {
    const ms = 1000 * timeout;
    this.deadline = this.begun + ms - Math.min(MOST_OF_LAST * ms, LAST_MS * pairs);
    this.#signal = signal;
  }

  /** Whether to stop what can be done without, as no more than `ms` milliseconds, or a fair share of the time, are left. */
  isNearEnd(ms: number): boolean {
    const kept = Math.min(ms, MOST_OF_REPAIR * (this.deadline - this.begun));
    return this.stopped() || (this.#hurried ||= performance.now() >= this.deadline - kept);
  }

  /** Whether time ran out, or the signal came, while it was asked. */
  get cutShort(): boolean {
    return this.#stopped || this.#hurried;
  }

  /** Whether to stop. */
  readonly stopped = (): boolean =>
    this.#stopped ||= this.#signal?.aborted === true || performance.now() >= this.deadline;
}

/** The prices that the search starts from; undefined: those of a sample. */
function firstPrices(problem: DualProblem, options: OptimalOptions): Prices | undefined {
  const { startPrices, warmStart = true } = options;
  if (!warmStart) return zeroPrices(problem);
  if (startPrices === undefined) return undefined;
  return "contracts" in startPrices
    ? pricesOfCertificate(problem.instance, startPrices).prices
    : startPrices;
}

/** The offers of an assignment and what they are worth. */
function valueOf({ problem, slots, count }: Assignment) {
  const { instance, policy, k, rules, shortfallPrice } = problem;
  const offers = offersFromSlots(instance, k, slots, count);
  const value = valueOfOffers(instance, policy, offers, rules.sponsored.least, shortfallPrice);
  return { ...offers, ...value };
}

/** Policies about types mean nothing under model coverage; each one set is said. */
function policyWarnings(policy: Policy): string[] {
  if (policy.model !== "coverage") return [];
  const set = [
    policy.maxSponsoredRatio !== null ? "max sponsored ratio" : "",
    policy.enforceAssignmentRatio ? "enforce assignment ratio" : "",
    policy.mixTail ? "mix tail" : "",
  ].filter((name) => name !== "");
  return set.length === 0
    ? []
    : [`model coverage has no rules about types: ${set.join(", ")} left aside`];
}
