/**
 * The limit on changes from previous offers.
 *
 * @module
 */
import { type CountOrShare, parseCountOrShare } from "../../../base/numbers/count_or_share.ts";
import type { LimitFamily } from "../instance/limit_family.ts";
import { IN_PREVIOUS } from "../instance/previous.ts";

/** Name of the limit that `maxChanged` makes. */
export const CHANGED = "changed offers";

/** The limit on changes: at most this many new offers, or this share of all offers. */
export function changedFamily(most: CountOrShare): LimitFamily {
  const { amount, isShare } = parseCountOrShare(most)!;
  return {
    limit: CHANGED,
    per: [],
    counts: "offers",
    atMost: amount,
    atLeast: null,
    shareOf: isShare ? "offers" : null,
    price: null,
    where: [{ column: IN_PREVIOUS, values: ["false"] }],
    source: { file: "max changed" },
  };
}
