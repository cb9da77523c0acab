/**
 * Drops whose largest scores leave doubles no digits for the others.
 *
 * @module
 */
import { SMALL_PAIRS } from "../allocator/optimal/dual/drop_sizes.ts";
import type { Instance } from "../allocator/drop/instance/instance.ts";
import {
  type Allocation,
  type BranchNode,
  type Prices,
  relativeGap,
} from "../allocator/model/allocation.ts";
import { MISSABLE_KINDS } from "../allocator/limits/kinds/list.ts";
import { hasChangeCost } from "../allocator/model/change_cost.ts";
import { mostOffers, type Policy } from "../allocator/model/policy.ts";
import { priceOfRow } from "../allocator/model/row_use.ts";
import { translatedAllocation } from "../allocator/model/translated_allocation.ts";
import { compileDualProblem } from "../allocator/optimal/dual/dual_problem.ts";
import { proveByCasesOf } from "../allocator/optimal/cases/branches.ts";
import { fractionOfText } from "../allocator/check/exact/decimal.ts";
import { exactCertificate } from "./certificate.ts";

/** Scores have a wide range if the largest is at least this many times the least above 0. */
const WIDE = 1e6;
/** A gap up to here may come from a lack of digits alone. */
const OF_DIGITS = 1e-9;
/** Scores of less than this part of the largest are small. */
const SMALL = 1e-3;

/** How the drop was solved. */
interface Search {
  /** Solves a drop with the same choices under a policy. */
  readonly solve: (instance: Instance, policy: Policy) => Promise<Allocation>;
  /** Whether to stop. */
  readonly stop: () => boolean;
}

/** A drop whose large scores were made smaller, and how its prices are translated back. */
interface Nearer {
  readonly instance: Instance;
  readonly policy: Policy;
  readonly pricesOf: (prices: Prices, missing: number) => Prices;
  /** Of cases about numbers of offers: a price, and a score of the drop's large ones; null: they can't be translated. */
  readonly ofCounts: { price(price: number): number; score(score: number): number } | null;
}

/**
 * The allocation, or a better one, with prices or cases that prove more. Where an offer of 1e12 is contested, the price of its
 * contract is 1e12 less something small, and doubles that sum both have no digits for what is small. A drop whose large
 * scores are less large has the same best allocations, and its prices differ in digits that doubles have: it is solved, and
 * what was taken off its scores is added to its prices. Any prices prove a bound, and exact figures say whether it is better.
 */
export async function closedInDigits(
  instance: Instance,
  found: Allocation,
  search: Search,
): Promise<Allocation> {
  if (found.prices === null || found.timedOut) return found;
  if (instance.score.length > SMALL_PAIRS || !isWide(instance.score)) return found;
  const { gap } = exactCertificate(instance, found);
  if (gap === 0 || gap > OF_DIGITS) return found;
  const nearer = withLoweredScores(instance, found) ?? withPricesTakenOff(instance, found);
  const near = await search.solve(nearer.instance, nearer.policy).catch(() => null);
  if (near === null || near.prices === null) return found;
  const own = inTermsOf(instance, found, near, nearer), best = bestOf(instance, found, own);
  if (best.gap === 0 || own.branches === undefined) return best;
  return await closedByCases(instance, best, own.branches.tree, search);
}

/**
 * The allocation with a proof by the cases that divide the nearer drop. Their prices may prove nothing here: the price of a budget may be
 * a fraction of a large score, so what was taken off can't be added back. Then each case gets prices of its own.
 */
async function closedByCases(
  instance: Instance,
  found: Allocation,
  tree: BranchNode,
  { stop }: Search,
): Promise<Allocation> {
  const { policy, shortfallPrice, objective, offerPair: pairs } = found;
  // With pins or a change cost the cases are about a stand-in drop, which is not available here.
  if (instance.pins !== undefined || hasChangeCost(instance, policy)) return found;
  const problem = compileDualProblem(instance, policy, { price: shortfallPrice });
  const cases = await proveByCasesOf(problem, tree, objective, {
    pairs,
    isPinned: () => false,
    stop,
  });
  if (cases === null) return found;
  return bestOf(instance, found, { ...found, branches: cases.branches });
}

