/**
 * Scenarios as one self-contained HTML page.
 *
 * @module
 */
import { type Figures, figuresOf } from "./figures.ts";
import {
  countColumn,
  type HtmlColumn,
  numberColumn,
  shareColumn,
  tableCard,
} from "./html_table.ts";
import { type Content, html, sentence } from "./markup.ts";
import { type PageOptions, pageText } from "./page.ts";
import { whatIfCharts } from "../charts/whatif_charts.ts";
import {
  groupsUnder,
  type GroupUnder,
  hasLeastsWithoutPairs,
  lostToStability,
  missesFreely,
  type ScenarioFacts,
  type ScenarioGroup,
  shortfallPriceInWords,
  type WhatIfFacts,
  worthLostInWords,
} from "../facts/compare/whatif_facts.ts";
import { relativeChange } from "../text/whatif_text.ts";
import { aligned, counted, duration, figure, percent } from "../words.ts";
import { gapInShort } from "../proof_words.ts";

/** Most scenarios whose groups are compared side by side. */
const COMPARED = 8;

/** Scenarios as one page: table, trade-off curve, differences per group. It asks no host for anything. */
export async function whatIfHtml(facts: WhatIfFacts, page: PageOptions = {}): Promise<string> {
  const charts = await figuresOf(whatIfCharts(facts));
  const [first, ...others] = facts.scenarios;
  const columns = scenarioColumns(facts), price = shortfallPriceInWords(facts);
  // Scenarios of the command line are named by what they change; those of files may not be.
  if (others.some((s) => s.changes !== s.name)) {
    columns.push({ title: "What it changes", show: (s) => s.changes, words: true });
  }
  return pageText({
    kind: "what-if",
    name: facts.title,
    header: html`
      <h1>${sentence(headline(facts))}</h1>
      <ul class="verdicts">
        <li>${counted(facts.users, "user")}, model ${facts.model}${missesFreely(facts) &&
          ", which does not ask for the minima"}</li>
        <li>${first.name}: Σ score ${figure(first.score, 6)}, ${percent(
          first.sponsored_user_share,
        )} of users sponsored</li>${price !== null && html`
          <li>${sentence(price)}</li>
        `}
      </ul>
    `,
    sections: [
      {
        id: "scenarios",
        name: "Scenarios",
        content: html`
          <div class="grid">${charts.stability}${charts.trade_off}${charts
            .shortfall}</div>${tableCard(
              "All scenarios",
              columns,
              facts.scenarios,
            )}
        `,
      },
      { id: "groups", name: "Groups", content: others.length > 0 && groupsSection(facts, charts) },
    ],
  }, page);
}

function headline(facts: WhatIfFacts): string {
  const [first, ...others] = facts.scenarios;
  if (others.length === 0) return `${first.name}: Σ score ${figure(first.score, 6)}.`;
  const scores = others.map((s) => s.score);
  const low = relativeChange(Math.min(...scores), first.score);
  const high = relativeChange(Math.max(...scores), first.score);
  const range = low === high ? low : `${low} to ${high}`;
  return `${counted(others.length, "scenario")}: Σ score ${range} against “${first.name}”.`;
}

/** Who has other offers than before, and what is lost by keeping more of them. */
function stabilityColumns(facts: WhatIfFacts): HtmlColumn<ScenarioFacts>[] {
  if (facts.scenarios[0].stability === undefined) return [];
  return [
    shareColumn("Users changed", (s) => s.stability!.users_changed_share),
    {
      title: "Worth lost",
      show: (s) => worthLostInWords(facts, s),
      number: (s) => lostToStability(facts, s),
    },
  ];
}

