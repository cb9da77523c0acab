/**
 * Looks at a change that a page sends.
 *
 * @module
 */
import { POLICY_OPTIONS } from "../../api/policy_options.ts";
import { aNumber, checkOptions, type OptionRule, recordOf } from "../../base/validate.ts";
import { anything } from "../../base/validate.ts";
import type { Change } from "./messages.ts";

const factors = recordOf(aNumber({ min: 0 }), "an object of names and numbers ≥ 0");

/** What each part of a change may be. */
const RULES: Readonly<Record<keyof Change, OptionRule>> = {
  ratioScale: aNumber({ min: 0 }),
  setRatio: recordOf(aNumber({ min: 0, max: 1 }), "an object of groups and numbers from 0 to 1"),
  capScale: factors,
  brandCapScale: factors,
  setCap: recordOf(aNumber({ min: 0, whole: true }), "an object of contracts and whole numbers"),
  limitScale: factors,
  k: POLICY_OPTIONS.k,
  // Looked at below, field by field.
  policy: anything,
};

/** Checks a change. @throws {UsageError} that names what can't be used */
export function checkChange(change: Change): void {
  checkOptions("a change", change, RULES);
  if (change.policy !== undefined) checkOptions("policy", change.policy, POLICY_OPTIONS);
}
