/**
 * What the page is told of a result.
 *
 * @module
 */
import { Drop, type InputReport } from "../../allocator/drop/drop.ts";
import type { SolvedScenario } from "../../allocator/explain/whatif.ts";
import { reportFacts } from "../../report/facts/facts.ts";
import { whatIfFacts } from "../../report/facts/whatif_facts.ts";
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
  const facts = reportFacts(new Drop(instance, input), allocation);
  return {
    version,
    row,
    headline: facts.headline,
    totals: facts.totals,
    groups: facts.groups,
    contracts: facts.contracts,
    ...(facts.limits !== undefined && { limits: facts.limits }),
    warnings: facts.warnings,
  };
}

/** Name of a scenario: what it changes. */
export function nameOf(change: Change): string {
  return wordsOf(change).join(", ") || "as it is";
}
