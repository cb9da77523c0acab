/**
 * What results show in a notebook: text, HTML that can be read without trust, and a chart that the notebook draws itself.
 *
 * @module
 */
import { contractsOf } from "./facts/contract_facts.ts";
import type { KnownContract } from "../allocator/drop/instance/contract_columns.ts";
import type { CheckReport, RuleFinding } from "../allocator/check/rules/report.ts";
import { RULES } from "../allocator/check/rules/report.ts";
import type { ListedSplit } from "../woptim/methods/person_list.ts";
import { choiceRankChart, offersPerUserChart } from "./charts/charts.ts";
import { drawn } from "./charts/chart_bundle.ts";
import { compareCharts } from "./charts/compare_charts.ts";
import { diffCharts } from "./charts/diff_charts.ts";
import { capacityChart } from "./charts/feasibility_charts.ts";
import { funnelChart } from "./charts/review_charts.ts";
import { SPLIT_DRAWN, splitChart } from "./charts/split_chart.ts";
import { unitsChart } from "./charts/split_distribution.ts";
import { tradeOffChart } from "./charts/whatif_charts.ts";
import type { MediaBundle } from "./display.ts";
import type { CompareFacts } from "./facts/compare/compare_facts.ts";
import { comparedFigures, compareHeadline, peopleInWords } from "./facts/compare/compare_words.ts";
import { aboutColumns } from "./facts/contract_about.ts";
import type { DiffContract, DiffFacts } from "./facts/compare/diff_facts.ts";
import { diffHeadline, diffScore, diffUsers } from "./facts/compare/diff_words.ts";
import type { ReportFacts } from "./facts/facts.ts";
import { limitsInWords } from "./facts/limit_facts.ts";
import type { PreviewContract, PreviewFacts, PreviewGroup } from "./facts/preview/preview_facts.ts";
import type { ReviewFacts } from "./facts/review/review_facts.ts";
import type { WhatIfFacts } from "./facts/compare/whatif_facts.ts";
import { compareHtml } from "./html/compare_html.ts";
import { namingColumns } from "./html/contract_columns.ts";
import { countColumns, diffHtml } from "./html/diff_html.ts";
import { reportHtml } from "./html/html.ts";
import { html, type Markup } from "./html/markup.ts";
import { previewHtml } from "./html/preview_html.ts";
import { reviewHtml } from "./html/review_html.ts";
import { splitHtml, type SplitPageOptions } from "./html/split_html.ts";
import { scenarioColumns, whatIfHtml } from "./html/whatif_html.ts";
import {
  framed,
  picture,
  plainRows,
  plainTable,
  SHOWN_ROWS,
  withHeadline,
} from "./notebook_parts.ts";
import { checkText } from "./text/check_text.ts";
import { compareText } from "./text/compare_text.ts";
import { diffText } from "./text/diff_text.ts";
import { previewText } from "./text/preview_text.ts";
import { reviewText } from "./text/review_text.ts";
import { splitText } from "./text/split_text.ts";
import { left, type ShownColumn } from "./text/text_parts.ts";
import { headlineText, reportText } from "./text/text.ts";
import { whatIfText } from "./text/whatif_text.ts";
import { count, counted, figure, figureUp, money, percent } from "./words.ts";

/** An offer of a list of who gets what. */
interface GivenOffer {
  readonly user: string;
  readonly contract: string;
  readonly score: number;
  readonly group: string;
}

/** The same with what is known of its contract. */
interface ListedOffer extends GivenOffer, KnownContract {}

