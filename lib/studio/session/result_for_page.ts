/**
 * A result, for the page.
 *
 * @module
 */
import type { SolvedScenario } from "../../allocator/explain/whatif.ts";
import { resultFacts } from "../../report/facts/facts.ts";
import type { Usage } from "../../report/facts/usage.ts";
import { scenarioFacts } from "../../report/facts/compare/whatif_facts.ts";
import { keyOf, wordsOf } from "./change_words.ts";
import type { Change, StudioResult, StudioRow } from "./messages.ts";

/** A result in one line: the figures of `divvy whatif`. */
export function rowOf(solved: SolvedScenario, change: Change, usage: Usage): StudioRow {
  const { groups: _, ...facts } = scenarioFacts(solved, usage);
  return { ...facts, key: keyOf(change), change };
}

/** Everything that the page shows of a result. */
export function resultForPage(
  version: number,
  { instance, allocation }: SolvedScenario,
  row: StudioRow,
  usage: Usage,
): Omit<StudioResult, "preliminary"> {
  const { feasibility: _, ...facts } = resultFacts(instance, allocation, usage);
  return { version, row, ...facts };
}

/** Name of a scenario: what it changes. */
export function nameOf(change: Change): string {
  return wordsOf(change).join(", ") || "as it is";
}
