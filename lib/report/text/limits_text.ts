/**
 * Limits as people read about them on a terminal.
 *
 * @module
 */
import type { LimitRow } from "../../allocator/explain/limit_rows.ts";
import {
  amountInWords,
  fullLimits,
  type LimitFamilyFacts,
  type LimitsFacts,
  limitsInWords,
  missedInWords,
  missedLimits,
  rowInWords,
  shortOrBeyond,
  unitsInWords,
  unusedLimits,
  usedInWords,
} from "../facts/limit_facts.ts";
import { limitSlackInWords, type ReportTotals } from "../facts/report_totals.ts";
import type { Column } from "./terminal.ts";
import { heading, type Layout, list, LISTED, right, titled } from "./text_parts.ts";
import { wrapped } from "./wrapped.ts";
import { aligned, count } from "../words.ts";

/** The part of a report about limits: how they stand, those missed and why, those full and wanted. */
export function limitsText(
  facts: LimitsFacts,
  layout: Layout,
  totals: Pick<ReportTotals, "price_slack" | "own_price_slack">,
): string {
  const unused = unusedLimits(facts);
  const rest = unused.length === 0 ? "" : ` ${count(unused.length)} unused.`;
  return [
    heading("Limits", layout) +
    wrapped(limitsInWords(facts) + rest, layout.width - 2).map((line) => `  ${line}\n`).join(""),
    titled("By limit", FAMILY, facts.families.map(familyCells), layout),
    missedLimitsList(facts, layout),
    fullTable(fullLimits(facts), layout, limitSlackInWords(totals)),
  ].filter((part) => part !== "").join("\n");
}

const FAMILY: Column[] = [
  { title: "limit" },
  right("rows"),
  right("full"),
  right("missed"),
  right("unused"),
  { title: "per" },
];

function familyCells(family: LimitFamilyFacts): string[] {
  return [
    family.limit,
    count(family.rows),
    count(family.full),
    count(family.missed + family.broken),
    count(family.unused),
    family.per.join(" + "),
  ];
}

/** Limits that are missed, by how much, and why; "" where none is. */
export function missedLimitsList(facts: LimitsFacts, layout: Layout): string {
  const lines = missedLimits(facts).map((row) => {
    const why = missedInWords(row);
    const how = shortOrBeyond(row);
    return `${rowInWords(row)}: ${how}${why === "" ? "" : `; ${why}`}`;
  });
  return list("Missed limits", lines, layout, LISTED);
}

function fullTable(
  full: readonly LimitRow[],
  layout: Layout,
  slack: string,
): string {
  const price = aligned(full.map((row) => row.price ?? null));
  return titled(
    `Full limits, and what one unit more${unitsInWords(full)} would add at most${slack}`,
    [
      { title: "limit" },
      right("price"),
      right("amount"),
      right("used"),
      right("offers"),
      right("eligible pairs"),
    ],
    full.map((row) => [
      rowInWords(row),
      price(row.price ?? null),
      `${row.side === "at_least" ? "≥" : "≤"} ${amountInWords(row)}`,
      usedInWords(row.used, row),
      count(row.offers),
      count(row.eligible_pairs),
    ]),
    layout,
  );
}
