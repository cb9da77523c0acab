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

/** Finds the hard shares whose eligible pairs all count more than the share; null if there are none. */
export function closedShares(limits: Limits): ClosedShares | null {
  const { families, rows } = limits, { family, sense, price, item, start, row, coefficient } = rows;
  const isOpen = Uint8Array.from(
    family,
    (f, r) => families[f].shareOf === null || sense[r] < 0 || price[r] < Infinity ? 1 : 0,
  );
  if (isOpen.every((open) => open === 1)) return null;
  row.forEach((r, e) => {
    if (coefficient[e] <= 0) isOpen[r] = 1;
  });
  const pairs = new Float64Array(family.length);
  for (const i of item) for (let e = start[i]; e < start[i + 1]; e++) pairs[row[e]]++;
  const found: ClosedShares = { shares: 0, pairs: 0, examples: [] };
  isOpen.forEach((open, r) => {
    if (open === 1 || pairs[r] === 0) return;
    found.shares++;
    found.pairs += pairs[r];
    if (found.examples.length < NAMED) found.examples.push(labelOfRow(limits, r));
  });
  return found.shares === 0 ? null : found;
}