/** A drop: its contracts and groups. */
export function dropBundle(facts: PreviewFacts): MediaBundle {
  const { contracts, groups, totals } = facts;
  const sentence = `${counted(totals.users, "user")} of ${counted(groups.length, "group")}, ` +
    `${counted(contracts.length, "contract")}, ${counted(totals.pairs, "eligible pair")}.`;
  const listed: ShownColumn<PreviewContract>[] = [
    [left("contract"), (c) => c.contract_address],
    ...aboutColumns(contracts).map((title): ShownColumn<PreviewContract> => [
      { title },
      (c) => c.about?.[title] ?? "",
    ]),
    [left("type"), (c) => c.is_sponsored ? "sponsored" : "unsponsored"],
    [left("cap"), (c) => count(c.cap)],
    [left("eligible users"), (c) => count(c.eligible_users)],
  ];
  return {
    "text/plain": `${sentence}\n\n${plainRows(listed, contracts)}`,
    "text/html": withHeadline(
      sentence,
      [],
      plainTable<PreviewContract>("Contracts", [
        ...namingColumns<PreviewContract>(contracts),
        { title: "Type", show: (c) => c.is_sponsored ? "sponsored" : "unsponsored" },
        { title: "Cap", show: (c) => count(c.cap) },
        { title: "Eligible users", show: (c) => count(c.eligible_users) },
      ], contracts),
      plainTable<PreviewGroup>("Groups", [
        { title: "Group", show: (g) => g.group_id },
        { title: "Users", show: (g) => count(g.users) },
        { title: "Must be sponsored", show: (g) => count(g.required_sponsored_users) },
      ], groups),
    ).text,
  };
}

/** A preview: what it says, capacity against demand, its page. */
export async function previewBundle(facts: PreviewFacts): Promise<MediaBundle> {
  const chart = capacityChart(facts), { sentence, offers, minima } = facts.headline;
  return {
    "text/plain": previewText(facts),
    "text/html": withHeadline(sentence, [offers, minima], await picture(chart)).text +
      framed(await previewHtml(facts)).text,
    ...drawn(chart),
  };
}

/** An allocation: its headline, who gets what, and how many offers users have. */
export async function allocationBundle(
  facts: ReportFacts,
  offers: Iterable<GivenOffer> = [],
): Promise<MediaBundle> {
  const { headline, limits, totals, contracts } = facts, chart = offersPerUserChart(facts);
  const lines = [
    headline.why,
    headline.proof,
    headline.minima,
    ...(limits === undefined ? [] : [limitsInWords(limits)]),
  ];
  return {
    "text/plain": headlineText(facts),
    "text/html": withHeadline(
      headline.sentence,
      lines,
      figuresTable(facts),
      offersTable(listedOffers(shownRows(offers), contracts), totals.assignments),
      await picture(chart),
    ).text,
    ...drawn(chart),
  };
}

/** Who gets what, as a table of the first offers; contracts have their names where they are known. */
export function offersBundle(
  given: readonly GivenOffer[],
  all: number,
  contracts: Iterable<KnownContract> = [],
): MediaBundle {
  const offers = listedOffers(given, contracts);
  if (all === 0) return { "text/plain": "No offers.\n", "text/html": "<p>No offers.</p>" };
  const listed: ShownColumn<ListedOffer>[] = [
    [left("user"), (o) => o.user],
    [left("contract"), (o) => o.contract],
    ...aboutColumns(offers).map((title): ShownColumn<ListedOffer> => [
      { title },
      (o) => o.about?.[title] ?? "",
    ]),
    [left("score"), (o) => figure(o.score)],
    [left("group"), (o) => o.group],
  ];
  return {
    "text/plain": plainRows(listed, offers, all),
    "text/html": offersTable(offers, all)!.text,
  };
}

/** Offers with what is known of their contracts. */
function listedOffers(
  offers: readonly GivenOffer[],
  contracts: Iterable<KnownContract>,
): ListedOffer[] {
  const known = new Map(Array.from(contracts, (c) => [c.contract_address, c.about]));
  return offers.map((offer) => ({
    ...offer,
    contract_address: offer.contract,
    about: known.get(offer.contract),
  }));
}

/** The rows of a list that a notebook shows, without going on to its end. */
export function shownRows<T>(list: Iterable<T>): T[] {
  const found: T[] = [];
  for (const item of list) {
    if (found.length === SHOWN_ROWS) break;
    found.push(item);
  }
  return found;
}

