/**
 * Scenarios as JSON text.
 *
 * @module
 */
import type { Scenario } from "../../allocator/explain/whatif.ts";
import { z } from "../../deps/zod.ts";
import { InputError } from "../../base/errors.ts";
import { parseDocument } from "./json_document.ts";

const ratio = z.number().min(0).max(1);
const factor = z.number().min(0);

/** A list of named changes. Misspelt names are errors: a change that changes nothing would mislead. */
export const scenarioSchema = z.array(
  z.strictObject({
    name: z.string().min(1).describe("Name of the scenario, for tables and charts"),
    ratio_scale: factor.optional().describe("Every group's ratio times this, at most 1"),
    set_ratio: z.record(z.string(), ratio).optional()
      .describe("Ratios of single groups by group_id"),
    cap_scale: z.record(z.string(), factor).optional()
      .describe("Caps times this, by contract_address, or all, sponsored, unsponsored"),
    limit_scale: z.record(z.string(), factor).optional()
      .describe("Amounts of limits times this, by the limit's name, or all"),
    k: z.number().int().min(1).optional().describe("Most offers per user"),
  }),
).min(1);

/**
 * Reads scenarios from JSON text: `[{"name": "…", "ratio_scale": 0.8, "set_ratio": {"G": 0.4},
 * "cap_scale": {"sponsored": 1.2}, "limit_scale": {"budget": 1.1}, "k": 4}, …]`.
 *
 * @param file the file's name, for errors
 * @throws {InputError} naming the first path in the document whose value can't be used
 *
 * @example
 * ```ts
 * import { parseScenarios } from "./scenario_file.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * const [scenario] = parseScenarios('[{"name": "more", "cap_scale": {"sponsored": 1.2}}]', "s.json");
 * assertEquals(scenario.capScale?.sponsored, 1.2);
 * ```
 */
export function parseScenarios(text: string, file: string): Scenario[] {
  const list = parseDocument(text, file, "scenarios", scenarioSchema);
  const names = new Set<string>();
  return list.map(({ name, ratio_scale, set_ratio, cap_scale, limit_scale, k }, i) => {
    if (names.has(name)) {
      throw InputError.at({ file, column: `${i}.name`, value: name, expected: "a new name" });
    }
    names.add(name);
    return {
      name,
      ratioScale: ratio_scale,
      setRatio: set_ratio,
      capScale: cap_scale,
      limitScale: limit_scale,
      k,
    };
  });
}
