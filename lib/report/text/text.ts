/**
 * A report as people read it on a terminal.
 *
 * @module
 */
import { type ContractFacts, contractsOf } from "../facts/contract_facts.ts";
import type { ReportFacts } from "../facts/facts.ts";
import { minimumPrice } from "../facts/minimum_price.ts";
import { isShortOfTime, shortfallInWords } from "../facts/headline.ts";
import { contractColumns } from "./contract_columns.ts";
import { feasibilityText } from "./feasibility_text.ts";
import { inputNotes } from "../facts/preview/input_notes.ts";
import { limitsInWords } from "../facts/limit_facts.ts";
import { limitsText } from "./limits_text.ts";
import { plain, table, type TextOptions } from "./terminal.ts";
import {
  heading,
  type Layout,
  left,
  list,
  LISTED,
  moreRows,
  right,
  type ShownColumn,
  tableOf,
  titled,
} from "./text_parts.ts";
import { lossesInWords } from "../facts/report_totals.ts";
import { shownRanks } from "../facts/user_facts.ts";
import { wrapped } from "./wrapped.ts";
import {
  alignedUp,
  count,
  counted,
  duration,
  figureDown,
  mostOffersPerUser,
  percent,
  percentBeside,
  percentInFull,
  total,
} from "../words.ts";
import type { GroupFacts } from "../facts/group_facts.ts";

/** Terminal columns of the longest bar. */
const BAR = 24;

/** The report as text: what is on the page, with the longest tables cut to their first rows. */
export function reportText(facts: ReportFacts, options: TextOptions = {}): string {
  const { width = 80, style = plain } = options;
  const layout: Layout = { width, style };
  return [
    headline(facts, layout),
    totals(facts, layout),
    usersPart(facts, layout),
    missedGroups(facts, layout),
    largestGroups(facts, layout),
    wantedContracts(facts, layout),
    unusedContracts(facts, layout),
    facts.limits === undefined ? "" : limitsText(facts.limits, layout, facts.totals),
    feasibilityPart(facts, layout),
    list("Input, as read", inputNotes(facts.input), layout),
    list("Warnings", facts.warnings, layout, LISTED),
  ].filter((part) => part !== "").join("\n");
}

/** The headline and the sums of a report as text. */
export function headlineText(facts: ReportFacts): string {
  const layout: Layout = { width: 80, style: plain };
  return `${headline(facts, layout)}\n${totals(facts, layout)}`;
}

function headline(facts: ReportFacts, { style, width }: Layout): string {
  const { limits, headline: { sentence, why, proof, minima } } = facts;
  const colour = facts.totals.groups_missed === 0
    ? style.green
    : facts.model === "coverage"
    ? style.dim
    : style.red;
  return [
    ...wrapped(sentence, width).map(style.bold),
    ...wrapped(why, width),
    ...wrapped(proof, width),
    ...wrapped(minima, width).map(colour),
    ...(limits === undefined ? [] : wrapped(limitsInWords(limits), width)
      .map(limits.rows.every(({ missed }) => missed === 0) ? style.green : style.red)),
  ].map((line) => `${line}\n`).join("");
}

function totals(facts: ReportFacts, layout: Layout): string {
  const { totals: t, timings } = facts;
  const seconds = (["read", "solve", "write", "total"] as const)
    .filter((name) => timings[`${name}_s`] !== undefined)
    .map((name) => `${name} ${duration(timings[`${name}_s`]!)}`);
  const rows: [string, string | null][] = [
    ["solver", `${facts.solver ?? "not known"}, model ${facts.model}, ${mostOffersPerUser(facts)}`],
    ["score", total(t.score)],
    [
      "objective",
      [total(t.objective), lossesInWords(facts)].filter((part) => part !== "").join(", "),
    ],
    ["bound", t.bound === null ? null : total(t.bound)],
    [
      "sponsored",
      `${counted(t.sponsored_assignments, "offer")} (${percent(t.sponsored_share)}), ` +
      counted(t.sponsored_users, "user"),
    ],
    ["mixed users", t.mixed_users === 0 ? null : count(t.mixed_users)],
    ["over cap", t.cap_violations === 0 ? null : counted(t.cap_violations, "contract")],
    ["time", seconds.length === 0 ? null : seconds.join(", ")],
  ];
  return table(
    [{ title: "" }, { title: "" }],
    rows.filter((row): row is [string, string] => row[1] !== null),
    { indent: 2, ...layout },
  );
}

