/**
 * The section of a page about limits.
 *
 * @module
 */
import type { LimitRow, StandingRow } from "../../allocator/explain/limit_rows.ts";
import {
  fullLimits,
  isBest,
  type LimitFamilyFacts,
  type LimitsFacts,
  limitsInWords,
  missedInWords,
  missedLimits,
  rowInFull,
  unusedLimits,
  usedInWords,
} from "../facts/limit_facts.ts";
import { limitPriceInWords, type ReportTotals } from "../facts/report_totals.ts";
import type { Figures } from "./figures.ts";
import { emptyCard } from "./html_parts.ts";
import {
  countColumn,
  type HtmlColumn,
  lackColumn,
  numberColumn,
  priceColumn,
  tableCard,
} from "./html_table.ts";
import { type Content, html } from "./markup.ts";
import { counted, figure } from "../words.ts";
import { signedAmount } from "../text/limits_text.ts";

/** The section: how limits stand, those missed and why, those full and wanted, those unused. */
export function limitsSection(
  facts: LimitsFacts,
  charts: Figures,
  totals: Pick<ReportTotals, "gap" | "price_slack" | "own_price_slack">,
): Content {
  const best = isBest(totals);
  const missed = missedLimits(facts), full = fullLimits(facts), unused = unusedLimits(facts);
  const columns = rowColumns(facts);
  const priced = facts.rows.some(({ price }) => price !== undefined);
  return html`
    <p class="lede">${limitsInWords(facts)}${priced &&
      ` ${limitPriceInWords(facts, totals)}`}</p>
    <div class="grid">${charts.limit_use}${charts.limit_prices}</div>
    ${missed.length > 0 &&
      tableCard<LimitRow>("Missed limits, and why", [
        ...columns.filter(({ title }) => MISSED_COLUMNS.has(title)),
        { title: "Why", show: (row) => missedInWords(row, best), words: true },
      ], missed)}${full.length === 0
      ? emptyCard("Full limits", "No limit is at its amount while more is wanted.")
      : tableCard(
        "Full limits",
        columns.filter(({ title }) => !LOST_COLUMNS.has(title)),
        full,
      )}${unused.length > 0 &&
      tableCard(
        `Unused: no offer counts toward ${counted(unused.length, "limit")}`,
        columns.filter(({ title }) => UNUSED_COLUMNS.has(title)),
        unused,
      )}${tableCard("All limits, as declared", FAMILY_COLUMNS, facts.families)}
  `;
}

const MISSED_COLUMNS: ReadonlySet<string> = new Set([
  "Limit",
  "Amount",
  "Used",
  "Missed",
  "Cost of each",
]);
/** Columns that limits have only where they are missed. */
const LOST_COLUMNS: ReadonlySet<string> = new Set(["Missed", "Cost of each"]);
const UNUSED_COLUMNS: ReadonlySet<string> = new Set(["Limit", "Amount", "Eligible pairs"]);

/** Columns of rows as they stand after a run; the price's only where prices are known. */
export function standingColumns<Row extends StandingRow>(rows: readonly Row[]): HtmlColumn<Row>[] {
  return [
    { title: "Limit", show: rowInFull },
    {
      title: "Amount",
      show: signedAmount,
      number: (r) => r.amount,
    },
    { title: "Used", show: (r) => usedInWords(r.used, r), number: (r) => r.used },
    numberColumn("Missed", (r) => r.missed, (n) => figure(n, 6)),
    numberColumn("Cost of each", (r) => r.unit_cost, (n) => n === null ? "hard" : figure(n)),
    ...priceColumn(rows, (r) => r.price ?? null),
    countColumn("Offers", (r) => r.offers),
  ];
}

/** Columns of rows. */
function rowColumns({ rows }: LimitsFacts): HtmlColumn<LimitRow>[] {
  return [...standingColumns(rows), countColumn("Eligible pairs", (r) => r.eligible_pairs)];
}

/** Columns of limits as they are declared. */
export const FAMILY_COLUMNS: HtmlColumn<LimitFamilyFacts>[] = [
  { title: "Limit", show: (f) => f.limit },
  { title: "Per", show: (f) => f.per.length === 0 ? "–" : f.per.join(" + ") },
  {
    title: "Counts",
    show: (f) => f.share_of === null ? f.counts : `share of ${f.counts}`,
  },
  { title: "At most", show: (f) => f.at_most === null ? "–" : String(f.at_most) },
  { title: "At least", show: (f) => f.at_least === null ? "–" : String(f.at_least) },
  countColumn("Rows", (f) => f.rows),
  countColumn("At their amount", (f) => f.full),
  lackColumn("Missed", (f) => f.missed + f.broken),
  countColumn("Unused", (f) => f.unused),
];
