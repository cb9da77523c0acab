/**
 * Who gets what as the total moves, as one self-contained HTML page.
 *
 * @module
 */
import type { TotalsSplit } from "../../woptim/methods/totals_by.ts";
import { totalsChart } from "../charts/totals_chart.ts";
import { totalTitle } from "../text/totals_text.ts";
import { counted, figure, inFull } from "../words.ts";
import { figuresOf } from "./figures.ts";
import { type HtmlColumn, tableCard } from "./html_table.ts";
import { html } from "./markup.ts";
import { type PageOptions, pageText } from "./page.ts";

/** Most totals that have a column. */
const COLUMNS = 20;

/** Splits of several totals as one page: the curve, and a table of people by totals. */
export async function totalsHtml(
  totals: TotalsSplit,
  title: string,
  page: PageOptions,
): Promise<string> {
  const charts = await figuresOf({ totals: totalsChart(totals) });
  const { names, splits, method } = totals;
  const shown = splits.slice(0, COLUMNS), left = splits.length - shown.length;
  const people = names.map((name, i) => ({ name, i }));
  const columns: HtmlColumn<typeof people[number]>[] = [
    { title: "Name", show: ({ name }) => name },
    ...shown.map(({ units }, k): HtmlColumn<typeof people[number]> => ({
      title: totalTitle(splits, k),
      show: ({ i }) => figure(units[i], 6),
      number: ({ i }) => units[i],
    })),
  ];
  const ends = `${inFull(Math.min(...splits.map((s) => s.total)))} to ${
    inFull(Math.max(...splits.map((s) => s.total)))
  }`;
  return pageText({
    kind: "totals",
    name: title,
    above: "Divvy split",
    header: html`
      <h1>${counted(names.length, "person", "people")}, totals of ${ends}</h1>
      <ul class="verdicts"><li>by ${method}</li>${splits.some((s) => s.status !== "feasible") &&
        html`<li>${
          counted(splits.filter((s) => s.status !== "feasible").length, "total")
        } can't meet all intervals.</li>`}</ul>
    `,
    sections: [
      { id: "curve", name: "Curve", content: html`<div class="grid">${charts.totals}</div>` },
      {
        id: "people",
        name: "People",
        content: html`${
          left > 0 &&
          html`<p class="lede">The first ${COLUMNS} of ${splits.length} totals have a column.</p>`
        }${tableCard("Units by total", columns, people)}`,
      },
    ],
  }, page);
}
