/**
 * Recomputes the bound that prices prove, in one pass over the pairs.
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import type { Instance } from "../../drop/instance/instance.ts";
import type { Policy } from "../../model/policy.ts";
import { chargedPairs } from "../rules/charges.ts";
import { Choices, type ChoiceTerms, IN_DOUBLES } from "./choices.ts";
import { bonusOf, type GroupDemand, priceOfMissing, worthOfCount } from "../rules/demands.ts";
import {
  type GroupLimits,
  jointMembers,
  lossOfGroup,
  lossOfLimits,
  waysFor,
} from "./joint_loss.ts";
import { LimitCosts, LimitPrices } from "./limit_prices.ts";
import { highestPrice } from "../rules/limits.ts";
import { type OwnTerms, stepsOfEach } from "./own_choices.ts";
import type { DividedPrices, OwnLimits } from "./own_limits.ts";

/**
 * An upper bound on the objective of every allocation that keeps the rules, for any prices ≥ 0, with those of minima at most P and
 * 0 where there is no rule (Lagrangian duality): Σ price · amount over caps and limits, plus what each user's best bundle is
 * worth if it pays the prices, whatever the others choose.
 *
 * A price of an assignment ratio or of mixed users lets a group keep that rule by a fraction of a user. If a group has such a
 * price, what it loses by keeping its rules over whole users is taken off, see {@link lossOfGroup}.
 *
 * If brands are limited, a mixed bundle may here hold the most of a brand in each type. That is more than the rule allows if a
 * brand has contracts of both types, so the bound is still valid. Otherwise the choice is exact.
 *
 * @param divided prices of the drop's limits, each at most what a unit beyond it costs; by default those of the rows of
 *   `prices`
 */
export function boundFromPrices(
  instance: Instance,
  policy: Policy,
  demands: readonly GroupDemand[],
  prices: Prices,
  divided: DividedPrices = { limits: LimitPrices.ofRows(instance, prices.limit) },
): ProvenBound {
  const { limits } = divided;
  const shared = worthOfLimits(instance, demands, prices, limits);
  const choices = new Choices(
    instance,
    policy,
    termsOf(instance, policy, demands, prices, divided),
  );
  let users = 0, size = shared.size;
  for (let u = 0; u < instance.group.length; u++) {
    const best = choices.bestOf(u);
    users += best;
    size += Math.abs(best);
  }
  const loss = lossOfGroups(instance, policy, demands, prices, choices);
  // The loss includes missed minima at prices so high that few digits are left for the rest: rounding is relative to it too.
  return { bound: shared.worth + users - loss, size: size + loss };
}

/** A bound, and the size of its terms. */
export interface ProvenBound {
  /** The upper bound. */
  bound: number;
  /** Σ |terms|: the rounding of the bound is relative to it. */
  size: number;
}

/** The limits of group `g` with their prices. */
export function limitsOfGroup(
  { least, most, share, mixed }: GroupDemand,
  prices: Prices,
  g: number,
  missing: number,
): GroupLimits {
  return {
    least: { limit: least, price: prices.minSponsored[g] },
    most: { limit: most ?? Infinity, price: prices.maxSponsored[g] },
    share: { limit: share ?? 0, price: prices.assignmentRatio[g] },
    mixed: { limit: mixed ?? Infinity, price: prices.mixedShare[g] },
    missing,
  };
}

/** What groups lose by keeping their rules over whole users, Σ over groups. */
function lossOfGroups(
  instance: Instance,
  policy: Policy,
  demands: readonly GroupDemand[],
  prices: Prices,
  choices: Choices,
): number {
  const missing = priceOfMissing(instance, policy), ways = waysFor(instance.group.length);
  let loss = 0;
  for (const [g, users] of jointMembers(instance, prices)) {
    const limits = limitsOfGroup(demands[g], prices, g, missing);
    loss += lossOfGroup(
      users.map((u) => choices.bundlesOf(u)),
      (counts, loss) => loss + lossOfLimits(limits, counts),
      undefined,
      ways,
    );
  }
  return loss;
}

/** Σ price × amount over all caps, group rules and limits, negative for minima and leasts; `size`: Σ |terms|. */
export function worthOfLimits(
  instance: Instance,
  demands: readonly GroupDemand[],
  prices: Prices,
  limits: LimitPrices | null,
): { worth: number; size: number } {
  let worth = 0, size = 0;
  const add = (term: number) => {
    worth += term;
    size += Math.abs(term);
  };
  for (let c = 0; c < instance.cap.length; c++) add(prices.contract[c] * instance.cap[c]);
  demands.forEach(({ least, most, mixed }, g) => {
    add(-prices.minSponsored[g] * least);
    if (most !== null) add(prices.maxSponsored[g] * most);
    if (mixed !== null) add(prices.mixedShare[g] * mixed);
  });
  limits?.eachWorth(add);
  return { worth, size };
}

/** The terms of users' choices at prices in doubles. */
function termsOf(
  instance: Instance,
  policy: Policy,
  demands: readonly GroupDemand[],
  prices: Prices,
  { limits, own = null }: DividedPrices,
): ChoiceTerms {
  const { score } = instance;
  const isCharged = chargedPairs(instance, policy);
  const costs = limits === null ? null : new LimitCosts(instance, limits);
  return {
    score: isCharged === null
      ? (p) => score[p]
      : (p) => isCharged(p) ? score[p] - policy.changeCost : score[p],
    contract: prices.contract,
    ...termsOfGroups(demands, prices),
    bonus: bonusOf(policy, 1),
    worthOfCount,
    limits: costs === null ? null : (c, u, p, isPinned) => costs.of(c, u, p, isPinned),
    own: own === null ? null : ownTerms(instance, policy, own),
    ...IN_DOUBLES,
  };
}

/** What the prices of groups' rules add to a bundle's value. */
export function termsOfGroups(
  demands: readonly GroupDemand[],
  { assignmentRatio: ratio, minSponsored, maxSponsored, mixedShare }: Prices,
): Pick<ChoiceTerms, "sponsored" | "others" | "becoming" | "mixing"> {
  return {
    sponsored: Float64Array.from(demands, ({ share }, g) => ratio[g] * (1 - (share ?? 0))),
    others: Float64Array.from(demands, ({ share }, g) => -ratio[g] * (share ?? 0)),
    becoming: minSponsored.map((price, g) => price - maxSponsored[g]),
    mixing: mixedShare,
  };
}

/** The terms of users' own limits in doubles. */
function ownTerms(instance: Instance, policy: Policy, limits: OwnLimits): OwnTerms {
  const { prices } = limits, costs = new LimitCosts(instance, prices);
  const missing = priceOfMissing(instance, policy);
  return {
    limits,
    cost: (c, u, p, isPinned) => costs.of(c, u, p, isPinned),
    worth: (l) => prices.worthOf(l),
    penalty: (l, beyond) => beyond * highestPrice(prices.declared.limits[l], missing),
    mostSteps: stepsOfEach(limits.users),
  };
}
