/**
 * The price solver: allocations of millions of pairs in seconds, each with a bound on the optimum that its prices prove.
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
import type { DualResult } from "./search/dual_result.ts";
import { minimiseDual } from "./search/minimise_dual.ts";
import { type Pause, pauseNowAndThen } from "../../base/pause.ts";
import { type Proof, prove } from "./dual/proof.ts";
import { argmaxAndBound } from "./recovery/argmax_bundles.ts";
import { makeFeasible, recover } from "./recovery/recover.ts";
import { BRANCHED_PAIRS, proveByCases } from "./core/branches.ts";
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
  /** Stop when the relative gap between objective and bound is at most this. @default 1e-6 */
  gap?: number;
  /** Threads that share the passes over the pairs; the result is the same for any number. @default 1 */
  workers?: number;
  /** Prices, or the certificate, of an earlier run on a drop like this one, to start from. */
  startPrices?: Prices | Certificate;
  /** Start from `startPrices`, or from the prices of a sample of the users; false: start from prices 0. @default true */
  warmStart?: boolean;
  /** Where the drop stands in for one with pins: how it was made. @default none */
  pinned?: PinnedDrop;
}

/**
 * The search for prices may use this share of the time limit, less so many milliseconds per pair for recovery, or half of the time
 * if that is less: without good prices there is nothing good to recover.
 */
const PRICE_SHARE = 0.8, RECOVERY_MS = 1.5e-4, MOST_OF_RECOVERY = 0.5;

/**
 * Finds an allocation whose objective is within `gap` of the optimum, a bound that proves it, and prices of caps and limits.
 *
 * 1. Search: prices of caps and limits that minimise the Lagrangian dual. Any prices give an upper bound on the objective.
 * 2. Recovery: each user's best bundle at these prices, changed into an allocation that keeps every rule.
 * 3. Core: the users that the prices leave undecided are decided together, by HiGHS where they are few.
 *
 * The gap is not always reached. Stopped by time or `signal`, it returns the best feasible allocation so far and its gap.
 *
 * @throws {InputError} for pins that contradict a rule, or that can't all be given
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

/** Drops with limits begin with this share of the moderate shortfall price: the search finds prices sooner, and better ones. */
const FIRST_SHARE = 0.25;

/** Solves at a moderate shortfall price, then at higher ones while more units are missed than must be (see {@link WorkingPrice}). */
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
  clock.endOfCompiling();
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
  const up = await atAskedPrice(found, price, cut, clock);
  const { proof: { bound }, assignment } = found;
  const expected = bound - (price.asked - price.price) * missedBy(assignment);
  const isLoose = up.proof.bound > expected + LOOSE * (Math.abs(expected) + up.proof.size);
  if (cut === null || !isLoose || clock.stopped()) return up;
  return await searchAgain(up, { ...options, asked: price.asked }, clock);
}

/** If the bound at the asked price is above the expected one by more than this (relative), better prices are worth a search. */
const LOOSE = 1e-9;

/** Drops of at most this many pairs are solved as a whole again; it takes little time. */
const QUICK_PAIRS = 20_000;

