/**
 * The facts of a preview: what a drop's input allows, before anything is allocated.
 *
 * @module
 */
import { compareIds } from "../../../base/ids/ids.ts";
import { type Instance, pairCount, userCount } from "../../../allocator/drop/instance/instance.ts";
import { ceilShare } from "../../../base/numbers/share.ts";
import type { Policy } from "../../../allocator/model/policy.ts";
import type { Drop, InputReport } from "../../../allocator/drop/drop.ts";
import {
  aboutContract,
  type KnownContract,
} from "../../../allocator/drop/instance/contract_columns.ts";
import { type FeasibilityFacts, feasibilityFacts } from "../feasibility_facts.ts";
import { minimaInWords, mostOffersInWords } from "./feasibility_words.ts";
import { type PreviewLimits, previewLimits } from "./preview_limits.ts";
import { countUsage, type Usage } from "../usage.ts";
import { counted } from "../../words.ts";
import { heldOutInShort } from "./input_notes.ts";

/** A group before a drop. */
export interface PreviewGroup {
  /** Its id. */
  group_id: string;
  /** Its users with an eligible pair. */
  users: number;
  /** The ratio asked for. */
  sponsorship_ratio: number;
  /** How many of them must be sponsored: ⌈sponsorship_ratio × users⌉. */
  required_sponsored_users: number;
  /** Users with a sponsored option. */
  users_with_sponsored_option: number;
  /** Users that the minimum must lack, as too few have a sponsored option. */
  unreachable_shortfall: number;
}

/** A contract before a drop. */
export interface PreviewContract extends KnownContract {
  /** Whether it is sponsored. */
  is_sponsored: boolean;
  /** How many users may get it. */
  cap: number;
  /** Users that have it as an eligible pair. */
  eligible_users: number;
  /** Users that have it among their k best scores, as far as these can be worth anything. */
  wanted_by: number;
  /** wanted_by / cap: how often its units are wanted; null where a scenario leaves no unit. */
  demand: number | null;
}

/** Everything that a preview says. Written to JSON in these words. */
export interface PreviewFacts {
  /** Name of the drop. */
  title: string;
  /** The model. */
  model: "coverage" | "uniform";
  /** Most offers per user. */
  k: number;
  /** What matters most, in sentences. */
  headline: {
    /** Users, contracts, pairs. */
    sentence: string;
    /** How many offers can be made at all. */
    offers: string;
    /** Whether the minima can be met. */
    minima: string;
  };
  /** Sums over the whole drop. */
  totals: {
    /** Users with an eligible pair. */
    users: number;
    /** Eligible pairs. */
    pairs: number;
    /** Contracts that can be given. */
    contracts: number;
    /** Groups that have a user. */
    groups: number;
    /** Groups whose minimum is above 0. */
    groups_with_minimum: number;
  };
  /** Capacity against demand, and users with few options. */
  feasibility: FeasibilityFacts;
  /** Limits, and those that are out of reach; absent: the drop has none. */
  limits?: PreviewLimits;
  /** Every group, by group_id. */
  groups: PreviewGroup[];
  /** Every contract, by contract_address. */
  contracts: PreviewContract[];
  /** What was read, filled in and left out. */
  input: InputReport;
  /** Input files as the user named them. */
  files: Record<string, string>;
}

/** What is known about a drop beside its input. */
export interface PreviewDetails {
  /** Name of the drop, for the title. */
  title?: string;
  /** Input files as the user named them, by what they are: caps, elig, … */
  files?: Record<string, string>;
}

/**
 * The facts of a preview: nothing is solved but a matching of users to sponsored contracts, which says exactly how far
 * the minima can be met. Two passes over the pairs and a few over the sponsored ones.
 *
 * @example
 * ```ts
 * import { defaultPolicy } from "../../../allocator/model/policy.ts";
 * import { Drop } from "../../../allocator/drop/drop.ts";
 * import { previewFacts } from "./preview_facts.ts";
 * import { assertEquals } from "../../../deps/std_assert.ts";
 *
 * // Both must be sponsored, and there is one sponsored unit.
 * const drop = Drop.from({
 *   users: [{ id: "ann", group: "north" }, { id: "bob", group: "north" }],
 *   contracts: [{ id: "tea", cap: 1, sponsored: true }],
 *   groups: [{ id: "north", ratio: 1 }],
 *   pairs: [{ user: "ann", contract: "tea", score: 0.9 }, { user: "bob", contract: "tea", score: 0.4 }],
 * });
 * const { feasibility } = previewFacts(drop, defaultPolicy);
 * assertEquals(feasibility.least_shortfall, 1);
 * assertEquals(feasibility.scarce_contracts[0], "tea");
 * ```
 */
