/**
 * Two allocations of one drop as one self-contained HTML page.
 *
 * @module
 */
import { compareCharts } from "../charts/compare_charts.ts";
import type {
  Both,
  ComparedAllocation,
  ComparedContract,
  ComparedGroup,
  ComparedLimit,
  CompareFacts,
} from "../facts/compare/compare_facts.ts";
import {
  type ComparedFigure,
  comparedFigures,
  compareHeadline,
  countChange,
  peopleInWords,
} from "../facts/compare/compare_words.ts";
import { amountInWords, rowInFull, usedInWords } from "../facts/limit_facts.ts";
import { count, counted, figure, percent } from "../words.ts";
import { namingColumns } from "./contract_columns.ts";
import { type Figures, figuresOf } from "./figures.ts";
import { notesCard, typeTag, verdict } from "./html_parts.ts";
import { countColumn, type HtmlColumn, numberColumn, tableCard } from "./html_table.ts";
import { type Content, html, sentence } from "./markup.ts";
import { type PageOptions, pageText } from "./page.ts";
import { signed } from "../signed.ts";

/** The comparison as one page: no network, readable without script. */
export async function compareHtml(facts: CompareFacts, page: PageOptions = {}): Promise<string> {
  const charts = await figuresOf(compareCharts(facts));
  return pageText({
    kind: "comparison",
    name: facts.title,
    header: header(facts),
    sections: [
      { id: "users", name: "What users got", content: usersSection(facts, charts) },
      { id: "groups", name: "Groups", content: !facts.same && groupsSection(facts, charts) },
      {
        id: "contracts",
        name: "Contracts",
        content: !facts.same && contractsSection(facts, charts),
      },
      {
        id: "limits",
        name: "Limits",
        content: facts.limits !== undefined && facts.limits.length > 0 &&
          limitsSection(facts, facts.limits),
      },
      { id: "inputs", name: "Inputs", content: inputsSection(facts) },
    ],
  }, page);
}

function header(facts: CompareFacts): Content {
  const people = peopleInWords(facts), { offers, allocations: [a, b] } = facts;
  return html`
    <h1>${sentence(compareHeadline(facts))}</h1>
    ${people !== "" && html`<p class="why">${people}</p>`}
    <ul
      class="verdicts">${facts.allocations.map((one) => verdictOn(one, facts.model))}<li>${counted(
        offers.kept,
        "offer",
      )} in both, ${count(offers.out)} only in ${a
        .name}, ${count(offers.in)} only in ${b.name}</li></ul>
  `;
}

/** Whether an allocation keeps caps, and minima where the model asks for them. */
function verdictOn(
  { name, totals }: ComparedAllocation,
  model: CompareFacts["model"],
): Content {
  const { shortfall, cap_violations } = totals, isAsked = model === "uniform";
  const [kept, found] = cap_violations > 0
    ? [false, `${counted(cap_violations, "contract")} given beyond the cap`]
    : shortfall === 0
    ? [true, "no minimum missed"]
    : [
      isAsked ? false : null,
      `${counted(shortfall, "user")} missing to minima${isAsked ? "" : ", not asked for"}`,
    ];
  return verdict(kept, `${name}: ${found}`);
}

function usersSection(facts: CompareFacts, charts: Figures): Content {
  const { allocations: [a, b] } = facts;
  const columns: HtmlColumn<ComparedFigure>[] = [
    { title: "Figure", show: (f) => f.name, text: true },
    { title: a.name, show: (f) => f.shown[0], align: "right" },
    { title: b.name, show: (f) => f.shown[1], align: "right" },
    { title: "Change", show: (f) => f.change, align: "right" },
    {
      title: "Better",
      show: (f) =>
        f.better !== null &&
        html`<span class="tag good">${facts.allocations[f.better].name}</span>`,
    },
  ];
  return html`
    ${tableCard("What both make of the drop", columns, comparedFigures(facts))}
    <div class="grid">${charts.offers_per_user}${charts.choice_rank}</div>
  `;
}

/** Columns of a figure under both. */
function bothColumns<Row, Value extends number | null>(
  facts: CompareFacts,
  of: (row: Row) => Both<Value>,
  show: (value: Value, row: Row) => string,
  title = "",
): HtmlColumn<Row>[] {
  return facts.allocations.map(({ name }, i): HtmlColumn<Row> => ({
    title: title === "" ? name : `${title}, ${name}`,
    show: (row) => show(of(row)[i], row),
    number: (row) => of(row)[i],
  }));
}

