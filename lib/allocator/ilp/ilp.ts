/**
 * Solves the whole model with HiGHS: exact, for small drops, and an oracle for tests.
 *
 * @module
 */
import { hasChangeCost, solveCharged } from "../model/change_cost.ts";
import { type Allocation, CUT_SHORT, relativeGap } from "../model/allocation.ts";
import { InputError, TimeoutError, UsageError } from "../../base/errors.ts";
import { pinNotHeld, refuseConflicts } from "../pins/pin_conflicts.ts";
import type { RunControl } from "../../base/progress.ts";
import { type Instance, pairCount, userCount } from "../drop/instance/instance.ts";
import { groupRules } from "../limits/kinds/group_rules.ts";
import { mostOffers, type Policy, shortfallPrice } from "../model/policy.ts";
import type { LimitRows } from "../drop/instance/limits.ts";
import { type Offers, offersFromSlots, type OffersValue, valueOfOffers } from "../model/offers.ts";
import { excessOf, excessOfRows, useOfPairs } from "../model/row_use.ts";
import { ilpModel, type IlpModelOptions, MAX_ILP_PAIRS } from "./ilp_model.ts";
import type { MipBuilder, MipOptions, MipResult } from "./mip.ts";
import { LEAST_COLUMNS, MipThread } from "./mip_thread.ts";
import { polish } from "./polish.ts";
import { solveGreedyAsync } from "../greedy/greedy.ts";
import { goesBeyond, withPricesUpTo } from "./moderate_prices.ts";
import { boundOnGrid, objectiveStep } from "../model/objective_grid.ts";
import { WorkingPrice } from "../limits/working_price.ts";

/** Options of {@link solveIlp}. */
export interface IlpOptions extends RunControl {
  /** Relative gap at which HiGHS may stop. @default 0 */
  gap?: number;
}

/**
 * Solves the whole model, with all rules and limits, with HiGHS. The bound comes from HiGHS's search, not from prices, so there is no
 * certificate. Stopped by `timeout` or `signal` it returns the best allocation that is known: HiGHS's, or that of the greedy solver.
 *
 * @throws {UsageError} if the drop has more than {@link MAX_ILP_PAIRS} pairs
 * @throws {InputError} for pins that contradict a rule, or that can't all be given
 * @throws {TimeoutError} if time ran out before there was any allocation
 */
export async function solveIlp(
  instance: Instance,
  policy: Policy,
  options: IlpOptions = {},
): Promise<Allocation> {
  if (hasChangeCost(instance, policy)) {
    return await solveCharged(instance, policy, (charged) => solveIlp(charged, policy, options));
  }
  if (instance.pins !== undefined) refuseConflicts(instance, policy, instance.pins);
  const pairs = pairCount(instance);
  if (pairs > MAX_ILP_PAIRS) {
    throw new UsageError(
      `solver ilp takes at most ${MAX_ILP_PAIRS} pairs, this drop has ${pairs}: use solver optimal`,
    );
  }
  options.onProgress?.({ phase: "ilp" });
  const run = new Run(options);
  try {
    const price = new WorkingPrice(instance, policy, { knowsLimits: true });
    const solving = solveRaising(instance, policy, price, run);
    // While another thread solves a large program, this one has nothing to do.
    const beside = run.mayStop && pairs >= LEAST_COLUMNS
      ? greedyOf(instance, policy, options)
      : null;
    const result = await solving;
    // Without pins the empty allocation is always feasible.
    if (result === "infeasible" && instance.pins !== undefined) {
      throw pinNotHeld(instance, instance.pins, 0, "ilp");
    }
    const found = isFound(result) ? allocationOf(instance, policy, price, result) : null;
    if (found?.timedOut === false) return found;
    if (found === null && !run.isOver) {
      throw new TimeoutError(
        "solver ilp found no allocation: HiGHS gave up, as it does with numbers of very different " +
          "sizes",
      );
    }
    const greedy = await beside ??
      await greedyOf(instance, policy, { timeout: GREEDY_SECONDS });
    return better(found, greedy);
  } finally {
    run.close();
  }
}

/** HiGHS may end a little before its time is out: by this share of it. */
const NEAR_END = 0.1;

/** A run of HiGHS: how near to the optimum and how long its searches go. */
class Run {
  readonly gap: number;
  readonly #timeout: number;
  readonly #end: number;
  readonly #signal?: AbortSignal;
  readonly #thread = new MipThread();

