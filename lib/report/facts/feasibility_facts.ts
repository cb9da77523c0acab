/**
 * Feasibility before anything is solved: capacity against demand, and users with few options.
 *
 * @module
 */
import { aboutContract } from "../../allocator/drop/instance/contract_columns.ts";
import { nameOf } from "./contract_about.ts";
import { compareIds } from "../../base/ids/ids.ts";
import { type Instance, userCount } from "../../allocator/drop/instance/instance.ts";
import { besidesCaps, leastShortfall } from "../../allocator/limits/least_shortfall.ts";
import { ceilShare } from "../../base/numbers/share.ts";
import { type GroupRules, groupRules } from "../../allocator/limits/kinds/group_rules.ts";
import { mostOffers, type Policy } from "../../allocator/model/policy.ts";
import {
  kOfUser,
  largestK,
  offerPlaces,
  type OwnKFacts,
  ownKFacts,
} from "../../allocator/model/user_k.ts";
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
  /** Units given; absent before a drop is allocated. */
  assigned?: number;
}

/** Users by how many options they have, options beyond k counted as k. */
export interface OptionClass {
  /** Options, 0…k; k means k or more. */
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
  /** Offers that all users together can hold: users × k, or Σ of what each may get. */
  slots: number;
  /** Users whose own k differs from k; absent: there are none. */
  own_k?: OwnKFacts;
  /** Capacity by type, sponsored first. */
  capacity: CapacityFacts[];
  /** Σ over groups of the users that must be sponsored. */
  required_sponsored_users: number;
  /**
   * Sponsored units wanted if every required user is to get as many offers as it may, all sponsored: required_sponsored_users × k.
   * Where users have a k of their own, at least so many: as if in each group those with the least k were the sponsored ones.
   */
  sponsored_demand: number;
  /** Users by number of options. */
  options: OptionClass[];
  /** Users with fewer options in all than k, or than their own. */
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
  /** Users that the minima of all groups together must lack, whatever is done: capacity that many want counts too. */
  least_shortfall: number;
  /** What may make them lack still more and is not counted in `least_shortfall`; absent: nothing, or the offers show that it does not. */
  not_counted?: ("limits" | "pins")[];
  /** Sponsored contracts whose caps make minima lack users, by contract_address; empty where none do. */
  scarce_contracts: string[];
  /** What those contracts are called, in the same order: their names, or ids; absent: none has a name. */
  scarce_names?: string[];
  /** No allocation that keeps the minima as far as options and units allow makes more offers. */
  most_offers: number;
}

/** What the input allows under a policy. A pass over the users, and a few over the sponsored pairs. */
export function feasibilityFacts(
  instance: Instance,
  usage: Usage,
  policy: Policy,
): FeasibilityFacts {
  const { cap, sponsoredContracts } = instance;
  const pure = policy.model === "uniform" && !policy.mixTail;
  const { holdable, ...optionFacts } = factsOfOptions(instance, policy, pure);
  const { required, ...unreachable } = unreachableMinima(instance, usage);
  const sponsored = capacityOf(instance, usage, "sponsored", 0, sponsoredContracts);
  const unsponsored = capacityOf(instance, usage, "unsponsored", sponsoredContracts, cap.length);
  // The minima are counted even where the model does not ask for them.
  const rules = groupRules(instance, { ...policy, model: "uniform" });
  const isShown = showsNoShortfall(instance, usage, rules);
  const notCounted = isShown || required === 0 ? [] : besidesCaps(instance);
  const least = isShown
    ? { total: 0, scarce: new Uint8Array(cap.length) }
    : leastShortfall(instance, rules);
  const units = [sponsored.usable_capacity, unsponsored.usable_capacity] as const;
  const mostUnits = pure
    ? mostPureOffers(
      userCount(instance),
      required - least.total,
      largestK(instance, policy),
      ...units,
    )
    : units[0] + units[1];
  const ownK = ownKFacts(instance, policy);
  return {
    slots: offerPlaces(instance, policy),
    ...(ownK !== undefined && { own_k: ownK }),
    capacity: [sponsored, unsponsored],
    required_sponsored_users: required,
    sponsored_demand: ownK === undefined ? required * policy.k : leastDemand(instance, policy),
    ...optionFacts,
    ...unreachable,
    least_shortfall: least.total,
    ...(notCounted.length > 0 && { not_counted: notCounted }),
    ...scarceFacts(instance, least.total === 0 ? null : least.scarce),
    most_offers: Math.min(holdable, mostUnits),
  };
}