/** The change of a count. */
function changeColumn<Row>(of: (row: Row) => Both): HtmlColumn<Row> {
  return {
    title: "Change",
    show: (row) => countChange(of(row)),
    number: (row) => of(row)[1] - of(row)[0],
  };
}

function groupsSection(facts: CompareFacts, charts: Figures): Content {
  const [, b] = facts.allocations;
  const missed = facts.groups.some((g) => g.shortfall[0] + g.shortfall[1] > 0);
  const columns: HtmlColumn<ComparedGroup>[] = [
    { title: "Group", show: (g) => g.group_id },
    countColumn("Users", (g) => g.users),
    countColumn("Other offers", (g) => g.users_changed),
    countColumn("Better off", (g) => g.users_better),
    countColumn("Worse off", (g) => g.users_worse),
    ...bothColumns(facts, (g: ComparedGroup) => g.user_ratio, (r) => percent(r), "Sponsored"),
    ...(missed ? bothColumns(facts, (g: ComparedGroup) => g.shortfall, count, "Missing") : []),
    numberColumn("Σ score", (g) => g.score[1] - g.score[0], signed),
  ];
  return html`
    <p class="lede">“Better off” counts users whose offers have a larger Σ score with ${b.name}.</p>
    <div class="grid">${charts.group_people}${charts.group_ratios}</div>
    ${tableCard("Groups, most users with other offers first", columns, facts.groups, {
      findsAll: true,
    })}
  `;
}

function contractsSection(facts: CompareFacts, charts: Figures): Content {
  const [a, b] = facts.allocations;
  const assigned = (row: { assigned: Both }) => row.assigned;
  const columns: HtmlColumn<ComparedContract>[] = [
    ...namingColumns<ComparedContract>(facts.contracts),
    { title: "Type", show: (c) => typeTag(c) },
    countColumn("Cap", (c) => c.cap),
    ...bothColumns(facts, assigned, count),
    changeColumn(assigned),
    countColumn("Out", (c) => c.out),
    countColumn("In", (c) => c.in),
  ];
  type Type = CompareFacts["types"][number];
  return html`
    <p
      class="lede">“Out” counts offers that only ${a.name} makes, “In” those that only ${b
        .name} makes.</p>
    <div class="grid">${charts.contracts}</div>
    ${tableCard<Type>("Offers by type", [
      { title: "Type", show: (t) => typeTag({ is_sponsored: t.type === "sponsored" }), text: true },
      countColumn("Contracts", (t) => t.contracts),
      countColumn("Units", (t) => t.units),
      ...bothColumns(facts, assigned, count),
      changeColumn(assigned),
    ], facts.types)}${tableCard(
      "Contracts, most offers that differ first",
      columns,
      facts.contracts,
      {
        findsAll: true,
      },
    )}
  `;
}

function limitsSection(facts: CompareFacts, limits: readonly ComparedLimit[]): Content {
  const columns: HtmlColumn<ComparedLimit>[] = [
    { title: "Limit", show: rowInFull },
    {
      title: "Amount",
      show: (row) => `${row.side === "at_least" ? "at least" : "at most"} ${amountInWords(row)}`,
      number: (row) => row.amount,
    },
    ...bothColumns(facts, (row: ComparedLimit) => row.used, usedInWords),
    ...bothColumns(facts, (row: ComparedLimit) => row.missed, (n) => figure(n, 6), "Missed"),
  ];
  return tableCard("Limits whose use differs", columns, limits, { findsAll: true });
}

function inputsSection({ allocations, files }: CompareFacts): Content {
  return html`
    <div class="facts">
      <div class="card">
        <h3>Read</h3>
        <dl>${allocations.map(({ name, file, totals, solver }) =>
          html`
            <dt>${name}</dt>
            <dd>${counted(totals.assignments, "offer")}${file !== "" &&
              html`, <code>${file}</code>`}${solver !== null && `, by ${solver}`}</dd>
          `
        )}${Object.entries(files).map(([name, file]) =>
          html`
            <dt>${name}</dt>
            <dd><code>${file}</code></dd>
          `
        )}</dl>
      </div>
      ${allocations.map(({ name, warnings }) =>
        warnings.length > 0 && notesCard(`Warnings, ${name}`, warnings)
      )}
    </div>
  `;
}
