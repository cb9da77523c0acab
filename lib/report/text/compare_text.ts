/**
 * Two allocations of one drop as people read them on a terminal.
 *
 * @module
 */
import type { ComparedContract, CompareFacts } from "../facts/compare/compare_facts.ts";
import {
  bothInWords,
  type ComparedFigure,
  comparedFigures,
  compareHeadline,
  countChange,
  peopleInWords,
} from "../facts/compare/compare_words.ts";
import { rowInWords, usedInWords } from "../facts/limit_facts.ts";
import { count, counted, figure, percent } from "../words.ts";
import { contractColumns } from "./contract_columns.ts";
import { plain, type TextOptions } from "./terminal.ts";
import { type Layout, left, list, right, type ShownColumn, titled } from "./text_parts.ts";
import { wrapped } from "./wrapped.ts";
import { signed } from "../signed.ts";
import { signedAmount } from "./limits_text.ts";

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
  const columns: ShownColumn<ComparedFigure>[] = [
    [{ title: "", whole: true }, ({ name }) => name],
    [right(a.name), ({ shown }) => shown[0]],
    [right(b.name), ({ shown }) => shown[1]],
    [right("change"), ({ change }) => change],
    [left(""), (f) => f.better === null ? "" : `${facts.allocations[f.better].name} is better`],
  ];
  // All of them: they are few.
  return titled("What both make of the drop", columns, comparedFigures(facts), layout, 99);
}

function typesPart({ types, allocations: [a, b], same }: CompareFacts, layout: Layout): string {
  if (same) return "";
  return titled(
    "Offers by type",
    [
      [left("type"), (t) => t.type],
      [right("contracts"), (t) => count(t.contracts)],
      [right(a.name), (t) => count(t.assigned[0])],
      [right(b.name), (t) => count(t.assigned[1])],
      [right("change"), (t) => countChange(t.assigned)],
    ],
    types,
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
      [left("group"), (g) => g.group_id],
      [right("users"), (g) => count(g.users)],
      [right("changed"), (g) => count(g.users_changed)],
      [right("better"), (g) => count(g.users_better)],
      [right("worse"), (g) => count(g.users_worse)],
      [right("sponsored"), (g) => bothInWords(g.user_ratio, percent)],
      [right("missing"), (g) => bothInWords(g.shortfall, count)],
      [right("Σ score"), (g) => signed(g.score[1] - g.score[0])],
    ],
    changed,
    layout,
  );
}

function contractsPart(facts: CompareFacts, layout: Layout): string {
  const changed = facts.contracts.filter((c) => c.in + c.out > 0), [a, b] = facts.allocations;
  const columns = contractColumns<ComparedContract>(facts.contracts, [
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
    changed,
    layout,
  );
}

function limitsPart({ limits = [], allocations: [a, b] }: CompareFacts, layout: Layout): string {
  return titled(
    "Limits whose use differs",
    [
      [left("limit"), rowInWords],
      [right("amount"), signedAmount],
      [right(a.name), (row) => usedInWords(row.used[0], row)],
      [right(b.name), (row) => usedInWords(row.used[1], row)],
      [right("missed"), (row) => bothInWords(row.missed, (missed) => figure(missed, 6))],
    ],
    limits,
    layout,
  );
}
