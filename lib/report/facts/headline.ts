/**
 * The result in sentences.
 *
 * @module
 */
import { CUT_SHORT } from "../../allocator/model/allocation.ts";
import type { ReportTotals } from "./report_totals.ts";
import type { FeasibilityFacts } from "./feasibility_facts.ts";
import type { GroupFacts, MissedMinimum } from "./group_facts.ts";
import { contractInWords } from "./contract_about.ts";
import { allOf, capitalized, count, counted, figure, percent, someOf } from "../words.ts";
import { proofInWords } from "../proof_words.ts";

/** The result in sentences, each true as it stands. */
export interface Headline {
  /** Offers, users, fill. */
  sentence: string;
  /** Why not every slot is filled, or that it is. */
  why: string;
  /** What bound and objective prove. */
  proof: string;
  /** Minima met or missed. */
  minima: string;
}

/** The headline of a report. */
export function headline(
  totals: ReportTotals,
  model: "coverage" | "uniform",
  timedOut: boolean,
  why: string,
): Headline {
  const served = totals.users - totals.users_without_offers;
  const stopped = timedOut ? " The run was stopped before it was finished." : "";
  return {
    sentence: `${counted(totals.assignments, "offer")} for ${count(served)} of ` +
      `${counted(totals.users, "user")}: ${percent(totals.fill_rate)} of their slots are filled.`,
    why,
    proof: capitalized(
      proofInWords(totals.objective, totals.bound, totals.prices_bound, totals.gap),
    ) + "." + stopped,
    minima: minimaInWords(totals, model),
  };
}

function minimaInWords(totals: ReportTotals, model: "coverage" | "uniform"): string {
  const { groups_with_minimum: all, groups_missed: missed, shortfall } = totals;
  const free = model === "coverage" ? " Model coverage does not ask for them." : "";
  if (all === 0) return "No group has a minimum of sponsored users.";
  if (missed === 0) {
    return `${capitalized(allOf(all, "minimum", "minima"))} ${all === 1 ? "is" : "are"} met.`;
  }
  return `${capitalized(someOf(missed, all, "minimum", "minima"))} ` +
    `${missed === 1 ? "is" : "are"} missed, by ${counted(shortfall, "user")} in all.${free}`;
}

/** Whether it is for want of time that users are missing to minima: of a run that was cut short, unless none can be met in more. */
export function isShortOfTime(
  { timed_out, totals, feasibility }: {
    readonly timed_out: boolean;
    readonly totals: Pick<ReportTotals, "shortfall">;
    readonly feasibility: Pick<FeasibilityFacts, "least_shortfall">;
  },
): boolean {
  return timed_out && totals.shortfall > feasibility.least_shortfall;
}

/**
 * Why a group misses its minimum, in words; "" where it does not.
 *
 * @param shortOfTime whether time may be the cause: {@link isShortOfTime}
 */
export function shortfallInWords(group: GroupFacts, shortOfTime = false): string {
  const { reason } = group;
  if (reason === null) return "";
  const parts: string[] = [];
  const within = reason.users_with_sponsored_option;
  const { required_sponsored_users: required, sponsored_users: sponsored } = group;
  const most = reason.most_sponsored_users ?? required;
  const hasMore = sponsored < Math.min(within, most, required);
  // With unfinished prices the cause is the early end, not the drop.
  if (shortOfTime && hasMore) parts.push(`${CUT_SHORT}, before it was met`);
  if (within < required) {
    const only = within === 0 ? "no user" : `only ${counted(within, "user")}`;
    parts.push(
      `${only} of ${count(group.users)} ${within < 2 ? "has" : "have"} a sponsored option`,
    );
  }
  if (most < required) {
    parts.push(
      most === 0
        ? "none of its users may be sponsored"
        : `at most ${count(most)} of ${counted(group.users, "user")} may be sponsored`,
    );
  }
  // What stands against offers that the group's maximum allows no more says nothing.
  return capitalized([...parts, ...hasMore && !shortOfTime ? inTheWay(reason) : []].join("; "));
}

/** What stands against sponsored offers to users who have an option. */
function inTheWay(reason: MissedMinimum): string[] {
  const parts: string[] = [];
  const full = reason.users_with_all_options_full, open = reason.users_with_open_option;
  if (full > 0) {
    const names = reason.taken.slice(0, 3).map((c) =>
      c.price !== null && c.price > 0
        ? `${contractInWords(c)} (price ${figure(c.price, 3)})`
        : contractInWords(c)
    );
    parts.push(
      `for ${counted(full, "user")} every sponsored option is full` +
        (names.length > 0 ? `: ${names.join(", ")}` : ""),
    );
  }
  const kept = reason.users_kept_out_by_limits ?? 0;
  if (kept > 0) {
    const names = reason.limits!.slice(0, 3).map(({ limit }) => limit);
    parts.push(
      `limits keep ${counted(kept, "user")} from sponsored options with units left: ${
        names.join(", ")
      }`,
    );
  }
  if (open > 0) {
    parts.push(
      `${counted(open, "user")} ${open === 1 ? "has" : "have"} a sponsored option with units left`,
    );
  }
  return parts;
}
