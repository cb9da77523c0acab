/**
 * What the page is told of a result.
 *
 * @module
 */
import { Drop, type InputReport } from "../../allocator/drop/drop.ts";
import type { SolvedScenario } from "../../allocator/explain/whatif.ts";
import type { ContractFacts } from "../../report/facts/contract_facts.ts";
import { reportFacts } from "../../report/facts/facts.ts";
import { whatIfFacts } from "../../report/facts/whatif_facts.ts";
import { whyNotFull } from "../../report/facts/why_not_full.ts";
import { keyOf, wordsOf } from "./change_words.ts";
import type { Change, StudioResult, StudioRow } from "./messages.ts";

/** A result in one line: the figures of `divvy whatif`. */
export function rowOf(solved: SolvedScenario, change: Change): StudioRow {
  const { groups: _, ...facts } = whatIfFacts([solved]).scenarios[0];
  return { ...facts, key: keyOf(change), change };
}

/** Everything that the page shows of a result. */
export function resultForPage(
  version: number,
  solved: SolvedScenario,
  row: StudioRow,
  input: InputReport,
): Omit<StudioResult, "preliminary"> {
  const { instance, allocation } = solved;
  const { policy } = allocation;
  const facts = reportFacts(new Drop(instance, input), allocation);
  const why = whyNotFull({
    model: policy.model,
    k: policy.k,
    totals: facts.totals,
    feasibility: facts.feasibility,
    mixes: policy.mixTail,
    dearest: dearestOf(facts.contracts),
    limited: facts.limits !== undefined,
  });
  return {
    version,
    row,
    headline: { ...facts.headline, why },
    totals: facts.totals,
    groups: facts.groups,
    contracts: facts.contracts,
    ...(facts.limits !== undefined && { limits: facts.limits }),
    warnings: facts.warnings,
  };
}

/** The contract with the highest price; null where none has one. */
function dearestOf(contracts: readonly ContractFacts[]): { id: string; price: number } | null {
  const price = (contract: ContractFacts) => contract.price ?? 0;
  const most = contracts.reduce((a, b) => price(b) > price(a) ? b : a, contracts[0]);
  return most === undefined || price(most) === 0
    ? null
    : { id: most.contract_address, price: price(most) };
}

/** Name of a scenario: what it changes. */
export function nameOf(change: Change): string {
  return wordsOf(change).join(", ") || "as it is";
}
