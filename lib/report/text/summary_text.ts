/**
 * A summary as people read it on a terminal.
 *
 * @module
 */
import { heldOutInWords, inputNotes } from "../facts/preview/input_notes.ts";
import type { ChangeFacts } from "../facts/change_facts.ts";
import { type GroupSummary, missedMinima, type Summary } from "../facts/summary.ts";
import { isBest, limitsInWords } from "../facts/limit_facts.ts";
import { missedLimitsList } from "./limits_text.ts";
import { plain, type Style, table, type TextOptions, visible } from "./terminal.ts";
import { type Layout, left, right, tableOf } from "./text_parts.ts";
import { wrapped } from "./wrapped.ts";
import {
  aligned,
  allOf,
  count,
  counted,
  duration,
  figure,
  mostOffersPerUser,
  percent,
  someOf,
} from "../words.ts";
import { proofInWords } from "../proof_words.ts";

/** Most groups, notes or warnings that are listed. */
const LISTED = 10;

/** The summary as text: the headline figures, groups that miss their minimum, what was left out, warnings. */
export function summaryText(summary: Summary, options: TextOptions = {}): string {
  const { width = 80, style = plain } = options, layout = { width, style };
  const parts = [
    table([{ title: "" }, { title: "" }], headline(summary), { indent: 2, width, style }),
    missedTable(missedMinima(summary).groups, width, style),
    summary.limits === undefined
      ? ""
      : indented(missedLimitsList(summary.limits, { width: width - 2, style }, isBest(summary))),
    list("Input, as read:", inputNotes(summary.input), style.bold, layout),
    list("Warnings:", summary.warnings, style.yellow, layout),
  ];
  return parts.filter((part) => part !== "").join("\n");
}

function headline(summary: Summary): [string, string][] {
  const { users, timings, groups, bound } = summary;
  const places = summary.slots;
  const sponsoredUsers = groups.reduce((sum, group) => sum + group.sponsored_users, 0);
  const missed = missedMinima(summary);
  const value = aligned([summary.score, summary.objective, bound], 6);
  const rows: [string, string | null][] = [
    [
      "solver",
      `${summary.solver}, model ${summary.model}, ${mostOffersPerUser(summary)}`,
    ],
    ["held out", heldOutInWords(summary.input)],
    ["drop", `${counted(users, "user")}, ${counted(summary.pairs, "eligible pair")}`],
    [
      "offers",
      `${count(summary.assignments)} of ${count(places)} (${percent(summary.fill_rate)})`,
    ],
    ["users by offers", offerCounts(summary.offer_counts)],
    ["score", value(summary.score)],
    ["objective", value(summary.objective)],
    ["less changes", changeCostInWords(summary)],
    ["bound", bound === null ? null : value(bound)],
    [
      "proof",
      bound === null
        ? null
        : proofInWords(summary.objective, bound, summary.prices_bound, summary.gap),
    ],
    [
      "sponsored",
      `${counted(summary.sponsored_assignments, "offer")} (${percent(summary.sponsored_share)}), ` +
      counted(sponsoredUsers, "user"),
    ],
    ["mixed users", summary.mixed_users === 0 ? null : count(summary.mixed_users)],
    ["minima", minimaInRow(summary)],
    // Said beside the figure, so that nobody takes it for a failure of the solver.
    ["", missed.users > 0 && summary.model === "coverage" ? "model coverage asks for none" : null],
    ...(summary.limits === undefined
      ? []
      : [["limits", limitsInWords(summary.limits).replace(/\.$/, "")] as [string, string]]),
    [
      "changes",
      summary.changes === undefined ? null : changesInWords(summary.changes, summary.input),
    ],
    ...alternateRows(summary),
    ["over cap", summary.cap_violations === 0 ? null : counted(summary.cap_violations, "contract")],
    [
      "time",
      `read ${duration(timings.read_s)}, solve ${duration(timings.solve_s)}, ` +
      `write ${duration(timings.write_s)}, total ${duration(timings.total_s)}`,
    ],
    ["", summary.timed_out ? "stopped early" : null],
    ["memory", `${count(summary.peak_rss_bytes / 2 ** 20)} MiB at most`],
  ];
  return rows.filter((row): row is [string, string] => row[1] !== null);
}

