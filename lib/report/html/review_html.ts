/**
 * A review as one self-contained HTML page.
 *
 * @module
 */
import { reviewCharts } from "../charts/review_charts.ts";
import type {
  FunnelSteps,
  NeverChosen,
  ReviewFacts,
  ReviewGroup,
  ShareFacts,
} from "../facts/review/review_facts.ts";
import {
  confidenceInWords,
  intervalInWords,
  reviewNotes,
  shareInWords,
  targetInWords,
} from "../facts/review/review_words.ts";
import { count, counted, percent } from "../words.ts";
import { type Figures, figuresOf } from "./figures.ts";
import { notesCard, tile, typeTag } from "./html_parts.ts";
import {
  countColumn,
  type HtmlColumn,
  numberColumn,
  shareColumn,
  tableCard,
} from "./html_table.ts";
import { type Content, html, Markup, sentence } from "./markup.ts";
import type { KnownContract } from "../../allocator/drop/instance/contract_columns.ts";
import { aboutColumns } from "../facts/contract_about.ts";
import { namingColumns } from "./contract_columns.ts";
import { type PageOptions, pageText } from "./page.ts";
import { signedPoints } from "../signed.ts";

/** The review as one page: no network, readable without script. */
export async function reviewHtml(facts: ReviewFacts, page: PageOptions = {}): Promise<string> {
  const charts = await figuresOf(reviewCharts(facts));
  return pageText({
    kind: "review",
    name: facts.title,
    above: "Divvy review, what came of a drop",
    header: header(facts),
    sections: [
      { id: "funnel", name: "Funnel", content: funnelSection(facts, charts) },
      {
        id: "sponsored",
        name: "Sponsored users",
        content: facts.sponsored !== null && sponsoredSection(facts, charts),
      },
      { id: "lift", name: "Lift", content: facts.lift !== null && liftSection(facts, charts) },
      { id: "contracts", name: "Contracts", content: contractsSection(facts, charts) },
      {
        id: "never",
        name: "Never chosen",
        content: facts.never_chosen.length > 0 && neverChosenSection(facts.never_chosen),
      },
      { id: "groups", name: "Groups", content: groupsSection(facts) },
      {
        id: "inputs",
        name: "Inputs",
        content: html`
          <div class="facts">
            <div class="card">
              <h3>Read</h3>
              <dl>${Object.entries(facts.files).map((
                [name, file],
              ) =>
                html`
                  <dt>${name.replaceAll("_", " ")}</dt>
                  <dd><code>${file}</code></dd>
                `
              )}</dl>
            </div>
            ${notesCard("Left out, or odd", reviewNotes(facts))}
          </div>
        `,
      },
    ],
    made: html`Made by Divvy. Intervals are at ${
      confidenceInWords(facts.confidence)
    } confidence: Wilson's for shares, Newcombe's for differences.`,
  }, page);
}

function header(facts: ReviewFacts): Markup {
  const { headline, totals: t, lift } = facts;
  const last = lift?.at(-1);
  const colour = last?.low == null
    ? ""
    : last.low > 0
    ? ' class="good"'
    : last.high! < 0
    ? ' class="bad"'
    : "";
  return html`
    <h1>${sentence(headline.sentence)}</h1>
    <ul class="verdicts">${headline.sponsored !== null &&
      html`<li>${headline.sponsored}</li>`}${headline
          .lift !== null && html`<li${new Markup(colour)}>${headline.lift}</li>`}</ul>
    <dl class="tiles">${[
      tile("Offers", count(t.offered), `of ${counted(t.contracts_offered, "contract")}`),
      tile("Selected", percent(t.selection.share ?? 0), counted(t.selected, "offer")),
      ...(t.redeemed === null
        ? []
        : [tile("Redeemed", percent(t.redemption!.share ?? 0), counted(t.redeemed, "offer"))]),
      tile(
        "Chose none",
        count(t.users_chose_none),
        `of ${counted(t.users_with_offers, "user")} with offers`,
      ),
    ]}</dl>
  `;
}

/** A share with its interval on a line below it: half as wide as both on one line. */
function shareOnTwoLines(share: ShareFacts): Content {
  if (share.share === null) return shareInWords(share);
  return html`
    ${percent(share.share)} <span class="below">${intervalInWords(share)}</span>
  `;
}

/**
 * Columns of a funnel's steps.
 *
 * @param shown how a share is shown
 */
function stepColumns<Row extends FunnelSteps>(
  facts: ReviewFacts,
  shown: (share: ShareFacts) => Content = shareInWords,
): HtmlColumn<Row>[] {
  return [
    countColumn("Offered", (r) => r.offered),
    countColumn("Selected", (r) => r.selected),
    {
      title: "Of offered",
      show: (r) => shown(r.selection),
      number: (r) => r.selection.share,
    },
    ...(facts.totals.redeemed === null ? [] : [
      {
        title: "Redeemed",
        show: (r: Row) => count(r.redeemed!),
        number: (r: Row) => r.redeemed,
      },
      {
        title: "Of offered",
        show: (r: Row) => shown(r.redemption!),
        number: (r: Row) => r.redemption!.share,
      },
    ]),
  ];
}

function funnelSection(facts: ReviewFacts, charts: Figures): Content {
  const rows = [
    { name: "all", ...facts.totals },
    ...facts.types.map((row) => ({ ...row, name: row.name ?? "type not known" })),
    ...(facts.ranks ?? []).map((row) => ({ ...row, name: `user's no. ${row.rank}` })),
  ];
  type Row = (typeof rows)[number];
  return html`
    <p class="lede">How many offers came how far. Users held out are not in it.</p>
    <div class="grid">${charts.funnel}${charts.ranks}</div>
    ${tableCard("By type and place", [
      { title: "Offers", show: (r: Row) => r.name },
      ...stepColumns<Row>(facts),
    ], rows)}
  `;
}

