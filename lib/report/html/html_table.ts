/**
 * Tables of a page, which its script makes sortable and filterable.
 *
 * @module
 */
import { type Content, html, Markup } from "./markup.ts";
import { alignedUp, count, counted, percent } from "../words.ts";

/** A column of a page's table. */
export interface HtmlColumn<Row> {
  /** Heading. */
  title: string;
  /** What the cell shows. */
  show: (row: Row) => Content;
  /** Value that it sorts by, where that is not the text shown; null sorts last. Makes the column numeric. */
  number?: (row: Row) => number | null;
  /** Whether the cell holds sentences. */
  words?: boolean;
  /** Whether the cell holds a text of any length, such as a name. @default false */
  text?: boolean;
  /** Where the cell stands, if it is no number. @default "left" */
  align?: "right";
}

/** A column of numbers, each shown as `show` has it. */
export function numberColumn<Row, Value extends number | null>(
  title: string,
  of: (row: Row) => Value,
  show: (value: Value) => Content,
): HtmlColumn<Row> {
  return { title, show: (row) => show(of(row)), number: of };
}

/** A column of counts. */
export function countColumn<Row>(title: string, of: (row: Row) => number): HtmlColumn<Row> {
  return numberColumn(title, of, count);
}

/** A column of shares, in percent. */
export function shareColumn<Row>(title: string, of: (row: Row) => number): HtmlColumn<Row> {
  return numberColumn(title, of, percent);
}

/** The column of prices, shown alike and rounded up, as a unit more adds at most its price; none where no row has one. */
export function priceColumn<Row>(
  rows: readonly Row[],
  of: (row: Row) => number | null,
): HtmlColumn<Row>[] {
  const prices = rows.map(of);
  return prices.every((price) => price === null)
    ? []
    : [numberColumn("Price", of, alignedUp(prices))];
}

/** A column of counts that should be 0: others stand out. */
export function lackColumn<Row>(title: string, of: (row: Row) => number): HtmlColumn<Row> {
  const show = (n: number) => n === 0 ? "0" : html`<span class="tag bad">${count(n)}</span>`;
  return { title, show: (row) => show(of(row)), number: of };
}

/** Most rows that a table shows; the next ones are found by the filter. */
const SHOWN_ROWS = 1000;

/** Most rows, and about how many characters, that the filter finds beyond those: larger tables belong in a file. */
const FOUND_ROWS = 20_000, FOUND_CHARACTERS = 750_000;

/** Rows of a table that are printed: paper is for what matters most. */
const PRINTED_ROWS = 20;

/** Tables of at most so many columns have room for long ids. */
const ROOMY = 8;

/** What else a table's card has. */
export interface TableOptions {
  /** What stands below the table. */
  readonly extra?: Content;
  /** Whether the filter finds rows that there are too many of to be shown. @default false */
  readonly findsAll?: boolean;
  /** Whether it stays off paper, where another table has its rows. @default false */
  readonly screenOnly?: boolean;
}

/** A card with a heading and a table; the first column names the rows. Rows that are not shown are counted below it. */
export function tableCard<Row>(
  title: string,
  columns: readonly HtmlColumn<Row>[],
  rows: readonly Row[],
  { extra = null, findsAll = false, screenOnly = false }: TableOptions = {},
): Markup {
  const shown = rows.slice(0, SHOWN_ROWS);
  const found = findsAll ? foundRows(columns, rows.slice(SHOWN_ROWS)) : [];
  const cut = rows.length - shown.length;
  return html`
    <div class="card long${screenOnly && " screen"}">
      <div class="bar">
        <h3>${title}</h3>
        <div class="tools"><span role="status">${counted(rows.length, "row")}</span></div>
      </div>
      <div class="scroll" tabindex="0" role="region" aria-label="${title}">
        <table class="sortable${columns.length <= ROOMY ? " roomy" : " tight"}">
          <caption class="hide">${title}</caption>
          <thead><tr>${columns.map(heading)}</tr></thead>
          <tbody>${shown.map((row) =>
            html`<tr>${columns.map((c, i) => cell(c, row, i === 0))}</tr>`
          )}</tbody>
        </table>
      </div>${found.length > 0 && rowsAsJson(found)}${rows.length > PRINTED_ROWS && html`
        <p
          class="printed">The first ${PRINTED_ROWS} of ${count(
            rows.length,
          )} rows are printed; the page has the others.</p>
      `}${cut > 0 && leftOut(cut, found.length)}${extra}
    </div>
  `;
}

/** The texts of rows beyond those shown, as far as there is room. */
function foundRows<Row>(columns: readonly HtmlColumn<Row>[], rows: readonly Row[]): string[][] {
  const found: string[][] = [];
  let characters = 0;
  for (const row of rows.slice(0, FOUND_ROWS)) {
    const texts = columns.map(({ show }) => plainText(show(row)));
    characters += texts.reduce((sum, { length }) => sum + length + 3, 0);
    if (characters > FOUND_CHARACTERS) break;
    found.push(texts);
  }
  return found;
}

/** Text without its tags. */
function plainText(content: Content): string {
  return html`${content}`.text.replace(/<[^>]*>/g, "").replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&").trim();
}

/** Rows as JSON for the page's script. */
function rowsAsJson(rows: readonly string[][]): Markup {
  const json = JSON.stringify(rows).replaceAll("<", "\\u003c");
  return html`<script type="application/json" class="found">${new Markup(json)}</script>`;
}

/** How many rows are not shown, and where they are. */
function leftOut(cut: number, found: number): Markup {
  const beyond = html`in <code>--json</code> only`, they = cut === 1 ? "it is" : "they are";
  const where = found === cut
    ? "the filter finds them"
    : found === 0
    ? html`${they} ${beyond}`
    : html`the filter finds ${count(found)} of them, the others are ${beyond}`;
  const more = counted(cut, "more row is", "more rows are");
  return html`<p class="none">${more} not shown here: ${where}.</p>`;
}

function heading<Row>({ title, number, align }: HtmlColumn<Row>): Markup {
  return html`
    <th scope="col" ${flag(number !== undefined || align === "right", ' class="n"')}>${title}</th>
  `;
}

function cell<Row>(column: HtmlColumn<Row>, row: Row, heads: boolean): Markup {
  const shown = column.show(row);
  if (heads) {
    if (column.text === true) return html`<th scope="row" class="text">${shown}</th>`;
    // Long ids are broken where there is no room for them, and the title has them whole; short ones never are.
    const isLong = typeof shown === "string" && shown.length > 20;
    return html`
      <th scope="row" ${flag(isLong, ` title="${html`${shown}`}"`)}${flag(
        typeof shown === "string" && !isLong,
        ' class="short"',
      )}>${shown}</th>
    `;
  }
  if (column.number === undefined) {
    if (column.align === "right") return html`<td class="n">${shown}</td>`;
    const kind = column.words === true ? "words" : column.text === true ? "text" : null;
    return html`<td${flag(kind !== null, ` class="${kind}"`)}>${shown}</td>`;
  }
  const value = column.number(row);
  const same = value !== null && String(value) === shown;
  return html`
    <td class="n" ${flag(!same, ` data-v="${value === null ? "" : sortable(value)}"`)}>${shown}</td>
  `;
}

/** Digits enough to sort by. */
function sortable(value: number): string {
  return String(Number(value.toPrecision(8)));
}

function flag(on: boolean, attribute: string): Markup | null {
  return on ? new Markup(attribute) : null;
}