function isWide(score: Float64Array): boolean {
  let least = Infinity, most = 0;
  for (const value of score) {
    const size = Math.abs(value);
    if (size > most) most = size;
    if (size > 0 && size < least) least = size;
  }
  return most >= WIDE * least;
}

/** What is small: the largest score that is, weights and bonus; and the least score that is large. */
function sizesOf({ score }: Instance, policy: Policy): { small: number; large: number } {
  const most = score.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  let small = 0, large = Infinity;
  for (const value of score) {
    if (Math.abs(value) < SMALL * most) small = Math.max(small, Math.abs(value));
    else large = Math.min(large, value);
  }
  for (const weight of [policy.sponsoredBonus, policy.shortfallPenalty, ...policy.covW]) {
    small += Math.abs(weight);
  }
  return { small, large };
}

/**
 * The drop with its large scores lowered as far as they still outweigh all others; null: they differ among themselves by more than small
 * scores do, or can't be lowered by much.
 */
function withLoweredScores(instance: Instance, found: Allocation): Nearer | null {
  const { score } = instance, { policy } = found;
  const { small, large } = sizesOf(instance, policy), k = mostOffers(instance, policy);
  const most = score.reduce((a, b) => Math.max(a, b), -Infinity);
  const enough = 2 ** Math.ceil(Math.log2(4 * instance.group.length * k * (small + most - large)));
  if (most - large > small || large < 4 * enough) return null;
  const off = Math.floor(large - enough);
  // A double as large as 2e299 has no digits left for such a difference.
  if (large - off <= 0) return null;
  // A price is a multiple of the large scores and something small.
  const back = (price: number) => price + Math.round(price / (large - off)) * off;
  const left = score.map((value) => value >= large ? value - off : value);
  const isAboveScores = policy.shortfallPrice !== null && policy.shortfallPrice > large;
  return {
    instance: { ...instance, score: left },
    policy: isAboveScores ? { ...policy, shortfallPrice: null } : policy,
    pricesOf: (prices, missing) => {
      const columns = Object.entries(prices).map(([name, column]) => [
        name,
        (column as Float64Array).map(back),
      ]);
      return {
        ...Object.fromEntries(columns) as Prices,
        ...ofMissable(instance, found, prices, { missing, back }),
      };
    },
    ofCounts: { price: back, score: (score) => score >= large - off ? score + off : score },
  };
}

/**
 * The nearer drop's prices of what may be missed, translated back: none is above what a missed unit costs in the drop itself.
 *
 * @param missing what a unit at the shortfall price costs in the nearer drop
 */
function ofMissable(
  instance: Instance,
  { shortfallPrice }: Allocation,
  prices: Prices,
  { missing, back }: { missing: number; back: (price: number) => number },
): Partial<Prices> {
  const atMost = (price: number, highestNear: number, highest: number) =>
    price >= highestNear ? highest : Math.max(0, Math.min(highest, back(price)));
  const { limit } = prices;
  return {
    ...Object.fromEntries(MISSABLE_KINDS.map(({ name }) => [
      name,
      prices[name].map((price) => atMost(price, missing, shortfallPrice)),
    ])),
    ...(limit !== undefined && {
      limit: limit.map((price, r) => {
        const { rows } = instance.limits!;
        return atMost(price, priceOfRow(rows, r, missing), priceOfRow(rows, r, shortfallPrice));
      }),
    }),
  };
}

