/**
 * Shares that allow no offer.
 *
 * "At most 20 % of each market's offers to new users" forbids every offer of a market whose users are all new: each would be one
 * of them. No solver has to know it, but people do.
 *
 * @module
 */
import type { InputReport } from "../instance/input_report.ts";
import { labelOfRow, type Limits } from "../instance/limits.ts";

/** Shares that allow no offer, as the input's report has them. */
export type ClosedShares = NonNullable<InputReport["closed_shares"]>;

/** Most of them that are named. */
const NAMED = 3;

/**
 * Finds the hard shares whose eligible pairs all count more than the share; null if there are none.
 *
 * @param pairsOf Float64Array, length items: eligible pairs of each
 */
export function closedShares(limits: Limits, pairsOf = pairsOfItems(limits)): ClosedShares | null {
  const { families, rows } = limits, { family, sense, price, start, row, coefficient } = rows;
  const isOpen = Uint8Array.from(
    family,
    (f, r) => families[f].shareOf === null || sense[r] < 0 || price[r] < Infinity ? 1 : 0,
  );
  if (isOpen.every((open) => open === 1)) return null;
  const pairs = new Float64Array(family.length);
  pairsOf.forEach((n, i) => {
    if (n === 0) return;
    for (let e = start[i]; e < start[i + 1]; e++) {
      pairs[row[e]] += n;
      if (coefficient[e] <= 0) isOpen[row[e]] = 1;
    }
  });
  const found: ClosedShares = { shares: 0, pairs: 0, examples: [] };
  isOpen.forEach((open, r) => {
    if (open === 1 || pairs[r] === 0) return;
    found.shares++;
    found.pairs += pairs[r];
    if (found.examples.length < NAMED) found.examples.push(labelOfRow(limits, r));
  });
  return found.shares === 0 ? null : found;
}

/** How many pairs each item of limits has. */
function pairsOfItems({ rows: { item, start } }: Limits): Float64Array {
  const pairs = new Float64Array(start.length - 1);
  for (const i of item) pairs[i]++;
  return pairs;
}
