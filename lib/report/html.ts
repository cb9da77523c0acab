/**
 * A report as one self-contained HTML page.
 *
 * @module
 */
import { reportCharts } from "./charts.ts";
import type { ContractFacts } from "./contract_facts.ts";
import type { ReportFacts } from "./facts.ts";
import { type Figures, figuresOf } from "./figures.ts";
import { type GroupFacts, minimumPrice } from "./group_facts.ts";
import { shortfallInWords } from "./headline.ts";
import { type HtmlColumn, tableCard } from "./html_table.ts";
import { inputNotes } from "./input_notes.ts";
import { type Content, html, Markup } from "./markup.ts";
import { pageText } from "./page.ts";
import { count, counted, duration, figure, percent } from "./words.ts";

/**
 * The report as one page: no network, no fonts or scripts from elsewhere, readable without script.
 * Its size depends on groups and contracts, not on users.
 *
 * @example
 * ```ts
 * import { reportHtml } from "./html.ts";
 * import type { ReportFacts } from "./facts.ts";
 *
 * async function isPage(facts: ReportFacts): Promise<boolean> {
 *   return (await reportHtml(facts)).startsWith("<!DOCTYPE html>");
 * }
 * console.assert(typeof isPage === "function");
 * ```
 */
export async function reportHtml(facts: ReportFacts): Promise<string> {
  const charts = await figuresOf(reportCharts(facts));
  return pageText({
    title: `${facts.title} · Divvy report`,
    header: header(facts),
    sections: [
      { id: "users", name: "What users got", content: usersSection(charts) },
      { id: "groups", name: "Groups", content: groupsSection(facts, charts) },
      { id: "contracts", name: "Contracts", content: contractsSection(facts, charts) },
      { id: "feasibility", name: "Feasibility", content: feasibilitySection(facts, charts) },
      { id: "inputs", name: "Inputs and run", content: inputsSection(facts) },
    ],
    footer:
      html`Made by Divvy. This page holds everything it shows; it asks no server for anything.`,
  });
}

function header(facts: ReportFacts): Markup {
  const { headline, totals } = facts;
  const verdict = (good: boolean | null, text: string) =>
    html`<li${new Markup(good === null ? "" : good ? ' class="good"' : ' class="bad"')}>${
      good === null ? "" : good ? "✓ " : "! "
    }${text}</li>`;
  return html`<p class="eyebrow">Divvy report · <b>${facts.title}</b></p>
<h1>${headline.sentence}</h1>
<ul class="verdicts">${verdict(totals.bound === null ? null : !facts.timed_out, headline.proof)}${
    verdict(
      totals.groups_missed === 0 ? true : facts.model === "coverage" ? null : false,
      headline.minima,
    )
  }${
    totals.cap_violations > 0 &&
    verdict(false, `${counted(totals.cap_violations, "contract")} given beyond the cap.`)
  }</ul>
<dl class="tiles">${tiles(facts)}</dl>`;
}

