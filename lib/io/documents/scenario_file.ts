/**
 * Reads scenarios for `divvy whatif` from JSON text.
 *
 * @module
 */
import type { Scenario } from "../../allocator/explain/whatif.ts";
import type { Policy } from "../../allocator/model/policy.ts";
import { POLICY_FIELDS } from "../../allocator/model/policy_table.ts";
import { didYouMean } from "../../base/ids/near_ids.ts";
import { ofKind } from "../../base/validate.ts";
import { z } from "../../deps/zod.ts";
import { InputError } from "../../base/errors.ts";
import { parseDocument } from "./json_document.ts";

const ratio = z.number().min(0).max(1);
const factor = z.number().min(0);
const id = z.string().min(1);

/** A list of named changes. Unknown names are errors, since a change without effect would mislead. */
const scenarioSchema = z.array(
  z.strictObject({
    name: z.string().min(1).describe("Name of the scenario, for tables and charts"),
    ratio_scale: factor.optional().describe("Every group's ratio times this, at most 1"),
    set_ratio: z.record(z.string(), ratio).optional()
      .describe("Ratios of single groups by group_id"),
    cap_scale: z.record(z.string(), factor).optional()
      .describe("Caps times this, by contract_address, or all, sponsored, unsponsored"),
    brand_cap_scale: z.record(z.string(), factor).optional()
      .describe("Caps of a brand's contracts times this, by brand_id"),
    set_cap: z.record(z.string(), z.number().int().min(0)).optional()
      .describe("Caps of single contracts by contract_address"),
    limit_scale: z.record(z.string(), factor).optional()
      .describe("Amounts of limits times this, by the limit's name, or all"),
    pins: z.array(z.strictObject({ user_id: id, contract_address: id })).optional()
      .describe("Pairs that must be given, beside those of --pins"),
    bans: z.array(
      z.strictObject({
        user_id: id.optional(),
        contract_address: id.optional(),
        brand_id: id.optional(),
        group_id: id.optional(),
      }),
    ).optional().describe("Pairs that must not be given: those that have all that a ban names"),
    k: z.number().int().min(1).optional().describe("Most offers per user"),
    policy: z.record(z.string(), z.unknown()).optional()
      .describe("Rules and weights in place of the certificate's, as in a configuration file"),
  }),
).min(1);

/** The same as JSON Schema, for editors: `divvy schema scenarios`. */
export function scenariosJsonSchema(): Record<string, unknown> {
  return {
    ...(z.toJSONSchema(scenarioSchema) as Record<string, unknown>),
    title: "scenarios",
    description: "Named changes of a drop for divvy whatif --scenarios",
  };
}

/**
 * Reads scenarios from JSON text: `[{"name": "…", "ratio_scale": 0.8, "set_ratio": {"G": 0.4},
 * "cap_scale": {"sponsored": 1.2}, "brand_cap_scale": {"31": 2}, "set_cap": {"C": 500}, "limit_scale": {"budget": 1.1},
 * "pins": [{"user_id": "U", "contract_address": "C"}], "bans": [{"user_id": "U", "brand_id": "31"}], "k": 4,
 * "policy": {"mix_tail": true}}, …]`.
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
  return list.map(({ policy, ...one }, i) => {
    if (names.has(one.name)) {
      throw InputError.at({ file, column: `[${i}].name`, value: one.name, expected: "a new name" });
    }
    names.add(one.name);
    return {
      name: one.name,
      ratioScale: one.ratio_scale,
      setRatio: one.set_ratio,
      capScale: one.cap_scale,
      brandCapScale: one.brand_cap_scale,
      setCap: one.set_cap,
      limitScale: one.limit_scale,
      ...(one.pins !== undefined && {
        pins: one.pins.map((pin) => ({ user: pin.user_id, contract: pin.contract_address })),
      }),
      ...(one.bans !== undefined && {
        bans: one.bans.map((ban) => ({
          user: ban.user_id,
          contract: ban.contract_address,
          brand: ban.brand_id,
          group: ban.group_id,
        })),
      }),
      k: one.k,
      ...(policy !== undefined && { policy: policyOf(policy, file, `[${i}].policy`) }),
    };
  });
}

/** Fields of a policy as files name them. @throws {InputError} naming the first that can't be used */
function policyOf(given: Record<string, unknown>, file: string, at: string): Partial<Policy> {
  return Object.fromEntries(
    Object.entries(given).map(([json, value]) => {
      const field = POLICY_FIELDS.find((field) => field.json === json);
      const column = `${at}.${json}`;
      if (field === undefined) {
        const names = POLICY_FIELDS.map((field) => field.json);
        const expected = `a field of the policy${didYouMean(json, names)}`;
        throw InputError.at({ file, column: at, value: json, expected });
      }
      const { accepts, expected } = ofKind(field.kind, field.nullable);
      if (!accepts(value)) {
        throw InputError.at({ file, column, value: JSON.stringify(value), expected });
      }
      return [field.name, value];
    }),
  );
}