/** How many groups meet their minimum, of those that have one: the others say nothing of the result. */
function minimaInRow(summary: Summary): string {
  const { groups } = summary, missed = missedMinima(summary);
  const all = groups.filter((group) => group.required_sponsored_users > 0).length;
  if (all === 0) return "no group has one";
  const having = all < groups.length ? ` that ${all === 1 ? "has" : "have"} one` : "";
  if (missed.users === 0) return `met in ${allOf(all, "group")}${having}`;
  return `missed in ${someOf(missed.groups.length, all, "group")}${having}, by ${
    counted(missed.users, "user")
  }`;
}

/** What the objective is made of, where changes cost something. */
function changeCostInWords({ changes }: Summary): string | null {
  if (changes === undefined || changes.change_cost === 0) return null;
  return `${figure(changes.objective_before_cost, 6)} without the cost of changes, ` +
    `${figure(changes.change_cost, 4)}`;
}

/** How many alternates there are, and that they keep caps on average only. */
export function alternatesInWords(alternates: number, users: number): string {
  return `${count(alternates)} for ${counted(users, "user")}; they keep caps on average only`;
}

/** Alternates, and how many first ones are of full contracts. */
function alternateRows({ alternates }: Summary): [string, string][] {
  if (alternates === undefined) return [];
  const { alternates: n, users, first_of_full_contracts: full } = alternates;
  return [
    ["alternates", alternatesInWords(n, users)],
    ["", full === 0 ? "" : `first ones of full contracts: ${count(full)}`],
  ].filter(([, text]) => text !== "") as [string, string][];
}

/** How many offers are new, and whose. What users held out had before is not compared. */
function changesInWords(changes: ChangeFacts, { holdout }: Summary["input"]): string {
  return `${counted(changes.offers_changed, "new offer")} (${
    percent(changes.offers_changed_share)
  }), ${percent(changes.users_changed_share)} of users with offers now or before have others${
    holdout === undefined ? "" : ", users held out not counted"
  }`;
}

/** `0: 12   1: 30 …`; those with the most offers that anyone has come last. */
function offerCounts(counts: Record<string, number>): string {
  const entries = Object.entries(counts).map(([n, users]) => [Number(n), users]);
  const most = entries.findLast(([, users]) => users > 0)?.[0] ?? 0;
  const shown = entries.filter(([n, users]) => n <= most && (users > 0 || most < 10));
  return shown.map(([n, users]) => `${n}: ${count(users)}`).join("   ");
}

function missedTable(missed: readonly GroupSummary[], width: number, style: Style): string {
  if (missed.length === 0) return "";
  const text = tableOf(
    [
      [left("group that misses its minimum"), (group) => group.group_id],
      [right("users"), (group) => count(group.users)],
      [right("required"), (group) => count(group.required_sponsored_users)],
      [right("sponsored"), (group) => count(group.sponsored_users)],
      [right("missing"), (group) => count(group.shortfall)],
    ],
    missed.slice(0, LISTED),
    { indent: 2, width, style },
  );
  const rest = missed.length - LISTED;
  return rest > 0 ? `${text}  … and ${counted(rest, "more group", "more groups")}\n` : text;
}

function list(
  title: string,
  lines: readonly string[],
  emphasis: Style["bold"],
  { width, style }: Layout,
): string {
  if (lines.length === 0) return "";
  const shown = lines.length > LISTED + 1 ? lines.slice(0, LISTED) : [...lines];
  if (shown.length < lines.length) {
    shown.push(`… and ${count(lines.length - shown.length)} more, all of them in --summary`);
  }
  // In a pipe or file each note stays one line.
  const item = (line: string) =>
    `    ${style.isPiped ? visible(line) : wrapped(line, width - 6).join("\n      ")}\n`;
  return `  ${emphasis(title)}\n${shown.map(item).join("")}`;
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}
