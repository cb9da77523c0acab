/**
 * Two allocations of one drop as people read them on a terminal.
 *
 * @module
 */
import type { ComparedContract, CompareFacts } from "../facts/compare/compare_facts.ts";
import {
  bothInWords,
  comparedFigures,
  compareHeadline,
  countChange,
  peopleInWords,
} from "../facts/compare/compare_words.ts";
import { amountInWords, rowInWords, usedInWords } from "../facts/limit_facts.ts";
import { count, counted, figure, percent } from "../words.ts";
import { contractTable } from "./contract_columns.ts";
import { type Column, plain, type TextOptions } from "./terminal.ts";
import { type Layout, list, right, titled } from "./text_parts.ts";
import { wrapped } from "./wrapped.ts";
import { signed } from "../signed.ts";

/** The comparison as text; the longest tables are cut to their first rows. */
export function compareText(facts: CompareFacts, options: TextOptions = {}): string {
  const { width = 80, style = plain } = options;
  const layout: Layout = { width, style };
  const { allocations: [a, b] } = facts;
  const people = peopleInWords(facts);
  return [
    [
      ...wrapped(compareHeadline(facts), width).map(style.bold),
      ...(people === "" ? [] : wrapped(people, width)),
    ].map((line) => `${line}\n`).join(""),
    figuresPart(facts, layout),
    typesPart(facts, layout),
    groupsPart(facts, layout),
    contractsPart(facts, layout),
    limitsPart(facts, layout),
    ...[a, b].map(({ name, warnings }) => list(`Warnings, ${name}`, warnings, layout)),
  ].filter((part) => part !== "").join("\n");
}

function figuresPart(facts: CompareFacts, layout: Layout): string {
  const { allocations: [a, b] } = facts;
  const rows = comparedFigures(facts).map(({ name, shown, change, better }) => [
    name,
    ...shown,
    change,
    better === null ? "" : `${facts.allocations[better].name} is better`,
  ]);
  const columns: Column[] = [
    { title: "", whole: true },
    right(a.name),
    right(b.name),
    right("change"),
    { title: "" },
  ];
  // All of them: they are few.
  return rows.length === 0 ? "" : titled("What both make of the drop", columns, rows, layout, 99);
}

function typesPart({ types, allocations: [a, b], same }: CompareFacts, layout: Layout): string {
  if (same) return "";
  return titled(
    "Offers by type",
    [{ title: "type" }, right("contracts"), right(a.name), right(b.name), right("change")],
    types.map((t) => [
      t.type,
      count(t.contracts),
      count(t.assigned[0]),
      count(t.assigned[1]),
      countChange(t.assigned),
    ]),
    layout,
  );
}

function groupsPart({ groups, allocations: [, b] }: CompareFacts, layout: Layout): string {
  const changed = groups.filter((g) => g.users_changed > 0);
  return titled(
    `Groups, most users with other offers first (${count(changed.length)} of ${
      counted(groups.length, "group")
    }); better and worse with ${b.name}`,
    [
      { title: "group" },
      ...["users", "changed", "better", "worse", "sponsored", "missing", "Σ score"].map(right),
    ],
    changed.map((g) => [
      g.group_id,
      count(g.users),
      count(g.users_changed),
      count(g.users_better),
      count(g.users_worse),
      bothInWords(g.user_ratio, percent),
      bothInWords(g.shortfall, count),
      signed(g.score[1] - g.score[0]),
    ]),
    layout,
  );
}

function contractsPart(facts: CompareFacts, layout: Layout): string {
  const changed = facts.contracts.filter((c) => c.in + c.out > 0), [a, b] = facts.allocations;
  const { columns, cells } = contractTable<ComparedContract>(facts.contracts, [
    [right("cap"), (c) => count(c.cap)],
    [right(a.name), (c) => count(c.assigned[0])],
    [right(b.name), (c) => count(c.assigned[1])],
    [right("change"), (c) => countChange(c.assigned)],
    [{ title: "type" }, (c) => c.is_sponsored ? "sponsored" : "unsponsored"],
  ]);
  return titled(
    `Contracts, most offers that differ first (${count(changed.length)} of ${
      counted(facts.contracts.length, "contract")
    })`,
    columns,
    changed.map(cells),
    layout,
  );
}

function limitsPart({ limits = [], allocations: [a, b] }: CompareFacts, layout: Layout): string {
  return titled(
    "Limits whose use differs",
    [
      { title: "limit" },
      right("amount"),
      right(a.name),
      right(b.name),
      right("missed"),
    ],
    limits.map((row) => [
      rowInWords(row),
      `${row.side === "at_least" ? "≥" : "≤"} ${amountInWords(row)}`,
      ...row.used.map((used) => usedInWords(used, row)),
      bothInWords(row.missed, (missed) => figure(missed, 6)),
    ]),
    layout,
  );
}