/** A report: headline and figures, which of their choices users got, what is scarce, the whole page. */
export async function reportBundle(facts: ReportFacts): Promise<MediaBundle> {
  const chart = choiceRankChart(facts), { headline, contracts } = facts;
  const wanted = contractsOf(facts, facts.full_and_wanted);
  type Row = (typeof contracts)[number];
  return {
    "text/plain": reportText(facts),
    "text/html": withHeadline(
      headline.sentence,
      [headline.why, headline.proof, headline.minima],
      figuresTable(facts),
      await picture(chart),
      plainTable<Row>("Full and wanted", [
        ...namingColumns<Row>(contracts),
        { title: "Cap", show: (c) => count(c.cap) },
        { title: "Price", show: (c) => c.price === undefined ? "–" : figureUp(c.price) },
        { title: "Among their best", show: (c) => count(c.wanted_by) },
      ], wanted),
    ).text + framed(await reportHtml(facts)).text,
    ...drawn(chart),
  };
}

/** Two allocations side by side: figures of both, a picture, the page. */
export async function comparisonBundle(facts: CompareFacts): Promise<MediaBundle> {
  const [chart] = Object.values(compareCharts(facts)), [a, b] = facts.allocations;
  type Row = ReturnType<typeof comparedFigures>[number];
  return {
    "text/plain": compareText(facts),
    "text/html": withHeadline(
      compareHeadline(facts),
      [peopleInWords(facts)].filter((line) => line !== ""),
      plainTable<Row>("What both make of the drop", [
        { title: "", show: (f) => f.name },
        { title: a.name, show: (f) => f.shown[0] },
        { title: b.name, show: (f) => f.shown[1] },
        { title: "Change", show: (f) => f.change },
      ], comparedFigures(facts)),
      await picture(chart),
    ).text + framed(await compareHtml(facts)).text,
    ...(chart === undefined ? {} : drawn(chart)),
  };
}

/** What changed: who is affected, offers in and out by contract, the page. */
export async function diffBundle(facts: DiffFacts, title: string): Promise<MediaBundle> {
  const [chart] = Object.values(diffCharts(facts)), score = diffScore(facts);
  const lines = [
    ...(facts.same ? [] : [`Users: ${diffUsers(facts)}.`]),
    ...(score === null ? [] : [`Σ score: ${score}.`]),
  ];
  return {
    "text/plain": diffText(facts),
    "text/html": withHeadline(
      diffHeadline(facts),
      lines,
      plainTable<DiffContract>("Contracts that changed", [
        { title: "Contract", show: (row) => row.name },
        ...countColumns(facts.contracts),
      ], facts.contracts),
      await picture(chart),
    ).text + framed(await diffHtml(facts, title)).text,
    ...(chart === undefined ? {} : drawn(chart)),
  };
}

/** A review: its headline, the funnel, the whole page. */
export async function reviewBundle(facts: ReviewFacts): Promise<MediaBundle> {
  const funnel = funnelChart(facts);
  const [sentence, ...lines] = Object.values(facts.headline).filter((line) => line !== null);
  return {
    "text/plain": reviewText(facts),
    "text/html": withHeadline(sentence, lines, await picture(funnel)).text +
      framed(await reviewHtml(facts)).text,
    ...(funnel === null ? {} : drawn(funnel)),
  };
}

/** Scenarios: the table, the trade-off curve, the page. */
export async function whatIfBundle(facts: WhatIfFacts): Promise<MediaBundle> {
  const chart = tradeOffChart(facts);
  const table = plainTable("Scenarios", scenarioColumns(facts), facts.scenarios);
  return {
    "text/plain": whatIfText(facts, { width: 110 }),
    "text/html": html`${table}${await picture(chart)}`.text + framed(await whatIfHtml(facts)).text,
    ...drawn(chart),
  };
}

