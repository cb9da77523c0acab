/**
 * The checker: judges assignments from any source. It shares no code with the solvers.
 *
 * @module
 */
import type { AssignmentTable } from "../model/assignment_table.ts";
import type { Certificate } from "../model/certificate.ts";
import { chargedPairs } from "./rules/charges.ts";
import { checkCertificate, optionsThatMatter } from "./certificate.ts";
import {
  demandsOf,
  type GroupDemand,
  placesFor,
  priceOfMissing,
  reachesShare,
} from "./rules/demands.ts";
import { feasibilityOf, sponsorableUsers } from "./rules/feasibility.ts";
import { Findings } from "./rules/findings.ts";
import { DeclaredLimits } from "./rules/limits.ts";
import { capsBeside, heldOutTerms, splitHeldOut, withHeldOutRules } from "./rules/holdout.ts";
import { type CheckReport, type RuleFinding, RULES } from "./rules/report.ts";
import { type Tally, tallyAssignments } from "./tally.ts";
import type { Instance } from "../drop/instance/instance.ts";
import type { Policy } from "../model/policy.ts";

export type {
  CertificateReport,
  CheckCase,
  CheckReport,
  ExactReport,
  Feasibility,
  PolicyOptions,
  RuleFinding,
  RuleName,
} from "./rules/report.ts";
export { besideHeldOut } from "./rules/holdout.ts";
export { leastMissing } from "./least_missing.ts";
export { RULES } from "./rules/report.ts";

/** Options of {@link checkAssignments}. */
export interface CheckOptions {
  /** A certificate to verify against the drop and the assignments. */
  certificate?: Certificate;
  /** Whether figures are recomputed exactly even if the certificate has no exact ones. @default false */
  exact?: boolean;
}

/**
 * Judges assignments by every rule of the policy, and computes their worth.
 *
 * A pair that is repeated is one finding and counts once. Caps, k and brands count every row whose contract is known, eligible or
 * not, as it takes a unit all the same. Group rules, score and objective count eligible pairs only, at the drop's own scores. A
 * missed minimum is a broken rule, even if no allocation can meet it: each case says how many users could be sponsored at most
 * (`reachable_at_most`, by options, not by capacity). So is a missed least of a limit without a price of its own. What limits with
 * a price of their own lack or exceed is taken off the objective.
 *
 * @throws {UsageError} if the policy limits brands and the drop has none, or changes cost something and previous offers are missing
 *
 * @example
 * ```ts
 * import { checkAssignments } from "./check.ts";
 * import { IdPool } from "../../base/ids/ids.ts";
 * import { defaultPolicy } from "../model/policy.ts";
 * import { assert, assertEquals } from "../../deps/std_assert.ts";
 *
 * const instance = {
 *   users: IdPool.from(["ann", "bob"]), contracts: ["shoes"], sponsoredContracts: 1,
 *   cap: Float64Array.of(1), brand: null, brands: [], groups: ["all"], ratio: Float64Array.of(0.5),
 *   groupSize: Uint32Array.of(2), group: Uint32Array.of(0, 0), start: Uint32Array.of(0, 1, 2),
 *   middle: Uint32Array.of(1, 2), contract: Uint16Array.of(0, 0), score: Float64Array.of(0.5, 0.25),
 * };
 * const both = {
 *   userIds: IdPool.from(["bob", "ann"]), contractIds: ["shoes"], user: Uint32Array.of(0, 1),
 *   contract: Uint32Array.of(0, 0), score: Float64Array.of(0.25, 0.5), line: Float64Array.of(2, 3),
 * };
 * const report = checkAssignments(instance, both, defaultPolicy);
 * const broken = report.rules.filter((rule) => rule.count > 0).map((rule) => rule.rule);
 * assert(!report.ok);
 * assertEquals(broken.join(), "over_cap");
 * assertEquals(report.score, 0.75);
 * ```
 */
