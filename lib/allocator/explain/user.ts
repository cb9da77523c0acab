/**
 * Why a user got these offers and not others.
 *
 * @module
 */
import { reasonHeldBack } from "../drop/before/held_back.ts";
import type { Instance } from "../drop/instance/instance.ts";
import { scalingOf } from "../drop/instance/score_scaling.ts";
import { type LimitAgainst, limitCharge, limitsAgainst } from "./limits_against.ts";
import { aboutContract, type KnownContract } from "../drop/instance/contract_columns.ts";
import { ownCoverage } from "../model/policy.ts";
import { kOfUser } from "../model/user_k.ts";
import { withoutRounding } from "../../base/numbers/without_rounding.ts";
import { type Inquiry, isPinned } from "./question.ts";
import { type WhyNot, whyNot } from "./why_not.ts";

/** One option (eligible pair) of a user. */
export interface OptionExplanation extends KnownContract {
  /** Rank by score; 1 is the best, equal scores share a rank. */
  rank: number;
  /** Whether it is sponsored. */
  is_sponsored: boolean;
  /** The user's score for it. */
  score: number;
  /** Price of the contract. */
  price: number;
  /** score − price, less what limits and changes cost. */
  net_value: number;
  /** What giving it costs because it was no previous offer; absent if nothing. */
  change_cost?: number;
  /**
   * Limits that it counts toward and that have a price or no room: without room first, then the highest charge; absent if the
   * drop has no limits.
   */
  limits?: LimitAgainst[];
  /** Units of the contract that were given. */
  assigned: number;
  /** Its cap. */
  cap: number;
  /** Whether the user got it. */
  taken: boolean;
  /** Why the user did not get it; null if the user did. */
  why_not: WhyNot | null;
  /** True if it is pinned; absent if not. */
  pinned?: boolean;
  /** The score of the input; absent if history did not change it. */
  score_before?: number;
  /** How often the user declined the contract or its brand, which lowers the score; absent if never. */
  declines?: number;
  /** True where declines of any contract of its brand are counted; absent where those of the contract alone are, or there are none. */
  brand_declined?: boolean;
}

/** A pair that a ban or a cooldown keeps from the user. */
export interface HeldBackOption extends KnownContract {
  /** Whether it is sponsored. */
  is_sponsored: boolean;
  /** The score of the input. */
  score: number;
  /** What keeps it from the user. */
  reason: "banned" | "cooling";
  /** "had it on 2025-08-14", or the row of bans. */
  because: string;
}

/** Why a user got these offers and not others. */
export interface UserExplanation {
  /** The user. */
  user_id: string;
  /** The user's group. */
  group_id: string;
  /** Most offers that a user may have. */
  k: number;
  /** The type by the user's offers; `none` for a user without any. */
  type: "sponsored" | "unsponsored" | "mixed" | "none";
  /** What the user's offers add to the objective. */
  value: number;
  /** What the user's best offers would add if there were no caps, no limits and no pins. */
  unlimited_value: number;
  /** unlimited_value − value: what caps, limits and pins cost this user. */
  loss: number;
  /** Value at the prices of the best bundle with a sponsored offer, including `group_price`; null if there is none. */
  best_sponsored: number | null;
  /** Value at the prices of the best bundle without a sponsored offer; null if there is none. */
  best_unsponsored: number | null;
  /** What the group pays for a sponsored user: the price of its minimum less that of its maximum. */
  group_price: number;
  /** The options, highest score first. */
  options: OptionExplanation[];
  /** What rotation multiplied the user's scores by, for having got less than others lately; absent if 1. */
  rotation?: number;
  /** Pairs that history and bans keep from the user, highest score first; absent if none. */
  held_back?: HeldBackOption[];
}