  constructor({ gap = 0, timeout = Infinity, signal }: IlpOptions) {
    this.gap = gap;
    this.#timeout = timeout;
    this.#end = performance.now() + 1000 * timeout;
    this.#signal = signal;
  }

  /** Whether it may be stopped before its end. */
  get mayStop(): boolean {
    return this.#timeout < Infinity || this.#signal !== undefined;
  }

  /** Whether time is out or the signal was given. */
  get isOver(): boolean {
    return this.#signal?.aborted === true || this.#left < NEAR_END * this.#timeout;
  }

  /** Seconds that are left. */
  get #left(): number {
    return (this.#end - performance.now()) / 1000;
  }

  /** Solves a program in the time that is left. */
  readonly solve = async (mip: MipBuilder, options: MipOptions): Promise<MipResult> => {
    const signal = this.#signal;
    const isLate = signal === undefined ? undefined : () => signal.aborted;
    return await this.#thread.solve(mip, { ...options, timeout: this.#left, isLate });
  };

  /** Must be called at the end. */
  close(): void {
    this.#thread.close();
  }
}

/** What HiGHS found, as an allocation. */
function allocationOf(
  instance: Instance,
  policy: Policy,
  price: WorkingPrice,
  { offers, distance, status }: IlpResult,
): Allocation {
  const { sponsored: { least: leastSponsored } } = groupRules(instance, policy);
  const value = valueOfOffers(instance, policy, offers, leastSponsored, price.asked);
  const bound = value.objective + price.distanceWhenAsked(distance, missedBy(value));
  const proven = Number.isFinite(bound) ? bound : null;
  return {
    solver: "ilp",
    policy,
    ...offers,
    ...value,
    bound: proven,
    gap: proven === null ? null : relativeGap(proven, value.objective),
    prices: null,
    timedOut: status !== "optimal",
    warnings: [],
  };
}

/** Seconds that the greedy solver may take once time is out. */
const GREEDY_SECONDS = 0.1;

/** The greedy solver's allocation; null where it has none. */
async function greedyOf(
  instance: Instance,
  policy: Policy,
  { timeout, signal }: RunControl,
): Promise<Allocation | null> {
  try {
    return await solveGreedyAsync(instance, policy, { timeout, signal });
  } catch (error) {
    // It can't see to all pins that can be given.
    if (error instanceof TimeoutError || error instanceof InputError) return null;
    throw error;
  }
}

/**
 * What HiGHS had when it was stopped, or the greedy solver's allocation where that is better; null: there is none.
 *
 * @throws {TimeoutError} where there is neither
 */
function better(found: Allocation | null, greedy: Allocation | null): Allocation {
  if (greedy === null || (found !== null && found.objective >= greedy.objective)) {
    if (found !== null) return found;
    throw new TimeoutError(`solver ilp found no allocation: ${CUT_SHORT}`);
  }
  const bound = found?.bound == null ? null : Math.max(found.bound, greedy.objective);
  return {
    ...greedy,
    solver: "ilp",
    bound,
    gap: bound === null ? null : relativeGap(bound, greedy.objective),
    timedOut: true,
    warnings: [
      `this is the allocation of solver greedy: ${CUT_SHORT}, before HiGHS had a better one`,
    ],
  };
}

/** What a search for offers ends with, where it found none: HiGHS says that there are none, or found none. */
type None = "infeasible" | null;

/** Whether a search found something. */
function isFound<Result extends object>(result: Result | None): result is Result {
  return result !== null && result !== "infeasible";
}

/** Units that an allocation misses at the shortfall price: of minima and of limits. */
function missedBy({ shortfall, limitShortfall = 0 }: OffersValue): number {
  return shortfall + limitShortfall;
}

/** What HiGHS found at one shortfall price. */
interface IlpResult {
  readonly offers: Offers;
  /** Their worth at that price. */
  readonly value: OffersValue;
  /** The bound that HiGHS proved, less the objective. */
  readonly distance: number;
  readonly status: MipResult["status"];
}

