/**
 * The limits on a drop's groups under a policy, as plain columns for solvers and their workers.
 *
 * @module
 */
import type { Instance } from "../../drop/instance/instance.ts";
import type { Policy } from "../../model/policy_table.ts";
import type { LimitKind } from "./kind.ts";
import { LIMIT_KINDS, type LimitKindName } from "./list.ts";
import {
  COUNTS,
  type Counts,
  MIXED_USERS,
  SPONSORED_OFFERS,
  SPONSORED_USERS,
  UNSPONSORED_OFFERS,
} from "./user_counts.ts";
import { COUNT_ROUNDING } from "../../../base/numbers/rounding.ts";

/** One kind of limit on all groups. */
export interface GroupRule {
  /** Its name in `Prices`. */
  readonly name: LimitKindName;
  /** 1: at most, −1: at least. */
  readonly sense: 1 | -1;
  /** Whether a missing unit costs the shortfall price. */
  readonly mayBeMissed: boolean;
  /**
   * Whether it counts sponsored users and nothing else. Then its price is settled group by group (`passes/settle_groups.ts`),
   * not searched for.
   */
  readonly onSponsoredUsers: boolean;
  /** Whether it counts offers, and not only users. */
  readonly countsOffers: boolean;
  /** Whether it counts mixed users. */
  readonly countsMixed: boolean;
  /** Float64Array, length groups: the amount; sense · ∞ where a group has no such limit. */
  readonly amount: Float64Array;
  /** Float64Array, groups × counts: the weight of each count of a user. */
  readonly weight: Float64Array;
  /** Float64Array, length groups: what a user typically adds. */
  readonly unit: Float64Array;
}

/** The limits of all groups. */
export interface GroupRules {
  /** Every kind, in the order of the list. */
  readonly all: readonly GroupRule[];
  /** The limits on the number of sponsored users combined: length groups, least ≥ 0, most Infinity where there is no limit. */
  readonly sponsored: { readonly least: Float64Array; readonly most: Float64Array };
  /** Other kinds that at least one group has. Each has prices of its own to search for. */
  readonly others: readonly GroupRule[];
  /**
   * Float64Array, length groups: how many sponsored users a case of a proof demands, which can't be missed; −Infinity: any
   * number. Absent: this is no case. Its prices are `leastOfCase`.
   */
  readonly leastOfCase?: Float64Array;
}

/** The limits that a policy puts on each group. Model coverage has none. */
export function groupRules(instance: Instance, policy: Policy): GroupRules {
  return rulesTogether(LIMIT_KINDS.map((kind) => ruleOf(kind, instance, policy)));
}

function ruleOf(kind: LimitKind, instance: Instance, policy: Policy): GroupRule {
  const { name, sense, mayBeMissed } = kind, groups = instance.groups.length;
  const amount = new Float64Array(groups).fill(sense * Infinity);
  const weight = new Float64Array(groups * COUNTS), unit = new Float64Array(groups).fill(1);
  for (let g = 0; g < groups; g++) {
    weight.set(kind.weights(instance, policy, g), g * COUNTS);
    const own = policy.model === "coverage" ? null : kind.amount(instance, policy, g);
    if (own === null) continue;
    amount[g] = own;
    unit[g] = kind.unit?.(instance, policy, g) ?? 1;
  }
  const weighs = (...counts: number[]) =>
    weight.some((w, i) => w !== 0 && counts.includes(i % COUNTS));
  return {
    name: name as LimitKindName,
    sense,
    mayBeMissed,
    onSponsoredUsers: weight.every((w, i) => w === (i % COUNTS === SPONSORED_USERS ? 1 : 0)),
    countsOffers: weighs(SPONSORED_OFFERS, UNSPONSORED_OFFERS),
    countsMixed: weighs(MIXED_USERS),
    amount,
    weight,
    unit,
  };
}

