/**
 * The bound that prices alone prove, as the checker finds it.
 *
 * @module
 */
import { boundFromPrices } from "../check/bound/bound.ts";
import { demandsOf } from "../check/rules/demands.ts";
import { LimitPrices } from "../check/bound/limit_prices.ts";
import { OwnLimits } from "../check/bound/own_limits.ts";
import type { Instance } from "../drop/instance/instance.ts";
import type { Prices } from "../model/allocation.ts";
import type { Policy } from "../model/policy.ts";

/**
 * The upper bound on any objective that prices prove, without any cases. One more unit of what has a price raises it by at most that
 * price. One pass over the pairs.
 *
 * @param ownLimitsKept whether each user chooses among the bundles that keep the user's own limits, as certificates with
 *   `own_limits_kept` say. The bound is then at most the one at which these limits have prices like all others, and often far below it,
 *   but the prices of single users' limits say nothing
 */
export function boundOfPrices(
  instance: Instance,
  policy: Policy,
  prices: Prices,
  ownLimitsKept: boolean,
): number {
  const limits = LimitPrices.ofRows(instance, prices.limit);
  const divided = ownLimitsKept && limits !== null
    ? OwnLimits.divide(instance, limits)
    : { limits };
  return boundFromPrices(instance, policy, demandsOf(instance, policy), prices, divided).bound;
}
