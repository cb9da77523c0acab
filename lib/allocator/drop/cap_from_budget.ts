/**
 * How many users may get a contract, from its budget and how often its claims were redeemed.
 *
 * @module
 */
import { BEFORE_FLOOR, WORTH_ROUNDING } from "../../base/numbers/rounding.ts";

/** Money and history of one contract. Amounts in one currency, counts of the last 180 days. */
export interface ContractBudget {
  /** Whole budget of the contract. */
  readonly budget: number;
  /** Spent so far. */
  readonly spent: number;
  /** Claims that users hold and may still redeem. */
  readonly liveClaims: number;
  /** What one redemption costs. */
  readonly faceValue: number;
  /** Assignments redeemed, r. */
  readonly redeemed: number;
  /** Assignments made, n; 0: no history. */
  readonly assigned: number;
  /** Whether the contract is sponsored. */
  readonly isSponsored: boolean;
  /** Redemption rate from another source, used instead of `redeemed` and `assigned`. @default theirs */
  readonly rate?: KnownRate;
}

/** A redemption rate from reviews of earlier drops. */
export interface KnownRate {
  /** Its mean. */
  readonly mean: number;
  /** Its standard deviation. */
  readonly deviation: number;
}

/** The constants of {@link capFromBudget}. */
export interface CapRule {
  /** Redemption rate of live claims without history. @default 0.2 */
  readonly livePrior: number;
  /** Redemption rate of new claims without history. @default 0.25 */
  readonly newPrior: number;
  /** Standard deviations added to the rate of new claims. @default 1.28 */
  readonly z: number;
  /** Least redemption rate of new claims. @default 0.03 */
  readonly rateFloor: number;
  /** Factor on what is left of a sponsored contract's budget. @default 1.5 */
  readonly overage: number;
}

/** The defaults of {@link CapRule}. */
export const defaultCapRule: CapRule = Object.freeze({
  livePrior: 0.2,
  newPrior: 0.25,
  z: 1.28,
  rateFloor: 0.03,
  overage: 1.5,
});

/** A cap and the steps that led to it. */
export interface BudgetCap {
  /** How many users may get the contract; 0 where `impossible` is set. */
  readonly cap: number;
  /** p: expected redemption rate of live claims. */
  readonly liveRate: number;
  /** p': cautious redemption rate of new claims. */
  readonly newRate: number;
  /** Budget left, overage included. */
  readonly left: number;
  /** How much of `left` is reserved for live claims. */
  readonly reserved: number;
  /** Why these figures give no cap; null: they give one. */
  readonly impossible: string | null;
}

/**
 * The cap of a contract:
 *
 *     p    = (r + 1) / (n + 2)                                       mean of Beta(r + 1, n − r + 1)
 *     p'   = max(floor, min(1, p + z · √((r+1)(n−r+1) / ((n+2)²(n+3)))))   mean and z deviations
 *     left = max(budget − spent, 0) · (overage where sponsored)
 *     cap  = ⌊max(left − live · face · p, 0) / (face · p')⌋
 *
 * p and p' are the rates of claims that are out and of new ones; without history they are the priors. Figures that
 * can't be (face value 0, more redemptions than assignments, …) give cap 0 and say why in `impossible`.
 *
 * @example
 * ```ts
 * import { capFromBudget } from "./cap_from_budget.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * const fresh = { budget: 1000, spent: 0, liveClaims: 0, faceValue: 10, redeemed: 0, assigned: 0 };
 * assertEquals(capFromBudget({ ...fresh, isSponsored: false }).cap, 400); // 1000 / (10 · 0.25)
 * assertEquals(capFromBudget({ ...fresh, isSponsored: true }).cap, 600);
 * ```
 */
export function capFromBudget(contract: ContractBudget, rule: CapRule = defaultCapRule): BudgetCap {
  const { budget, spent, liveClaims, faceValue } = contract;
  const impossible = impossibility(contract);
  if (impossible !== null) {
    return { cap: 0, liveRate: NaN, newRate: NaN, left: NaN, reserved: NaN, impossible };
  }
  const known = rateOf(contract);
  const liveRate = known?.mean ?? rule.livePrior, newRate = cautiousRate(known, rule);
  const left = Math.max(budget - spent, 0) * (contract.isSponsored ? rule.overage : 1);
  const reserved = liveClaims * faceValue * liveRate;
  const units = Math.max(left - reserved, 0) / (faceValue * newRate);
  if (!Number.isFinite(units)) {
    const why = "the expected cost of a claim is too small";
    return { cap: 0, liveRate, newRate, left, reserved, impossible: why };
  }
  // What rounding may take: of what is left, too, since the difference may be far less.
  const cap = Math.floor(units + WORTH_ROUNDING * Math.max(1, left / (faceValue * newRate)));
  return { cap, liveRate, newRate, left, reserved, impossible: null };
}

/** The rate of a contract with a history: as given, or the mean and deviation of Beta(r + 1, n − r + 1). */
function rateOf({ rate, redeemed: r, assigned: n }: ContractBudget): KnownRate | null {
  if (rate !== undefined) return rate;
  if (n === 0) return null;
  const deviation = Math.sqrt(((r + 1) * (n - r + 1)) / ((n + 2) ** 2 * (n + 3)));
  return { mean: (r + 1) / (n + 2), deviation };
}

/** p': the cautious rate of new claims, `z` deviations above the mean; without a history the prior. */
export function cautiousRate(known: KnownRate | null, rule: CapRule): number {
  const cautious = known === null ? rule.newPrior : known.mean + rule.z * known.deviation;
  return Math.max(rule.rateFloor, Math.min(1, cautious));
}

/**
 * The new cap of a contract whose budget is not known: as many expected redemptions, at the cautious rate, as the old cap was
 * planned with.
 *
 * @param cap the old cap
 * @param plannedRate the redemption rate that it was planned with; null, or 0, with which none can be: that of new claims without
 *   history
 * @param known the rate that has been seen since
 */
export function capFromCap(
  cap: number,
  plannedRate: number | null,
  known: KnownRate,
  rule: CapRule,
): number {
  const units = Math.max(0, cap) * (plannedRate || rule.newPrior) / cautiousRate(known, rule);
  return Math.floor(units * BEFORE_FLOOR);
}

/** Why these figures can't be those of a contract; null: they can. */
function impossibility(contract: ContractBudget): string | null {
  const { budget, spent, liveClaims, faceValue, redeemed, assigned } = contract;
  const figures = { budget, spent, liveClaims, faceValue, redeemed, assigned };
  for (const [name, value] of Object.entries(figures)) {
    if (!Number.isFinite(value)) return `${words(name)} is not a number`;
    if (value < 0) return `${words(name)} is negative`;
  }
  if (faceValue === 0) return "face value is 0, so the budget limits nothing";
  if (redeemed > assigned) return `${redeemed} redeemed of ${assigned} assigned`;
  return null;
}

/** `liveClaims` as `live claims`. */
function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
