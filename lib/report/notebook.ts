/**
 * What results show in a notebook: text, HTML, and a chart that the notebook draws itself.
 *
 * @module
 */
import type { ListedSplit } from "../woptim/methods/person_list.ts";
import { choiceRankChart, offersPerUserChart } from "./charts/charts.ts";
import { drawn } from "./charts/chart_bundle.ts";
import type { MediaBundle } from "./display.ts";
import { compareCharts } from "./charts/compare_charts.ts";
import type { CompareFacts } from "./facts/compare_facts.ts";
import { compareHtml } from "./html/compare_html.ts";
import { compareText } from "./text/compare_text.ts";
import type { ReportFacts } from "./facts/facts.ts";
import type { ReviewFacts } from "./facts/review_facts.ts";
import { funnelChart } from "./charts/review_charts.ts";
import { reviewHtml } from "./html/review_html.ts";
import { reviewText } from "./text/review_text.ts";
import { reportHtml } from "./html/html.ts";
import { capacityChart } from "./charts/feasibility_charts.ts";
import { html, type Markup } from "./html/markup.ts";
import type { PreviewFacts } from "./facts/preview_facts.ts";
import { limitsInWords } from "./facts/limit_facts.ts";
import { previewHtml } from "./html/preview_html.ts";
import { previewText } from "./text/preview_text.ts";
import { SPLIT_DRAWN, splitChart } from "./charts/split_chart.ts";
import { unitsChart } from "./charts/split_distribution.ts";
import { splitHtml } from "./html/split_html.ts";
import { splitText } from "./text/split_text.ts";
import { headlineText, reportText } from "./text/text.ts";
import { tradeOffChart } from "./charts/whatif_charts.ts";
import type { WhatIfFacts } from "./facts/whatif_facts.ts";
import { whatIfHtml } from "./html/whatif_html.ts";
import { whatIfText } from "./text/whatif_text.ts";
import { count, figure, percent } from "./words.ts";

/** A preview: its page, and capacity against demand. */
export async function previewBundle(facts: PreviewFacts): Promise<MediaBundle> {
  return {
    "text/plain": previewText(facts),
    "text/html": framed(await previewHtml(facts)),
    ...drawn(capacityChart(facts)),
  };
}

/** An allocation: its headline, and how many offers users have. */
export function allocationBundle(facts: ReportFacts): MediaBundle {
  const { totals, headline, limits } = facts;
  return {
    "text/plain": headlineText(facts),
    "text/html": card(headline.sentence, [
      headline.proof,
      headline.minima,
      ...(limits === undefined ? [] : [limitsInWords(limits)]),
    ], [
      ["Offers", count(totals.assignments)],
      ["Fill rate", percent(totals.fill_rate)],
      ["Σ score", figure(totals.score, 6)],
      ["Objective", figure(totals.objective, 6)],
      ["Bound", totals.bound === null ? "–" : figure(totals.bound, 6)],
      ["Sponsored offers", percent(totals.sponsored_share)],
    ]).text,
    ...drawn(offersPerUserChart(facts)),
  };
}

/** A report: the whole page, and which of their choices users got. */
export async function reportBundle(facts: ReportFacts): Promise<MediaBundle> {
  return {
    "text/plain": reportText(facts),
    "text/html": framed(await reportHtml(facts)),
    ...drawn(choiceRankChart(facts)),
  };
}

/** Two allocations side by side: the page, and who is better off. */
export async function comparisonBundle(facts: CompareFacts): Promise<MediaBundle> {
  const [first] = Object.values(compareCharts(facts));
  return {
    "text/plain": compareText(facts),
    "text/html": framed(await compareHtml(facts)),
    ...(first === undefined ? {} : drawn(first)),
  };
}

/** A review: the whole page, and the funnel. */
export async function reviewBundle(facts: ReviewFacts): Promise<MediaBundle> {
  const funnel = funnelChart(facts);
  return {
    "text/plain": reviewText(facts),
    "text/html": framed(await reviewHtml(facts)),
    ...(funnel === null ? {} : drawn(funnel)),
  };
}

/** Scenarios: the table, the page, and the trade-off curve. */
export async function whatIfBundle(facts: WhatIfFacts): Promise<MediaBundle> {
  return {
    "text/plain": whatIfText(facts, { width: 110 }),
    "text/html": framed(await whatIfHtml(facts)),
    ...drawn(tradeOffChart(facts)),
  };
}

/** A split: who gets what, and the intervals as a chart; of many people the page, and how many get how much. */
export async function splitBundle(split: ListedSplit): Promise<MediaBundle> {
  if (split.people.length > SPLIT_DRAWN) {
    return {
      "text/plain": splitText(split),
      "text/html": framed(await splitHtml(split, { title: "split" })),
      ...drawn(unitsChart(split)),
    };
  }
  const money = split.price !== null, people = split.people.slice(0);
  return {
    "text/plain": splitText(split),
    "text/html": html`
      <table>
        <thead>
          <tr>
            <th>name</th><th>units</th><th>target</th><th>interval</th>
            ${money && html`<th>payment</th>`}
          </tr>
        </thead>
        <tbody>${people.map((p) =>
          html`
            <tr>
              <td>${p.name}</td><td>${figure(p.units)}</td><td>${figure(p.target)}</td>
              <td>${figure(p.lower)} … ${figure(p.upper)}</td>
              ${money && html`<td>${p.payment}</td>`}
            </tr>
          `
        )}</tbody>
      </table>
    `.text,
    ...drawn(splitChart(split)),
  };
}

/** An explanation: its text, as on a terminal. */
export function explanationBundle(text: string): MediaBundle {
  return { "text/plain": text, "text/html": html`<pre>${text}</pre>`.text };
}

/** A page inside a notebook, apart from the notebook's own style. */
function framed(page: string): string {
  return html`
    <iframe srcdoc="${page}"
      style="width:100%;height:40rem;border:1px solid #8884;border-radius:8px" sandbox="allow-scripts"
      title="Divvy"></iframe>
  `.text;
}

function card(title: string, lines: string[], figures: [string, string][]): Markup {
  return html`
    <div>
      <h3>${title}</h3>
      ${lines.map((line) => html`<p>${line}</p>`)}
      <table>
        <tbody>${figures.map(([name, value]) =>
          html`
            <tr>
              <th style="text-align:left">${name}</th>
              <td>${value}</td>
            </tr>
          `
        )}</tbody>
      </table>
    </div>
  `;
}
