/**
 * What a limit relaxed by one unit adds to the best objective, found by solving a small drop again.
 *
 * A price only tells the most that one unit can add, and the true gain is often less. On a small drop both optima, with the
 * change and without, are found within milliseconds from the prices at hand, so the true gain can be given.
 *
 * @module
 */
import { SMALL_PAIRS } from "../optimal/dual/drop_sizes.ts";
import { withoutRounding } from "../../base/numbers/without_rounding.ts";
import type { Allocation } from "../model/allocation.ts";
import { type Instance, pairCount } from "../drop/instance/instance.ts";
import { solveOptimal } from "../optimal/optimal.ts";
import { type GroupRule, groupRules, hasRule } from "../limits/kinds/group_rules.ts";
import { COUNTS } from "../limits/kinds/user_counts.ts";
import type { Question } from "./question.ts";
import { WORTH_ROUNDING } from "../../base/numbers/rounding.ts";

/** Most counted seconds for programs of each of the two runs: the answer must not depend on how fast the machine is. */
const WORK = 5;

/** What one more unit of contract `c` adds to the best objective; null if the drop is too large or an optimum was not proven. */
export function gainOfUnit(
  { instance, policy, prices }: Question,
  c: number,
): Promise<number | null> {
  const cap = instance.cap.map((units, other) => other === c ? units + 1 : units);
  return gainOf({ instance, policy, prices }, { ...instance, cap });
}

/**
 * What lowering the least number of sponsored users of group `g` by one adds to the best objective; null if the drop is too
 * large, an optimum was not proven, or another limit follows the group's ratio too, so that the minimum can't be changed alone.
 */
export async function gainOfMinimum(
  { instance, policy, prices }: Question,
  g: number,
): Promise<number | null> {
  const rules = groupRules(instance, policy), required = rules.sponsored.least[g];
  if (required === 0) return 0;
  // Half a user less, which rounds up to it: (required − 1) / users as a double may be above it, and rounds up to `required`.
  const fewer = Math.max(0, required - 1.5) / instance.groupSize[g];
  const ratio = instance.ratio.map((share, other) => other === g ? fewer : share);
  const changed = { ...instance, ratio };
  const changedRules = groupRules(changed, policy).all;
  if (!rules.all.every((rule, i) => rule.mayBeMissed || isSameRule(rule, changedRules[i], g))) {
    return null;
  }
  return await gainOf({ instance, policy, prices }, changed);
}

/** Whether two rules ask the same of group `g`. */
function isSameRule(rule: GroupRule, other: GroupRule, g: number): boolean {
  if (rule.amount[g] !== other.amount[g]) return false;
  if (!hasRule(rule, g)) return true;
  const from = g * COUNTS;
  return rule.weight.subarray(from, from + COUNTS).every((w, i) => w === other.weight[from + i]);
}

/**
 * What relaxing row `r` of the limits by one unit adds to the best objective: one unit more of an at-most amount, one less of
 * an at-least amount. Null for shares, and if the drop is too large or an optimum was not proven.
 */
export async function gainOfAmount(
  { instance, policy, prices }: Question,
  r: number,
): Promise<number | null> {
  const limits = instance.limits!, { rows, families } = limits;
  if (families[rows.family[r]].shareOf !== null) return null;
  // An at-least row is stored with reversed signs, so adding one unit lowers its amount; the amount can't go below 0.
  if (rows.sense[r] < 0 && rows.declared[r] <= 0) return 0;
  const amount = rows.amount.map((own, other) =>
    other !== r ? own : rows.sense[r] < 0 ? Math.min(0, own + 1) : own + 1
  );
  const changed = { ...limits, rows: { ...rows, amount } };
  return await gainOf({ instance, policy, prices }, { ...instance, limits: changed });
}

/**
 * The best objective of `changed` less that of the drop as it is; null if the drop is too large or either was not proven within
 * that work.
 */
async function gainOf(
  { instance, policy, prices }: Omit<Question, "offers">,
  changed: Instance,
): Promise<number | null> {
  if (pairCount(instance) > SMALL_PAIRS) return null;
  const options = { startPrices: prices, gap: 0, work: WORK };
  const before = await solveOptimal(instance, policy, options);
  const after = await solveOptimal(changed, policy, options);
  const off = distanceOf(before) + distanceOf(after), gain = after.objective - before.objective;
  // A relaxed limit can't lower the best objective, so a negative gain is what both are off by.
  if (gain > 0 && off <= CLEAR * gain) {
    // Rounded to the digits that are known.
    return withoutRounding(gain, 1e14 * off);
  }
  return off <= NOTHING * typicalScore(instance) ? 0 : null;
}

/** A gain is given only if the two optima together are known to this share of it. */
const CLEAR = 1e-2;

/** A gain below this share of a typical score counts as 0. */
const NOTHING = 1e-6;

/** How far the best objective may be above what was found: what is not proven, and the rounding of sums. */
function distanceOf({ objective, score, bound }: Allocation): number {
  return bound! - objective + WORTH_ROUNDING * Math.max(Math.abs(objective), Math.abs(score));
}

/** The median of |score|, zeros left out; 1 if there are none. A few that are a million times larger do not change it. */
function typicalScore({ score }: Instance): number {
  const sizes = score.map(Math.abs).filter((size) => size > 0).sort();
  return sizes.length === 0 ? 1 : sizes[sizes.length >> 1];
}
