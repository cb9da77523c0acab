/**
 * The bound of prices where users keep their own limits.
 *
 * @module
 */
import { boundFromPrices } from "../check/bound.ts";
import { demandsOf } from "../check/demands.ts";
import { LimitPrices } from "../check/limit_prices.ts";
import { OwnLimits } from "../check/own_limits.ts";
import type { Instance } from "../drop/instance/instance.ts";
import type { Prices } from "../model/allocation.ts";
import type { Policy } from "../model/policy.ts";

/**
 * The upper bound on any objective that prices prove where each user chooses among the bundles that keep the user's own limits, as
 * certificates with `own_limits_kept` say. It is at most the bound at which these limits have prices like all others, and often far
 * below it. One more unit of a contract, a group's rule or a limit of several users raises it by at most its price; of single users'
 * limits their prices say nothing here. One pass over the pairs.
 */
export function boundWithOwnLimitsKept(
  instance: Instance,
  policy: Policy,
  prices: Prices,
): number {
  const all = LimitPrices.ofRows(instance, prices.limit);
  const divided = all === null ? { limits: all } : OwnLimits.divide(instance, all);
  return boundFromPrices(instance, policy, demandsOf(instance, policy), prices, divided).bound;
}
