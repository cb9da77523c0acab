/**
 * Limits as people read about them on a terminal.
 *
 * @module
 */
import type { LimitRow } from "../../allocator/explain/limit_rows.ts";
import {
  amountInWords,
  type AmountRow,
  fullLimits,
  isBest,
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
import {
  heading,
  type Layout,
  left,
  list,
  LISTED,
  right,
  type ShownColumn,
  titled,
} from "./text_parts.ts";
import { wrapped } from "./wrapped.ts";
import { alignedUp, count } from "../words.ts";

/** The part of a report about limits: how they stand, those missed and why, those full and wanted. */
export function limitsText(
  facts: LimitsFacts,
  layout: Layout,
  totals: Pick<ReportTotals, "gap" | "price_slack" | "own_price_slack">,
): string {
  const unused = unusedLimits(facts);
  const rest = unused.length === 0 ? "" : ` ${count(unused.length)} unused.`;
  return [
    heading("Limits", layout) +
    wrapped(limitsInWords(facts) + rest, layout.width - 2).map((line) => `  ${line}\n`).join(""),
    titled("By limit", FAMILY, facts.families, layout),
    missedLimitsList(facts, layout, isBest(totals)),
    fullTable(fullLimits(facts), layout, limitSlackInWords(totals)),
  ].filter((part) => part !== "").join("\n");
}

const FAMILY: ShownColumn<LimitFamilyFacts>[] = [
  [left("limit"), (family) => family.limit],
  [right("rows"), (family) => count(family.rows)],
  [right("full"), (family) => count(family.full)],
  [right("missed"), (family) => count(family.missed + family.broken)],
  [right("unused"), (family) => count(family.unused)],
  [left("per"), (family) => family.per.join(" + ")],
];

/** How rows of limits stand; `price` shows their prices alike. */
export function standingColumns(price: (value: number | null) => string): ShownColumn<LimitRow>[] {
  return [
    [right("price"), (row) => price(row.price ?? null)],
    [right("amount"), signedAmount],
    [right("used"), (row) => usedInWords(row.used, row)],
    [right("offers"), (row) => count(row.offers)],
    [right("eligible pairs"), (row) => count(row.eligible_pairs)],
  ];
}

/** An amount with the sign of its side. */
export function signedAmount(row: AmountRow & Pick<LimitRow, "side">): string {
  return `${row.side === "at_least" ? "≥" : "≤"} ${amountInWords(row)}`;
}

/**
 * Limits that are missed, by how much, and why; "" where none is.
 *
 * @param best whether no allocation is better
 */
export function missedLimitsList(facts: LimitsFacts, layout: Layout, best: boolean): string {
  const lines = missedLimits(facts).map((row) => {
    const why = missedInWords(row, best);
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
  const price = alignedUp(full.map((row) => row.price ?? null));
  return titled(
    `Full limits, and what one unit more${unitsInWords(full)} would add at most${slack}`,
    [[left("limit"), rowInWords], ...standingColumns(price)],
    full,
    layout,
  );
}
