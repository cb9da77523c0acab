/**
 * Whether the rules on what a user may hold, and on a user's group, allow a change of the user's offers.
 *
 * @module
 */
import type { Instance } from "../drop/instance/instance.ts";
import { adds, beyond, type GroupRules, hasRule } from "../limits/kinds/group_rules.ts";
import type { LimitKind } from "../limits/kinds/kind.ts";
import { kindOf, LIMIT_KINDS } from "../limits/kinds/list.ts";
import { GroupCounts } from "../limits/kinds/user_counts.ts";
import { type Offers, offersOfUser } from "../model/offers.ts";
import { allowsShape, type Policy } from "../model/policy.ts";
import { kOfUser } from "../model/user_k.ts";
import { COUNT_ROUNDING } from "../../base/numbers/rounding.ts";

/** A drop, its rules, and what the users of its groups hold. */
export interface RuleState {
  /** The drop, and the policy that it was allocated under. */
  readonly question: { readonly instance: Instance; readonly policy: Policy };
  /** Counts of the users and offers of each group. */
  readonly groups: GroupCounts;
  /** The rules of the groups. */
  readonly problem: { readonly rules: GroupRules };
}

/** Numbers of sponsored and unsponsored offers of a bundle. */
export interface TypeCounts {
  readonly sponsored: number;
  readonly unsponsored: number;
}

/** Reasons that the kinds of limits on groups give, in the order in which they are tried: that of the last kind first. */
export const GROUP_REASONS = [...new Set(LIMIT_KINDS.map((kind) => kind.reason).reverse())];

/** The numbers of sponsored and unsponsored pairs. */
export function typeCounts(
  { contract, sponsoredContracts }: Instance,
  pairs: ArrayLike<number>,
): TypeCounts {
  let sponsored = 0;
  for (let i = 0; i < pairs.length; i++) if (contract[pairs[i]] < sponsoredContracts) sponsored++;
  return { sponsored, unsponsored: pairs.length - sponsored };
}

/** Counts of the users and offers of each group. */
export function countGroups(
  instance: Instance,
  offers: Offers,
): GroupCounts {
  const { group, groups } = instance, counts = new GroupCounts(groups.length);
  for (let u = 0; u < group.length; u++) {
    const { sponsored, unsponsored } = typeCounts(instance, offersOfUser(offers, u));
    counts.change(group[u], sponsored, unsponsored, 1);
  }
  return counts;
}

/** Whether user `u`, who has the pairs `taken` and fewer than k, may have pair `p` too, by every rule but caps and limits. */
export function fitsRules(
  state: RuleState,
  u: number,
  taken: readonly number[],
  p: number,
): boolean {
  const { instance } = state.question, way = [...taken, p], g = instance.group[u];
  const before = typeCounts(instance, taken), after = typeCounts(instance, way);
  return fitsType(state, u, before, after) && fitsBrand(state, way, instance.contract[p]) &&
    GROUP_REASONS.every((reason) => fitsGroup(state, reason, g, before, after));
}

/** Whether the policy allows the bundle's shape and, under model uniform, a sponsored user stays sponsored. */
export function fitsType(
  { question }: RuleState,
  u: number,
  before: TypeCounts,
  after: TypeCounts,
): boolean {
  const { instance, policy } = question;
  if (policy.model === "uniform" && before.sponsored > 0 && after.sponsored === 0) return false;
  return allowsShape(
    { ...policy, k: kOfUser(instance, policy, u) },
    after.sponsored,
    after.unsponsored,
  );
}

/** Whether the bundle has no more offers of contract `c`'s brand than the policy allows. */
export function fitsBrand({ question }: RuleState, way: readonly number[], c: number): boolean {
  const { instance: { brand, contract }, policy } = question;
  if (policy.maxPerBrand === null || brand === null) return true;
  return way.filter((pair) => brand[contract[pair]] === brand[c]).length <= policy.maxPerBrand;
}

/** Whether the hard limits of group `g` that give this reason allow the change, or are not broken more by it. */
export function fitsGroup(
  { groups, problem }: RuleState,
  reason: LimitKind["reason"],
  g: number,
  before: TypeCounts,
  after: TypeCounts,
): boolean {
  return problem.rules.all.every((rule) => {
    const { name, sense, mayBeMissed } = rule;
    if (mayBeMissed || kindOf(name).reason !== reason || !hasRule(rule, g)) return true;
    const change = sense * (adds(rule, g, after.sponsored, after.unsponsored) -
      adds(rule, g, before.sponsored, before.unsponsored));
    return change <= 0 || beyond(rule, g, groups.of(g)) + change <= COUNT_ROUNDING;
  });
}