function sponsoredSection(facts: ReviewFacts, charts: Figures): Content {
  const { overall, groups } = facts.sponsored!;
  const all: ReviewGroup = { ...overall, group_id: "all" };
  const columns: HtmlColumn<ReviewGroup>[] = [
    { title: "Group", show: (g) => g.group_id ?? "(no group)" },
    countColumn("Users", (g) => g.users),
    {
      title: "Target",
      show: (g) => targetInWords(g.sponsorship_ratio, g === all),
      number: (g) => g.sponsorship_ratio,
    },
    shareColumn("By assignments", (g) => g.ratio_by_assignments),
    {
      title: "By selections",
      show: (g) => shareInWords(g.ratio_by_selections),
      number: (g) => g.ratio_by_selections.share,
    },
    countColumn("Chose none", (g) => g.users_chose_none),
  ];
  return html`
    <p
      class="lede">A minimum counts users with a sponsored offer; what matters later is who chose one.</p>
    <div class="grid">${charts.sponsored_ratios}</div>
    ${tableCard("Sponsored users by group", columns, [all, ...groups])}
  `;
}

function liftSection(facts: ReviewFacts, charts: Figures): Content {
  const rows = facts.lift!;
  type Row = (typeof rows)[number];
  const columns: HtmlColumn<Row>[] = [
    { title: "Users who", show: (r) => `${r.outcome} something` },
    {
      title: "Not held out",
      show: (r) => `${count(r.offered.hits)} of ${count(r.offered.users)}`,
      number: (r) => r.offered.hits,
    },
    { title: "Share", show: (r) => shareInWords(r.offered), number: (r) => r.offered.share },
    {
      title: "Held out",
      show: (r) => `${count(r.held_out.hits)} of ${count(r.held_out.users)}`,
      number: (r) => r.held_out.hits,
    },
    { title: "Share", show: (r) => shareInWords(r.held_out), number: (r) => r.held_out.share },
    {
      title: "Difference, points",
      show: (r) =>
        r.difference === null
          ? "–"
          : `${signedPoints(r.difference)} (${signedPoints(r.low!)} to ${signedPoints(r.high!)})`,
      number: (r) => r.difference,
    },
    numberColumn("Relative", (r) => r.relative, (n) => n === null ? "–" : `${signedPoints(n)} %`),
  ];
  return html`
    <p class="lede">Users of the drop against those held out of it at random.</p>
    <div class="grid">${charts.lift}</div>
    ${tableCard("Lift over the holdout", columns, rows)}
  `;
}

function contractsSection(facts: ReviewFacts, charts: Figures): Content {
  const rows = [...facts.contracts].filter(({ offered }) => offered > 0)
    .sort((a, b) => b.offered - a.offered);
  const isTyped = rows.some((c) => c.is_sponsored !== null);
  type Row = (typeof rows)[number];
  const naming = namingColumns<Row>(rows);
  const columns: HtmlColumn<Row>[] = [
    ...naming,
    ...(isTyped
      ? [{
        title: "Type",
        show: (c: Row) => c.is_sponsored === null ? "–" : typeTag({ is_sponsored: c.is_sponsored }),
      }]
      : []),
    ...(facts.brands === null || showsBrands(rows)
      ? []
      : [{ title: "Brand", show: (c: Row) => c.brand_id ?? "–" }]),
    // Names and brands need the width.
    ...stepColumns<Row>(facts, naming.length > 1 ? shareOnTwoLines : shareInWords),
  ];
  return html`
    <div class="grid">${charts.contract_rates}</div>
    ${tableCard("All contracts with offers", columns, rows)}${facts.brands !== null &&
      tableCard("By brand", [
        { title: "Brand", show: (r: (typeof facts.groups)[number]) => r.name ?? "(no brand)" },
        ...stepColumns(facts),
      ], [...facts.brands].sort((a, b) => b.offered - a.offered))}
  `;
}

/** Whether brands are among what is shown beside contracts. */
function showsBrands(contracts: readonly KnownContract[]): boolean {
  return aboutColumns(contracts).some((name) => /^brand(_name|_id)?$/.test(name));
}

function neverChosenSection(rows: readonly NeverChosen[]): Content {
  const columns: HtmlColumn<NeverChosen>[] = [
    ...namingColumns<NeverChosen>(rows),
    { title: "Group", show: (r) => r.group_id ?? "anywhere" },
    countColumn("Offered", (r) => r.offered),
    numberColumn("Selections to be expected", (r) => r.expected, (n) => n.toFixed(1)),
    shareColumn("Share at most", (r) => r.at_most),
  ];
  return html`
    <p
      class="lede">Contracts that nobody selected or redeemed, then those that nobody of a group did where three or more
      selections were to be expected by how often others select them.</p>
    ${tableCard("Offers that nobody chose", columns, rows)}
  `;
}

function groupsSection(facts: ReviewFacts): Content {
  type Row = (typeof facts.groups)[number];
  const columns: HtmlColumn<Row>[] = [
    { title: "Group", show: (r) => r.name ?? "(no group)" },
    ...stepColumns<Row>(facts),
  ];
  return tableCard(
    "The funnel by group",
    columns,
    [...facts.groups].sort((a, b) => b.offered - a.offered),
  );
}
