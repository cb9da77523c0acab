/**
 * Finds out why minima of sponsored users are missed, and says so.
 *
 * @module
 */
import type { Prices, ShortfallReason } from "../../model/allocation.ts";
import type { Assignment } from "./assignment.ts";
import { usersByGroup } from "../../drop/group_users.ts";
import { shortfallCut } from "../dual/shortfall_cut.ts";
import { leastShortfall } from "../../limits/least_shortfall.ts";

/** Most contracts that a line names. */
const NAMED = 3;

/** The reasons by group, and the same in words. */
export interface ShortfallReport {
  readonly reasons: readonly ShortfallReason[];
  /** A line for all and one for each group; empty if no minimum is missed. */
  readonly lines: readonly string[];
}

/**
 * Finds the reasons for every group that lacks sponsored users. If time ran out, that is the reason, apart from reasons that more
 * time would not have changed: too few users with a sponsored option, or a lower maximum.
 *
 * @param run.missed units that minima lack, and limits at the shortfall price
 * @param run.proven whether the allocation is the best at its shortfall price
 * @param run.cutShort whether time ran out
 */
export function explainShortfall(
  assignment: Assignment,
  prices: Prices,
  run: { missed: number; proven: boolean; cutShort: boolean },
): ShortfallReport {
  const { instance, rules } = assignment.problem;
  const total = assignment.shortfall();
  if (total === 0) return { reasons: [], lines: [] };
  const least = run.cutShort ? null : leastShortfall(instance, rules);
  const byGroup = usersByGroup(instance.group, instance.groups.length);
  const reasons: ShortfallReason[] = [];
  for (let g = 0; g < instance.groups.length; g++) {
    const missing = rules.sponsored.least[g] - assignment.counts.sponsoredUsers[g];
    if (missing <= 0) continue;
    const users = byGroup.user.subarray(byGroup.start[g], byGroup.start[g + 1]);
    let options = 0;
    const wanted = new Set<number>();
    for (const u of users) {
      const { start, middle, contract } = instance;
      if (middle[u] > start[u]) options++;
      if (least === null || assignment.sponsored[u] > 0) continue;
      for (let p = start[u]; p < middle[u]; p++) {
        const c = contract[p];
        if (least.scarce[c] === 1 && assignment.load[c] >= instance.cap[c]) wanted.add(c);
      }
    }
    const withoutOption = Math.min(missing, Math.max(0, rules.sponsored.least[g] - options));
    const allowed = Math.min(rules.sponsored.most[g], options);
    const beyondMaximum = Math.min(
      missing - withoutOption,
      Math.max(0, rules.sponsored.least[g] - withoutOption - allowed),
    );
    const taken = missing - withoutOption - beyondMaximum > 0;
    const contracts = taken
      ? [...wanted].sort((a, b) => prices.contract[b] - prices.contract[a] || a - b)
      : [];
    reasons.push({ group: g, missing, withoutOption, beyondMaximum, contracts });
  }
  const lines = [
    `${missingInWords(total)} to the ${
      reasons.length === 1 ? "minimum of 1 group" : `minima of ${reasons.length} groups`
    }${
      least === null ? timeRanOut(reasons) : `, ${whyMore(assignment, prices, least.total, run)}`
    }`,
    ...reasons.map((reason) => lineOf(assignment, prices, reason, run.cutShort)),
  ];
  return { reasons, lines };
}

/** "1 sponsored user is missing". */
function missingInWords(users: number): string {
  return users === 1 ? "1 sponsored user is missing" : `${users} sponsored users are missing`;
}

/** The end of the line for all if time ran out: empty if no minimum is missed for that reason. */
function timeRanOut(reasons: readonly ShortfallReason[]): string {
  const certain = reasons.reduce(
    (sum, { withoutOption, beyondMaximum }) => sum + withoutOption + beyondMaximum,
    0,
  );
  const missing = reasons.reduce((sum, reason) => sum + reason.missing, 0);
  return certain < missing ? ": time ran out before more were met" : "";
}

/**
 * The end of the line for all: whether fewer users could be missing, and why they are not.
 *
 * @param least users that options, caps and maxima alone keep from being sponsored
 */
function whyMore(
  assignment: Assignment,
  prices: Prices,
  least: number,
  { missed, proven }: { missed: number; proven: boolean },
): string {
  const total = assignment.shortfall(), { problem } = assignment;
  if (total === least) return "the least possible";
  if (problem.instance.limits === undefined) {
    const possible = `${least} is the least possible`;
    return proven
      ? `${possible}; at the shortfall price more is gained by missing the others`
      : `${possible}; a higher shortfall price would have the others met`;
  }
  if (missed <= shortfallCut(problem, prices).total * (1 + ROUNDING)) {
    return "the least possible under the limits" +
      (missed > total ? ", together with what limits lack" : "");
  }
  const alone = `options and caps alone would let ${
    least === 0 ? "all" : `all but ${least}`
  } be met`;
  return `${alone}; limits keep the others from it, or they are worth less than they would cost`;
}

/** Relative room for rounding where limits count in fractions. */
const ROUNDING = 1e-9;

/** One group's reason in words. */
function lineOf(
  { problem }: Assignment,
  prices: Prices,
  reason: ShortfallReason,
  cutShort: boolean,
): string {
  const { instance, rules } = problem;
  const { group, missing, withoutOption, beyondMaximum, contracts } = reason;
  const parts: string[] = [];
  if (withoutOption > 0) parts.push(`${withoutOption} as too few users have a sponsored option`);
  if (beyondMaximum > 0) parts.push(`${beyondMaximum} as its maximum is lower`);
  const taken = missing - withoutOption - beyondMaximum;
  if (taken > 0) {
    const named = contracts.slice(0, NAMED).map((c) =>
      `${instance.contracts[c]} (price ${Number(prices.contract[c].toPrecision(4))})`
    );
    const others = contracts.length - named.length;
    parts.push(
      named.length === 0
        ? cutShort
          ? `${taken} as time ran out`
          : `${taken} though sponsored capacity ${
            problem.instance.limits === undefined ? "" : "alone "
          }would be enough`
        : `${taken} as sponsored capacity is taken: ${named.join(", ")}` +
          (others > 0 ? ` and ${others} more` : ""),
    );
  }
  const least = rules.sponsored.least[group];
  return `group ${instance.groups[group]}: ${
    least === 1 ? "its one sponsored user is" : `${missing} of ${least} sponsored users are`
  } missing: ${parts.join(", ")}`;
}