/** Searches for better prices at the shortfall price asked for, starting from those of `up`; a small drop is solved again. */
async function searchAgain(
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

/** Units missed by an assignment: users missing to minima, and missed units of limits at the shortfall price. */
function missedBy(assignment: Assignment): number {
  const { problem: { items, instance: { limits } } } = assignment;
  let missed = assignment.shortfall();
  limits?.rows.price.forEach((price, r) => {
    if (Number.isNaN(price)) missed += Math.max(0, assignment.limits!.used[r] - items!.amount[r]);
  });
  return missed;
}

/**
 * A proof of how many units must be missed, which it also tells `price`; null if none are missed, and for drops without limits,
 * where {@link WorkingPrice.least} finds that number by a flow.
 */
function cutUnderLimits({ assignment, proof }: Solved, price: WorkingPrice): ShortfallCut | null {
  const { problem } = assignment;
  if (problem.instance.limits === undefined || missedBy(assignment) === 0) return null;
  const cut = shortfallCut(problem, proof.prices);
  price.leastMissed = cut.total;
  return cut;
}

/** The options for the drop that stands in for one with pins. */
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

/** Users who are alike are looked for in drops of at most this many pairs; larger ones are not solved to the optimum anyway. */
const MOST_COMPARED = 2_000_000;

/** An assignment and what is proven about it. */
interface Solved {
  readonly assignment: Assignment;
  readonly proof: Proof;
  /** Upper bound on every feasible objective: that of the prices, or a lower one that a search proved. */
  readonly bound: number;
  readonly warnings: readonly string[];
  /** Whether the search for prices ended before its deadline. */
  readonly finished: boolean;
  /** A proof by cases that the assignment is optimal, if there is one. */
  readonly branches?: BranchedProof;
}

/**
 * Solves at the problem's shortfall price, which may be below the one asked for. The result is no worse than `before`, if given.
 */
async function solveAt(
  problem: DualProblem,
  options: OptimalOptions & { asked: number },
  clock: Clock,
  before?: Assignment,
): Promise<Solved> {
  const { instance } = problem;
  const { gap = 1e-6, onProgress } = options;
  const classes = pairCount(instance) <= MOST_COMPARED ? userClasses(instance) : null;
  const exact = classes !== null && pairsOfClasses(instance, classes) <= EXACT_PAIRS;
  const goal = exact ? 0 : gap;
  const flow = isQuickFlow(problem) && !clock.isShortForFlow()
    ? await solveAsFlow(problem, options, clock)
    : null;
  if (flow !== null && gapOf(flow) <= (clock.isShortForBound() ? 1 : Math.max(PROVEN, goal))) {
    return flow;
  }
  const dual = await searchPrices(problem, options, clock, flow);
  onProgress?.({ phase: "recovery" });
  if (dual.bound === Infinity) return await atOnce(problem, dual.prices);
  const hurry = () => !dual.finished || clock.stopped();
  const point = exact && dual.finished ? withoutTinyPrices(problem, dual) : dual;
  const proof = await prove(problem, point, hurry);
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
  // Choosing for whole groups improves faster than recovery does, and can start from any allocation: recovery comes later.
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
    extraCost: instance.limits === undefined
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

/** What can be had from prices when time is out: the bound that they prove, and their best bundles less what is too much. */
async function atOnce(problem: DualProblem, prices: Prices): Promise<Solved> {
  const { assignment, bound } = argmaxAndBound(problem, prices);
  const proof = await prove(problem, { prices, bound }, () => true);
  const hurry = () => true;
  if (!assignment.isFeasible()) {
    await makeFeasible(assignment, prices, { noise: 0, enough: bound, hurry, late: hurry });
  }
  return { assignment, proof, bound, warnings: [], finished: false };
}

/** The best prices found within their share of the time: by the search, or those of the flow if their bound is lower. */
async function searchPrices(
  problem: DualProblem,
  options: OptimalOptions,
  clock: Clock,
  flow: Solved | null,
): Promise<DualResult> {
  const { workers, signal, onProgress } = options;
  const found = await minimiseDual(problem, {
    startPrices: flow?.proof.prices ?? firstPrices(problem, options),
    workers,
    signal,
    onProgress,
    deadline: clock.pricesEnd(pairCount(problem.instance)),
    late: clock.isShort,
  });
  return flow !== null && flow.proof.bound < found.bound ? { ...found, ...flow.proof } : found;
}

/**
 * Solves a part of a drop by all means of {@link solveOptimal}: some users, and of every limit what the other users leave. Missed
 * minima cost the problem's shortfall price. If what is left can't be kept, the assignment breaks it.
 */
export async function solvePart(
  problem: DualProblem,
  options: OptimalOptions,
): Promise<Assignment> {
  const clock = new Clock(options, pairCount(problem.instance));
  return (await solveAt(problem, { ...options, asked: problem.shortfallPrice }, clock)).assignment;
}

/** A relative gap up to this is taken for rounding. */
const PROVEN = 1e-12;

/** The relative gap of what was found, at most 1; Infinity if the assignment breaks a rule. */
function gapOf({ assignment, bound }: Solved): number {
  return assignment.isFeasible()
    ? Math.min(1, relativeGap(bound, assignment.objective()))
    : Infinity;
}

/**
 * Solves a drop as a min cost flow. If the drop is a flow problem, the result is optimal, and the flow's prices prove it. Otherwise
 * its prices are a start for the search, and its assignment may break rules.
 */
async function solveAsFlow(
  problem: DualProblem,
  { onProgress }: OptimalOptions,
  clock: Clock,
): Promise<Solved> {
  const { price, arc, count, finished } = await solveFlow(flowNetwork(problem), {
    stop: clock.isShortForBound,
    pause: clock.pause,
    onDone: (done) => onProgress?.({ phase: "prices", done }),
  });
  const prices = { ...zeroPrices(problem), contract: price };
  const assignment = new Assignment(problem);
  takeSlots(assignment, arc, count);
  if (!finished) {
    const quick = await atOnce(problem, prices);
    const isBetter = assignment.isFeasible() &&
      assignment.objective() >= quick.assignment.objective();
    return isBetter ? { ...quick, assignment } : quick;
  }
  const proof = await prove(problem, { prices, bound: boundAt(problem, prices) }, clock.stopped);
  return { assignment, proof, bound: proof.bound, warnings: [], finished };
}

/** Seconds for a proof by cases, at most. */
const CASES_SECONDS = 2;

/** A proof by cases is tried for relative gaps up to this, and for any gap if there are at most so many pairs. */
const TOLERANCE = 1e-6, FEW_PAIRS = 200;

/**
 * If the prices leave a gap but the assignment seems optimal, tries to add a proof by cases, which `check` can verify like prices.
 */
async function withCases(found: Solved, clock: Clock, pinned?: PinnedDrop): Promise<Solved> {
  const { assignment, proof, bound } = found;
  const pairs = pairCount(assignment.problem.instance);
  // HiGHS takes longer to load than some large drops take to solve.
  if (pairs > BRANCHED_PAIRS) return found;
  const objective = assignment.objective();
  const isOpen = (bound: number) => bound > objective + ROUNDING * (Math.abs(bound) + proof.size);
  if (!isOpen(proof.bound) || await whyNoHighs() !== null) return found;
  const bonus = pinned?.bonus ?? 0;
  const isFar = relativeGap(bound - bonus, objective - bonus) > TOLERANCE;
  if (isFar && pairs > FEW_PAIRS) return found;
  const end = performance.now() + 1000 * CASES_SECONDS;
  const stop = () => performance.now() >= end || clock.stopped();
  const branches = await proveByCases(assignment.problem, proof.prices, objective, {
    pairs: assignment.slots.filter((pair) => pair >= 0),
    isPinned: (pair) => pinned !== undefined && isPinnedPair(pinned, pair),
    stop,
  });
  return branches === null ? found : { ...found, branches, bound: objective };
}

/** The same assignment with objective, prices and bound at the shortfall price asked for, which is higher than the working one. */
async function atAskedPrice(
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

/** A bound below the objective by up to this much, relative to the sizes of their terms, is rounding. */
const ROUNDING = 1e-12;

/**
 * The result of a run.
 *
 * @throws {Error} an internal error if the assignment breaks a hard rule, or a bound is below the objective by more than rounding
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
  // A difference up to that is rounding: the objective is the bound.
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

/** Above this relative gap a warning says what would help. */
const WIDE = 1e-3;

function wideGap(gap: number, { instance }: DualProblem, cutShort: boolean): string {
  const left = `a gap of ${Number((100 * gap).toPrecision(2))} % is left`;
  if (cutShort) return `${left}: time ran out, more of it would help`;
  return pairCount(instance) <= MAX_ILP_PAIRS
    ? `${left}: solver ilp may close it, given some minutes`
    : `${left}: the drop is too large for solver ilp, which could close it`;
}

/** Σ |price · amount| over caps and limits: the terms of the bound besides those of users. A cap counts at most once per user. */
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

/** Time kept at the end of a run to make the result: milliseconds per pair, but at most this share of the run's time. */
const LAST_MS = 4e-5, MOST_OF_LAST = 0.2;

/** Time kept for the repair that follows if recovery runs out of time: milliseconds per pair, but at most this share of the run's. */
const REPAIR_MS = 4e-4, MOST_OF_REPAIR = 0.2;

/**
 * How long later stages of a large drop take, in multiples of the time to compile it: a bound and a hurried recovery; making the
 * network of a flow; the bound of a flow's prices. So a slow machine is known in time.
 */
const RECOVERY_TIME = 25, NETWORK_TIME = 12, FLOW_BOUND_TIME = 8;

/** Most pairs for which those stages take next to no time. */
const QUICK_STAGES = 1_000_000;

/** The time limit and the abort signal of a run. */
class Clock {
  /** When the run began, in milliseconds of `performance.now()`. */
  readonly begun = performance.now();
  /** When to stop: the time limit less the time to make the result. */
  readonly deadline: number;
  /** Gives way to other work of the thread now and then. */
  readonly pause: Pause = pauseNowAndThen();
  #stopped = false;
  #hurried = false;
  #compiling = 0;
  readonly #signal?: AbortSignal;
  readonly #pairs: number;

  constructor({ timeout = Infinity, signal }: OptimalOptions, pairs: number) {
    const ms = 1000 * timeout;
    this.#pairs = pairs;
    this.deadline = this.begun + ms - Math.min(MOST_OF_LAST * ms, LAST_MS * pairs);
    this.#signal = signal;
  }

  /** When the search for prices must end if there are so many pairs, in milliseconds of `performance.now()`. */
  pricesEnd(pairs: number): number {
    const time = this.deadline - this.begun;
    return this.begun +
      PRICE_SHARE * (time - Math.min(RECOVERY_MS * pairs, MOST_OF_RECOVERY * time));
  }

  /** Tells the clock that the drop was compiled just now, which took about two passes over the pairs. */
  endOfCompiling(): void {
    if (this.#pairs > QUICK_STAGES) this.#compiling = performance.now() - this.begun;
  }

  /** Whether there is no time but for an allocation made at once; then the run is over. */
  readonly isShort = (): boolean =>
    this.stopped() || (this.#stopped = this.#leavesLess(RECOVERY_TIME));

  /** Whether there is too little time to make the network of a flow. */
  isShortForFlow(): boolean {
    return this.stopped() || (this.#hurried ||= this.#leavesLess(NETWORK_TIME));
  }

  /** Whether a flow must stop, so that there is time for its bound. */
  readonly isShortForBound = (): boolean =>
    this.stopped() || (this.#hurried ||= this.#leavesLess(FLOW_BOUND_TIME));

  /** Whether less is left than so many times what compiling took. */
  #leavesLess(times: number): boolean {
    return this.deadline - performance.now() < times * this.#compiling;
  }

  /** Whether no more than `ms` milliseconds are left, or than {@link MOST_OF_REPAIR} of the time if that is less. */
  isNearEnd(ms: number): boolean {
    const kept = Math.min(ms, MOST_OF_REPAIR * (this.deadline - this.begun));
    return this.stopped() || (this.#hurried ||= performance.now() >= this.deadline - kept);
  }

  /** Whether any question to this clock was answered with yes: something was cut short. */
  get cutShort(): boolean {
    return this.#stopped || this.#hurried;
  }

  /** Whether time is up or the signal was given. */
  readonly stopped = (): boolean =>
    this.#stopped ||= this.#signal?.aborted === true || performance.now() >= this.deadline;
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

/** The offers of an assignment and what they are worth. */
function valueOf({ problem, slots, count }: Assignment) {
  const { instance, policy, k, rules, shortfallPrice } = problem;
  const offers = offersFromSlots(instance, k, slots, count);
  const value = valueOfOffers(instance, policy, offers, rules.sponsored.least, shortfallPrice);
  return { ...offers, ...value };
}

/** A warning that names the options about types that are set under model coverage, which ignores them. */
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
