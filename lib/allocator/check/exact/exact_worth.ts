/**
 * What numbers of offers are worth, in units.
 *
 * @module
 */
import type { Policy } from "../../model/policy.ts";
import { type Amount, plus } from "../bound/amount.ts";

/** Worth of a number of offers in units, each weight rounded by `round`; `zero` is the 0 of its type. */
export function worthInUnits<N extends Amount>(
  policy: Policy,
  offers: number,
  round: (value: number) => N,
  zero: N,
): N {
  let worth = zero;
  if (policy.covMode === "shortfall") {
    // A cost is rounded the other way than a worth: −⌊x⌋ is ⌈−x⌉.
    const cost = round(-policy.shortfallPenalty);
    for (let n = offers; n < policy.k; n++) worth = plus(worth, cost);
    return worth;
  }
  const most = Math.min(offers, policy.k, policy.covW.length);
  for (let n = 0; n < most; n++) worth = plus(worth, round(policy.covW[n]));
  return worth;
}
