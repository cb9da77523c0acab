/**
 * Solves at a moderate shortfall price first: the one asked for may be so high that scores are lost beside it.
 *
 * @module
 */
import { ShortfallProof } from "./shortfall_proof.ts";
import { Holdings } from "./recovery/holdings.ts";
import {
  atShortfallPrice,
  compileDualProblem,
  type DualProblem,
  wholeProblem,
} from "./dual/dual_problem.ts";
import { lacksUnits } from "../limits/lacks_units.ts";
import type { LeastShortfall } from "../limits/least_shortfall.ts";
import { fastBoundAt } from "./passes/fast_bound.ts";
import { areChainsFirst } from "./recovery/chains_first.ts";
import type { Clock } from "./clock.ts";
import { cutOfFlow, liftPrices } from "./dual/lift_prices.ts";
import { type Instance, pairCount } from "../drop/instance/instance.ts";
import { minimiseDual } from "./search/minimise_dual.ts";
import type { OptimalOptions } from "./options.ts";
import type { Policy } from "../model/policy.ts";
import type { Prices } from "../model/allocation.ts";
import { type Proof, prove } from "./joint/proof.ts";
import { SMALL_PAIRS } from "./dual/drop_sizes.ts";
import type { ShortfallCut } from "./dual/shortfall_cut.ts";
import { solveAt } from "./solve_at_price.ts";
import { missedBy, type Solved } from "./solved.ts";
import { WorkingPrice } from "../limits/working_price.ts";

/** If the bound at the asked price is above the expected one by more than this (relative), better prices are worth a search. */
const LOOSE = 1e-9;

/**
 * Where minima or leasts are out of reach a missed unit costs no more than so many typical bundles at first. Prices of units are about as
 * high then, and where few scores are far larger than most, the most that a bundle is worth is so high that a search does not come near
 * it.
 */
const TYPICAL_BUNDLES = 10;

/** An allocation whose gap is wider may be sought again though no more is missed than must be, see {@link isFarFrom}. */
const FAR = 1e-5;

/** Milliseconds that a cut may take when time is out: five passes over half a million pairs, one or two over five million. */
const MS_OF_CUT = 60;

/** Solves at a moderate shortfall price, then at higher ones while more units are missed than must be (see {@link WorkingPrice}). */
export async function solveRaising(
  instance: Instance,
  policy: Policy,
  options: OptimalOptions,
  clock: Clock,
): Promise<Solved> {
  const knowsLimits = instance.limits !== undefined;
  const price = new WorkingPrice(instance, policy, { knowsLimits, isLow: true });
  const latest = new LatestProof(price);
  try {
    const found = await solveWith(instance, policy, options, clock, latest);
    const isMissed = found.holdings.shortfall() > 0 && !clock.cutShort;
    return isMissed ? { ...found, leastShortfall: await latest.least(found) } : found;
  } finally {
    latest.close();
  }
}

async function solveWith(
  instance: Instance,
  policy: Policy,
  options: OptimalOptions,
  clock: Clock,
  latest: LatestProof,
): Promise<Solved> {
  const { price } = latest;
  const compiled = wholeProblem(
    compileDualProblem(instance, policy, { price: price.price, leavesOutImplied: true }),
  );
  clock.endOfCompiling();
  const isFree = instance.limits === undefined;
  if (lacksUnits(instance, compiled.rules)) {
    price.beginAt(TYPICAL_BUNDLES * compiled.k * compiled.unit);
  }
  const solve = async (startPrices?: Prices, before?: Holdings): Promise<Solved> => {
    const problem = atShortfallPrice(compiled, price.price);
    const given = { ...options, ...(startPrices && { startPrices }), asked: price.asked };
    const onProof = ({ prices }: Proof) => latest.begin(problem, prices);
    return await solveAt(problem, { ...given, onProof }, clock, before);
  };
  let found = await solve();
  let cut = await cutUnderLimits(found, latest, null, clock);
  // What was found at the lowest price at which no more are missed.
  let kept = { found, price: price.price };
  let mayBeFar = true;
  for (let from = price.price; !clock.stopped(); from = price.price) {
    const isFar: boolean = mayBeFar && isFarFrom(found, price);
    if (!price.raise(missedBy(found.holdings), isFar)) break;
    mayBeFar &&= !isFar;
    latest.close();
    const { proof: { prices }, holdings } = found;
    // What prices prove at one price of a missed unit they prove at a higher one, once they are lifted.
    const point = isFree ? cutOfFlow(price.least) : cut?.point;
    const lifted = point === undefined
      ? prices
      : liftPrices(atShortfallPrice(compiled, price.price), prices, from, point);
    found = await solve(lifted, holdings);
    const isLess = missedBy(found.holdings) < missedBy(kept.found.holdings);
    if (isLess || !price.mayReturnTo(kept.price)) kept = { found, price: price.price };
    else if (price.outweighsLimits) break;
    cut = await cutUnderLimits(found, latest, cut, clock);
  }
  ({ found, price: price.price } = kept);
  const least = cut?.total;
  if (price.price >= price.asked) return { ...found, leastMissed: least };
  const up = await atAskedPrice(found, latest, cut, clock);
  const { proof: { bound }, holdings } = found;
  const expected = bound - (price.asked - price.price) * missedBy(holdings);
  const isLoose = up.proof.bound > expected + LOOSE * (Math.abs(expected) + up.proof.size);
  if (cut === null || !isLoose || clock.stopped()) return { ...up, leastMissed: least };
  const again = await searchAgain(up, { ...options, asked: price.asked }, clock);
  return { ...again, leastMissed: (await cutUnderLimits(again, latest, cut, clock))?.total };
}