export function checkAssignments(
  instance: Instance,
  table: AssignmentTable,
  policy: Policy,
  options: CheckOptions = {},
): CheckReport {
  const split = splitHeldOut(instance, table);
  if (split !== null) {
    const terms = heldOutTerms(instance.heldOut!, instance.cap, policy);
    const held = checkAssignments(terms.instance, split.held, terms.policy);
    const rest = { ...capsBeside(instance, split.held), heldOut: undefined };
    return withHeldOutRules(checkAssignments(rest, split.rest, policy, options), held);
  }
  const { certificate } = options;
  const demands = demandsOf(instance, policy);
  const declared = DeclaredLimits.of(instance);
  const tally = tallyAssignments(instance, table, policy, declared);
  const rules = reportedRules(instance, policy, demands, tally);
  const feasible = rules.every(({ rule, count }) => count === 0 || MAY_BE_MISSED.has(rule));
  const price = priceOfMissing(instance, policy);
  const shortfall = sum(demands, ({ least }, g) => missing(least, tally.groups[g].sponsoredUsers));
  const beyond = tally.limits?.sum(price) ?? null;
  const charge = chargedPairs(instance, policy) === null ? 0 : policy.changeCost * tally.changed;
  const worth = tally.score + tally.extra - charge;
  const objective = worth - price * shortfall - (beyond?.penalty ?? 0);
  const assignments = sum(tally.groups, (group) => group.offers);
  const verdict = certificate &&
    checkCertificate(instance, policy, certificate, {
      objective,
      score: tally.score,
      worth,
      feasible,
      declared,
      penaltySize: beyond?.size ?? 0,
      held: tally.held,
    }, options.exact);
  return {
    ok: rules.every(({ count }) => count === 0) && verdict?.certified !== false,
    feasible,
    model: policy.model,
    k: policy.k,
    policy: optionsThatMatter(policy, policy.covW.length),
    rules,
    rows: table.user.length,
    blank_rows: table.blankRows ?? 0,
    assignments,
    sponsored_assignments: sum(tally.groups, (group) => group.sponsored),
    users_without_offers: instance.group.length - tally.served,
    sponsored_users: sum(tally.groups, (group) => group.sponsoredUsers),
    mixed_users: sum(tally.groups, (group) => group.mixedUsers),
    fill_rate: assignments / Math.max(1, placesFor(instance, policy)),
    score: tally.score,
    objective,
    shortfall,
    shortfall_price: price,
    ...(beyond !== null && { limit_penalty: beyond.penalty, limit_shortfall: beyond.missing }),
    ...(instance.previous && { changed: tally.changed, change_cost: charge }),
    feasibility: feasibilityOf(instance, policy, demands),
    ...(verdict && { certificate: verdict }),
  };
}

/** The findings of every rule that applies, in the order of {@link RULES}. */
function reportedRules(
  instance: Instance,
  policy: Policy,
  demands: readonly GroupDemand[],
  tally: Tally,
): RuleFinding[] {
  const rules = [
    ...tally.findings,
    overCap(instance, tally),
    ...(policy.model === "uniform" ? groupFindings(instance, demands, tally) : []),
    ...(tally.limits?.findings(instance, policy) ?? []),
  ].map((findings) => findings.report());
  const order = Object.keys(RULES);
  return rules.sort((a, b) => order.indexOf(a.rule) - order.indexOf(b.rule));
}

/** Rules that may be missed at the shortfall price. */
const MAY_BE_MISSED = new Set(["min_sponsored", "limit_at_least"]);

/** Contracts given to more users than their cap. */
function overCap(instance: Instance, tally: Tally): Findings {
  const findings = new Findings("over_cap");
  instance.contracts.forEach((contract_address, c) => {
    const cap = instance.cap[c], assigned = tally.given[c];
    if (assigned > cap) findings.add(c, () => ({ contract_address, cap, assigned }));
  });
  return findings;
}

/** The findings of the group rules that the policy has. */
function groupFindings(
  instance: Instance,
  demands: readonly GroupDemand[],
  { groups }: Tally,
): Findings[] {
  const minimum = new Findings("min_sponsored");
  const maximum = new Findings("max_sponsored");
  const ratio = new Findings("assignment_ratio");
  const mixed = new Findings("mixed_share");
  const able = sponsorableUsers(instance);
  demands.forEach(({ least, most, share, mixed: mostMixed }, g) => {
    const group_id = instance.groups[g], users = instance.groupSize[g];
    const { offers, sponsored, sponsoredUsers, mixedUsers } = groups[g];
    if (sponsoredUsers < least) {
      minimum.add(g, () => ({
        group_id,
        users,
        required_sponsored_users: least,
        sponsored_users: sponsoredUsers,
        reachable_at_most: Math.min(able[g], most ?? Infinity),
      }));
    }
    if (most !== null && sponsoredUsers > most) {
      maximum.add(g, () => ({
        group_id,
        users,
        most_sponsored_users: most,
        sponsored_users: sponsoredUsers,
      }));
    }
    if (share !== null && !reachesShare(sponsored, offers, share)) {
      ratio.add(g, () => ({
        group_id,
        assignments: offers,
        sponsored_assignments: sponsored,
        least_share: share,
      }));
    }
    if (mostMixed !== null && mixedUsers > mostMixed) {
      mixed.add(g, () => ({
        group_id,
        users,
        most_mixed_users: mostMixed,
        mixed_users: mixedUsers,
      }));
    }
  });
  const findings = [minimum];
  if (demands.some(({ most }) => most !== null)) findings.push(maximum);
  if (demands.some(({ share }) => share !== null)) findings.push(ratio);
  if (demands.some(({ mixed }) => mixed !== null)) findings.push(mixed);
  return findings;
}

function missing(least: number, have: number): number {
  return Math.max(0, least - have);
}

function sum<T>(items: readonly T[], of: (item: T, i: number) => number): number {
  return items.reduce((total, item, i) => total + of(item, i), 0);
}
