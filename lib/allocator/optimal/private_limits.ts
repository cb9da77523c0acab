/**
 * Drops with limits that are rules about a user's own bundle: solved with these rules, and told in terms of the limits.
 *
 * @module
 */
import { sponsoredPriceOf } from "../limits/kinds/group_rules.ts";
import { type PrivateRules, privateRules } from "../limits/private_rules.ts";
import type { Allocation, Prices } from "../model/allocation.ts";
import { chargedInstance, hasChangeCost } from "../model/change_cost.ts";
import { type Instance, pairCount } from "../drop/instance/instance.ts";
import type { Policy } from "../model/policy.ts";
import { kOfUser } from "../model/user_k.ts";
import { translatedAllocation } from "../model/translated_allocation.ts";
import { pinsByUser, refuseConflicts } from "../pins/pin_conflicts.ts";
import { BundleKernel, SPONSORED, UNSPONSORED } from "./dual/bundle_kernel.ts";
import { BRANCHED_PAIRS } from "./dual/drop_sizes.ts";
import { compileDualProblem, type DualProblem } from "./dual/dual_problem.ts";
import type { OptimalOptions } from "./options.ts";

/** Solves a drop. */
type Solve = (instance: Instance, policy: Policy, options: OptimalOptions) => Promise<Allocation>;

/**
 * Solves the drop that says by private rules what some of the limits say, see {@link privateRules}; null: there are no such limits, or
 * the drop is so small that cases may prove its optimum, which know of limits alone.
 *
 * The result is of the drop as it was given, and its proof of users who keep their own limits (`ownLimitsKept`).
 *
 * @throws {InputError} for pins that contradict a rule, or that can't all be given
 */
export function solvePrivately(
  instance: Instance,
  policy: Policy,
  options: OptimalOptions,
  solve: Solve,
): Promise<Allocation> | null {
  if (instance.limits === undefined || pairCount(instance) <= BRANCHED_PAIRS) return null;
  const begun = performance.now();
  const rules = privateRules(instance, policy);
  if (rules === null) return null;
  // What is said of pins is to name the limits.
  if (instance.pins !== undefined) refuseConflicts(instance, policy, instance.pins);
  const { startPrices, timeout, ...others } = options;
  const isPrices = startPrices !== undefined && !("contracts" in startPrices);
  const given = {
    ...others,
    ...(timeout !== undefined &&
      { timeout: Math.max(0, timeout - (performance.now() - begun) / 1000) }),
    ...(startPrices !== undefined &&
      { startPrices: isPrices ? pricesWithout(rules, startPrices) : startPrices }),
  };
  return solve(rules.instance, rules.policy, given).then((found) =>
    toldByLimits(instance, policy, rules, found)
  );
}

/** Prices of all limits without those that are rules. */
function pricesWithout({ instance, placeOf }: PrivateRules, prices: Prices): Prices {
  const { limit, ...others } = prices;
  if (instance.limits === undefined || limit === undefined) return others as unknown as Prices;
  return { ...prices, limit: limit.filter((_, r) => placeOf[r] >= 0) };
}

/** What was found under private rules, as an allocation of the drop with its limits. */
function toldByLimits(
  instance: Instance,
  policy: Policy,
  rules: PrivateRules,
  found: Allocation,
): Allocation {
  const { prices, shortfallReasons } = found;
  const rowOf: number[] = [];
  rules.placeOf.forEach((place, r) => place >= 0 && (rowOf[place] = r));
  return {
    ...translatedAllocation(instance, policy, found, null, (bound) => bound),
    policy,
    prices: prices && pricesWith(instance, policy, rules, prices),
    ownLimitsKept: true,
    ...(shortfallReasons && {
      shortfallReasons: shortfallReasons.map((reason) => ({
        ...reason,
        limits: reason.limits.map((place) => rowOf[place]),
      })),
    }),
  };
}