/** A split: who gets what, and the intervals as a chart; of many people the page, and how many get how much. */
export async function splitBundle(
  split: ListedSplit,
  { currencyDigits = 2, step }: Pick<SplitPageOptions, "currencyDigits" | "step"> = {},
): Promise<MediaBundle> {
  const isMany = split.people.length > SPLIT_DRAWN;
  const chart = isMany ? unitsChart(split) : splitChart(split);
  const people = split.people.slice(0, isMany ? SHOWN_ROWS : undefined);
  const page = isMany
    ? framed(await splitHtml(split, { title: "split", currencyDigits, step })).text
    : "";
  return {
    "text/plain": splitText(split, { currencyDigits, step }),
    "text/html": html`${splitTable(split, people, currencyDigits)}${await picture(chart)}`.text +
      page,
    ...drawn(chart),
  };
}

function splitTable(
  split: ListedSplit,
  people: ReturnType<ListedSplit["people"]["slice"]>,
  currencyDigits: number,
): Markup {
  const hasPrice = split.price !== null, more = split.people.length - people.length;
  return html`
    <table>
      <thead>
        <tr>
          <th>name</th><th>units</th><th>target</th><th>interval</th>
          ${hasPrice && html`<th>payment</th>`}
        </tr>
      </thead>
      <tbody>${people.map((p) =>
        html`
          <tr>
            <td>${p.name}</td><td>${figure(p.units)}</td><td>${figure(p.target)}</td>
            <td>${figure(p.lower)} … ${figure(p.upper)}</td>
            ${hasPrice && html`<td>${money(p.payment!, currencyDigits)}</td>`}
          </tr>
        `
      )}</tbody>
    </table>
    ${more > 0 && html`<p>… and ${count(more)} more</p>`}
  `;
}

/** What checking found: the rules, and whether each holds. */
export function checkBundle(report: CheckReport): MediaBundle {
  const broken = report.rules.filter((rule) => rule.count > 0);
  const certified = report.certificate?.certified;
  return {
    "text/plain": checkText(report),
    "text/html": withHeadline(
      broken.length === 0
        ? `Every rule holds: ${counted(report.rules.length, "rule")}.`
        : `${count(broken.length)} of ${counted(report.rules.length, "rule")} broken.`,
      [
        `${counted(report.assignments, "offer")}, Σ score ${figure(report.score, 6)}, objective ${
          figure(report.objective, 6)
        }.`,
        ...(certified === undefined
          ? []
          : [certified ? "The certificate holds." : "The certificate does not hold."]),
      ],
      html`
        <table>
          <thead>
            <tr>
              <th>Rule</th>
              <th>It asks that</th>
              <th>Cases</th>
            </tr>
          </thead>
          <tbody>${[...broken, ...report.rules.filter((rule) => rule.count === 0)].map(
            ruleRow,
          )}</tbody>
        </table>
      `,
    ).text,
  };
}

function ruleRow({ rule, count: found }: RuleFinding): Markup {
  return html`
    <tr>
      <td>${rule}</td>
      <td>${RULES[rule]}</td>
      <td>${found === 0 ? "holds" : counted(found, "case")}</td>
    </tr>
  `;
}

/** What has no picture: its text, as on a terminal. */
export function textBundle(text: string): MediaBundle {
  return { "text/plain": text };
}

function offersTable(offers: readonly ListedOffer[], all: number): Markup | null {
  return plainTable<ListedOffer>(
    "Who gets what",
    [
      { title: "User", show: (o) => o.user },
      ...namingColumns<ListedOffer>(offers),
      { title: "Score", show: (o) => figure(o.score) },
      { title: "Group", show: (o) => o.group },
    ],
    offers,
    all,
  );
}

function figuresTable({ totals }: ReportFacts): Markup {
  const figures: [string, string][] = [
    ["Offers", count(totals.assignments)],
    ["Fill rate", percent(totals.fill_rate)],
    ["Σ score", figure(totals.score, 6)],
    ["Objective", figure(totals.objective, 6)],
    ["Bound", totals.bound === null ? "–" : figure(totals.bound, 6)],
    ["Sponsored offers", percent(totals.sponsored_share)],
  ];
  return html`
    <table>
      <thead>
        <tr>${figures.map(([name]) => html`<th>${name}</th>`)}</tr>
      </thead>
      <tbody>
        <tr>${figures.map(([, value]) => html`<td>${value}</td>`)}</tr>
      </tbody>
    </table>
  `;
}
