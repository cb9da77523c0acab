/**
 * Rules for the fields of scenarios.
 *
 * @module
 */
import type { Scenario } from "../allocator/explain/whatif.ts";
import {
  aNumber,
  anything,
  aText,
  checkOptions,
  listOf,
  type OptionRule,
  recordOf,
} from "../base/validate.ts";
import { POLICY_OPTIONS } from "./policy_options.ts";

const anId: OptionRule = {
  expected: "an id",
  accepts: (value) => typeof value === "string" && value !== "",
};

const RULES: Readonly<Record<keyof Scenario, OptionRule>> = {
  name: aText,
  ratioScale: aNumber({ min: 0 }),
  setRatio: recordOf(aNumber({ min: 0, max: 1 }), "an object of group ids and numbers from 0 to 1"),
  capScale: recordOf(aNumber({ min: 0 }), "an object of contract ids and numbers ≥ 0"),
  limitScale: recordOf(aNumber({ min: 0 }), "an object of names of limits and numbers ≥ 0"),
  brandCapScale: recordOf(aNumber({ min: 0 }), "an object of brands and numbers ≥ 0"),
  setCap: recordOf(
    aNumber({ min: 0, whole: true }),
    "an object of contract ids and whole numbers ≥ 0",
  ),
  pins: listOf(
    { user: anId, contract: anId },
    ["user", "contract"],
    "a list of pins { user, contract }",
  ),
  bans: listOf(
    { user: anId, contract: anId, brand: anId, group: anId },
    [],
    "a list of bans { user, contract, brand, group }, each with one id or more",
  ),
  k: POLICY_OPTIONS.k,
  // Checked below, field by field.
  policy: anything,
};

/**
 * Checks a scenario, or some fields of one.
 *
 * @param of its name in messages: "a change", "scenarios[0]"
 * @throws {UsageError} that names the invalid field
 */
export function checkScenario(of: string, scenario: Partial<Scenario>): void {
  checkOptions(of, scenario, RULES);
  if (scenario.policy !== undefined) checkOptions(`${of}.policy`, scenario.policy, POLICY_OPTIONS);
}
