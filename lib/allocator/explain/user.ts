/**
 * Why a user got these offers and not others.
 *
 * @module
 */
import { bundleShapes, type Policy } from "../policy.ts";
import type { Inquiry } from "./question.ts";

/**
 * Why an option was not given:
 * - `k_better`: the user has k offers that are worth more;
 * - `full`: all its units went to others; the price says what one more would be worth;
 * - `ratio_guard`: a rule on the group's sponsored share stands against its type;
 * - `other_type`: the user's offers are of the other type;
 * - `brand_limit`: the user has as many offers of its brand as one may have;
 * - `price_above_score`: it is worth less here than its price;
 * - `open`: nothing stands against it (the allocation could be better by it).
 */
export type WhyNot =
  | "k_better"
  | "full"
  | "ratio_guard"
  | "other_type"
  | "brand_limit"
  | "price_above_score"
  | "open";

/** One option of a user. */
export interface OptionExplanation {
  /** Rank by score, 1 the best; equal scores share the better rank. */
  rank: number;
  /** The contract. */
  contract_address: string;
  /** Whether it is sponsored. */
  is_sponsored: boolean;
  /** The user's score for it. */
  score: number;
  /** Price of the contract. */
  price: number;
  /** score − price. */
  net_value: number;
  /** Units given of the contract. */
  assigned: number;
  /** Its cap. */
  cap: number;
  /** Whether the user got it. */
  taken: boolean;
  /** Why not; null where it was taken. */
  why_not: WhyNot | null;
}

/** Why a user got these offers and not others. */
export interface UserExplanation {
  /** The user. */
  user_id: string;
  /** The user's group. */
  group_id: string;
  /** Most offers that a user may have. */
  k: number;
  /** `none` for a user without offers. */
  type: "sponsored" | "unsponsored" | "mixed" | "none";
  /** What the user's offers are worth in the objective. */
  value: number;
  /** What they would be worth if nothing were scarce and no rule bound groups. */
  unlimited_value: number;
  /** unlimited_value − value: what scarcity and rules cost this user. */
  loss: number;
  /** Value at the prices of the best bundle with a sponsored offer, the group's price of one included; null: none. */
  best_sponsored: number | null;
  /** Value at the prices of the best bundle without; null: none. */
  best_unsponsored: number | null;
  /** What the group pays for a sponsored user: price of its minimum − price of its maximum. */
  group_price: number;
  /** The options, best score first. */
  options: OptionExplanation[];
}

/** Explains user `u` (index in the instance). */
export function explainUser(inquiry: Inquiry, u: number): UserExplanation {
  const { instance, policy, prices } = inquiry.question;
  const { start, contract, score, sponsoredContracts } = instance;
  const g = instance.group[u];
  const taken = inquiry.taken(u);
  const sponsored = taken.filter((p) => contract[p] < sponsoredContracts).length;
  const value = inquiry.worthOfTaken(u), unlimited = inquiry.unlimitedWorth(u);
  const byKind = inquiry.worthByKind(u);
  const pairs = Array.from({ length: start[u + 1] - start[u] }, (_, i) => start[u] + i)
    .sort((a, b) => score[b] - score[a] || a - b);
  const options = pairs.map((p): OptionExplanation => {
    const c = contract[p];
    return {
      rank: 1 + pairs.filter((other) => score[other] > score[p]).length,
      contract_address: instance.contracts[c],
      is_sponsored: c < sponsoredContracts,
      score: score[p],
      price: prices.contract[c],
      net_value: score[p] - prices.contract[c],
      assigned: inquiry.assigned[c],
      cap: instance.cap[c],
      taken: taken.includes(p),
      why_not: taken.includes(p) ? null : whyNot(inquiry, u, p, taken, sponsored),
    };
  });
  return {
    user_id: instance.users.at(u),
    group_id: instance.groups[g],
    k: policy.k,
    type: taken.length === 0
      ? "none"
      : sponsored === 0
      ? "unsponsored"
      : sponsored < taken.length
      ? "mixed"
      : "sponsored",
    value,
    unlimited_value: unlimited,
    loss: Math.max(0, unlimited - value),
    best_sponsored: finite(byKind.sponsored),
    best_unsponsored: finite(byKind.unsponsored),
    group_price: prices.minSponsored[g] - prices.maxSponsored[g],
    options,
  };
}

/** Why user `u` did not get pair `p`: the first reason that alone rules it out. */
function whyNot(
  inquiry: Inquiry,
  u: number,
  p: number,
  taken: Uint32Array,
  sponsored: number,
): WhyNot {
  const { instance, policy, prices } = inquiry.question;
  const { contract, score, cap, brand, sponsoredContracts } = instance;
  const c = contract[p], isSponsored = c < sponsoredContracts;
  const hasK = taken.length >= policy.k;
  if (hasK && taken.every((t) => score[t] >= score[p])) return "k_better";
  if (inquiry.assigned[c] >= cap[c]) return "full";

  if (!fits(policy, sponsored, taken.length - sponsored, isSponsored)) {
    const g = instance.group[u];
    const guarded = isSponsored
      ? prices.maxSponsored[g] > inquiry.tolerance
      : prices.assignmentRatio[g] > inquiry.tolerance;
    return guarded ? "ratio_guard" : "other_type";
  }
  if (policy.maxPerBrand !== null && brand !== null) {
    const same = taken.filter((t) => brand[contract[t]] === brand[c]).length;
    if (same >= policy.maxPerBrand) return "brand_limit";
  }
  const net = score[p] - prices.contract[c];
  if (hasK) {
    const least = Math.min(...Array.from(taken, (t) => score[t] - prices.contract[contract[t]]));
    return net <= least + inquiry.tolerance ? "k_better" : "open";
  }
  return net < -inquiry.tolerance ? "price_above_score" : "open";
}

/** Whether some bundle that the policy allows has one more offer of the type, or one in place of another. */
function fits(
  policy: Policy,
  sponsored: number,
  unsponsored: number,
  isSponsored: boolean,
): boolean {
  const shapes = bundleShapes(policy);
  const allowed = (i: number, j: number) =>
    shapes.some((shape) => shape.sponsored === i && shape.unsponsored === j);
  const i = sponsored + (isSponsored ? 1 : 0), j = unsponsored + (isSponsored ? 0 : 1);
  if (sponsored + unsponsored < policy.k) return allowed(i, j);
  return (sponsored > 0 && allowed(i - 1, j)) || (unsponsored > 0 && allowed(i, j - 1));
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
