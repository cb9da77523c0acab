/**
 * Next week's caps out of redemption rates, and out of budgets or this week's caps.
 *
 * @module
 */
import {
  type BudgetCap,
  capFromBudget,
  capFromCap,
  type CapRule,
  cautiousRate,
  type ContractBudget,
} from "../allocator/drop/cap_from_budget.ts";
import { compareIds } from "../base/ids/ids.ts";
import type { RateEstimate, RateSources } from "./estimate_rates.ts";
import type { ContractRate, RedemptionRates } from "./redemption_rates.ts";

/** The money of a contract, as {@link ContractBudget} has it; how often it was redeemed is known from reviews. */
export interface ReviewedBudget extends Omit<ContractBudget, "redeemed" | "assigned" | "rate"> {
  /** Contract. */
  readonly contract: string;
  /** Brand; "" or null: none, or not known. */
  readonly brand: string | null;
}

/** This week's cap of a contract. */
export interface ReviewedContractCap {
  /** Contract. */
  readonly contract: string;
  /** Cap. */
  readonly cap: number;
  /** Whether it is sponsored. */
  readonly isSponsored: boolean;
  /** Brand; "" or null: none, or not known. */
  readonly brand: string | null;
  /** The cautious redemption rate that the cap was made with; null: not known. */
  readonly plannedRate: number | null;
}

/** A cap, the rate behind it and where that comes from. */
export interface CapFromReview {
  /** Contract. */
  readonly contract: string;
  /** Whether it is sponsored. */
  readonly isSponsored: boolean;
  /** Brand; null: none, or not known. */
  readonly brand: string | null;
  /** What a redemption costs; null: no budget is known. */
  readonly faceValue: number | null;
  /** How many users may get it; 0 where `impossible` is set. */
  readonly cap: number;
  /** Whether it is unsponsored and has no cap of its own, this week as before; `cap` is 0 then. */
  readonly isDefault: boolean;
  /** Expected redemption rate and its interval. */
  readonly estimate: RateEstimate;
  /** The rate that the cap was made with: some deviations above the mean. */
  readonly cautiousRate: number;
  /** Offers that the reviews have of it. */
  readonly offers: number;
  /** Of them redeemed. */
  readonly redeemed: number;
  /** What the rate comes from. */
  readonly sources: RateSources;
  /** The steps from the budget; null: there is none. */
  readonly budget: BudgetCap | null;
  /** Why there is no cap, or null. */
  readonly impossible: string | null;
}

/**
 * Caps of every contract that has a budget, or of those that have a cap where no budgets are known: by the rule of
 * {@link capFromBudget} with the rates of reviews in place of each contract's own counts, or as many redemptions as this
 * week's cap was to give.
 *
 * @param from budgets, or caps: of a file, or of the reviews' contracts; see {@link capsOfReviews}
 * @returns caps in the order of their contracts' ids
 */
export function capsFromRates(
  rates: RedemptionRates,
  from: { budgets: readonly ReviewedBudget[] } | { caps: readonly ReviewedContractCap[] },
  rule: CapRule,
): CapFromReview[] {
  const known = new Map(rates.contracts.map((rate) => [rate.contract, rate]));
  const common = (contract: string, brand: string | null) => {
    const own = known.get(contract);
    return rateOf(rates, own, own?.brand ?? (brand === "" ? null : brand), rule);
  };
  const caps = "budgets" in from
    ? from.budgets.map((budget): CapFromReview => {
      const { contract, isSponsored, faceValue } = budget;
      const rate = common(contract, budget.brand);
      const { rate: mean, deviation } = rate.estimate;
      const cap = capFromBudget(
        { ...budget, redeemed: 0, assigned: 0, rate: { mean, deviation } },
        rule,
      );
      const { impossible } = cap;
      const made = { cap: cap.cap, budget: cap, impossible, isDefault: false };
      return { contract, isSponsored, faceValue, ...rate, ...made };
    })
    : from.caps.map((row): CapFromReview => {
      const { contract, isSponsored, plannedRate } = row;
      const rate = common(contract, row.brand), { rate: mean, deviation } = rate.estimate;
      const cap = capFromCap(row.cap, plannedRate, { mean, deviation }, rule);
      // `divvy allocate` gives such contracts a default cap, but leaves out contracts that the table does not have.
      const isDefault = !isSponsored && row.cap <= 0;
      const rest = { faceValue: null, budget: null, impossible: null };
      return { contract, isSponsored, ...rate, cap: isDefault ? 0 : cap, isDefault, ...rest };
    });
  return caps.sort((a, b) => compareIds(a.contract, b.contract));
}

function rateOf(
  rates: RedemptionRates,
  own: ContractRate | undefined,
  brand: string | null,
  rule: CapRule,
) {
  const { rate, deviation, low, high } = own ?? rates.newContract(brand);
  return {
    brand,
    estimate: { rate, deviation, low, high },
    cautiousRate: cautiousRate({ mean: rate, deviation }, rule),
    offers: own?.offers ?? 0,
    redeemed: own?.redeemed ?? 0,
    sources: own?.sources ?? rates.sourcesOfNew(brand),
  };
}

/** This week's caps as the reviews know them; contracts whose cap or type they don't are left out. */
export function capsOfReviews(rates: RedemptionRates): ReviewedContractCap[] {
  return rates.contracts.flatMap(({ contract, brand, known }) => {
    const { cap, is_sponsored, planned_rate } = known;
    if (cap === null || is_sponsored === null) return [];
    return [{ contract, cap, isSponsored: is_sponsored, brand, plannedRate: planned_rate }];
  });
}