/** Solves the model, and again at higher shortfall prices as long as more is missed than necessary. */
async function solveRaising(
  instance: Instance,
  policy: Policy,
  price: WorkingPrice,
  run: Run,
): Promise<IlpResult | None> {
  const first = await solveAt(instance, policy, price.price, run);
  if (!isFound(first)) return first;
  let result = first;
  const isMore = () => result.status !== "stopped" && missedBy(result.value) > 0;
  // What limits and pins keep from being met the price's own count does not know: no price would be enough.
  const { limits, pins } = instance;
  const isUnknown = (limits !== undefined && price.price < price.asked) ||
    ((limits ?? pins) !== undefined && missedBy(result.value) > price.leastMissed);
  if (isMore() && isUnknown) {
    price.leastMissed = await leastMissed(instance, policy, price.leastMissed, run);
  }
  let workedWith = price.price;
  while (isMore() && price.raise(missedBy(result.value))) {
    const next = await solveAt(instance, policy, price.price, run);
    if (!isFound(next)) {
      result = { ...result, status: "stopped" };
      break;
    }
    const isLess = missedBy(next.value) < missedBy(result.value);
    if (!isLess && price.mayReturnTo(workedWith)) {
      // Raised in vain: the objective is not counted in it.
      result = { ...result, status: next.status };
      continue;
    }
    result = next;
    workedWith = price.price;
  }
  price.price = workedWith;
  return result;
}

/** Solves the model at a shortfall price. */
async function solveAt(
  instance: Instance,
  policy: Policy,
  price: number,
  run: Run,
): Promise<IlpResult | None> {
  const { sponsored: { least: leastSponsored } } = groupRules(instance, policy);
  const worthOf = (offers: Offers) =>
    valueOfOffers(instance, policy, offers, leastSponsored, price);
  const found = await atModeratePrices(instance, policy, price, run, worthOf);
  if (!isFound(found)) return found;
  const { offers, bound, status } = found, value = worthOf(offers);
  // HiGHS sums in another order, so its bound may be below the objective by rounding alone.
  const proven = Math.max(bound, value.objective);
  const step = objectiveStep(instance, policy, price);
  const distance = boundOnGrid(proven, value.objective, step) - value.objective;
  return { offers, value, distance, status };
}

/** Limits' own prices above this many times what a bundle is worth are lowered to it at first. */
const DEAREST = 10;

/** How programs are solved. */
type Searches = Pick<Run, "gap" | "solve">;

/**
 * The best offers that HiGHS finds over the whole model, and its bound, at a shortfall price, where limits have prices far above what a
 * bundle is worth; null where none has, or HiGHS finds none.
 */
export async function solveDearLimits(
  instance: Instance,
  policy: Policy,
  price: number,
  solve: Searches["solve"],
): Promise<{ offers: Offers; bound: number } | null> {
  if (withPricesUpTo(instance, moderatePrice(instance, policy)) === null) return null;
  const { sponsored: { least } } = groupRules(instance, policy);
  const worthOf = (offers: Offers) => valueOfOffers(instance, policy, offers, least, price);
  const found = await atModeratePrices(instance, policy, price, { gap: 0, solve }, worthOf);
  return isFound(found) ? found : null;
}

/** The price that limits' own prices are lowered to at first. */
function moderatePrice(instance: Instance, policy: Policy): number {
  return DEAREST * shortfallPrice(instance, { ...policy, shortfallPrice: null });
}

/** Solves with prices of limits that HiGHS can reckon with, and where that does not settle it at those asked for. */
async function atModeratePrices(
  instance: Instance,
  policy: Policy,
  price: number,
  run: Searches,
  worthOf: (offers: Offers) => OffersValue,
): Promise<Found | None> {
  const most = moderatePrice(instance, policy);
  const cheaper = withPricesUpTo(instance, most);
  if (cheaper === null) {
    return await keepingLimits(instance, policy, { price }, run, worthOf);
  }
  const first = await keepingLimits(cheaper, policy, { price }, run, worthOf);
  if (first === "infeasible") return first;
  if (first !== null && !goesBeyond(instance.limits!.rows, first.offers, most)) return first;
  const second = await keepingLimits(instance, policy, { price }, run, worthOf);
  if (first === null || !isFound(second)) return first ?? second;
  const better = worthOf(second.offers).objective >= worthOf(first.offers).objective;
  // Both bounds hold: no allocation is worth more at the prices asked for than at lower ones.
  const bound = Math.min(first.bound, second.bound);
  return { offers: (better ? second : first).offers, bound, status: second.status };
}

