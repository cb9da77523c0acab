/**
 * The summary of a run: everything worth knowing about it in one JSON document.
 *
 * @module
 */
import { sumOf } from "../../base/arrays/sum_of.ts";
import { LIMIT_KINDS, type LimitField } from "../../allocator/limits/kinds/list.ts";
import type { Allocation, Prices } from "../../allocator/model/allocation.ts";
import type { GroupPrices } from "../../allocator/model/certificate.ts";
import { isBelow } from "../../base/numbers/is_below.ts";
import { compareIds } from "../../base/ids/ids.ts";
import { type Instance, pairCount, userCount } from "../../allocator/drop/instance/instance.ts";
import { offerPlaces, type OwnKFacts, ownKFacts } from "../../allocator/model/user_k.ts";
import { ceilShare } from "../../base/numbers/share.ts";
import { mostOffers } from "../../allocator/model/policy.ts";
import type { Drop, InputReport } from "../../allocator/drop/drop.ts";
import type { AlternateFacts } from "./alternate_facts.ts";
import { type ChangeFacts, changeFacts } from "./change_facts.ts";
import { type LimitsFacts, limitsFacts } from "./limit_facts.ts";
import { countUsage, type Usage } from "./usage.ts";

/** Seconds that the parts of a run took. */
export interface Timings {
  /** Reading the inputs. */
  read_s: number;
  /** Solving. */
  solve_s: number;
  /** Writing the assignments. */
  write_s: number;
  /** From the command's start to its end. */
  total_s: number;
}

/** One group of a {@link Summary}; all users of the group with an eligible pair count, with or without an offer. */
export interface GroupSummary {
  /** Its id. */
  group_id: string;
  /** Its users. */
  users: number;
  /** How many of them must be sponsored: ⌈sponsorship_ratio × users⌉. */
  required_sponsored_users: number;
  /** Users with a sponsored offer. */
  sponsored_users: number;
  /** Users that the minimum lacks. */
  shortfall: number;
  /** The ratio asked for. */
  sponsorship_ratio: number;
  /** sponsored_users / users. */
  user_ratio: number;
  /** Offers. */
  assignments: number;
  /** Sponsored offers. */
  sponsored_assignments: number;
  /** sponsored_assignments / assignments; null where there are none. */
  assignment_ratio: number | null;
  /** Prices of the group's rules, where the solver has prices: those that are not 0. */
  prices?: GroupPrices;
}

/** One contract of a {@link Summary}. */
export interface ContractSummary {
  /** Its id. */
  contract_address: string;
  /** Whether it is sponsored. */
  is_sponsored: boolean;
  /** How many users may get it. */
  cap: number;
  /** How many got it. */
  assigned: number;
  /** assigned / cap; 1 where a scenario leaves no unit. */
  utilization: number;
  /** The most that one more unit of the cap could add to the objective, where the solver has prices. */
  price?: number;
}

/** A run in one document; names and units are those of the JSON file. */
export interface Summary {
  /** Which solver made the result. */
  solver: Allocation["solver"];
  /** The model. */
  model: "coverage" | "uniform";
  /** Most offers per user. */
  k: number;
  /** Users with a k of their own; absent: nobody has one. */
  own_k?: OwnKFacts;
  /** Seed. */
  seed: number;
  /** The options of the run, in snake_case. */
  options: Record<string, unknown>;
  /** What was read, filled in and left out. */
  input: InputReport;
  /** Users with an eligible pair. */
  users: number;
  /** Those of them who get nothing. */
  users_without_offers: number;
  /** Eligible pairs. */
  pairs: number;
  /** Offers made. */
  assignments: number;
  /** Σ score of the offers. */
  score: number;
  /** Objective of the model. */
  objective: number;
  /** Proven upper bound on any objective; null where none was proven. */
  bound: number | null;
  /** Upper bound that the prices alone prove, which the certificate has; null where there are none. */
  prices_bound: number | null;
  /**
   * What proves the bound: "prices" or "cases" (the certificate has them, and `divvy check` verifies them), "search" (HiGHS's
   * own, beyond what the certificate proves), "none".
   */
  proof: "prices" | "cases" | "search" | "none";
  /** (bound − objective) / |bound|; null where there is no bound. */
  gap: number | null;
  /** Offers that all users together can hold. */
  slots: number;
  /** assignments / slots. */
  fill_rate: number;
  /** Users by their number of offers, "0" … "k", as far as anybody has so many options. */
  offer_counts: Record<string, number>;
  /** Sponsored offers. */
  sponsored_assignments: number;
  /** sponsored_assignments / assignments; 0 where there are none. */
  sponsored_share: number;
  /** Contracts given to more users than their cap. */
  cap_violations: number;
  /** Users with offers of both types. */
  mixed_users: number;
  /** Groups by group_id. */
  groups: GroupSummary[];
  /** Contracts by contract_address. */
  contracts: ContractSummary[];
  /** The drop's limits and what became of them; absent: it has none. */
  limits?: LimitsFacts;
  /** How the offers differ from the previous ones; absent: the drop was not compared with any. */
  changes?: ChangeFacts;
  /** Alternates, which stand in a file of their own; absent: none were asked for. */
  alternates?: AlternateFacts;
  /** Where the time went. */
  timings: Timings;
  /** Largest resident set seen, in bytes. */
  peak_rss_bytes: number;
  /** Whether time ran out, or the run was stopped, before it was finished. */
  timed_out: boolean;
  /** What a person should know, a line each. */
  warnings: string[];
}