function usersPart(facts: ReportFacts, layout: Layout): string {
  const { users } = facts;
  const { p10, median, p90 } = users.scores;
  return bars(
    "Offers per user",
    "offers",
    "users",
    users.offers_per_user.map((row) => [String(row.offers), row.users, row.share]),
    layout,
  ) + "\n" + bars(
    "Which of their own choices users got",
    "rank",
    "offers",
    shownRanks(users.choice_ranks).map((row) => [
      row.to_rank === null ? `${row.from_rank}+` : String(row.from_rank),
      row.offers,
      row.share,
    ]),
    layout,
  ) + (median === null ? "" : `\n${
    wrapped(
      `Score per offer: at most a tenth below ${figureDown(p10!)}, at most half below ` +
        `${figureDown(median)}, at least a tenth from ${figureDown(p90!)} on.`,
      layout.width,
    ).join("\n")
  }\n`);
}

function missedGroups(facts: ReportFacts, layout: Layout): string {
  const missed = facts.groups.filter((g) => g.shortfall > 0)
    .sort((a, b) => b.shortfall - a.shortfall);
  if (missed.length === 0) return "";
  const lines = missed.slice(0, LISTED).map((g) => {
    const words = `${g.group_id}, ${count(g.shortfall)} of ` +
      `${count(g.required_sponsored_users)} missing: ` +
      lowered(shortfallInWords(g, isShortOfTime(facts)));
    return `  ${wrapped(words, layout.width - 4).join("\n    ")}\n`;
  });
  return heading("Groups that miss their minimum", layout) + lines.join("") +
    moreRows(missed.length);
}

function largestGroups(facts: ReportFacts, layout: Layout): string {
  const largest = [...facts.groups].sort((a, b) => b.users - a.users);
  const prices = largest.slice(0, LISTED).map(minimumPrice), price = alignedUp(prices);
  const columns: ShownColumn<GroupFacts>[] = [
    [left("group"), (g) => g.group_id],
    [right("users"), (g) => count(g.users)],
    [right("required"), (g) => percentInFull(g.sponsorship_ratio)],
    [right("actual"), (g) => percentBeside(g.user_ratio, g.sponsorship_ratio)],
    [right("missing"), (g) => count(g.shortfall)],
    [
      right("sponsored offers"),
      (g) => g.assignment_ratio === null ? "–" : percent(g.assignment_ratio),
    ],
  ];
  if (prices.some((p) => p !== null)) columns.push([right("price"), (g) => price(minimumPrice(g))]);
  return titled("Largest groups", columns, largest, layout);
}

function wantedContracts(facts: ReportFacts, layout: Layout): string {
  const wanted = contractsOf(facts, facts.full_and_wanted);
  const priced = wanted.some((c) => c.price !== undefined);
  const price = alignedUp(wanted.slice(0, LISTED).map((c) => c.price ?? null));
  const columns = contractColumns<ContractFacts>(facts.contracts, [
    [left("type"), (c) => c.is_sponsored ? "sponsored" : "unsponsored"],
    [right("cap"), (c) => count(c.cap)],
    ...(priced ? [[right("price"), (c: ContractFacts) => price(c.price ?? null)] as const] : []),
    [right("eligible"), (c) => count(c.eligible_users)],
    [right("among their best"), (c) => count(c.wanted_by)],
  ]);
  return titled("Full and wanted contracts", columns, wanted, layout);
}

function unusedContracts(facts: ReportFacts, layout: Layout): string {
  const columns = contractColumns<ContractFacts>(facts.contracts, [
    [right("left"), (c) => count(c.unused)],
    [right("cap"), (c) => count(c.cap)],
    [right("used"), (c) => percent(c.utilization)],
    [right("eligible"), (c) => count(c.eligible_users)],
  ]);
  const unused = contractsOf(facts, facts.under_used_sponsored);
  return titled("Under-used sponsored contracts", columns, unused, layout);
}

function feasibilityPart(facts: ReportFacts, layout: Layout): string {
  return heading("Feasibility", layout) + feasibilityText(facts, layout);
}

/** A table with a bar per row as long as its share. */
function bars(
  title: string,
  name: string,
  unit: string,
  rows: readonly (readonly [string, number, number])[],
  layout: Layout,
): string {
  const largest = Math.max(...rows.map((row) => row[2]), Number.MIN_VALUE);
  const room = Math.max(4, Math.min(BAR, layout.width - 34));
  return heading(title, layout) + tableOf(
    [
      [right(name), ([label]) => label],
      [right(unit), ([, n]) => count(n)],
      [right("share"), ([, , share]) => percent(share)],
      [left(""), ([, , share]) => "█".repeat(Math.round(room * share / largest))],
    ],
    rows,
    { indent: 2, ...layout },
  );
}

function lowered(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
