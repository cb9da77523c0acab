/**
 * What changed between two lists of offers, as one self-contained HTML page.
 *
 * @module
 */
import { diffCharts } from "../charts/diff_charts.ts";
import type {
  DiffChange,
  DiffContract,
  DiffFacts,
  DiffGroup,
  DiffMove,
  DiffRow,
} from "../facts/compare/diff_facts.ts";
import { diffHeadline, diffNotes, diffScore, diffUsers } from "../facts/compare/diff_words.ts";
import { nameOf } from "../facts/contract_about.ts";
import { count, counted, percent, shortId } from "../words.ts";
import { type Figures, figuresOf } from "./figures.ts";
import { notesCard, tile } from "./html_parts.ts";
import { besideContracts } from "./contract_columns.ts";
import {
  countColumn,
  type HtmlColumn,
  numberColumn,
  shareColumn,
  tableCard,
} from "./html_table.ts";
import { type Content, html, sentence } from "./markup.ts";
import { type PageOptions, pageText } from "./page.ts";
import { signedAlike } from "../signed.ts";

/** What changed as one page: no network, readable without script. */
export async function diffHtml(
  facts: DiffFacts,
  title: string,
  page: PageOptions = {},
): Promise<string> {
  const charts = await figuresOf(diffCharts(facts));
  const notes = diffNotes(facts);
  return pageText({
    kind: "diff",
    name: title,
    above: "Divvy diff, what changed",
    header: header(facts),
    sections: [
      { id: "offers", name: "Offers", content: !facts.same && offersSection(facts, charts) },
      { id: "users", name: "Users", content: !facts.same && usersSection(facts) },
      {
        id: "groups",
        name: "Groups",
        content: facts.groups !== null && !facts.same && groupsSection(facts.groups, charts),
      },
      { id: "inputs", name: "Inputs", content: inputsSection(facts, notes) },
    ],
  }, page);
}

function header(facts: DiffFacts): Content {
  const { users, offers } = facts, score = diffScore(facts);
  return html`
    <h1>${sentence(diffHeadline(facts))}</h1>
    <ul class="verdicts">${!facts.same && html`<li>${diffUsers(facts)}</li>`}${score !== null &&
      html`<li>Σ score ${score}</li>`}</ul>
    <dl class="tiles">
      ${tile("Users with other offers", percent(users.changed_share), `of ${count(users.either)}`)}
      ${tile("Offers in", count(offers.in), `${count(offers.after)} after`)}
      ${tile("Offers out", count(offers.out), `${count(offers.before)} before`)}
      ${tile("Offers kept", count(offers.kept), "in both")}
    </dl>
  `;
}

/** Offers of each row before and after. */
export function countColumns<Row extends DiffRow>(rows: readonly Row[]): HtmlColumn<Row>[] {
  const score = signedAlike(rows.map((row) => row.score_change));
  return [
    countColumn("Before", (row) => row.before),
    countColumn("Out", (row) => row.out),
    countColumn("In", (row) => row.in),
    countColumn("After", (row) => row.after),
    numberColumn("Σ score", (row) => row.score_change, score),
  ];
}

function offersSection(facts: DiffFacts, charts: Figures): Content {
  const { contracts, brands, types, moves } = facts;
  const named = <Row extends DiffRow>(title: string): HtmlColumn<Row> => ({
    title,
    show: (row) => row.name,
  });
  const inWords = namesOf(contracts);
  const moveColumns: HtmlColumn<DiffMove>[] = [
    { title: "Before", show: (m) => inWords(m.from), text: true },
    { title: "After", show: (m) => inWords(m.to), text: true },
    countColumn("Users", (m) => m.users),
  ];
  return html`
    <div class="grid">${charts.contracts}</div>
    ${tableCard(
      "Contracts that changed",
      [
        named<DiffContract>("Contract"),
        ...besideContracts<DiffContract>(contracts),
        ...countColumns(contracts),
      ],
      contracts,
      { findsAll: true },
    )}
    ${types !== null && tableCard("By type", [named("Type"), ...countColumns(types)], types)}
    ${brands !== null &&
      tableCard("Brands that changed", [named("Brand"), ...countColumns(brands)], brands)}
    ${moves.length > 0 && tableCard("One offer for another", moveColumns, moves)}
  `;
}

/** Contracts by name where they have one, with their id, else by id. */
function namesOf(contracts: readonly DiffContract[]): (id: string) => string {
  const names = new Map(contracts.map((c) => [c.name, nameOf(c)]));
  return (id) => {
    const name = names.get(id);
    return name === undefined ? id : `${name} (${shortId(id)})`;
  };
}

function usersSection({ changes, groups, contracts }: DiffFacts): Content {
  const inWords = namesOf(contracts);
  const listed = (ids: readonly string[]) => ids.map(inWords).join(", ") || "–";
  const columns: HtmlColumn<DiffChange>[] = [
    { title: "User", show: (c) => c.user_id },
    ...(groups === null ? [] : [{ title: "Group", show: (c: DiffChange) => c.group_id }]),
    { title: "Out", show: (c) => listed(c.out), words: true },
    { title: "In", show: (c) => listed(c.in), words: true },
  ];
  return tableCard("Users with other offers", columns, changes, { findsAll: true });
}

function groupsSection(groups: readonly DiffGroup[], charts: Figures): Content {
  return html`
    <div class="grid">${charts.groups}</div>
    ${tableCard("All groups", [
      { title: "Group", show: (g: DiffGroup) => g.name === "" ? "(no group)" : g.name },
      countColumn("Users", (g: DiffGroup) => g.users),
      countColumn("Changed", (g: DiffGroup) => g.users_changed),
      shareColumn("Share", (g: DiffGroup) => g.users_changed / g.users),
      ...countColumns(groups),
    ], groups)}
  `;
}

function inputsSection({ before, after }: DiffFacts, notes: readonly string[]): Content {
  const sides = [["Before", before], ["After", after]] as const;
  return html`
    <div class="facts">
      <div class="card">
        <h3>Read</h3>
        <dl>${sides.map(([name, side]) =>
          html`
            <dt>${name}</dt>
            <dd>${counted(side.offers, "offer")} to ${counted(
              side.users,
              "user",
            )}${side.file !== "" &&
              html`, <code>${side.file}</code>`}</dd>
          `
        )}</dl>
      </div>
      ${notesCard("Left out, or odd", notes)}
    </div>
  `;
}