/** The drop with most of each large price of a cap taken off its scores. */
function withPricesTakenOff(instance: Instance, found: Allocation): Nearer {
  const { score, contract } = instance,
    { policy, prices } = found,
    k = mostOffers(instance, policy);
  const { small } = sizesOf(instance, policy);
  const margin = 16 * k * small, largest = 64 * k * margin;
  const base = prices!.contract.map((price) => price > 4 * margin ? Math.floor(price - margin) : 0);
  const left = score.map((value, p) =>
    Math.max(-largest, Math.min(largest, value - base[contract[p]]))
  );
  return {
    instance: { ...instance, score: left },
    policy: { ...policy, shortfallPrice: 16 * k * largest },
    pricesOf: (prices, missing) => ({
      ...prices,
      contract: prices.contract.map((price, c) => price + base[c]),
      ...ofMissable(instance, found, prices, { missing, back: (price) => price }),
    }),
    // The scores changed by different amounts, so cases by least score have no counterpart.
    ofCounts: null,
  };
}

/** What was found for the nearer drop, as an allocation of this one. */
function inTermsOf(
  instance: Instance,
  found: Allocation,
  near: Allocation,
  { pricesOf, ofCounts }: Nearer,
): Allocation {
  const own = (prices: Prices) => pricesOf(prices, near.shortfallPrice);
  const { branches, pricesBound: _, ...rest } = near;
  const tree = branches === undefined ? null : nodeInTermsOf(branches.tree, own, ofCounts);
  const { policy, shortfallPrice, warnings } = found;
  const solved = { ...rest, policy, shortfallPrice, warnings };
  return {
    ...translatedAllocation(instance, policy, solved, null, (_, { objective }) => objective),
    prices: own(near.prices!),
    ...(tree !== null && { branches: { price: branches!.price, tree } }),
  };
}

/** A case with the drop's own prices; null: it can't be translated. */
function nodeInTermsOf(
  node: BranchNode,
  pricesOf: (prices: Prices) => Prices,
  ofCounts: Nearer["ofCounts"],
): BranchNode | null {
  const inOwn = (node: BranchNode) => nodeInTermsOf(node, pricesOf, ofCounts);
  if ("prices" in node) {
    const { prices, counts } = node;
    if (counts === undefined) return { prices: pricesOf(prices) };
    return ofCounts && { prices: pricesOf(prices), counts: counts.map(ofCounts.price) };
  }
  if ("of" in node) {
    if (ofCounts === null) return null;
    const { of, most } = node, atMost = inOwn(node.atMost), atLeast = inOwn(node.atLeast);
    const own = "sponsoredUsersOf" in of || of.leastScore === null
      ? of
      : { ...of, leastScore: ofCounts.score(of.leastScore) };
    return atMost && atLeast && { of: own, most, atMost, atLeast };
  }
  const made = inOwn(node.made), notMade = inOwn(node.notMade);
  return made && notMade && { pair: node.pair, made, notMade };
}

/** The better of two allocations, with the better of two proofs. */
function bestOf(instance: Instance, one: Allocation, other: Allocation): Allocation {
  const [a, b] = [one, other].map((each) => exactCertificate(instance, each).exact);
  // Without exact figures a limit is kept only within the checker's tolerance.
  if (a === null || b === null) return one;
  const isAtLeast = (a: string, b: string) => {
    const [left, right] = [fractionOfText(a), fractionOfText(b)];
    return left.top * right.bottom >= right.top * left.bottom;
  };
  const kept = isAtLeast(a.objective, b.objective) ? one : other;
  const proof = isAtLeast(b.bound, a.bound) ? one : other;
  const { branches: _, pricesBound: __, ownLimitsKept: ___, ...rest } = kept;
  const best = {
    ...rest,
    prices: proof.prices,
    ...(proof.ownLimitsKept === true && { ownLimitsKept: true }),
    ...(proof.branches !== undefined && { branches: proof.branches }),
  };
  const { bound } = exactCertificate(instance, best), { objective } = kept;
  const proven = Math.max(bound, objective), gap = relativeGap(proven, objective);
  return { ...best, bound: proven, gap, pricesBound: proven };
}
