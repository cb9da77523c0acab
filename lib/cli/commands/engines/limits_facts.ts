/**
 * What became of limits in an engine's result, as the summary has it.
 *
 * @module
 */
import { standingRows } from "../../../allocator/explain/limit_rows.ts";
import type { EngineResult } from "../../../engine/run/allocate_in_engine.ts";
import { familyFacts } from "../../../report/facts/limit_facts.ts";
import type { Limits } from "../../../allocator/drop/instance/limits.ts";

/** Families and rows as in the summaries of one machine, without what only the pairs can say; undefined: there are no limits. */
export function engineLimitsFacts({ slots, slotOffers, prices, certificate }: EngineResult) {
  if (slots === null || slotOffers === null || slots.drop.limits!.families.length === 0) {
    return undefined;
  }
  const { drop, pairOf } = slots, limits: Limits = drop.limits!;
  const offerPair = new Uint32Array(slotOffers.reduce((sum, n) => sum + n, 0));
  let end = 0;
  slotOffers.forEach((n, slot) => offerPair.fill(pairOf[slot], end, end += n));
  const rows = standingRows({
    instance: { limits },
    offerPair,
    prices,
    shortfallPrice: certificate.shortfall_price,
  });
  return { families: familyFacts(limits, rows), rows };
}