/** The units of minima and limits that every allocation misses, from a program that counts nothing else; at least `known`. */
async function leastMissed(
  instance: Instance,
  policy: Policy,
  known: number,
  run: Run,
): Promise<number> {
  const found = await keepingLimits(instance, policy, { missedOnly: true }, run);
  if (!isFound(found) || !Number.isFinite(found.bound)) return known;
  const { bound } = found;
  // HiGHS's bound may be off by its tolerances: if only whole units can be missed, it is rounded up to a whole number.
  const isWhole = instance.limits === undefined || missesWhole(instance.limits.rows);
  const least = isWhole ? Math.ceil(-bound - NEARLY) : -bound;
  return Math.max(known, least);
}

/** A number of units this close to a whole number counts as that number. */
const NEARLY = 1e-6;

/** Whether everything that can be missed at the shortfall price is a whole number of units. */
function missesWhole({ amount, price, row, coefficient }: LimitRows): boolean {
  return amount.every((value, r) => !Number.isNaN(price[r]) || Number.isInteger(value)) &&
    coefficient.every((value, e) => !Number.isNaN(price[row[e]]) || Number.isInteger(value));
}

/** Offers that keep every hard limit, and HiGHS's bound. */
interface Found {
  readonly offers: Offers;
  readonly bound: number;
  readonly status: MipResult["status"];
}

/** How often a program is solved again with larger margins at most. */
const MARGINS = 40;

/**
 * Solves a program until the offers keep every hard limit exactly. HiGHS accepts rows that are off by its tolerance, which for large
 * amounts can be a whole unit. A row that is broken gets a margin, larger each time. The bound is that of the first solve,
 * which had no margins.
 *
 * @param worthOf what offers are worth; absent: only the units missed are asked for
 */
async function keepingLimits(
  instance: Instance,
  policy: Policy,
  variant: IlpModelOptions,
  run: Searches,
  worthOf?: (offers: Offers) => OffersValue,
): Promise<Found | None> {
  const k = mostOffers(instance, policy);
  const rows = instance.limits?.rows;
  const margin = rows === undefined ? undefined : new Float64Array(rows.amount.length);
  let provenBound: number | null = null;
  for (let time = 0;; time++) {
    const model = ilpModel(instance, policy, { ...variant, margin });
    const { values, bound, status } = await run.solve(model.mip, {
      gap: run.gap,
      units: userCount(instance) * (1 + k) + model.unitsBeyond,
    });
    if (status === "infeasible" && time === 0) return status;
    if (values === null || time === MARGINS) return null;
    provenBound ??= bound;
    const offersOf = (values: Float64Array) => {
      const { slots, count } = chosenPairs(instance, k, values, model.firstPair);
      return offersFromSlots(instance, k, slots, count);
    };
    const brokenBy = (offers: Offers) => rows === undefined ? [] : brokenRows(rows, offers);
    let offers = offersOf(values);
    const broken = brokenBy(offers);
    if (broken.length === 0) {
      if (worthOf !== undefined && status === "optimal" && run.gap === 0) {
        for await (const other of polish(model.mip, values, run.solve)) {
          const own = offersOf(other);
          if (brokenBy(own).length > 0) break;
          if (worthOf(own).objective >= worthOf(offers).objective) offers = own;
        }
      }
      return { offers, bound: provenBound, status };
    }
    for (const { row, excess } of broken) {
      margin![row] = Math.max(4 * (margin![row] + excess), 2 * model.limitTolerance[row]);
    }
  }
}

/** Hard rows that offers break, and by how much. */
function brokenRows(rows: LimitRows, { offerPair }: Offers): { row: number; excess: number }[] {
  const { used, size } = useOfPairs(rows, offerPair);
  return excessOfRows(rows, { used, size }, 1).broken
    .map((row) => ({ row, excess: excessOf(used[row], size[row], rows.amount[row]) }));
}

/** The pairs of each user whose column is 1. */
function chosenPairs(instance: Instance, k: number, values: Float64Array, firstPair: number) {
  const users = userCount(instance);
  const slots = new Int32Array(users * k), count = new Uint16Array(users);
  for (let u = 0; u < users; u++) {
    for (let p = instance.start[u]; p < instance.start[u + 1]; p++) {
      if (values[firstPair + p] > 0.5) slots[u * k + count[u]++] = p;
    }
  }
  return { slots, count };
}