/** Users by how many options they have, and offers that they could hold if nothing were scarce. */
function factsOfOptions(instance: Instance, policy: Policy, pure: boolean) {
  const { start, middle } = instance, most = mostOffers(instance, policy);
  const options: OptionClass[] = Array.from({ length: most + 1 }, (_, i) => ({
    options: i,
    users: 0,
    sponsored: 0,
    unsponsored: 0,
  }));
  let sponsoredOnly = 0, unsponsoredOnly = 0, holdable = 0, below = 0;
  for (let u = 0; u < userCount(instance); u++) {
    const all = start[u + 1] - start[u], sponsored = middle[u] - start[u];
    options[Math.min(most, all)].users++;
    options[Math.min(most, sponsored)].sponsored++;
    options[Math.min(most, all - sponsored)].unsponsored++;
    const own = kOfUser(instance, policy, u);
    if (all < own) below++;
    holdable += Math.min(own, pure ? Math.max(sponsored, all - sponsored) : all);
    if (all < own && sponsored === all) sponsoredOnly++;
    if (all < own && sponsored === 0) unsponsoredOnly++;
  }
  return {
    holdable,
    options,
    users_below_k: below,
    users_below_k_sponsored_only: sponsoredOnly,
    users_below_k_unsponsored_only: unsponsoredOnly,
    users_without_sponsored_option: options[0].sponsored,
    users_without_unsponsored_option: options[0].unsponsored,
  };
}

/** Units of the contracts `[from, to)`. */
function capacityOf(
  { cap }: Instance,
  usage: Usage,
  type: CapacityFacts["type"],
  from: number,
  to: number,
): CapacityFacts {
  let capacity = 0, usable = 0, assigned = 0;
  for (let c = from; c < to; c++) {
    capacity += cap[c];
    usable += Math.min(cap[c], usage.eligible[c]);
    assigned += usage.assigned[c];
  }
  return { type, contracts: to - from, capacity, usable_capacity: usable, assigned };
}

/** What the minima ask for, and how much of it no user has an option for. */
function unreachableMinima({ groups, ratio, groupSize }: Instance, usage: Usage) {
  let required = 0, unreachableGroups = 0, unreachable = 0;
  for (let g = 0; g < groups.length; g++) {
    const minimum = ceilShare(ratio[g], groupSize[g]);
    const missing = minimum - usage.sponsoredOption[g];
    required += minimum;
    if (missing > 0) {
      unreachableGroups++;
      unreachable += missing;
    }
  }
  return { required, unreachable_groups: unreachableGroups, unreachable_shortfall: unreachable };
}

/** Σ over groups of the k of as many users as must be sponsored, those with the least k first. */
function leastDemand(instance: Instance, policy: Policy): number {
  const { groups, group, groupSize, ratio } = instance;
  const most = largestK(instance, policy), withK = new Uint32Array(groups.length * (most + 1));
  group.forEach((g, u) => withK[g * (most + 1) + kOfUser(instance, policy, u)]++);
  let demand = 0;
  for (let g = 0; g < groups.length; g++) {
    let left = ceilShare(ratio[g], groupSize[g]);
    for (let k = 0; k <= most && left > 0; k++) {
      const users = Math.min(left, withK[g * (most + 1) + k]);
      demand += users * k;
      left -= users;
    }
  }
  return demand;
}

/** Whether the offers given meet all minima within maxima and caps: that proves that no minimum must be missed. */
function showsNoShortfall(
  { cap }: Instance,
  { assigned, sponsoredUsers }: Usage,
  { sponsored: { least, most } }: GroupRules,
): boolean {
  return least.every((users, g) => users <= sponsoredUsers[g] && sponsoredUsers[g] <= most[g]) &&
    cap.every((units, c) => assigned[c] <= units);
}

/**
 * Most offers that users of one type each can hold, at least `required` of them sponsored: S sponsored users take
 * min(units, k S), the others min(units, k (users − S)). The sum is concave in S, so its maximum is at an end or a bend.
 */
function mostPureOffers(
  users: number,
  required: number,
  k: number,
  sponsoredUnits: number,
  unsponsoredUnits: number,
): number {
  const bends = [sponsoredUnits / k, users - unsponsoredUnits / k];
  const candidates = [required, users, ...bends.map(Math.floor), ...bends.map(Math.ceil)];
  return Math.max(
    ...candidates.filter((s) => s >= required && s <= users)
      .map((s) => Math.min(sponsoredUnits, k * s) + Math.min(unsponsoredUnits, k * (users - s))),
  );
}

/** The contracts that make minima lack users, and what they are called. */
function scarceFacts(
  instance: Instance,
  scarce: ArrayLike<number> | null,
): Pick<FeasibilityFacts, "scarce_contracts" | "scarce_names"> {
  const known = instance.contracts
    .map((contract_address, c) => ({ contract_address, c }))
    .filter(({ c }) => scarce?.[c] === 1)
    .map(({ contract_address, c }) => ({ contract_address, ...aboutContract(instance, c) }))
    .sort((a, b) => compareIds(a.contract_address, b.contract_address));
  return {
    scarce_contracts: known.map(({ contract_address }) => contract_address),
    ...(known.some((contract) => nameOf(contract) !== undefined) && {
      scarce_names: known.map((contract) => nameOf(contract) ?? contract.contract_address),
    }),
  };
}
