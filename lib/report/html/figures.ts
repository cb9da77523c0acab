/**
 * Charts on a page: SVG that takes its colours from the style sheet, with the chart's numbers beside it.
 *
 * @module
 */
import { renderSvg, type VegaLiteSpec } from "../../deps/vega.ts";
import { escapeHtml, html, Markup, readable, sentence } from "./markup.ts";
import { count, inFull } from "../words.ts";
import { narrowChart } from "../charts/narrow_chart.ts";
import { palette } from "../charts/palette.ts";
import { WIDE_NAME, withShortNames } from "../charts/short_names.ts";

/** Charts drawn, by name; those that had nothing to show are absent. */
export type Figures = Partial<Record<string, Markup>>;

/** Every chart as a `<figure>`. */
export async function figuresOf(specs: Record<string, VegaLiteSpec>): Promise<Figures> {
  const drawn: Figures = {};
  for (const [name, spec] of Object.entries(specs)) drawn[name] = await figureOf(name, spec);
  return drawn;
}

/** A chart as a `<figure>`: heading, what it shows in words, the picture, wide and narrow, and its numbers as a table to open. */
async function figureOf(name: string, spec: VegaLiteSpec): Promise<Markup> {
  return html`
    <figure
      class="card"><h3>${spec.title}</h3><figcaption>${sentence(
        spec.description,
      )}</figcaption>${await picturesOf(name, spec)}${numbers(spec)}</figure>
  `;
}

/** A chart's picture twice, wide and narrow: the style sheet shows the one that the place has room for. */
export async function picturesOf(name: string, spec: VegaLiteSpec): Promise<Markup> {
  const wide = await drawing("wide", name, withShortNames(spec, WIDE_NAME));
  return html`${wide}${await drawing("narrow", `${name}-narrow`, narrowChart(spec))}`;
}

/**
 * A chart's picture, without its title.
 *
 * @param kind wide or narrow: the style sheet shows the one that the place has room for
 * @param name begins the ids in it
 */
async function drawing(kind: string, name: string, spec: VegaLiteSpec): Promise<Markup> {
  const svg = themed(name, await renderSvg({ ...spec, title: "" }));
  // Hundreds of tooltips are in the wide picture only: a phone has no pointer to show them, and the page stays small.
  const isFull = kind === "narrow" && svg.split(" data-tip=").length > MOST_TIPS;
  return new Markup(
    labelled(kind, isFull ? svg.replaceAll(/ data-tip="[^"]*"/g, "") : svg, spec),
  );
}

/** Most marks with tooltips in a narrow picture. */
const MOST_TIPS = 100;

/**
 * Vega's SVG adapted to the page: colours of the palette become variables of the style sheet (so that dark mode changes
 * them), coordinates are rounded to what a screen can show, marks keep their words as a tooltip, and ids begin with the
 * chart's name, as several charts share a page.
 */
export function themed(name: string, svg: string): string {
  let text = readable(ownIds(name, svg));
  for (const [name, colour] of Object.entries(palette)) {
    text = text.replaceAll(`"${colour}"`, `"var(--${name})"`);
  }
  return text
    .replace(/ (?:d|transform|viewBox|x[12]?|y[12]?|width|height)="[^"]*"/g, roundedNumbers)
    .replace(
      / aria-label="([^"]*)" role="graphics-symbol" aria-roledescription="(?:bar|circle|point|rect|arc)"/g,
      ' data-tip="$1"',
    )
    .replace(/ (?:aria-[a-z]+|role|pointer-events|font-family|xmlns:xlink)="[^"]*"/g, "")
    .replace(/<path class="(?:background|foreground)"[^>]*d="(?:M0,0h0v0h0Z)?"[^>]*\/>/g, "")
    .replace(/ class="mark-[^"]*"/g, "")
    .replace(/ opacity="1"/g, "")
    .replace(/(<path (?:(?! stroke=)[^>])*) stroke-width="[^"]*"(?=(?:(?! stroke=)[^>])*>)/g, "$1")
    .replace(
      /<path((?: data-tip="[^"]*")?) transform="translate\(([^,)]*),([^,)]*)\)" d="M([\d.]+),0A\4,\4,0,1,1,-[\d.]+,0A\4,\4,0,1,1,\4,0"/g,
      '<circle$1 cx="$2" cy="$3" r="$4"',
    );
}

/**
 * Rounds the coordinates of an attribute to two decimals: finer than any screen shows. Texts and tooltips keep their
 * digits.
 */
function roundedNumbers(attribute: string): string {
  return attribute.replace(
    /-?\d*\.\d{3,}(?:e-\d+)?/g,
    (n) => String(Math.round(Number(n) * 100) / 100),
  );
}

/**
 * Renames ids so that they begin with the chart's name and count from 1 in each chart; Vega counts on from chart to
 * chart.
 */
function ownIds(name: string, svg: string): string {
  const ids = [...new Set(Array.from(svg.matchAll(/ id="([^"]*)"/g), ([, id]) => id))];
  return svg.replace(
    /( id="|url\(#)([^")]*)/g,
    (_, before, id) => `${before}${name}-${ids.indexOf(id) + 1}`,
  );
}

/** Marks the svg element as one image, with the chart's description as its text alternative. */
function labelled(kind: string, svg: string, spec: VegaLiteSpec): string {
  return svg.replace(
    /^<svg /,
    `<svg class="${kind}" role="img" aria-label="${
      escapeHtml(readable(`${spec.title}. ${spec.description}`))
    }" font-family="inherit" `,
  );
}

/** Most rows of numbers under a chart: long ones are in the tables of the page. */
const MOST_ROWS = 40;

/** The chart's numbers as a table. */
function numbers(spec: VegaLiteSpec): Markup | null {
  const { values } = spec.data;
  if (values.length > MOST_ROWS || values.length === 0) return null;
  const columns = Object.keys(values[0]).filter((name) => name !== "label");
  const cell = (value: unknown) =>
    typeof value === "number"
      ? html`<td class="n">${Number.isInteger(value) ? count(value) : inFull(value, 6)}</td>`
      : html`<td class="text">${String(value)}</td>`;
  return html`
    <details>
      <summary>Numbers</summary>
      <div class="scroll" tabindex="0" role="region" aria-label="${spec.title}, numbers">
        <table>
          <caption class="hide">${spec.title}, numbers</caption>
          <thead>
            <tr>${columns.map((name) =>
              html`
                <th scope="col" ${new Markup(
                  typeof values[0][name] === "number" ? ' class="n"' : "",
                )}>${name.replaceAll("_", " ")}</th>
              `
            )}</tr>
          </thead>
          <tbody>${values.map((row) =>
            html`<tr>${columns.map((name) => cell(row[name]))}</tr>`
          )}</tbody>
        </table>
      </div>
    </details>
  `;
}
