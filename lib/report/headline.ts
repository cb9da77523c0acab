/**
 * The result in sentences.
 *
 * @module
 */
import type { InputReport } from "../drop.ts";
import type { ReportTotals } from "./facts.ts";
import type { GroupFacts } from "./group_facts.ts";
import { count, counted, figure, gapInWords, percent } from "./words.ts";

/** The result in sentences, each true as it stands. */
export interface Headline {
  /** Offers, users, fill. */
  sentence: string;
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
): Headline {
  const served = totals.users - totals.users_without_offers;
  const stopped = timedOut ? " The run was stopped before it was finished." : "";
  return {
    sentence: `${counted(totals.assignments, "offer")} for ${count(served)} of ` +
      `${counted(totals.users, "user")}: ${percent(totals.fill_rate)} of their slots are filled.`,
    proof: capitalized(gapInWords(totals.objective, totals.bound)) + "." + stopped,
    minima: minimaInWords(totals, model),
  };
}

function minimaInWords(totals: ReportTotals, model: "coverage" | "uniform"): string {
  const { groups_with_minimum: all, groups_missed: missed, shortfall } = totals;
  const free = model === "coverage" ? " Model coverage does not ask for them." : "";
  if (all === 0) return "No group has a minimum of sponsored users.";
  if (missed === 0) {
    return `${all === 1 ? "The one minimum is" : `All ${count(all)} minima are`} met.`;
  }
  return `${count(missed)} of ${counted(all, "minimum", "minima")} ` +
    `${missed === 1 ? "is" : "are"} missed, by ${counted(shortfall, "user")} in all.${free}`;
}

/** Why a group misses its minimum, in words; "" where it does not. */
export function shortfallInWords(group: GroupFacts): string {
  const { reason } = group;
  if (reason === null) return "";
  const parts: string[] = [];
  const within = reason.users_with_sponsored_option;
  if (within < group.required_sponsored_users) {
    parts.push(
      `only ${counted(within, "user")} of ${count(group.users)} ` +
        `${within === 1 ? "has" : "have"} a sponsored option`,
    );
  }
  if (reason.users_with_all_options_full > 0) {
    const names = reason.taken.slice(0, 3).map((c) =>
      c.price !== null && c.price > 0
        ? `${c.contract_address} (price ${figure(c.price)})`
        : c.contract_address
    );
    const full = reason.users_with_all_options_full;
    parts.push(
      `for ${counted(full, "user")} every sponsored option is full` +
        (names.length > 0 ? `: ${names.join(", ")}` : ""),
    );
  }
  if (reason.users_with_open_option > 0) {
    const open = reason.users_with_open_option;
    parts.push(
      `${counted(open, "user")} ${open === 1 ? "has" : "have"} a sponsored option with units left`,
    );
  }
  return capitalized(parts.join("; "));
}

/** What was left out of the inputs or filled in, a line each; empty where nothing was. */
export function inputInWords(input: InputReport): string[] {
  const lines: [number, string][] = [
    [input.elig.duplicate_pairs, "duplicate pairs left out (the first row of each counts)"],
    [input.elig.conflicting_duplicate_pairs, "of them with another score"],
    [input.elig.pairs_without_group, "pairs left out: their user has no group"],
    [input.elig.users_without_group, "users without a group"],
    [input.elig.pairs_with_unknown_contract, "pairs left out: their contract is not in caps"],
    [input.elig.unknown_contracts, "contracts of elig that are not in caps"],
    [input.elig.pairs_without_cap, "pairs left out: their contract has no capacity"],
    [input.elig.pairs_below_min_score, "pairs left out: score below the least asked for"],
    [input.elig.pairs_beyond_top_n, "pairs left out: beyond each user's best n"],
    [input.caps.duplicate_rows, "duplicate rows of caps left out"],
    [input.caps.conflicting_duplicate_rows, "of them with other values"],
    [input.caps.fractional_caps, "caps rounded down to whole units"],
    [input.caps.sponsored_without_cap, "sponsored contracts left out: cap is not above 0"],
    [input.caps.unsponsored_default_cap, "unsponsored contracts without a cap got the default"],
    [input.user_groups.users_without_pairs, "users of user-groups have no eligible pair"],
    [input.user_groups.duplicate_rows, "duplicate rows of user-groups left out"],
    [input.user_groups.conflicting_duplicate_rows, "of them with another group"],
    [input.group_ratios.groups_without_users, "groups of group-ratios have no eligible user"],
    [input.group_ratios.default_ratio_groups, "groups without a ratio got the default"],
    [input.group_ratios.duplicate_rows, "duplicate rows of group-ratios left out"],
    [input.group_ratios.conflicting_duplicate_rows, "of them with another ratio"],
  ];
  return lines.filter(([n]) => n > 0).map(([n, text]) => `${count(n)} ${text}`);
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
