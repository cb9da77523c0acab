/**
 * The facts of a report: everything that the page, the terminal and `--json` show, in one document.
 *
 * @module
 */
import { sumOf } from "../../base/arrays/sum_of.ts";
import { boundOfPrices } from "../../allocator/explain/price_bound.ts";
import { type Allocation, policyWithPrice, relativeGap } from "../../allocator/model/allocation.ts";
import { isBelow } from "../../base/numbers/is_below.ts";
import { offerPlaces, type OwnKFacts, ownKFacts } from "../../allocator/model/user_k.ts";
import { type Instance, pairCount, userCount } from "../../allocator/drop/instance/instance.ts";
import type { Drop, InputReport } from "../../allocator/drop/drop.ts";
import {
  type ContractFacts,
  contractFacts,
  fullAndWanted,
  underUsedSponsored,
} from "./contract_facts.ts";
import { type FeasibilityFacts, feasibilityFacts } from "./feasibility_facts.ts";
import { type GroupFacts, groupFacts } from "./group_facts.ts";
import { type Headline, headline } from "./headline.ts";
import { type LimitsFacts, limitsFacts } from "./limit_facts.ts";
import type { Timings } from "./summary.ts";
import { countUsage, type Usage } from "./usage.ts";
import type { ReportTotals } from "./report_totals.ts";
import { type UserFacts, userFacts } from "./user_facts.ts";
import { dearestOf, keptEmptyBy, whyNotFull } from "./why_not_full.ts";
export type { ReportTotals } from "./report_totals.ts";

/** An allocation to report on: a solver's, or one read from a file with whatever is known about it. */
export type ReportedAllocation = Omit<Allocation, "solver"> & {
  /** Which solver made it; null where that is not known. */
  readonly solver: string | null;
  /** The bound that the prices prove without any cases, where it is known; absent: {@link priceSlacks} works it out. */
  readonly boundOfPrices?: number;
};

/** What is known about the run beside its input and its result. */
export interface RunDetails {
  /** Name of the drop, for the title. */
  title?: string;
  /** Seconds that the parts of the run took; those not known are absent. */
  timings?: Partial<Timings>;
  /** Input files as the user named them, by what they are: caps, elig, … */
  files?: Record<string, string>;
  /** Warnings beside the solver's own. */
  warnings?: readonly string[];
}

/** Everything that a report says. Written to JSON in these words. */
export interface ReportFacts {
  /** Name of the drop. */
  title: string;
  /** Which solver made the allocation; null where that is not known. */
  solver: string | null;
  /** The model. */
  model: "coverage" | "uniform";
  /** Most offers per user. */
  k: number;
  /** Users with a k of their own; absent: nobody has one. */
  own_k?: OwnKFacts;
  /** The result in sentences. */
  headline: Headline;
  /** Sums over the whole drop. */
  totals: ReportTotals;
  /** What users got. */
  users: UserFacts;
  /** Every group, by group_id. */
  groups: GroupFacts[];
  /** Every contract, by contract_address. */
  contracts: ContractFacts[];
  /** Ids of the full contracts that more users want, by what one more unit is worth at most. */
  full_and_wanted: string[];
  /** Ids of the sponsored contracts with units left, most units first. */
  under_used_sponsored: string[];
  /** The drop's limits and what became of them; absent: it has none. */
  limits?: LimitsFacts;
  /** What the input allows, before anything is solved. */
  feasibility: FeasibilityFacts;
  /** What was read, filled in and left out. */
  input: InputReport;
  /** Input files as the user named them. */
  files: Record<string, string>;
  /** Seconds that the parts of the run took; those not known are absent. */
  timings: Partial<Timings>;
  /** Whether time ran out, or the run was stopped, before it was finished. */
  timed_out: boolean;
  /** What a person should know, a line each. */
  warnings: string[];
}

/**
 * The facts of a report. Four passes over the pairs; memory for the counts only.
 *
 * @example
 * ```ts
 * import { reportFacts } from "./facts.ts";
 * import { allocate } from "../../api/allocate.ts";
 * import { Drop } from "../../allocator/drop/drop.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 *
 * const drop = Drop.from({
 *   users: [{ id: "ann", group: "north" }],
 *   contracts: [{ id: "tea", cap: 1, sponsored: true }],
 *   groups: [{ id: "north", ratio: 1 }],
 *   pairs: [{ user: "ann", contract: "tea", score: 0.9 }],
 * });
 * const { headline } = reportFacts(drop, await allocate(drop, { k: 1 }));
 * assertEquals(headline.sentence, "1 offer for 1 of 1 user: 100.0 % of their slots are filled.");
 * ```
 */
