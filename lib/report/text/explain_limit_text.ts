/**
 * A limit explained, as people read it on a terminal.
 *
 * @module
 */
import { nameColumn } from "./contract_columns.ts";
import type {
  LimitBidder,
  LimitExplanation,
  LimitRow,
  LimitRowExplanation,
} from "../../allocator/explain/explain.ts";
import {
  amountInWords,
  missedInWords,
  rowInWords,
  shortOrBeyond,
  usedInWords,
} from "../facts/limit_facts.ts";
import { unitGainInWords } from "./unit_gain.ts";
import { plain, type TextOptions, visible } from "./terminal.ts";
import { type Layout, left, LISTED, right, type ShownColumn, titled } from "./text_parts.ts";
import { wrapped } from "./wrapped.ts";
import { aligned, alignedDown, alignedUp, counted, figure, limitCalled } from "../words.ts";
import { standingColumns } from "./limits_text.ts";

/** How a limit stands: its rows, and in full the one asked about. */
export function explainLimitText(limit: LimitExplanation, options: TextOptions = {}): string {
  const layout = { width: options.width ?? 80, style: options.style ?? plain };
  const { row, rows } = limit;
  if (row !== null) return rowText(row, layout);
  if (rows.length === 0) {
    return [
      layout.style.bold(visible(titleOf(limit.limit))),
      ...wrapped("No eligible pair that is left counts toward it.", layout.width),
      "",
    ].join("\n");
  }
  return [
    layout.style.bold(visible(`${titleOf(limit.limit)}, ${counted(rows.length, "row")}`)),
    ...wrapped(`Name one ${howToName(rows)} to see who nearly came in.`, layout.width),
    "",
    rowsTable(rows, layout).trimEnd(),
    "",
  ].join("\n");
}

/** The line above what is said of a limit, or of a row. */
function titleOf(name: string): string {
  return limitCalled(name, "Limit");
}

/** Whether the row's price is all that a unit may add, as only where the prices prove that no allocation is better. */
function isBestAtPrices({ price = 0, gain_at_most }: LimitRowExplanation): boolean {
  return gain_at_most === price;
}

/** The options that tell a row of several. */
function howToName(rows: readonly LimitRow[]): string {
  const names = Object.keys(rows[0].values).join("+");
  const sides = rows.some((row) => row.side !== rows[0].side) ? "--side at_most or at_least" : "";
  if (names === "") return `with ${sides}`;
  return `by its values with --row (${names})${sides === "" ? "" : ` and ${sides}`}`;
}

function rowsTable(rows: readonly LimitRow[], layout: Layout): string {
  const price = alignedUp(rows.slice(0, LISTED).map((row) => row.price ?? null));
  const named = rows.some((row) => row.contract_name !== undefined);
  return titled(
    "Missed first, then by price",
    [
      [left("for"), (row) => Object.values(row.values).join("+")],
      ...(named
        ? [[left("name"), (row) => row.contract_name ?? ""] satisfies ShownColumn<LimitRow>]
        : []),
      ...standingColumns(price),
    ],
    rows,
    layout,
  );
}

function rowText(row: LimitRowExplanation, layout: Layout): string {
  const { width, style } = layout, isMost = row.side === "at_most";
  const why = row.missed > 0 ? missedInWords(row, isBestAtPrices(row)) : "";
  const stands = row.missed > 0
    ? `${shortOrBeyond(row)}${why === "" ? "" : `: ${why}`}.`
    : `${usedInWords(row.used, row)} of at ${isMost ? "most" : "least"} ${
      amountInWords(row)
    } used, by ${counted(row.offers, "offer")} of ${counted(row.eligible_pairs, "eligible pair")}.`;
  const sentences = [
    stands,
    `Its price is ${figure(row.price ?? 0)} a unit` +
    (row.unit_cost === null ? "." : `, and can be no more than ${figure(row.unit_cost)}.`),
    ...(row.is_share
      ? []
      : [`One unit ${isMost ? "more" : "less"} would add ${unitGainInWords(row)}.`]),
  ];
  return [
    style.bold(visible(titleOf(rowInWords(row)))),
    ...sentences.flatMap((sentence) => wrapped(sentence, width)),
    ...bidders("Who nearly came in", isMost, row.nearly, layout),
    ...bidders(
      isMost
        ? "Who is in with least to spare"
        : "Who is in only because of it, highest price first",
      isMost,
      row.barely,
      layout,
    ),
    "",
  ].join("\n");
}

/**
 * A table of pairs, with the price of the limit at which each is just worth it. One that came nearly in may be wanted at the limit's
 * own price already: then others needed the room more.
 */
function bidders(
  title: string,
  isMost: boolean,
  list: readonly LimitBidder[],
  layout: Layout,
): string[] {
  if (list.length === 0) return [];
  // Wanted up to the price that is shown, or from it on, and not only up to a little less, or from a little more.
  const price = (isMost ? alignedDown : alignedUp)(list.map((b) => b.price));
  const score = aligned(list.map((b) => b.score));
  const adds = aligned(list.map((b) => b.adds));
  const columns: ShownColumn<LimitBidder>[] = [
    [left("user"), (b) => b.user_id],
    [left("contract"), (b) => b.contract_address],
    ...nameColumn(list),
    [right(isMost ? "wanted up to" : "wanted from"), (b) => price(b.price)],
    [right("score"), (b) => score(b.score)],
    [right("counts"), (b) => adds(b.adds)],
  ];
  return ["", titled(title, columns, list, layout).trimEnd()];
}
