/**
 * Solves at a moderate shortfall price first: the one asked for may be so high that scores are lost beside it.
 *
 * @module
 */
import { Assignment } from "./recovery/assignment.ts";
import { atShortfallPrice, compileDualProblem, wholeProblem } from "./dual/dual_problem.ts";
import { fastBoundAt } from "./passes/fast_bound.ts";
import type { Clock } from "./clock.ts";
import { cutOfFlow, liftPrices } from "./dual/lift_prices.ts";
import { type Instance, pairCount } from "../drop/instance/instance.ts";
import { minimiseDual } from "./search/minimise_dual.ts";
import type { OptimalOptions } from "./options.ts";
import type { Policy } from "../model/policy.ts";
import type { Prices } from "../model/allocation.ts";
import { prove } from "./joint/proof.ts";
import { SMALL_PAIRS } from "./dual/drop_sizes.ts";
import { type ShortfallCut, shortfallCut } from "./dual/shortfall_cut.ts";
import { solveAt } from "./solve_at_price.ts";
import { missedBy, type Solved } from "./solved.ts";
import { WorkingPrice } from "../limits/working_price.ts";

/** If the bound at the asked price is above the expected one by more than this (relative), better prices are worth a search. */
const LOOSE = 1e-9;

/** Drops with limits begin with this share of the moderate shortfall price: the search finds prices sooner, and better ones. */
const FIRST_SHARE = 0.25;

/** Solves at a moderate shortfall price, then at higher ones while more units are missed than must be (see {@link WorkingPrice}). */
export async function solveRaising(
  instance: Instance,
  policy: Policy,
  options: OptimalOptions,
  clock: Clock,
): Promise<Solved> {
  const price = instance.limits === undefined
    ? new WorkingPrice(instance, policy)
    : new WorkingPrice(instance, policy, { knowsLimits: true, share: FIRST_SHARE });
  const compiled = wholeProblem(compileDualProblem(instance, policy, { price: price.price }));
  clock.endOfCompiling();
  const problemAt = () => atShortfallPrice(compiled, price.price);
  let found = await solveAt(problemAt(), { ...options, asked: price.asked }, clock);
  let cut = cutUnderLimits(found, price, null, clock);
  while (!clock.stopped() && price.raise(missedBy(found.assignment))) {
    const before = found;
    const next = { ...options, asked: price.asked, startPrices: before.proof.prices };
    found = await solveAt(problemAt(), next, clock, before.assignment);
    if (price.lower(missedBy(before.assignment), missedBy(found.assignment))) {
      found = before;
      break;
    }
    cut = cutUnderLimits(found, price, cut, clock);
  }
  const least = cut?.total;
  if (price.price >= price.asked) return { ...found, leastMissed: least };
  const up = await atAskedPrice(found, price, cut, clock);
  const { proof: { bound }, assignment } = found;
  const expected = bound - (price.asked - price.price) * missedBy(assignment);
  const isLoose = up.proof.bound > expected + LOOSE * (Math.abs(expected) + up.proof.size);
  if (cut === null || !isLoose || clock.stopped()) return { ...up, leastMissed: least };
  const again = await searchAgain(up, { ...options, asked: price.asked }, clock);
  return { ...again, leastMissed: cutUnderLimits(again, price, cut, clock)?.total };
}

/** Searches for better prices at the shortfall price asked for, starting from those of `up`; a small drop is solved again. */
async function searchAgain(
  up: Solved,
  options: OptimalOptions & { asked: number },
  clock: Clock,
): Promise<Solved> {
  const { assignment, proof: { prices: startPrices } } = up, { problem } = assignment;
  if (pairCount(problem.instance) <= SMALL_PAIRS) {
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

/**
 * A proof of how many units must be missed, the better of `before` and what the prices found prove; also noted in `price`.
 * Null if none are missed, and for drops without limits, where {@link WorkingPrice.least} finds that number by a flow.
 */
function cutUnderLimits(
  { assignment, proof }: Solved,
  price: WorkingPrice,
  before: ShortfallCut | null,
  clock: Clock,
): ShortfallCut | null {
  const { problem } = assignment;
  if (problem.instance.limits === undefined || missedBy(assignment) === 0) return null;
  const found = shortfallCut(problem, proof.prices, {
    missed: missedBy(assignment),
    boundOf: fastBoundAt,
    isLate: clock.stopped,
  });
  const cut = before !== null && before.total >= found.total ? before : found;
  price.leastMissed = cut.total;
  return cut;
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
  const { slots, count } = found.assignment;
  const assignment = new Assignment(problem, { slots: slots.slice(), count: count.slice() });
  assignment.takeWorth(found.assignment);
  // Where nothing is missed, D is the same at every higher price.
  if (missed === 0 && problem.instance.limits !== undefined) return { ...found, assignment };
  const point = cut?.point ?? cutOfFlow(price.least);
  const lifted = (prices: Prices) =>
    missed === 0 ? prices : liftPrices(problem, prices, price.price, point);
  const prices = lifted(found.proof.prices);
  const proof = await prove(
    problem,
    { prices, bound: fastBoundAt(problem, prices) },
    clock.stopped,
  );
  const distance = price.distanceWhenAsked(found.bound - found.assignment.objective(), missed);
  const bound = Math.min(assignment.objective() + distance, proof.bound);
  const { ownProof } = found, more = price.asked - price.price;
  return {
    ...found,
    assignment,
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
