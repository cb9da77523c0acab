/**
 * A report as people read it on a terminal.
 *
 * @module
 */
import type { ContractFacts } from "./contract_facts.ts";
import type { ReportFacts } from "./facts.ts";
import { minimumPrice } from "./group_facts.ts";
import { shortfallInWords } from "./headline.ts";
import { fittingColumns } from "./fitting_columns.ts";
import { inputNotes } from "./input_notes.ts";
import { type Column, plain, type Style, table, type TextOptions } from "./terminal.ts";
import { wrapped } from "./wrapped.ts";
import { count, counted, duration, figure, percent } from "./words.ts";

/** Most rows of a table here; the page and `--json` have all. */
const LISTED = 10;
/** Terminal columns of the longest bar. */
const BAR = 24;

/** The report as text: what the page tells, with the longest tables cut to their first rows. */
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
    feasibilityPart(facts, layout),
    list("Input, as read", inputNotes(facts.input), layout),
    list("Warnings", facts.warnings, layout),
  ].filter((part) => part !== "").join("\n");
}

/** The headline and the sums of a report as text. */
export function headlineText(facts: ReportFacts, options: TextOptions = {}): string {
  const { width = 80, style = plain } = options;
  return `${headline(facts, { width, style })}\n${totals(facts, { width, style })}`;
}

interface Layout {
  width: number;
  style: Style;
}

function headline(facts: ReportFacts, { style, width }: Layout): string {
  const { sentence, proof, minima } = facts.headline;
  const colour = facts.totals.groups_missed === 0
    ? style.green
    : facts.model === "coverage"
    ? style.dim
    : style.red;
  return [
    ...wrapped(sentence, width).map(style.bold),
    ...wrapped(proof, width),
    ...wrapped(minima, width).map(colour),
  ].map((line) => `${line}\n`).join("");
}

function totals(facts: ReportFacts, layout: Layout): string {
  const { totals: t, timings } = facts;
  const seconds = (["read", "solve", "write", "total"] as const)
    .filter((name) => timings[`${name}_s`] !== undefined)
    .map((name) => `${name} ${duration(timings[`${name}_s`]!)}`);
  const rows: [string, string | null][] = [
    ["solver", `${facts.solver ?? "not known"}, model ${facts.model}, k = ${facts.k}`],
    ["score", figure(t.score, 6)],
    ["objective", figure(t.objective, 6)],
    ["bound", t.bound === null ? null : figure(t.bound, 6)],
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
    users.choice_ranks.map((row) => [
      row.to_rank === null ? `${row.from_rank}+` : String(row.from_rank),
      row.offers,
      row.share,
    ]),
    layout,
  ) + (median === null ? "" : `\n${
    wrapped(
      `Score per offer: a tenth below ${figure(p10!)}, half below ${figure(median)}, ` +
        `a tenth from ${figure(p90!)} on.`,
      layout.width,
    ).join("\n")
  }\n`);
}

function missedGroups(facts: ReportFacts, layout: Layout): string {
  const missed = facts.groups.filter((g) => g.shortfall > 0)
    .sort((a, b) => b.shortfall - a.shortfall);
  if (missed.length === 0) return "";
  const lines = missed.slice(0, LISTED).map((g) => {
    const words = `${g.group_id} lacks ${count(g.shortfall)} of ` +
      `${count(g.required_sponsored_users)}: ${lowered(shortfallInWords(g))}`;
    return `  ${wrapped(words, layout.width - 4).join("\n    ")}\n`;
  });
  return heading("Groups that miss their minimum", layout) + lines.join("") +
    more(missed.length);
}

function largestGroups(facts: ReportFacts, layout: Layout): string {
  const largest = [...facts.groups].sort((a, b) => b.users - a.users);
  return titled(
    "Largest groups",
    [
      { title: "group" },
      right("users"),
      right("required"),
      right("actual"),
      right("missing"),
      right("sponsored offers"),
      right("price"),
    ],
    largest.map((g) => [
      g.group_id,
      count(g.users),
      percent(g.sponsorship_ratio),
      percent(g.user_ratio),
      count(g.shortfall),
      g.assignment_ratio === null ? "–" : percent(g.assignment_ratio),
      price(minimumPrice(g)),
    ]),
    layout,
  );
}

