/**
 * A report as one self-contained HTML page.
 *
 * @module
 */
import { isBelow } from "../../base/numbers/is_below.ts";
import { twoDigitsUp } from "../../base/numbers/two_digits.ts";
import { reportCharts } from "../charts/charts.ts";
import { type ContractFacts, contractsOf } from "../facts/contract_facts.ts";
import type { ReportFacts } from "../facts/facts.ts";
import { type Figures, figuresOf } from "./figures.ts";
import type { GroupFacts } from "../facts/group_facts.ts";
import { minimumPrice } from "../facts/minimum_price.ts";
import {
  bestOptions,
  typesMatter,
  whereMinimaInWords,
} from "../facts/preview/feasibility_words.ts";
import { isShortOfTime, shortfallInWords } from "../facts/headline.ts";
import {
  emptyCard,
  feasibilitySection,
  idList,
  inputCards,
  tile,
  typeTag,
  verdict,
} from "./html_parts.ts";
import { namingColumns } from "./contract_columns.ts";
import {
  countColumn,
  type HtmlColumn,
  numberColumn,
  priceColumn,
  shareColumn,
  tableCard,
} from "./html_table.ts";
import { limitsInWords } from "../facts/limit_facts.ts";
import { limitsSection } from "./limits_html.ts";
import { contractPriceInWords, lossesInWords, slackInWords } from "../facts/report_totals.ts";
import { MINIMUM_COLUMNS } from "./minimum_columns.ts";
import { type Content, html, type Markup, sentence } from "./markup.ts";
import { type PageOptions, pageText } from "./page.ts";
import {
  count,
  counted,
  duration,
  figure,
  mostOffersPerUser,
  percent,
  percentBeside,
  percentInFull,
  total,
} from "../words.ts";
import { gapInPercent } from "../proof_words.ts";

/**
 * The report as one page: no network, no fonts or scripts from elsewhere, readable without script.
 * Its size depends on groups and contracts, not on users.
 *
 * @example
 * ```ts
 * import { reportHtml } from "./html.ts";
 * import { allocate } from "../../api/allocate.ts";
 * import { Drop } from "../../allocator/drop/drop.ts";
 * import { reportFacts } from "../facts/facts.ts";
 * import { assert } from "../../deps/std_assert.ts";
 *
 * const drop = Drop.from({
 *   users: [{ id: "ann", group: "north" }],
 *   contracts: [{ id: "tea", cap: 1, sponsored: true }],
 *   groups: [{ id: "north", ratio: 1 }],
 *   pairs: [{ user: "ann", contract: "tea", score: 0.9 }],
 * });
 * const page = await reportHtml(reportFacts(drop, await allocate(drop, { k: 1 })));
 * assert(page.startsWith("<!DOCTYPE html>") && page.includes("1 offer for 1 of 1 user"));
 * ```
 */
export async function reportHtml(facts: ReportFacts, page: PageOptions = {}): Promise<string> {
  const charts = await figuresOf(reportCharts(facts));
  return pageText({
    kind: "report",
    name: facts.title,
    header: header(facts),
    sections: [
      { id: "users", name: "What users got", content: usersSection(charts) },
      { id: "groups", name: "Groups", content: groupsSection(facts, charts) },
      { id: "contracts", name: "Contracts", content: contractsSection(facts, charts) },
      {
        id: "limits",
        name: "Limits",
        content: facts.limits && limitsSection(facts.limits, charts, facts.totals),
      },
      { id: "feasibility", name: "Feasibility", content: feasibilitySection(facts, charts) },
      { id: "inputs", name: "Inputs and run", content: inputsSection(facts) },
    ],
  }, page);
}

