/**
 * Why a user got these offers and not others.
 *
 * @module
 */
import { reasonHeldBack } from "../drop/before/held_back.ts";
import type { Instance } from "../drop/instance.ts";
import { scalingOf } from "../drop/score_scaling.ts";
import { type LimitAgainst, limitCharge, limitsAgainst } from "./limits_against.ts";
import { aboutContract, type KnownContract } from "../drop/contract_columns.ts";
import { kOfUser } from "../model/user_k.ts";
import type { Inquiry } from "./question.ts";
import { type WhyNot, whyNot } from "./why_not.ts";

/** One option of a user. */
export interface OptionExplanation extends KnownContract {
  /** Rank by score, 1 the best; equal scores share the better rank. */
  rank: number;
  /** Whether it is sponsored. */
  is_sponsored: boolean;
  /** The user's score for it. */
  score: number;
  /** Price of the contract. */
  price: number;
  /** score − price, less what limits and changes cost. */
  net_value: number;
  /** What it costs that it was no offer before; absent: nothing. */
  change_cost?: number;
  /** Limits that it counts toward and that have a price or no room, dearest first; absent: the drop has no limits. */
  limits?: LimitAgainst[];
  /** Units given of the contract. */
  assigned: number;
  /** Its cap. */
  cap: number;
  /** Whether the user got it. */
  taken: boolean;
  /** Why not; null where it was taken. */
  why_not: WhyNot | null;
  /** Whether it must be given; absent: it need not. */
  pinned?: boolean;
  /** The score as it came; absent: history did not change it. */
  score_before?: number;
  /** How often contract or brand were declined, which lowered the score; absent: never. */
  declines?: number;
}

/** A pair that the user can't have. */
export interface HeldBackOption extends KnownContract {
  /** Whether it is sponsored. */
  is_sponsored: boolean;
  /** The score as it came. */
  score: number;
  /** A ban, or a cooldown. */
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
  /** What the user's scores were multiplied by, having got less than others lately; absent: nothing. */
  rotation?: number;
  /** Pairs that history and bans keep from the user, best score first; absent: none. */
  held_back?: HeldBackOption[];
}

/** Explains user `u` (index in the instance). */
export function explainUser(inquiry: Inquiry, u: number): UserExplanation {
  const { instance, policy, prices } = inquiry.question;
  const { start, contract, score, sponsoredContracts } = instance;
  const g = instance.group[u], own = (p: number) => inquiry.scoreOf(p);
  const taken = inquiry.taken(u);
  const sponsored = taken.filter((p) => contract[p] < sponsoredContracts).length;
  const value = inquiry.worthOf(taken), unlimited = inquiry.unlimitedWorth(u);
  const byKind = inquiry.worthByKind(u);
  const pairs = Array.from({ length: start[u + 1] - start[u] }, (_, i) => start[u] + i)
    .sort((a, b) => own(b) - own(a) || a - b);
  const options = pairs.map((p): OptionExplanation => {
    const c = contract[p];
    return {
      rank: 1 + pairs.filter((other) => own(other) > own(p)).length,
      contract_address: instance.contracts[c],
      ...aboutContract(instance, c),
      is_sponsored: c < sponsoredContracts,
      score: own(p),
      price: prices.contract[c],
      net_value: score[p] - prices.contract[c] - limitCharge(inquiry, p),
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
    loss: Math.max(0, unlimited - value),
    best_sponsored: finite(byKind.sponsored),
    best_unsponsored: finite(byKind.unsponsored),
    group_price: inquiry.sponsoredPrice(g),
    options,
    ...(rotation !== 1 && { rotation }),
    ...(heldBack.length > 0 && { held_back: heldBack }),
  };
}

/** Whether a pair is pinned; pins are sorted. */
function isPinned({ pins }: Instance, p: number): boolean {
  return pins !== undefined && pins.pair.includes(p);
}

/** The score before history scaled it, where it did. */
function scaledBy(
  instance: Instance,
  u: number,
  p: number,
): Pick<OptionExplanation, "score_before" | "declines"> {
  const { factor, declines } = scalingOf(instance, u, p);
  if (factor === 1 || factor === 0) return declines > 0 ? { declines } : {};
  return {
    score_before: Number((instance.score[p] / factor).toPrecision(12)),
    ...(declines > 0 && { declines }),
  };
}

/** What history and bans keep from a user, best score first. */
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