/**
 * The prices with those of the rows that are rules: what one offer more would be worth to the user, at the prices of what is shared. At
 * these prices the user's best bundle is the one that keeps its limits, so that whoever looks for that one finds it at once.
 */
function pricesWith(
  instance: Instance,
  policy: Policy,
  rules: PrivateRules,
  prices: Prices,
): Prices {
  const { instance: drop, policy: own, placeOf, ownerOf, isOwnK } = rules;
  const { item, start, row, amount } = instance.limits!.rows, { pins } = instance;
  const limit = Float64Array.from(placeOf, (place) => place < 0 ? 0 : prices.limit![place]);
  const charged = hasChangeCost(drop, own) ? chargedInstance(drop, own) : drop;
  const best = new BestOffers(compileDualProblem(charged, own), prices);
  const pinned = new Set(pins && pinsByUser(instance, pins).map(({ user }) => user));
  const raise = (p: number, price: number, ofK: 0 | 1, isFull = (_: number) => true) => {
    for (let e = start[item[p]]; e < start[item[p] + 1]; e++) {
      const r = row[e];
      if (ownerOf[r] < 0 || isOwnK[r] !== ofK || !isFull(r)) continue;
      limit[r] = Math.max(limit[r], price);
    }
  };
  for (let u = 0; u < instance.group.length; u++) {
    // With pins others are chosen than the best.
    if (pinned.has(u)) continue;
    const { count, next, left } = best.of(u);
    for (const { pair, beyond } of left) raise(pair, beyond, 0);
    if (next === -Infinity || count === kOfUser(instance, policy, u)) continue;
    const another = next + (policy.covW[count] ?? 0);
    if (another > 0) raise(instance.start[u], another, 1, (r) => amount[r] === count);
  }
  return { ...prices, limit };
}

/** What prices say of one user's offers under private rules. */
interface UserOffers {
  /** How many offers the best bundle has. */
  readonly count: number;
  /**
   * The most that one more offer of its types is worth, where rules about brands let none be worth more than those chosen; or
   * −Infinity.
   */
  readonly next: number;
  /** The pairs that are worth more than the least of their type that is chosen, by how much: rules about brands leave them out. */
  readonly left: readonly { readonly pair: number; readonly beyond: number }[];
}

/** Looks at users' offers at some prices. */
class BestOffers {
  readonly #problem: DualProblem;
  readonly #prices: Prices;
  readonly #kernel: BundleKernel;

  constructor(problem: DualProblem, prices: Prices) {
    this.#problem = problem;
    this.#prices = prices;
    this.#kernel = new BundleKernel(problem);
    this.#kernel.setPrices(prices);
  }

  /** Those of user `u`. */
  of(u: number): UserOffers {
    const { instance: { start, group, score }, middle, rules, item } = this.#problem;
    const { shapeSponsored, shapeUnsponsored } = this.#problem, kernel = this.#kernel;
    kernel.scanUser(u);
    const ofType = sponsoredPriceOf(rules, this.#prices, group[u]);
    const isSponsored = kernel.value[SPONSORED] + ofType > kernel.value[UNSPONSORED];
    const shape = kernel.shape[isSponsored ? SPONSORED : UNSPONSORED];
    const left: { pair: number; beyond: number }[] = [];
    let count = 0, next = -Infinity;
    for (
      const { list, n, from, to } of [
        { list: kernel.sponsored, n: shapeSponsored[shape], from: start[u], to: middle[u] },
        { list: kernel.unsponsored, n: shapeUnsponsored[shape], from: middle[u], to: start[u + 1] },
      ]
    ) {
      count += n;
      if (n === 0) continue;
      const least = list.value[n - 1], chosen = list.pair.subarray(0, n);
      for (let pair = from; pair < to; pair++) {
        if (chosen.includes(pair)) continue;
        const value = score[pair] - kernel.netPrice[item[pair]];
        next = Math.max(next, Math.min(value, least));
        if (value > least) left.push({ pair, beyond: value - least });
      }
    }
    return { count, next, left };
  }
}
