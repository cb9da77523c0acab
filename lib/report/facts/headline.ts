/**
 * The result in sentences.
 *
 * @module
 */
import { CUT_SHORT } from "../../allocator/model/allocation.ts";
import type { ReportTotals } from "./report_totals.ts";
import type { GroupFacts } from "./group_facts.ts";
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

/** Why a group misses its minimum, in words; "" where it does not. Of a run that was cut short, time is the cause. */
export function shortfallInWords(group: GroupFacts, timedOut = false): string {
  const { reason } = group;
  if (reason === null) return "";
  const parts: string[] = [];
  const within = reason.users_with_sponsored_option;
  const reachable = Math.min(within, group.required_sponsored_users);
  if (timedOut && group.sponsored_users < reachable) {
    // With unfinished prices the cause is the early end, not the drop.
    parts.push(`${CUT_SHORT}, before it was met`);
  }
  if (within < group.required_sponsored_users) {
    const only = within === 0 ? "no user" : `only ${counted(within, "user")}`;
    parts.push(
      `${only} of ${count(group.users)} ${within < 2 ? "has" : "have"} a sponsored option`,
    );
  }
  if (!timedOut && reason.users_with_all_options_full > 0) {
    const names = reason.taken.slice(0, 3).map((c) =>
      c.price !== null && c.price > 0
        ? `${contractInWords(c)} (price ${figure(c.price, 3)})`
        : contractInWords(c)
    );
    const full = reason.users_with_all_options_full;
    parts.push(
      `for ${counted(full, "user")} every sponsored option is full` +
        (names.length > 0 ? `: ${names.join(", ")}` : ""),
    );
  }
  const kept = reason.users_kept_out_by_limits ?? 0;
  if (!timedOut && kept > 0) {
    const names = reason.limits!.slice(0, 3).map(({ limit }) => limit);
    parts.push(
      `limits keep ${counted(kept, "user")} from sponsored options with units left: ${
        names.join(", ")
      }`,
    );
  }
  if (!timedOut && reason.users_with_open_option > 0) {
    const open = reason.users_with_open_option;
    parts.push(
      `${counted(open, "user")} ${open === 1 ? "has" : "have"} a sponsored option with units left`,
    );
  }
  return capitalized(parts.join("; "));
}
