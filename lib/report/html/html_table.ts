/**
 * Tables of a page, which its script makes sortable and filterable.
 *
 * @module
 */
import { type Content, html, Markup } from "./markup.ts";
import { count, counted } from "../words.ts";

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
}

/** Most rows of a table on a page: larger ones belong in a file. */
export const MAX_ROWS = 1000;

/** Tables of so many columns have room for long ids. */
const ROOMY = 8;

/** A card with a heading and a table; the first column names the rows. What is cut off is said. */
export function tableCard<Row>(
  title: string,
  columns: readonly HtmlColumn<Row>[],
  rows: readonly Row[],
  extra: Content = null,
): Markup {
  const shown = rows.slice(0, MAX_ROWS);
  const cut = rows.length - shown.length;
  const left = html`<p class="none">${
    count(cut)
  } more rows are left out here; <code>--json</code> has all.</p>`;
  return html`
    <div class="card long">
      <div class="bar">
        <h3>${title}</h3>
        <div class="tools"><span role="status">${counted(rows.length, "row")}</span></div>
      </div>
      <div class="scroll" tabindex="0" role="region" aria-label="${title}">
        <table class="sortable${columns.length <= ROOMY && " roomy"}">
          <caption class="hide">${title}</caption>
          <thead><tr>${columns.map(heading)}</tr></thead>
          <tbody>${shown.map((row) =>
            html`<tr>${columns.map((c, i) => cell(c, row, i === 0))}</tr>`
          )}</tbody>
        </table>
      </div>${cut > 0 && left}${extra}
    </div>
  `;
}

function heading<Row>({ title, number }: HtmlColumn<Row>): Markup {
  return html`
    <th scope="col" ${flag(number !== undefined, ' class="n"')}>${title}</th>
  `;
}

function cell<Row>(column: HtmlColumn<Row>, row: Row, heads: boolean): Markup {
  const shown = column.show(row);
  if (heads) {
    // Long ids are cut by the style sheet; the title shows them whole.
    return html`
      <th scope="row" ${flag(String(shown).length > 20, ` title="${html`${shown}`}"`)}>${shown}</th>
    `;
  }
  if (column.number === undefined) {
    return html`<td${flag(column.words === true, ' class="words"')}>${shown}</td>`;
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
