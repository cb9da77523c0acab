/**
 * Redemption rates, and the caps made with them, in words.
 *
 * @module
 */
import type { CapFromReview } from "../../../review/caps_from_rates.ts";
import type { RateSources } from "../../../review/estimate_rates.ts";
import { count, percent } from "../../words.ts";

/** What a rate comes from: "62 % own, 24 % brand 8, 14 % all contracts". */
function sourcesInWords(
  { own, brand, overall }: RateSources,
  brandId: string | null,
): string {
  const parts: [string, number][] = [
    ["own", own],
    [brandId === null ? "other contracts" : `brand ${brandId}`, brand],
    ["all contracts", overall],
  ];
  return parts.filter(([, share]) => share >= 0.005)
    .map(([name, share]) => `${percent(share, 0)} ${name}`).join(", ");
}

/** How a cap came about, and how sure it is, in one line. */
export function basisInWords(cap: CapFromReview): string {
  const { estimate: { rate, low, high }, offers, redeemed, sources, brand } = cap;
  const seen = offers === 0 ? "no offers yet" : `${count(redeemed)} of ${count(offers)} redeemed`;
  return `${percent(rate)} (${percent(low)} to ${percent(high)}): ${seen}; ${
    sourcesInWords(sources, brand)
  }`;
}