function tiles(facts: ReportFacts): Markup[] {
  const { totals, timings, users } = facts;
  const tile = (name: string, value: string, more: string) =>
    html`
      <div class="tile">
        <dt>${name}</dt>
        <dd>
          <div class="n">${value}</div>
          <div class="more">${more}</div>
        </dd>
      </div>
    `;
  const seconds = timings.total_s ?? timings.solve_s;
  return [
    tile(
      "Offers made",
      count(totals.assignments),
      `to ${count(totals.users - totals.users_without_offers)} of ${counted(totals.users, "user")}`,
    ),
    tile("Fill rate", percent(totals.fill_rate), `of ${count(totals.users * facts.k)} slots`),
    tile(
      "Σ score",
      figure(totals.score, 6),
      users.scores.mean === null ? "no offers" : `${figure(users.scores.mean, 3)} per offer`,
    ),
    tile(
      "Objective",
      figure(totals.objective, 6),
      totals.bound === null
        ? `model ${facts.model}, no bound`
        : `model ${facts.model}, bound ${figure(totals.bound, 6)}`,
    ),
    tile(
      "Proven gap",
      totals.gap === null ? "–" : gapText(totals.gap),
      totals.gap === null ? "this solver proves none" : "to the best possible, at most",
    ),
    tile(
      "Minima met",
      `${count(totals.groups_with_minimum - totals.groups_missed)} of ${
        count(totals.groups_with_minimum)
      }`,
      totals.shortfall === 0 ? "no user missing" : `${counted(totals.shortfall, "user")} missing`,
    ),
    tile(
      "Sponsored",
      percent(totals.sponsored_share),
      `of offers; ${counted(totals.sponsored_users, "user")}`,
    ),
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

/** A gap as a percentage of two digits; very small ones only as small. */
function gapText(gap: number): string {
  const size = Math.max(0, 100 * gap);
  return size < 1e-12 ? "0 %" : size < 1e-6 ? "<0.000001 %" : `${figure(size, 2)} %`;
}

function usersSection(charts: Figures): Content {
  return html`
    <p
      class="lede">How many offers each user has, how good they are, and how they rank among that user's own options.</p>
    <div class="grid">${charts.offers_per_user}${charts.choice_rank}${charts.score_per_offer}</div>
  `;
}

const groupColumns: HtmlColumn<GroupFacts>[] = [
  { title: "Group", show: (g) => g.group_id },
  { title: "Users", show: (g) => count(g.users), number: (g) => g.users },
  {
    title: "Required",
    show: (g) => percent(g.sponsorship_ratio),
    number: (g) => g.sponsorship_ratio,
  },
  { title: "Actual", show: (g) => percent(g.user_ratio), number: (g) => g.user_ratio },
  {
    title: "Required users",
    show: (g) => count(g.required_sponsored_users),
    number: (g) => g.required_sponsored_users,
  },
  {
    title: "Sponsored users",
    show: (g) => count(g.sponsored_users),
    number: (g) => g.sponsored_users,
  },
  {
    title: "Missing",
    show: (g) => g.shortfall === 0 ? "0" : html`<span class="tag bad">${count(g.shortfall)}</span>`,
    number: (g) => g.shortfall,
  },
  { title: "Offers", show: (g) => count(g.assignments), number: (g) => g.assignments },
  {
    title: "Sponsored offers",
    show: (g) => g.assignment_ratio === null ? "–" : percent(g.assignment_ratio),
    number: (g) => g.assignment_ratio,
  },
  { title: "Price", show: (g) => priceText(minimumPrice(g)), number: minimumPrice },
];

function groupsSection(facts: ReportFacts, charts: Figures): Content {
  const missed = facts.groups.filter((g) => g.shortfall > 0)
    .sort((a, b) => b.shortfall - a.shortfall);
  return html`
    <p
      class="lede">${facts.headline
        .minima} A group's price is what lowering its minimum by one user would add to the objective.</p>
    <div class="grid">${charts.group_ratios}${charts.group_shortfalls}</div>
    ${missed.length > 0 && tableCard<GroupFacts>("Groups that miss their minimum, and why", [
      { title: "Group", show: (g) => g.group_id },
      { title: "Missing", show: (g) => count(g.shortfall), number: (g) => g.shortfall },
      {
        title: "Required",
        show: (g) => count(g.required_sponsored_users),
        number: (g) => g.required_sponsored_users,
      },
      {
        title: "With a sponsored option",
        show: (g) => count(g.users_with_sponsored_option),
        number: (g) => g.users_with_sponsored_option,
      },
      { title: "Why", show: (g) => shortfallInWords(g), words: true },
    ], missed)}${tableCard("All groups", groupColumns, facts.groups)}
  `;
}

const contractColumns: HtmlColumn<ContractFacts>[] = [
  { title: "Contract", show: (c) => c.contract_address },
  { title: "Type", show: (c) => typeTag(c) },
  { title: "Cap", show: (c) => count(c.cap), number: (c) => c.cap },
  { title: "Assigned", show: (c) => count(c.assigned), number: (c) => c.assigned },
  { title: "Used", show: (c) => percent(c.utilization), number: (c) => c.utilization },
  { title: "Price", show: (c) => priceText(c.price ?? null), number: (c) => c.price ?? null },
  {
    title: "Eligible users",
    show: (c) => count(c.eligible_users),
    number: (c) => c.eligible_users,
  },
  { title: "Among their best", show: (c) => count(c.wanted_by), number: (c) => c.wanted_by },
];

function contractsSection(facts: ReportFacts, charts: Figures): Content {
  const byId = new Map(facts.contracts.map((c) => [c.contract_address, c]));
  const wanted = facts.full_and_wanted.map((id) => byId.get(id)!);
  const unused = facts.under_used_sponsored.map((id) => byId.get(id)!);
  const units = unused.reduce((sum, c) => sum + c.unused, 0);
  return html`
    <p
      class="lede">A contract's price is what one more unit of its cap would add to the objective. “Among their best” counts the users who would take it if nothing were scarce.</p>
    <div class="grid">${charts.utilization}${charts.contract_prices}${charts.under_used}</div>
    ${wanted.length === 0
      ? html`
        <div class="card">
          <h3>Full and wanted</h3>
          <p class="none">No contract is both full and wanted by more users.</p>
        </div>
      `
      : tableCard("Full and wanted", contractColumns, wanted, idList(wanted))}${unused.length === 0
      ? html`
        <div class="card">
          <h3>Under-used sponsored</h3>
          <p class="none">Every sponsored contract is used up.</p>
        </div>
      `
      : tableCard<ContractFacts>(
        `Under-used sponsored: ${counted(units, "unit")} left`,
        [
          contractColumns[0],
          { title: "Units left", show: (c) => count(c.unused), number: (c) => c.unused },
          ...contractColumns.slice(2, 5),
          contractColumns[6],
          { title: "Why", show: unusedInWords },
        ],
        unused,
        idList(unused),
      )}${tableCard("All contracts", contractColumns, facts.contracts)}
  `;
}

/** Why units of a contract are left. */
function unusedInWords(contract: ContractFacts): string {
  if (contract.eligible_users < contract.cap) return "fewer eligible users than its cap";
  return "its eligible users got others";
}

/** Most ids of a list to copy. */
const MOST_IDS = 5000;

/** The contracts' ids one a line, to copy. */
function idList(contracts: readonly ContractFacts[]): Markup {
  const listed = contracts.slice(0, MOST_IDS);
  const all = listed.length === contracts.length;
  return html`
    <details>
      <summary>${!all && "The first "}${counted(
        listed.length,
        "contract",
      )} as a list to copy</summary>
      <pre data-copy tabindex="0">${listed.map((c) => c.contract_address).join("\n")}</pre>
    </details>
  `;
}

function feasibilitySection(facts: ReportFacts, charts: Figures): Content {
  const { feasibility: f, k } = facts;
  const lines = [
    ...(f.users_below_k === 0 ? [] : [
      `${counted(f.users_below_k, "user")} of ${count(facts.totals.users)} ` +
      `${
        f.users_below_k === 1 ? "has" : "have"
      } fewer than ${k} options, so no allocation fills all slots. ` +
      `Of them, ${count(f.users_below_k_sponsored_only)} have sponsored options only, ` +
      `${count(f.users_below_k_unsponsored_only)} unsponsored ones only.`,
    ]),
    `${counted(f.users_without_sponsored_option, "user")} in all ` +
    `${f.users_without_sponsored_option === 1 ? "has" : "have"} no sponsored option, ` +
    `${count(f.users_without_unsponsored_option)} no unsponsored one.`,
  ];
  if (f.unreachable_groups > 0) {
    lines.push(
      `${counted(f.unreachable_groups, "group")} can't meet the minimum whatever is done: ` +
        `${counted(f.unreachable_shortfall, "user")} without a sponsored option would be needed.`,
    );
  }
  return html`
    <p class="lede">What the input allows, before anything is solved.</p>
    <div class="grid">${charts.capacity}${charts.options_per_user}</div>
    <div class="card facts">
      <ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>
    </div>
  `;
}

function inputsSection(facts: ReportFacts): Content {
  const { input, totals, timings } = facts;
  const left = inputNotes(input);
  const times = Object.entries({
    Reading: timings.read_s,
    Solving: timings.solve_s,
    Writing: timings.write_s,
    Total: timings.total_s,
  }).filter((entry): entry is [string, number] => entry[1] !== undefined);
  return html`
    <div class="facts">
      <div class="card">
        <h3>Read</h3>
        <dl>
          <dt>Eligible pairs</dt>
          <dd>${count(totals.pairs)} of ${counted(input.elig.rows, "row")}${file(
            facts,
            "elig",
          )}</dd>
          <dt>Contracts</dt>
          <dd>${count(totals.contracts)} of ${counted(input.caps.rows, "row")}${file(
            facts,
            "caps",
          )}</dd>
          <dt>Users</dt>
          <dd>${count(totals.users)} of ${counted(input.user_groups.rows, "row")}${file(
            facts,
            "user_groups",
          )}</dd>
          <dt>Groups</dt>
          <dd>${count(totals.groups)} of ${counted(input.group_ratios.rows, "row")}${file(
            facts,
            "group_ratios",
          )}</dd>
        </dl>
      </div>
      <div class="card"><h3>Left out or filled in</h3>${left.length === 0
        ? html`<p class="none">Nothing.</p>`
        : html`<ul>${left.map((line) => html`<li>${line}</li>`)}</ul>`}</div>
      <div class="card"><h3>Run</h3><dl>
    <dt>Solver</dt><dd>${facts.solver ?? "not known"}</dd>
    <dt>Model</dt><dd>${facts.model}, at most ${counted(facts.k, "offer")} per user</dd>
    ${times.map(([name, s]) =>
      html`
        <dt>${name}</dt>
        <dd>${duration(s)}</dd>
      `
    )}
    </dl>${facts.warnings.length > 0 &&
      html`
        <h3>Warnings</h3>
        <ul>${facts.warnings.map((w) => html`<li>${w}</li>`)}</ul>
      `}</div>
    </div>
  `;
}

function file(facts: ReportFacts, name: string): Markup | null {
  const path = facts.files[name];
  return path === undefined ? null : html`, <code>${path}</code>`;
}

function typeTag(contract: ContractFacts): Markup {
  const type = contract.is_sponsored ? "sponsored" : "unsponsored";
  return html`<span class="tag ${type}">${type}</span>`;
}

function priceText(price: number | null): string {
  return price === null ? "–" : price === 0 ? "0" : figure(price);
}
