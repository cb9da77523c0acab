/**
 * What a drop makes possible, whatever is assigned.
 *
 * @module
 */
import type { Instance } from "../../drop/instance/instance.ts";
import type { Policy } from "../../model/policy.ts";
import { type GroupDemand, placesFor, UserPolicies } from "./demands.ts";
import type { Feasibility } from "./report.ts";

/** Float64Array, length groups: users with a sponsored pair. No allocation can have more sponsored users. */
export function sponsorableUsers(instance: Instance): Float64Array {
  const users = new Float64Array(instance.groups.length);
  for (let u = 0; u < instance.group.length; u++) {
    if (instance.middle[u] > instance.start[u]) users[instance.group[u]]++;
  }
  return users;
}

/** Compares capacity with demand, and users' pairs with k. */
export function feasibilityOf(
  instance: Instance,
  policy: Policy,
  demands: readonly GroupDemand[],
): Feasibility {
  const own = new UserPolicies(instance, policy);
  const users = instance.group.length;
  let belowK = 0, belowKSponsored = 0, belowKUnsponsored = 0, noSponsored = 0, noUnsponsored = 0;
  for (let u = 0; u < users; u++) {
    const sponsored = instance.middle[u] - instance.start[u];
    const unsponsored = instance.start[u + 1] - instance.middle[u];
    const { k } = own.of(u);
    if (sponsored + unsponsored < k) belowK++;
    if (sponsored < k) belowKSponsored++;
    if (unsponsored < k) belowKUnsponsored++;
    if (sponsored === 0) noSponsored++;
    if (unsponsored === 0) noUnsponsored++;
  }
  const able = sponsorableUsers(instance);
  const lacking = demands.map(({ least }, g) => Math.max(0, least - able[g]));
  const sum = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);
  return {
    users,
    demand: placesFor(instance, policy),
    sponsored_capacity: sum(instance.cap.subarray(0, instance.sponsoredContracts)),
    unsponsored_capacity: sum(instance.cap.subarray(instance.sponsoredContracts)),
    required_sponsored_users: sum(demands.map(({ least }) => least)),
    groups_out_of_reach: lacking.filter((users) => users > 0).length,
    users_out_of_reach: sum(lacking),
    users_below_k_options: belowK,
    users_below_k_sponsored_options: belowKSponsored,
    users_below_k_unsponsored_options: belowKUnsponsored,
    users_without_sponsored_option: noSponsored,
    users_without_unsponsored_option: noUnsponsored,
  };
}