/**
 * Whether an allocation under limits is so far from its bound at the price asked for that another start is worth a search: where many
 * users decide each price recovery takes a small part of the time, and which of those who tie it gives the last units to is left to chance.
 */
function isFarFrom({ holdings, bound }: Solved, { price, asked }: WorkingPrice): boolean {
  const boundWhenAsked = bound - (asked - price) * missedBy(holdings);
  return bound - holdings.objective() > FAR * Math.abs(boundWhenAsked) &&
    areChainsFirst(holdings.problem);
}

/** The working price, and the {@link ShortfallProof} of the prices that were proven last: it is begun as soon as these are known. */
class LatestProof {
  readonly price: WorkingPrice;
  #proof: ShortfallProof | null = null;

  constructor(price: WorkingPrice) {
    this.price = price;
  }

  /** Begins the proof of these prices; a drop without limits needs none. */
  begin(problem: DualProblem, prices: Prices): void {
    this.close();
    if (problem.instance.limits === undefined) return;
    this.#proof = new ShortfallProof(problem, prices, this.price.asked);
  }

  /** The proof of these prices of a drop with limits; begins it if it was not begun. */
  of({ holdings: { problem }, proof: { prices } }: Solved): ShortfallProof {
    if (this.#proof?.isOf(prices) !== true) this.begin(problem, prices);
    return this.#proof!;
  }

  /** D of the problem at the shortfall price asked for, at the prices found lifted to it by a cut. */
  async boundAt(
    found: Solved,
    problem: DualProblem,
    lifted: Prices,
    cut: ShortfallCut | null,
  ): Promise<number> {
    const proof = problem.instance.limits === undefined ? null : this.of(found);
    return await proof?.boundAt(problem, lifted, cut) ?? fastBoundAt(problem, lifted);
  }

  /** The least shortfall of the groups' minima. */
  async least(found: Solved): Promise<LeastShortfall> {
    return found.holdings.problem.instance.limits === undefined || this.#proof === null
      ? this.price.least
      : await this.#proof.least();
  }

  /** Ends the proof that was begun. */
  close(): void {
    this.#proof?.close();
    this.#proof = null;
  }
}

/** Searches for better prices at the shortfall price asked for, starting from those of `up`; a small drop is solved again. */
async function searchAgain(
  up: Solved,
  options: OptimalOptions & { asked: number },
  clock: Clock,
): Promise<Solved> {
  const { holdings, proof: { prices: startPrices } } = up, { problem } = holdings;
  if (pairCount(problem.instance) <= SMALL_PAIRS) {
    const again = await solveAt(problem, { ...options, startPrices }, clock, holdings);
    return { ...again, bound: Math.min(again.bound, up.bound) };
  }
  const { workers, signal, onProgress } = options;
  const { deadline } = clock;
  const dual = await minimiseDual(problem, { startPrices, workers, signal, onProgress, deadline });
  const proof = await prove(problem, dual, clock.stopped);
  if (proof.bound >= up.proof.bound) return up;
  return { ...up, proof, bound: Math.min(up.bound, proof.bound) };
}

/**
 * A proof of how many units must be missed, the better of `before` and what the prices found prove; also noted in the working price.
 * Null if none are missed, and for drops without limits, where {@link WorkingPrice.least} finds that number by a flow.
 */
async function cutUnderLimits(
  solved: Solved,
  latest: LatestProof,
  before: ShortfallCut | null,
  clock: Clock,
): Promise<ShortfallCut | null> {
  const { holdings } = solved, missed = missedBy(holdings);
  if (holdings.problem.instance.limits === undefined || missed === 0) return null;
  const end = performance.now() + MS_OF_CUT;
  const isLate = () => clock.stopped() && performance.now() >= end;
  const found = await latest.of(solved).cut({ missed, isLate });
  const cut = before !== null && before.total >= found.total ? before : found;
  latest.price.leastMissed = cut.total;
  return cut;
}

/** The same holdings with objective, prices and bound at the shortfall price asked for, which is higher than the working one. */
async function atAskedPrice(
  found: Solved,
  latest: LatestProof,
  cut: ShortfallCut | null,
  clock: Clock,
): Promise<Solved> {
  const { price } = latest;
  const problem = atShortfallPrice(found.holdings.problem, price.asked);
  const missed = missedBy(found.holdings);
  const { slots, count } = found.holdings;
  const given = { slots: slots.slice(), count: count.slice() };
  const holdings = new Holdings(problem, given, found.holdings);
  // Where nothing is missed, D is the same at every higher price.
  if (missed === 0) return { ...found, holdings };
  const point = cut?.point ?? cutOfFlow(price.least);
  const lifted = (prices: Prices) => liftPrices(problem, prices, price.price, point);
  const prices = lifted(found.proof.prices);
  const declared = await latest.boundAt(found, problem, prices, cut);
  const proof = await prove(problem, { prices, bound: declared }, clock.stopped);
  const distance = price.distanceWhenAsked(found.bound - found.holdings.objective(), missed);
  const bound = Math.min(holdings.objective() + distance, proof.bound);
  const { ownProof } = found, more = price.asked - price.price;
  return {
    ...found,
    holdings,
    proof,
    bound,
    ...(ownProof && {
      ownProof: {
        prices: lifted(ownProof.prices),
        bound: ownProof.bound - more * (cut?.total ?? 0),
      },
    }),
  };
}