export function previewFacts(
  drop: Drop,
  policy: Policy,
  details: PreviewDetails = {},
): PreviewFacts {
  const { instance, input } = drop;
  const { contracts, groups, groupSize, ratio } = instance;
  const users = userCount(instance);
  const nothing = { offerStart: new Uint32Array(users + 1), offerPair: new Uint32Array(0) };
  const usage = countUsage(instance, nothing, policy);
  const limits = previewLimits(instance, policy, nothing);
  const found = feasibilityFacts(instance, usage, policy);
  const feasibility: FeasibilityFacts = {
    ...found,
    capacity: found.capacity.map(({ assigned: _, ...capacity }) => capacity),
  };
  const totals = {
    users,
    pairs: pairCount(instance),
    contracts: contracts.length,
    groups: groups.length,
    groups_with_minimum: ratio.filter((r, g) => ceilShare(r, groupSize[g]) > 0).length,
  };
  const out = heldOutInShort(input);
  return {
    title: details.title ?? "Drop",
    model: policy.model,
    k: policy.k,
    headline: {
      sentence: `${counted(users, "user")} and ${counted(contracts.length, "contract")}, ` +
        `${counted(totals.pairs, "eligible pair")}${out === null ? "" : `; ${out}`}.`,
      offers: mostOffersInWords(feasibility),
      minima: (minimaInWords(feasibility) ?? "No group has a minimum of sponsored users.") +
        (policy.model === "coverage" ? " Model coverage does not ask for them." : ""),
    },
    totals,
    feasibility,
    ...(limits !== undefined && { limits }),
    groups: previewGroups(instance, usage),
    contracts: previewContracts(instance, usage),
    input,
    files: details.files ?? {},
  };
}

function previewGroups({ groups, groupSize, ratio }: Instance, usage: Usage): PreviewGroup[] {
  return groups.map((group_id, g) => {
    const required = ceilShare(ratio[g], groupSize[g]);
    return {
      group_id,
      users: groupSize[g],
      sponsorship_ratio: ratio[g],
      required_sponsored_users: required,
      users_with_sponsored_option: usage.sponsoredOption[g],
      unreachable_shortfall: Math.max(0, required - usage.sponsoredOption[g]),
    };
  });
}

/** The contracts in the order of their ids. */
function previewContracts(instance: Instance, usage: Usage): PreviewContract[] {
  const { contracts, cap, sponsoredContracts } = instance;
  return contracts
    .map((contract_address, c) => ({
      contract_address,
      is_sponsored: c < sponsoredContracts,
      cap: cap[c],
      eligible_users: usage.eligible[c],
      wanted_by: usage.wanted[c],
      demand: cap[c] === 0 ? null : usage.wanted[c] / cap[c],
      ...aboutContract(instance, c),
    }))
    .sort((a, b) => compareIds(a.contract_address, b.contract_address));
}

/** Contracts that more users have among their best than there are units, the most wanted for their cap first: those without a unit. */
export function mostWanted(contracts: readonly PreviewContract[]): PreviewContract[] {
  const demand = (c: PreviewContract) => c.demand ?? Infinity;
  return contracts.filter((c) => demand(c) > 1 && c.wanted_by > 0)
    .sort((a, b) => demand(a) === demand(b) ? 0 : demand(b) - demand(a));
}

/** Sponsored contracts with fewer eligible users than units: some are sure to be left, most of them first. */
export function sureToBeLeft(contracts: readonly PreviewContract[]): PreviewContract[] {
  return contracts.filter((c) => c.is_sponsored && c.eligible_users < c.cap)
    .sort((a, b) => (b.cap - b.eligible_users) - (a.cap - a.eligible_users));
}
