/**
 * Next week's caps from reviews of the weeks before.
 *
 * @module
 */
import { type CapRule, defaultCapRule } from "../allocator/drop/cap_from_budget.ts";
import { UsageError } from "../base/errors.ts";
import {
  aFlag,
  aNumber,
  anything,
  checkOptions,
  checkValue,
  isObject,
  type OptionRule,
} from "../base/validate.ts";
import { basisInWords } from "../report/facts/review/rate_words.ts";
import {
  type CapFromReview,
  capsFromRates,
  capsOfReviews,
  type ReviewedBudget,
  type ReviewedContractCap,
} from "../review/caps_from_rates.ts";
import {
  type RedemptionOptions,
  type RedemptionRates,
  redemptionRates,
} from "../review/redemption_rates.ts";
import type { ReviewedWeek } from "../review/reviewed_weeks.ts";
import { shownInNotebook } from "./in_notebook.ts";
import type { Review } from "./review.ts";

/** Options of {@link capsFromReviews}. */
export interface CapsFromReviewsOptions extends RedemptionOptions, Partial<CapRule> {
  /** Budgets of the contracts. @default none: caps that aim at as many redemptions as this week's caps did */
  budgets?: readonly ReviewedBudget[];
  /** This week's caps, used where there are no budgets. @default those in the reviews */
  caps?: readonly ReviewedContractCap[];
}

/** Caps, and the redemption rates that they are based on. */
export interface ReviewedCaps {
  /** Caps by contract, in the order of their ids. */
  readonly caps:
    readonly (CapFromReview & { /** How it was computed, in words. */ readonly basis: string })[];
  /** Rates of contracts, and of contracts in groups, and how well they predicted past weeks. */
  readonly rates: RedemptionRates;
}

/** A review, or the facts of one. */
const aReview: OptionRule = {
  expected: "a review, or its facts",
  accepts: (value) =>
    isObject(value) && ("facts" in value || ("contracts" in value && "cells" in value)),
};

const rate = aNumber({ min: 0, max: 1, above: true });
const OPTIONS: Readonly<Record<keyof CapsFromReviewsOptions, OptionRule>> = {
  confidence: aNumber({ min: 0, above: true, max: 0.9999 }),
  backtest: aFlag,
  budgets: anything,
  caps: anything,
  livePrior: rate,
  newPrior: rate,
  z: aNumber({ min: 0 }),
  rateFloor: rate,
  overage: aNumber({ min: 0 }),
};

/**
 * Estimates how often offers are redeemed and computes caps with these rates. The rate of a contract in a group is shrunk
 * towards that of the contract, of its brand, and of all contracts. In a notebook the caps show themselves.
 *
 * @param reviews of the weeks, the oldest first: results of {@link review} or {@link readReview}, or their facts, also from JSON
 * @throws {UsageError} for an unknown option, reviews without redemptions, or where no contract's cap is known
 *
 * @example
 * ```ts
 * import { capsFromReviews } from "./caps_from_reviews.ts";
 * import { review } from "./review.ts";
 * import { assert, assertEquals } from "../deps/std_assert.ts";
 *
 * const users = Array.from({ length: 400 }, (_, i) => ({ user: `u${i}`, contract: "tea" }));
 * const week = review({
 *   offers: users,
 *   selections: users.slice(0, 40),
 *   redemptions: users.slice(0, 40),
 *   contracts: [{ id: "tea", sponsored: true, cap: 400 }],
 * });
 * const { caps: [tea] } = capsFromReviews([week]);
 * // One in ten redeems, where one in four was reckoned with: the cap may be larger.
 * assertEquals(tea.redeemed, 40);
 * assert(tea.cap > 700 && tea.cap < 1000);
 * ```
 */
export function capsFromReviews(
  reviews: readonly (Review | ReviewedWeek)[],
  options: CapsFromReviewsOptions = {},
): ReviewedCaps {
  checkOptions("capsFromReviews", options, OPTIONS);
  checkValue("reviews", reviews, { expected: "a list of reviews", accepts: Array.isArray });
  reviews.forEach((week, i) => checkValue(`reviews[${i}]`, week, aReview));
  const { confidence, backtest, budgets, caps, ...rule } = options;
  const given = Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== undefined));
  const weeks = reviews.map((week) => "facts" in week ? week.facts : week);
  const rates = redemptionRates(weeks, { confidence, backtest });
  const from = budgets !== undefined ? { budgets } : { caps: caps ?? capsOfReviews(rates) };
  const rows = capsFromRates(rates, from, { ...defaultCapRule, ...given });
  if (rows.length === 0) {
    throw new UsageError("the reviews know no caps: give budgets or caps, or contracts to review");
  }
  const found = { caps: rows.map((row) => ({ ...row, basis: basisInWords(row) })), rates };
  return shownInNotebook(found, async ({ textBundle }) => {
    const { reviewedCapsText } = await import("../report/text/rates_text.ts");
    return textBundle(reviewedCapsText(rates, found.caps));
  });
}
