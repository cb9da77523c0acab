/**
 * Contracts: how much of each was given, what one more unit is worth at most, and what lies unused.
 *
 * @module
 */
import { compareIds } from "../../base/ids/ids.ts";
import type { Instance } from "../../allocator/drop/instance/instance.ts";
import type { Prices } from "../../allocator/model/allocation.ts";
import {
  aboutContract,
  type KnownContract,
} from "../../allocator/drop/instance/contract_columns.ts";
import { type ContractSummary, contractSummary } from "./summary.ts";
import type { Usage } from "./usage.ts";

/** One contract: the summary's figures and who could use it. */
export interface ContractFacts extends ContractSummary, KnownContract {
  /** cap − assigned, at least 0. */
  unused: number;
  /** Users that have it as an eligible pair. */
  eligible_users: number;
  /** Those of them that have no offer at all. */
  eligible_users_without_offers: number;
  /** Users that have it among their k best scores, as far as these can be worth anything. */
  wanted_by: number;
}

/** Every contract, by contract_address. */
export function contractFacts(
  instance: Instance,
  usage: Usage,
  prices: Prices | null,
): ContractFacts[] {
  return instance.contracts
    .map((_, c): ContractFacts => ({
      ...contractSummary(instance, usage, prices, c),
      unused: Math.max(0, instance.cap[c] - usage.assigned[c]),
      eligible_users: usage.eligible[c],
      eligible_users_without_offers: usage.eligibleIdle[c],
      wanted_by: usage.wanted[c],
      ...aboutContract(instance, c),
    }))
    .sort((a, b) => compareIds(a.contract_address, b.contract_address));
}

/**
 * Contracts that are full and wanted by more users than got them: highest price first, or where no prices are
 * known those that most users went without.
 */
export function fullAndWanted(contracts: readonly ContractFacts[]): ContractFacts[] {
  return contracts
    .filter((c) =>
      c.assigned >= c.cap && (c.price === undefined ? c.wanted_by > c.assigned : c.price > 0)
    )
    .sort((a, b) =>
      (b.price ?? 0) - (a.price ?? 0) ||
      (b.wanted_by - b.assigned) - (a.wanted_by - a.assigned)
    );
}

/** Sponsored contracts with units left, most units first. */
export function underUsedSponsored(contracts: readonly ContractFacts[]): ContractFacts[] {
  return contracts
    .filter((c) => c.is_sponsored && c.unused > 0)
    .sort((a, b) => b.unused - a.unused || a.utilization - b.utilization);
}

/** The contracts with these ids, in their order; all must be among the facts. */
export function contractsOf(
  facts: { readonly contracts: readonly ContractFacts[] },
  ids: readonly string[],
): ContractFacts[] {
  const byId = new Map(facts.contracts.map((c) => [c.contract_address, c]));
  return ids.map((id) => byId.get(id)!);
}
