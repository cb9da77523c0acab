/**
 * Parts of results that a notebook still shows when it is opened without trust: tables without style, pictures as
 * images. Notebooks and code hosts strip scripts, frames and drawings from HTML then.
 *
 * @module
 */
import type { VegaLiteSpec } from "../deps/vega.ts";
import { chartSvg } from "./charts/chart_bundle.ts";
import type { HtmlColumn } from "./html/html_table.ts";
import { type Content, html, type Markup } from "./html/markup.ts";
import { type ShownColumn, tableOf } from "./text/text_parts.ts";
import { count } from "./words.ts";

/** Rows of a table in a notebook. */
export const SHOWN_ROWS = 10;

/** A table of the first rows, with the number of the others. */
export function plainTable<Row>(
  title: string,
  columns: readonly Pick<HtmlColumn<Row>, "title" | "show">[],
  rows: readonly Row[],
  all: number = rows.length,
): Markup | null {
  if (rows.length === 0) return null;
  const listed = rows.slice(0, SHOWN_ROWS), more = all - listed.length;
  return html`
    <h4>${title}</h4>
    <table>
      <thead>
        <tr>${columns.map((column) => html`<th>${column.title}</th>`)}</tr>
      </thead>
      <tbody>${listed.map((row) =>
        html`<tr>${columns.map((column) => html`<td>${column.show(row)}</td>`)}</tr>`
      )}</tbody>
    </table>
    ${more > 0 && html`<p>… and ${count(more)} more</p>`}
  `;
}

/** The same as text. */
export function plainRows<Row>(
  columns: readonly ShownColumn<Row>[],
  rows: readonly Row[],
  all: number = rows.length,
): string {
  const listed = rows.slice(0, SHOWN_ROWS), more = all - listed.length;
  return tableOf(columns, listed) + (more > 0 ? `… and ${count(more)} more\n` : "");
}

/** A chart as an image, which is never stripped. */
export async function picture(spec: VegaLiteSpec | null | undefined): Promise<Markup | null> {
  if (spec === null || spec === undefined) return null;
  const svg = new TextEncoder().encode(await chartSvg(spec));
  let bytes = "";
  for (const byte of svg) bytes += String.fromCharCode(byte);
  return html`
    <p><img alt="${spec.title}. ${spec.description}" src="data:image/svg+xml;base64,${btoa(
      bytes,
    )}"></p>
  `;
}

/** Sentences, tables and pictures, the first sentence as a heading. */
export function withHeadline(
  headline: string,
  lines: readonly string[],
  ...parts: Content[]
): Markup {
  return html`
    <h3>${headline}</h3>
    ${lines.map((line) => html`<p>${line}</p>`)}${parts}
  `;
}

/** The whole page of a result in a frame, apart from the notebook's own style; stripped where there is no trust. */
export function framed(page: string): Markup {
  return html`
    <iframe srcdoc="${page}"
      style="width:100%;height:40rem;border:1px solid #8884;border-radius:8px" sandbox="allow-scripts"
      title="Divvy"></iframe>
  `;
}