export function reportFacts(
  drop: Drop,
  allocation: ReportedAllocation,
  run: RunDetails = {},
): ReportFacts {
  const { instance, input } = drop;
  const { policy } = allocation;
  const usage = countUsage(instance, allocation, policy);
  const { headline, totals, groups, contracts, limits, feasibility, warnings } = resultFacts(
    instance,
    allocation,
    usage,
  );
  const title = run.title ?? "Drop";
  const ownK = ownKFacts(instance, policy);
  return {
    title,
    solver: allocation.solver,
    model: policy.model,
    k: policy.k,
    ...(ownK !== undefined && { own_k: ownK }),
    headline,
    totals,
    users: userFacts(instance, allocation, policy.k),
    groups,
    contracts,
    full_and_wanted: fullAndWanted(contracts).map((c) => c.contract_address),
    under_used_sponsored: underUsedSponsored(contracts).map((c) => c.contract_address),
    ...(limits !== undefined && { limits }),
    feasibility,
    input,
    files: run.files ?? {},
    timings: run.timings ?? {},
    timed_out: allocation.timedOut,
    warnings: [...warnings, ...run.warnings ?? []],
  };
}

/** The part of a report that is about the result as a whole, its groups, contracts and limits. */
export type ResultFacts = Pick<
  ReportFacts,
  "headline" | "totals" | "groups" | "contracts" | "limits" | "feasibility" | "warnings"
>;

/** The facts of a result, from what was counted over its pairs and offers. */
export function resultFacts(
  instance: Instance,
  allocation: ReportedAllocation,
  usage: Usage,
): ResultFacts {
  const { policy, prices } = allocation;
  const groups = groupFacts(instance, allocation, usage);
  const contracts = contractFacts(instance, usage, prices);
  const totals = reportTotals(instance, allocation, groups, contracts, usage.mixedUsers);
  const limits = limitsFacts(instance, allocation);
  const feasibility = feasibilityFacts(instance, usage, policy);
  const why = whyNotFull({
    model: policy.model,
    k: policy.k,
    totals,
    feasibility,
    mixes: policy.mixTail,
    dearest: dearestOf(contracts),
    ...keptEmptyBy(instance, policy),
  });
  return {
    headline: headline(totals, policy.model, allocation.timedOut, why),
    totals,
    groups,
    contracts,
    ...(limits !== undefined && { limits }),
    feasibility,
    warnings: allocation.warnings.slice(),
  };
}

function reportTotals(
  instance: Instance,
  allocation: ReportedAllocation,
  groups: readonly GroupFacts[],
  contracts: readonly ContractFacts[],
  mixedUsers: number,
): ReportTotals {
  const users = userCount(instance);
  const assignments = allocation.offerPair.length;
  const slots = offerPlaces(instance, allocation.policy);
  const sponsored = sumOf(groups, (g) => g.sponsored_assignments);
  const { bound, objective, score } = allocation;
  return {
    users,
    users_without_offers: sumOf(groups, (g) => g.users_without_offers),
    pairs: pairCount(instance),
    contracts: instance.contracts.length,
    groups: groups.length,
    assignments,
    fill_rate: slots === 0 ? 0 : assignments / slots,
    score,
    objective,
    bound,
    gap: bound !== null && isBelow(objective, bound)
      ? relativeGap(bound, objective)
      : allocation.gap,
    prices_bound: allocation.prices === null ? null : allocation.pricesBound ?? bound,
    ...priceSlacks(instance, allocation),
    sponsored_assignments: sponsored,
    sponsored_share: assignments === 0 ? 0 : sponsored / assignments,
    sponsored_users: sumOf(groups, (g) => g.sponsored_users),
    mixed_users: mixedUsers,
    groups_with_minimum: groups.filter((g) => g.required_sponsored_users > 0).length,
    groups_missed: groups.filter((g) => g.shortfall > 0).length,
    shortfall: sumOf(groups, (g) => g.shortfall),
    shortfall_cost: allocation.shortfall === 0
      ? 0
      : allocation.shortfall * allocation.shortfallPrice,
    cap_violations: contracts.filter((c) => c.assigned > c.cap).length,
  };
}

/**
 * How far the bound of the prices is above the objective. A bound that cases prove says nothing of what a price is worth, nor does
 * one for users who keep their own limits of what the prices of these are.
 */
function priceSlacks(
  instance: Instance,
  allocation: ReportedAllocation,
): Pick<ReportTotals, "price_slack" | "own_price_slack"> {
  const { prices, bound, pricesBound, objective, branches, ownLimitsKept = false } = allocation;
  if (prices === null || bound === null) return { price_slack: null };
  const policy = policyWithPrice(allocation);
  const slackOf = (proven: number) => {
    const slack = proven - objective;
    return slack > 1e-9 * Math.abs(proven) ? slack : 0;
  };
  const known = allocation.boundOfPrices ??
    (branches === undefined ? pricesBound ?? bound : null);
  const boundIf = (kept: boolean) => boundOfPrices(instance, policy, prices, kept);
  return {
    price_slack: slackOf(known ?? boundIf(ownLimitsKept)),
    ...(ownLimitsKept && { own_price_slack: slackOf(boundIf(false)) }),
  };
}