/** What a summary has beside the drop and its allocation. */
export interface RunFacts {
  /** Seed of the run. */
  seed: number;
  /** Options as given, in snake_case. */
  options: Record<string, unknown>;
  /** Seconds. */
  timings: Timings;
  /** Bytes. */
  peakRssBytes: number;
  /** Alternates that were written. */
  alternates?: AlternateFacts;
  /** Warnings of the command beside the solver's own. */
  warnings?: readonly string[];
}

/** Summarises a run. One pass over the pairs and offers. */
export function summarize(drop: Drop, allocation: Allocation, run: RunFacts): Summary {
  const { instance } = drop;
  const { policy, prices } = allocation;
  const users = userCount(instance);
  const assignments = allocation.offerPair.length;
  const usage = countUsage(instance, allocation, policy);
  const offerCounts = countOffers(allocation.offerStart, mostOffers(instance, policy));
  const groups = instance.groups.map((_, g) => groupSummary(instance, usage, prices, g));
  const contracts = instance.contracts
    .map((_, c) => contractSummary(instance, usage, prices, c))
    .sort((a, b) => compareIds(a.contract_address, b.contract_address));
  const limits = limitsFacts(instance, allocation);
  const changes = changeFacts(instance, allocation);
  const ownK = ownKFacts(instance, policy), places = offerPlaces(instance, policy);
  const sponsored = sumOf(groups, (group) => group.sponsored_assignments);
  return {
    solver: allocation.solver,
    model: policy.model,
    k: policy.k,
    ...(ownK !== undefined && { own_k: ownK }),
    seed: run.seed,
    options: run.options,
    input: drop.input,
    users,
    users_without_offers: offerCounts["0"],
    pairs: pairCount(instance),
    assignments,
    score: allocation.score,
    objective: allocation.objective,
    bound: allocation.bound,
    prices_bound: allocation.prices === null ? null : allocation.pricesBound ?? allocation.bound,
    proof: proofOf(allocation),
    gap: allocation.gap,
    slots: places,
    fill_rate: users === 0 ? 0 : assignments / places,
    offer_counts: offerCounts,
    sponsored_assignments: sponsored,
    sponsored_share: assignments === 0 ? 0 : sponsored / assignments,
    cap_violations: contracts.filter((contract) => contract.assigned > contract.cap).length,
    mixed_users: usage.mixedUsers,
    groups,
    contracts,
    ...(limits !== undefined && { limits }),
    ...(changes !== undefined && { changes }),
    ...(run.alternates !== undefined && { alternates: run.alternates }),
    timings: run.timings,
    peak_rss_bytes: run.peakRssBytes,
    timed_out: allocation.timedOut,
    warnings: [...allocation.warnings, ...run.warnings ?? []],
  };
}

/** What proves the bound of an allocation. */
function proofOf({ bound, pricesBound, prices, branches }: Allocation): Summary["proof"] {
  if (bound === null) return "none";
  if (prices === null || isBelow(bound, pricesBound ?? bound)) return "search";
  return branches === undefined ? "prices" : "cases";
}

/** Groups that miss their minimum, most users lacking first, and how many users they lack in all. */
export function missedMinima(summary: Summary): { groups: GroupSummary[]; users: number } {
  const groups = summary.groups.filter((group) => group.shortfall > 0)
    .sort((a, b) => b.shortfall - a.shortfall);
  return { groups, users: sumOf(groups, (group) => group.shortfall) };
}

/** One group's figures, from counts over the offers. */
export function groupSummary(
  instance: Instance,
  usage: Usage,
  prices: Prices | null,
  g: number,
): GroupSummary {
  const users = instance.groupSize[g];
  const required = ceilShare(instance.ratio[g], users);
  const assignments = usage.assignments[g];
  return {
    group_id: instance.groups[g],
    users,
    required_sponsored_users: required,
    sponsored_users: usage.sponsoredUsers[g],
    shortfall: Math.max(0, required - usage.sponsoredUsers[g]),
    sponsorship_ratio: instance.ratio[g],
    user_ratio: usage.sponsoredUsers[g] / users,
    assignments,
    sponsored_assignments: usage.sponsoredAssignments[g],
    assignment_ratio: assignments === 0 ? null : usage.sponsoredAssignments[g] / assignments,
    ...(prices === null ? {} : { prices: groupPrices(prices, g) }),
  };
}

function groupPrices(prices: Prices, g: number): GroupPrices {
  const all = LIMIT_KINDS.map(({ name, field }): [LimitField, number] => [field, prices[name][g]]);
  return Object.fromEntries(all.filter(([, price]) => price > 0));
}

/** One contract's figures, from counts over the offers. */
export function contractSummary(
  instance: Instance,
  usage: Usage,
  prices: Prices | null,
  c: number,
): ContractSummary {
  return {
    contract_address: instance.contracts[c],
    is_sponsored: c < instance.sponsoredContracts,
    cap: instance.cap[c],
    assigned: usage.assigned[c],
    utilization: instance.cap[c] === 0 ? 1 : usage.assigned[c] / instance.cap[c],
    ...(prices === null ? {} : { price: prices.contract[c] }),
  };
}

/** Users by their number of offers. */
function countOffers(offerStart: Uint32Array, most: number): Record<string, number> {
  const counts = new Float64Array(most + 1);
  for (let u = 0; u + 1 < offerStart.length; u++) counts[offerStart[u + 1] - offerStart[u]]++;
  return Object.fromEntries(Array.from(counts, (users, n) => [String(n), users]));
}