/** The rules, with those on the number of sponsored users combined. */
export function rulesTogether(all: readonly GroupRule[]): GroupRules {
  const groups = all[0].amount.length;
  const least = new Float64Array(groups), most = new Float64Array(groups).fill(Infinity);
  for (const rule of all.filter((rule) => rule.onSponsoredUsers)) {
    for (let g = 0; g < groups; g++) {
      if (rule.sense < 0) least[g] = Math.max(least[g], rule.amount[g]);
      else most[g] = Math.min(most[g], rule.amount[g]);
    }
  }
  return {
    all,
    sponsored: { least, most },
    others: all.filter((rule) => !rule.onSponsoredUsers && rule.amount.some(Number.isFinite)),
  };
}

/** Whether group `g` has such a limit. */
export function hasRule({ amount }: GroupRule, g: number): boolean {
  return Number.isFinite(amount[g]);
}

/** Whether a group's limit can bind: a most on users only if the group has more `users` than that. */
export function canBind(rule: GroupRule, g: number, users: number): boolean {
  if (rule.sense < 0 || rule.countsOffers) return hasRule(rule, g);
  return rule.amount[g] < users;
}

/** What a user of group `g` with this many offers adds to what a rule counts. */
export function adds(
  { weight }: GroupRule,
  g: number,
  sponsored: number,
  unsponsored: number,
): number {
  const at = g * COUNTS;
  let sum = weight[at + SPONSORED_OFFERS] * sponsored +
    weight[at + UNSPONSORED_OFFERS] * unsponsored;
  if (sponsored === 0) return sum;
  sum += weight[at + SPONSORED_USERS];
  return unsponsored === 0 ? sum : sum + weight[at + MIXED_USERS];
}

/** What a rule counts for group `g`, given the counts of its users. */
export function usedOf({ weight }: GroupRule, g: number, counts: Counts): number {
  let sum = 0;
  for (let m = 0; m < COUNTS; m++) {
    const w = weight[g * COUNTS + m];
    if (w !== 0) sum += w * counts[m];
  }
  return sum;
}

/** An excess of a rule of group `g` up to this is taken for rounding: sums of fractional weights are not exact. */
export function tolerance({ weight }: GroupRule, g: number, counts: Counts): number {
  let size = 0;
  for (let m = 0; m < COUNTS; m++) {
    const w = weight[g * COUNTS + m];
    if (!Number.isInteger(w)) size += Math.abs(w) * counts[m];
  }
  return COUNT_ROUNDING * size;
}

/** By how much the counts of group `g` break a rule; 0 or less if they keep it, rounding aside. */
export function beyond(rule: GroupRule, g: number, counts: Counts): number {
  const excess = rule.sense * (usedOf(rule, g, counts) - rule.amount[g]);
  return excess > 0 && excess <= tolerance(rule, g, counts) ? 0 : excess;
}

/** The rules with other amounts for the groups that have such limits. */
export function withAmounts(
  { all }: GroupRules,
  amountOf: (rule: GroupRule, g: number) => number,
): GroupRules {
  return rulesTogether(all.map((rule) => ({
    ...rule,
    amount: rule.amount.map((own, g) => Number.isFinite(own) ? amountOf(rule, g) : own),
  })));
}

/** A column of prices by group for each kind. */
type KindPrices = Readonly<Record<LimitKindName, Float64Array>> & {
  readonly leastOfCase?: Float64Array;
};

/** What prices of the limits on the number of sponsored users add for each sponsored user of group `g`: Σ −sense · price. */
export function sponsoredPriceOf({ all }: GroupRules, prices: KindPrices, g: number): number {
  let price = prices.leastOfCase?.[g] ?? 0;
  for (const { onSponsoredUsers, sense, name } of all) {
    if (onSponsoredUsers) price -= sense * prices[name][g];
  }
  return price;
}

/** Float64Array, length groups: {@link sponsoredPriceOf} of each group. */
export function sponsoredPrices(rules: GroupRules, prices: KindPrices): Float64Array {
  return Float64Array.from(rules.sponsored.least, (_, g) => sponsoredPriceOf(rules, prices, g));
}