function wantedContracts(facts: ReportFacts, layout: Layout): string {
  return titled(
    "Full and wanted contracts",
    [
      { title: "contract" },
      { title: "type" },
      right("cap"),
      right("price"),
      right("eligible"),
      right("among their best"),
    ],
    contractsOf(facts, facts.full_and_wanted).map((c) => [
      c.contract_address,
      c.is_sponsored ? "sponsored" : "unsponsored",
      count(c.cap),
      price(c.price ?? null),
      count(c.eligible_users),
      count(c.wanted_by),
    ]),
    layout,
  );
}

function unusedContracts(facts: ReportFacts, layout: Layout): string {
  return titled(
    "Under-used sponsored contracts",
    [
      { title: "contract" },
      right("left"),
      right("cap"),
      right("used"),
      right("eligible"),
    ],
    contractsOf(facts, facts.under_used_sponsored).map((c) => [
      c.contract_address,
      count(c.unused),
      count(c.cap),
      percent(c.utilization),
      count(c.eligible_users),
    ]),
    layout,
  );
}

function contractsOf(facts: ReportFacts, ids: readonly string[]): ContractFacts[] {
  const byId = new Map(facts.contracts.map((c) => [c.contract_address, c]));
  return ids.map((id) => byId.get(id)!);
}

function feasibilityPart(facts: ReportFacts, layout: Layout): string {
  const { feasibility: f, k } = facts;
  const [sponsored, unsponsored] = f.capacity;
  const rows: [string, string][] = [
    [
      "sponsored capacity",
      `${count(sponsored.capacity)} units, ${
        count(sponsored.usable_capacity)
      } usable by eligible users`,
    ],
    [
      "sponsored demand",
      `${counted(f.required_sponsored_users, "user")}; ` +
      `${counted(f.sponsored_demand, "unit")} at ${k} each`,
    ],
    [
      "unsponsored capacity",
      `${count(unsponsored.capacity)} units, ${count(unsponsored.usable_capacity)} usable`,
    ],
    [
      `fewer than ${k} options`,
      `${counted(f.users_below_k, "user")}; ${count(f.users_below_k_sponsored_only)} sponsored ` +
      `only, ${count(f.users_below_k_unsponsored_only)} unsponsored only`,
    ],
    ["no sponsored option", counted(f.users_without_sponsored_option, "user")],
    ["no unsponsored option", counted(f.users_without_unsponsored_option, "user")],
  ];
  if (f.unreachable_groups > 0) {
    rows.push([
      "minima out of reach",
      `${counted(f.unreachable_groups, "group")}, ${counted(f.unreachable_shortfall, "user")}`,
    ]);
  }
  return heading("Feasibility, before solving", layout) +
    table([{ title: "" }, { title: "" }], rows, { indent: 2, ...layout });
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
  return heading(title, layout) + table(
    [right(name), right(unit), right("share"), { title: "" }],
    rows.map(([label, n, share]) => [
      label,
      count(n),
      percent(share),
      "█".repeat(Math.round(room * share / largest)),
    ]),
    { indent: 2, ...layout },
  );
}

/** A heading and a table's first rows, without its last columns where the terminal is narrow; "" without rows. */
function titled(
  title: string,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  layout: Layout,
): string {
  if (rows.length === 0) return "";
  const listed = rows.slice(0, LISTED);
  const kept = columns.slice(0, fittingColumns(columns, listed, layout.width - 2, 12));
  return heading(title, layout) + table(kept, listed, { indent: 2, ...layout }) +
    more(rows.length);
}

function more(rows: number): string {
  return rows > LISTED ? `  … and ${count(rows - LISTED)} more\n` : "";
}

function lowered(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function heading(title: string, { style }: Layout): string {
  return `${style.bold(title)}\n`;
}

function list(title: string, lines: readonly string[], layout: Layout): string {
  if (lines.length === 0) return "";
  return heading(title, layout) + lines.map((line) => `  ${line}\n`).join("");
}

function right(title: string): Column {
  return { title, align: "right" };
}

function price(value: number | null): string {
  return value === null ? "–" : figure(value);
}