/** Explains user `u` (index in the instance). */
export function explainUser(inquiry: Inquiry, u: number): UserExplanation {
  const { instance, policy, prices } = inquiry.question;
  const { start, contract, score, sponsoredContracts } = instance;
  const g = instance.group[u], own = (p: number) => inquiry.scoreOf(p);
  const taken = inquiry.taken(u);
  const sponsored = taken.filter((p) => contract[p] < sponsoredContracts).length;
  // Offers that a user with a k of its own lacks are counted from that k.
  const lacking = ownCoverage(instance, policy, u);
  // 0.4 + 0.0003 is 0.4003, not 0.40030000000000004. A large cost that cancels out leaves no digits of its own either.
  const withOwn = (worth: number) => withoutRounding(worth + lacking, worth, lacking);
  const value = withOwn(inquiry.worthOf(taken));
  const unlimited = withOwn(inquiry.unlimitedWorth(u));
  const byType = inquiry.worthByType(u);
  const pairs = Array.from({ length: start[u + 1] - start[u] }, (_, i) => start[u] + i)
    .sort((a, b) => own(b) - own(a) || a - b);
  const options = pairs.map((p): OptionExplanation => {
    const c = contract[p], charge = limitCharge(inquiry, p), price = prices.contract[c];
    return {
      rank: 1 + pairs.filter((other) => own(other) > own(p)).length,
      contract_address: instance.contracts[c],
      ...aboutContract(instance, c),
      is_sponsored: c < sponsoredContracts,
      score: own(p),
      price,
      net_value: withoutRounding(score[p] - price - charge, score[p], price, charge),
      ...(inquiry.changeCostOf(p) > 0 && { change_cost: inquiry.changeCostOf(p) }),
      ...(instance.limits !== undefined && { limits: limitsAgainst(inquiry, p) }),
      assigned: inquiry.assigned[c],
      cap: instance.cap[c],
      taken: taken.includes(p),
      why_not: taken.includes(p) ? null : whyNot(inquiry, u, p),
      ...(isPinned(instance, p) && { pinned: true }),
      ...scaledBy(instance, u, p),
    };
  });
  const heldBack = heldBackFrom(instance, instance.users.at(u));
  const rotation = instance.scaling?.userFactor?.[u] ?? 1;
  return {
    user_id: instance.users.at(u),
    group_id: instance.groups[g],
    k: kOfUser(instance, policy, u),
    type: taken.length === 0
      ? "none"
      : sponsored === 0
      ? "unsponsored"
      : sponsored < taken.length
      ? "mixed"
      : "sponsored",
    value,
    unlimited_value: unlimited,
    loss: Math.max(0, withoutRounding(unlimited - value, unlimited, value)),
    best_sponsored: finite(withOwn(byType.sponsored)),
    best_unsponsored: finite(withOwn(byType.unsponsored)),
    group_price: inquiry.sponsoredPrice(g),
    options,
    ...(rotation !== 1 && { rotation }),
    ...(heldBack.length > 0 && { held_back: heldBack }),
  };
}

/** What declines did to the score of pair `p`: the score before, rounded to 12 digits, and their number; empty if there were none. */
function scaledBy(
  instance: Instance,
  u: number,
  p: number,
): Pick<OptionExplanation, "score_before" | "declines" | "brand_declined"> {
  const { factor, declines } = scalingOf(instance, u, p), { brand, brands } = instance;
  const hasBrand = brand != null && brands[brand[instance.contract[p]]] !== "";
  const declined = declines > 0 ? { declines, ...(hasBrand && { brand_declined: true }) } : {};
  if (factor === 1 || factor === 0) return declined;
  return { score_before: Number((instance.score[p] / factor).toPrecision(12)), ...declined };
}

/** The pairs that history and bans keep from a user, highest score first; [] for none. */
export function heldBackFrom(instance: Instance, user: string): HeldBackOption[] {
  const { heldBack, contracts, sponsoredContracts } = instance;
  const u = heldBack?.users.indexOfSorted(user) ?? -1;
  if (heldBack === undefined || u < 0) return [];
  const { start, contract, score } = heldBack;
  return Array.from({ length: start[u + 1] - start[u] }, (_, i) => start[u] + i)
    .sort((a, b) => score[b] - score[a] || a - b)
    .map((i) => ({
      contract_address: contracts[contract[i]],
      ...aboutContract(instance, contract[i]),
      is_sponsored: contract[i] < sponsoredContracts,
      score: score[i],
      ...reasonHeldBack(heldBack, i),
    }));
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