function header(facts: ReportFacts): Markup {
  const { headline, totals, limits } = facts;
  return html`<h1>${sentence(headline.sentence)}</h1>
<p class="why">${sentence(headline.why)}</p>
<ul class="verdicts">${verdict(totals.bound === null ? null : !facts.timed_out, headline.proof)}${
    verdict(
      totals.groups_missed === 0 ? true : facts.model === "coverage" ? null : false,
      headline.minima,
    )
  }${
    limits !== undefined &&
    verdict(limits.rows.every(({ missed }) => missed === 0), limitsInWords(limits))
  }${
    totals.cap_violations > 0 &&
    verdict(false, `${counted(totals.cap_violations, "contract")} given beyond the cap.`)
  }</ul>
<dl class="tiles">${tiles(facts)}</dl>`;
}

/** Whether a search proves the bound, and the certificate does not. */
function isBySearch({ bound, prices_bound }: ReportFacts["totals"]): boolean {
  return bound !== null && (prices_bound === null || isBelow(bound, prices_bound));
}

/** What stands below the gap: what it says, or where it is less than a page shows as more than 0, how much it is. */
function gapNote(totals: ReportFacts["totals"]): string {
  const { gap, bound } = totals;
  if (gap === null || bound === null) return "no bound was proven";
  if (gap === 0) {
    return isBySearch(totals) ? "none can be better, by the solver's search" : "none can be better";
  }
  return gapInPercent(gap) === "0 %"
    ? `none can be better by more than ${twoDigitsUp(gap * Math.abs(bound))}`
    : "below the best possible, at most";
}

function tiles(facts: ReportFacts): Markup[] {
  const { totals, timings, users } = facts;
  const seconds = timings.total_s ?? timings.solve_s;
  return [
    tile(
      "Offers made",
      count(totals.assignments),
      `to ${count(totals.users - totals.users_without_offers)} of ${counted(totals.users, "user")}`,
    ),
    tile(
      "Fill rate",
      percent(totals.fill_rate),
      `of ${counted(facts.feasibility.slots, "slot")}${mostInWords(facts)}`,
    ),
    tile(
      "Σ score",
      total(totals.score),
      users.scores.mean === null ? "no offers" : `${figure(users.scores.mean, 3)} per offer`,
    ),
    tile(
      "Objective",
      total(totals.objective),
      objectiveNote(facts),
    ),
    tile(
      "Proven gap",
      gapInPercent(totals.gap),
      gapNote(totals),
    ),
    minimaTile(facts),
    ...(typesMatter(facts.feasibility)
      ? [tile(
        "Sponsored",
        percent(totals.sponsored_share),
        `of offers; ${counted(totals.sponsored_users, "user")}`,
      )]
      : []),
    ...(seconds === undefined ? [] : [
      tile(
        "Time",
        duration(seconds),
        timings.solve_s === undefined || timings.total_s === undefined
          ? `${facts.solver ?? "unknown"} solver`
          : `of it ${duration(timings.solve_s)} solving`,
      ),
    ]),
  ];
}

function objectiveNote(facts: ReportFacts): string {
  const { totals, model } = facts, lost = lossesInWords(facts);
  return lost !== ""
    ? lost
    : `model ${model}, ${totals.bound === null ? "no bound" : `bound ${total(totals.bound)}`}`;
}

function minimaTile({ totals }: ReportFacts): Markup {
  const groups = totals.groups_with_minimum;
  if (groups === 0) return tile("Minima met", "–", "no group has one");
  return tile(
    "Minima met",
    `${count(groups - totals.groups_missed)} of ${count(groups)}`,
    totals.shortfall === 0 ? "no user missing" : `${counted(totals.shortfall, "user")} missing`,
  );
}

/** How many could be filled at most, as a share would be rounded; "" where that is not known. Where minima lack more users it may be more. */
function mostInWords({ totals, feasibility }: ReportFacts): string {
  const { most_offers, slots } = feasibility, where = whereMinimaInWords(feasibility);
  if (most_offers >= slots || totals.assignments > most_offers) return "";
  const most = totals.assignments === most_offers
    ? ", the most that can be"
    : `; at most ${count(most_offers)} can be`;
  return where === "" ? most : `${most} ${where}`;
}

