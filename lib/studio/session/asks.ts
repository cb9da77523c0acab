/**
 * What the calls of a page are asked with: whoever calls may be no page of ours.
 *
 * @module
 */
import { aText, checkValue, type OptionRule } from "../../base/validate.ts";
import type { StudioCalls } from "./messages.ts";
import { FILE_NAMES } from "./saves.ts";

/** A text, or nothing. */
const maybeText: OptionRule = {
  expected: "a text",
  accepts: (value) => value === undefined || typeof value === "string",
};

/** What calls are asked with; all others are asked nothing. A change itself is checked as a scenario is. */
const ASKS: Readonly<Partial<Record<keyof StudioCalls, Readonly<Record<string, OptionRule>>>>> = {
  change: { drag: maybeText },
  users: { text: aText },
  user: { id: aText },
  contract: { id: aText },
  group: { id: aText },
  save: {
    kind: {
      expected: `one of ${Object.keys(FILE_NAMES).join(", ")}`,
      accepts: (kind) => typeof kind === "string" && Object.hasOwn(FILE_NAMES, kind),
    },
  },
};

/** @throws {UsageError} where a call is asked with something else than it takes */
export function checkAsk(name: keyof StudioCalls, ask: unknown): void {
  const rules = ASKS[name];
  if (rules === undefined) return;
  checkValue("what is asked", ask, {
    expected: "an object",
    accepts: (value) => typeof value === "object" && value !== null,
  });
  for (const [field, rule] of Object.entries(rules)) {
    checkValue(field, (ask as Record<string, unknown>)[field], rule);
  }
}