/** Columns of scenarios. */
export function scenarioColumns(facts: WhatIfFacts): HtmlColumn<ScenarioFacts>[] {
  const { scenarios } = facts;
  const first = scenarios[0];
  const score = aligned(scenarios.map((s) => s.score), 6);
  const objective = aligned(scenarios.map((s) => s.objective), 6);
  return [
    { title: "Scenario", show: (s) => s.name },
    numberColumn("Σ score", (s) => s.score, score),
    {
      title: "Change",
      show: (s) => s === first ? "" : relativeChange(s.score, first.score),
      number: (s) => s.score - first.score,
    },
    numberColumn("Objective", (s) => s.objective, objective),
    ...stabilityColumns(facts),
    shareColumn("Fill", (s) => s.fill_rate),
    shareColumn("Users sponsored", (s) => s.sponsored_user_share),
    countColumn("Users missing", (s) => s.shortfall),
    ...limitColumns(facts),
    numberColumn("Gap", (s) => s.gap, gapInShort),
    {
      title: "Time",
      show: (s) => `${duration(s.seconds)}${s.timed_out ? ", stopped" : ""}`,
      number: (s) => s.seconds,
    },
  ];
}

/** Limits missed, where the drop has limits, and leasts that nothing counts toward, where there are any. */
function limitColumns(facts: WhatIfFacts): HtmlColumn<ScenarioFacts>[] {
  if (facts.scenarios[0].limits_missed === undefined) return [];
  const missed = countColumn<ScenarioFacts>("Limits missed", (s) => s.limits_missed!);
  const without = countColumn<ScenarioFacts>(
    "Leasts without pairs",
    (s) => s.leasts_without_pairs!,
  );
  return hasLeastsWithoutPairs(facts) ? [missed, without] : [missed];
}

/** The groups under the first scenario, and what the others change. */
function groupsSection(facts: WhatIfFacts, charts: Figures): Content {
  const [first, ...others] = facts.scenarios;
  const compared = others.slice(0, COMPARED);
  const rows = groupsUnder([first, ...compared]);
  const usersOf = ({ under }: GroupUnder) => under[0]?.users ?? 0;
  const columns = (
    own: HtmlColumn<GroupUnder>,
    show: (now: ScenarioGroup | null, before: ScenarioGroup | null) => string,
    number: (now: ScenarioGroup | null, before: ScenarioGroup | null) => number | null,
  ): HtmlColumn<GroupUnder>[] => [
    { title: "Group", show: ({ group_id }) => group_id },
    countColumn("Users", usersOf),
    own,
    ...compared.map((s, j): HtmlColumn<GroupUnder> => ({
      title: s.name,
      show: ({ under }) => show(under[j + 1], under[0]),
      number: ({ under }) => number(under[j + 1], under[0]),
    })),
  ];
  const score = aligned(rows.map(({ under }) => scoreOf(under[0])));
  const shareOf = (group: ScenarioGroup | null) => group?.user_ratio ?? null;
  const shareInWords = (group: ScenarioGroup | null) =>
    group === null ? "–" : percent(group.user_ratio);
  const left = others.length - compared.length;
  const drawn = Object.entries(charts).filter(([name]) => name.startsWith("group_change"))
    .map(([, figure]) => figure);
  return html`
    ${left > 0 && html`<p class="lede">The first ${COMPARED} scenarios are compared.</p>`}
    <div class="grid">${drawn}</div>
    ${tableCard(
      "Σ score by group, and its change",
      columns(
        numberColumn(first.name, ({ under }) => scoreOf(under[0]), score),
        (now, before) => relativeChange(scoreOf(now), scoreOf(before)),
        (now, before) => scoreOf(now) - scoreOf(before),
      ),
      rows,
    )}${tableCard(
      "Share of users sponsored by group",
      columns(
        {
          title: first.name,
          show: ({ under }) => shareInWords(under[0]),
          number: ({ under }) => shareOf(under[0]),
        },
        shareInWords,
        shareOf,
      ),
      rows,
    )}
  `;
}

/** What a group's offers are worth; 0 where it has no user. */
function scoreOf(group: ScenarioGroup | null): number {
  return group?.score ?? 0;
}
