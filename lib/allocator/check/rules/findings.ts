/**
 * The findings of one rule: how many, and the first few cases.
 *
 * @module
 */
import type { CheckCase, RuleFinding, RuleName } from "./report.ts";

/** How many cases are kept of each rule. */
export const CASES = 5;

/** Counts the cases of one rule and keeps those that come first in `order`. */
export class Findings {
  /** The rule. */
  readonly rule: RuleName;
  #count = 0;
  readonly #kept: { order: number; found: CheckCase }[] = [];

  /** No case yet. */
  constructor(rule: RuleName) {
    this.rule = rule;
  }

  /** Counts a case; `describe` is called only if the case is among the first so far. */
  add(order: number, describe: () => CheckCase): void {
    this.#count++;
    const kept = this.#kept;
    if (kept.length === CASES && order >= kept[CASES - 1].order) return;
    const after = kept.findIndex((other) => other.order > order);
    kept.splice(after < 0 ? kept.length : after, 0, { order, found: describe() });
    if (kept.length > CASES) kept.pop();
  }

  /** The finding as it is reported. */
  report(): RuleFinding {
    return { rule: this.rule, count: this.#count, cases: this.#kept.map((kept) => kept.found) };
  }
}
