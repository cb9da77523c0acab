/**
 * Caps and rates out of reviews, in the words of their JSON.
 *
 * @module
 */
import type { CapFromReview } from "../../../review/caps_from_rates.ts";
import type { RateEstimate } from "../../../review/estimate_rates.ts";
import type { RedemptionRates } from "../../../review/redemption_rates.ts";
import { basisInWords } from "./rate_words.ts";

function rate({ rate, low, high, deviation }: RateEstimate) {
  return { redemption_rate: rate, rate_low: low, rate_high: high, deviation };
}

/** Everything that `divvy caps --from-review --json` prints. */
export function rateFacts(rates: RedemptionRates, caps: readonly CapFromReview[]) {
  return {
    confidence: rates.confidence,
    reviews: rates.weeks,
    overall: rate(rates.overall),
    strengths: rates.strengths,
    caps: caps.map((cap) => ({
      contract_address: cap.contract,
      cap_face: cap.cap,
      is_sponsored: cap.isSponsored,
      brand_id: cap.brand,
      face_value: cap.faceValue,
      ...rate(cap.estimate),
      cautious_rate: cap.cautiousRate,
      offered: cap.offers,
      redeemed: cap.redeemed,
      sources: cap.sources,
      left: cap.budget?.impossible === null ? cap.budget.left : null,
      reserved: cap.budget?.impossible === null ? cap.budget.reserved : null,
      impossible: cap.impossible,
      basis: basisInWords(cap),
    })),
    cells: rates.cells.map((cell) => ({
      contract_address: cell.contract,
      group_id: cell.group,
      offered: cell.offers,
      redeemed: cell.redeemed,
      ...rate(cell),
      own_share: cell.own,
    })),
    backtest: rates.backtest.map((row) => ({
      review: rates.weeks[row.week],
      offered: row.offers,
      predicted: row.predicted,
      low: row.interval.low,
      high: row.interval.high,
      seen: row.seen,
      contracts: row.contracts,
      contracts_inside: row.contractsInside,
      error: row.error,
      error_own_rates: row.errorOwn,
      error_overall_rate: row.errorOverall,
    })),
  };
}