function usersSection(charts: Figures): Content {
  return html`
    <p
      class="lede">How many offers each user has, how good they are, and how they rank among that user's own options.</p>
    <div class="grid">${charts.offers_per_user}${charts.choice_rank}${charts.score_per_offer}</div>
  `;
}

/** Groups by what matters: those that miss most, then those with the highest price, then the largest. */
function byWeight(groups: readonly GroupFacts[]): GroupFacts[] {
  return [...groups].sort((a, b) =>
    b.shortfall - a.shortfall || (minimumPrice(b) ?? 0) - (minimumPrice(a) ?? 0) ||
    b.users - a.users
  );
}

/** Contracts by what matters: the highest price first, then the most units given. */
function byPrice(contracts: readonly ContractFacts[]): ContractFacts[] {
  return [...contracts].sort((a, b) => (b.price ?? 0) - (a.price ?? 0) || b.assigned - a.assigned);
}

const ownGroupColumns: HtmlColumn<GroupFacts>[] = [
  { title: "Group", show: (g) => g.group_id },
  countColumn("Users", (g) => g.users),
  numberColumn("Required", (g) => g.sponsorship_ratio, percentInFull),
  {
    title: "Actual",
    show: (g) => percentBeside(g.user_ratio, g.sponsorship_ratio),
    number: (g) => g.user_ratio,
  },
  ...MINIMUM_COLUMNS,
  numberColumn("Sponsored offers", (g) => g.assignment_ratio, (r) => r === null ? "–" : percent(r)),
];

function groupsSection(facts: ReportFacts, charts: Figures): Content {
  const missed = facts.groups.filter((g) => g.shortfall > 0)
    .sort((a, b) => b.shortfall - a.shortfall);
  const priced = facts.groups.some((g) => minimumPrice(g) !== null);
  const cost = facts.totals.shortfall_cost / facts.totals.shortfall;
  return html`
    <p class="lede">${facts.headline.minima}${priced &&
      ` A group's price is what lowering its minimum by one user would add to the objective at most${
        slackInWords(facts.totals)
      }.`}${priced &&
      cost > 0 &&
      ` A missing user costs ${figure(cost)}, so that is the price of groups that miss theirs.`}</p>
    <div class="grid">${charts.group_ratios}${charts.group_shortfalls}</div>
    ${missed.length > 0 && tableCard<GroupFacts>("Groups that miss their minimum, and why", [
      { title: "Group", show: (g) => g.group_id },
      countColumn("Missing", (g) => g.shortfall),
      countColumn("Required", (g) => g.required_sponsored_users),
      countColumn("With a sponsored option", (g) => g.users_with_sponsored_option),
      { title: "Why", show: (g) => shortfallInWords(g, isShortOfTime(facts)), words: true },
    ], missed)}${tableCard(
      "All groups",
      [...ownGroupColumns, ...priceColumn(facts.groups, minimumPrice)],
      byWeight(facts.groups),
      { findsAll: true },
    )}
  `;
}

/** Columns of contracts; the price's only where prices are known. */
function contractColumns(contracts: readonly ContractFacts[]): HtmlColumn<ContractFacts>[] {
  return [
    ...namingColumns<ContractFacts>(contracts),
    ...ownContractColumns.slice(0, 4),
    ...priceColumn(contracts, (c) => c.price ?? null),
    ...ownContractColumns.slice(4),
  ];
}

const ownContractColumns: HtmlColumn<ContractFacts>[] = [
  { title: "Type", show: (c) => typeTag(c) },
  countColumn("Cap", (c) => c.cap),
  countColumn("Assigned", (c) => c.assigned),
  shareColumn("Used", (c) => c.utilization),
  countColumn("Eligible users", (c) => c.eligible_users),
  countColumn("Among their best", (c) => c.wanted_by),
];

