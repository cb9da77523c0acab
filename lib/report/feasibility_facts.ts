/**
 * Feasibility before anything is solved: capacity against demand, and users with few options.
 *
 * @module
 */
import { type Instance, userCount } from "../allocator/instance.ts";
import { ceilShare } from "../allocator/policy.ts";
import type { Usage } from "./usage.ts";

/** Capacity of one type of contract. */
export interface CapacityFacts {
  /** `sponsored` or `unsponsored`. */
  type: "sponsored" | "unsponsored";
  /** Contracts of the type. */
  contracts: number;
  /** Σ cap. */
  capacity: number;
  /** Σ of the smaller of cap and eligible users: what can be given at all. */
  usable_capacity: number;
  /** Units given. */
  assigned: number;
}

/** Users by how many options they have, options beyond k counted as k. */
export interface OptionClass {
  /** Options, 0…k; k stands for k or more. */
  options: number;
  /** Users with so many options of any type. */
  users: number;
  /** Users with so many sponsored options. */
  sponsored: number;
  /** Users with so many unsponsored options. */
  unsponsored: number;
}

/** What the input allows. */
export interface FeasibilityFacts {
  /** Offers that all users together can hold: users × k. */
  slots: number;
  /** Capacity by type, sponsored first. */
  capacity: CapacityFacts[];
  /** Σ over groups of the users that must be sponsored. */
  required_sponsored_users: number;
  /** Sponsored units wanted if every required user is to get k offers, all sponsored: required_sponsored_users × k. */
  sponsored_demand: number;
  /** Users by number of options. */
  options: OptionClass[];
  /** Users with fewer than k options in all. */
  users_below_k: number;
  /** Those of them whose options are all sponsored. */
  users_below_k_sponsored_only: number;
  /** Those of them whose options are all unsponsored. */
  users_below_k_unsponsored_only: number;
  /** Users with options, but no sponsored one. */
  users_without_sponsored_option: number;
  /** Users with options, but no unsponsored one. */
  users_without_unsponsored_option: number;
  /** Groups whose minimum exceeds their users with a sponsored option. */
  unreachable_groups: number;
  /** Users that those groups must lack, whatever is done. */
  unreachable_shortfall: number;
}

/** What the input allows; `k` is the most offers a user may have. */
export function feasibilityFacts(instance: Instance, usage: Usage, k: number): FeasibilityFacts {
  const { start, middle, cap, sponsoredContracts } = instance;
  const users = userCount(instance);
  const options: OptionClass[] = Array.from({ length: k + 1 }, (_, i) => ({
    options: i,
    users: 0,
    sponsored: 0,
    unsponsored: 0,
  }));
  let sponsoredOnly = 0, unsponsoredOnly = 0;
  for (let u = 0; u < users; u++) {
    const all = start[u + 1] - start[u], sponsored = middle[u] - start[u];
    options[Math.min(k, all)].users++;
    options[Math.min(k, sponsored)].sponsored++;
    options[Math.min(k, all - sponsored)].unsponsored++;
    if (all < k && sponsored === all) sponsoredOnly++;
    if (all < k && sponsored === 0) unsponsoredOnly++;
  }

  const capacityOf = (type: CapacityFacts["type"], from: number, to: number): CapacityFacts => {
    let capacity = 0, usable = 0, assigned = 0;
    for (let c = from; c < to; c++) {
      capacity += cap[c];
      usable += Math.min(cap[c], usage.eligible[c]);
      assigned += usage.assigned[c];
    }
    return { type, contracts: to - from, capacity, usable_capacity: usable, assigned };
  };

  let required = 0, unreachableGroups = 0, unreachable = 0;
  for (let g = 0; g < instance.groups.length; g++) {
    const minimum = ceilShare(instance.ratio[g], instance.groupSize[g]);
    const missing = minimum - usage.sponsoredOption[g];
    required += minimum;
    if (missing > 0) {
      unreachableGroups++;
      unreachable += missing;
    }
  }
  return {
    slots: users * k,
    capacity: [
      capacityOf("sponsored", 0, sponsoredContracts),
      capacityOf("unsponsored", sponsoredContracts, cap.length),
    ],
    required_sponsored_users: required,
    sponsored_demand: required * k,
    options,
    users_below_k: options.slice(0, k).reduce((sum, o) => sum + o.users, 0),
    users_below_k_sponsored_only: sponsoredOnly,
    users_below_k_unsponsored_only: unsponsoredOnly,
    users_without_sponsored_option: options[0].sponsored,
    users_without_unsponsored_option: options[0].unsponsored,
    unreachable_groups: unreachableGroups,
    unreachable_shortfall: unreachable,
  };
}
