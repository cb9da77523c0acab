/**
 * Splits of several totals as JSON, in pieces.
 *
 * @module
 */
import type { TotalsSplit } from "../woptim/methods/totals_by.ts";

/**
 * The people, and for each total its status, what it is worth and the units in the order of the people. Open bounds are null.
 */
export function* totalsJson({ method, names, lower, upper, target, splits }: TotalsSplit) {
  yield `{\n  "method": ${JSON.stringify(method)},\n  "people": [\n`;
  for (let i = 0; i < names.length; i++) {
    const person = { name: names[i], target: target[i], lower: lower[i], upper: upper[i] };
    yield `    ${JSON.stringify(person)}${i + 1 < names.length ? "," : ""}\n`;
  }
  yield `  ],\n  "totals": [\n`;
  for (
    const [k, { total, status, amount, objective, multiplier, level, units }] of splits.entries()
  ) {
    const summary = { total, status, amount, objective, multiplier, level };
    const list = Array.from(units, (x) => x + 0).join(", ");
    yield `    ${JSON.stringify(summary).slice(0, -1)},"units":[${list}]}${
      k + 1 < splits.length ? "," : ""
    }\n`;
  }
  yield "  ]\n}\n";
}