function contractsSection(facts: ReportFacts, charts: Figures): Content {
  const wanted = contractsOf(facts, facts.full_and_wanted);
  const unused = contractsOf(facts, facts.under_used_sponsored);
  const units = unused.reduce((sum, c) => sum + c.unused, 0);
  const columns = contractColumns(facts.contracts);
  const sponsored = facts.contracts.some((c) => c.is_sponsored);
  return html`
    <p
      class="lede">${facts.contracts.some((c) => c.price !== undefined) &&
        `${
          contractPriceInWords(facts.totals)
        } `}“Among their best” counts the users who have a contract among their ${bestOptions(
          facts,
        )}.</p>
    <div class="grid">${charts.utilization}${charts.contract_prices}${charts.under_used}</div>
    ${wanted.length === 0
      ? emptyCard("Full and wanted", noneWantedInWords(facts))
      : tableCard("Full and wanted", columns, wanted, {
        // On paper these are the first rows of all contracts, so they are not printed twice.
        screenOnly: true,
        extra: idList(wanted),
      })}${unused.length === 0
      ? sponsored && emptyCard("Under-used sponsored", "Every sponsored contract is used up.")
      : tableCard<ContractFacts>(
        `Under-used sponsored: ${counted(units, "unit")} left`,
        [
          ...namingColumns<ContractFacts>(facts.contracts),
          countColumn("Units left", (c) => c.unused),
          ...ownContractColumns.slice(1, 5),
          { title: "Its eligible users", show: eligibleInWords, text: true },
        ],
        unused,
        { extra: idList(unused) },
      )}${tableCard("All contracts", columns, byPrice(facts.contracts), { findsAll: true })}
  `;
}

/** That no contract is full and wanted by more users, or where prices are known, worth more at the margin. */
function noneWantedInWords({ contracts, totals }: ReportFacts): string {
  if (contracts.every((c) => c.assigned < c.cap)) return "No contract is full.";
  return contracts.some((c) => c.price !== undefined)
    ? `No full contract has a price above 0: one more unit would add nothing to the objective${
      slackInWords(totals)
    }.`
    : "No contract is both full and wanted by more users.";
}

/**
 * What those who could have had the units that are left got instead. Not why: that may be scores below 0, limits, or what the
 * users have.
 */
function eligibleInWords(contract: ContractFacts): string {
  const { eligible_users: eligible, eligible_users_without_offers: idle, assigned } = contract;
  if (eligible < contract.cap) return "fewer than its cap";
  const others = eligible - assigned;
  if (idle === 0) return "the rest got other contracts";
  return idle === others
    ? "the rest got nothing"
    : `the rest got other contracts, or nothing (${count(idle)} of ${count(others)})`;
}

function inputsSection(facts: ReportFacts): Content {
  const { timings } = facts;
  const times = Object.entries({
    Reading: timings.read_s,
    Solving: timings.solve_s,
    Writing: timings.write_s,
    Total: timings.total_s,
  }).filter((entry): entry is [string, number] => entry[1] !== undefined);
  return html`
    <div class="facts">
      ${inputCards(facts)}
      <div class="card"><h3>Run</h3><dl>
    <dt>Solver</dt><dd>${facts.solver ?? "not known"}</dd>
    <dt>Model</dt><dd>${facts.model}, ${mostOffersPerUser(facts)}</dd>
    ${times.map(([name, s]) =>
      html`
        <dt>${name}</dt>
        <dd>${duration(s)}</dd>
      `
    )}
    </dl>${facts.warnings.length > 0 &&
      html`
        <h3>Warnings</h3>
        ${warningList(facts.warnings)}
      `}</div>
    </div>
  `;
}

/** Most warnings that are shown at once. */
const MOST_WARNINGS = 6;

function warningList(warnings: readonly string[]): Markup {
  const items = warnings.map((warning) => html`<li>${warning}</li>`);
  const more = items.length - MOST_WARNINGS;
  return html`
    <ul>${items.slice(0, MOST_WARNINGS)}</ul>
    ${more > 0 && html`
      <details>
        <summary>${count(more)} more</summary>
        <ul>${items.slice(MOST_WARNINGS)}</ul>
      </details>
    `}
  `;
}
