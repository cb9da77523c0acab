/**
 * An allocation that was made in an engine as one self-contained HTML page.
 *
 * @module
 */
import type { EngineContract, EngineFacts, EngineGroup } from "../facts/engine_facts.ts";
import { limitsInWords } from "../facts/limit_facts.ts";
import { contractPriceInWords, limitPriceInWords } from "../facts/report_totals.ts";
import { count, counted, percent, total } from "../words.ts";
import { gapInPercent } from "../proof_words.ts";
import { tile, typeTag, verdict } from "./html_parts.ts";
import { countColumn, type HtmlColumn, priceColumn, tableCard } from "./html_table.ts";
import { FAMILY_COLUMNS, standingColumns } from "./limits_html.ts";
import { MINIMUM_COLUMNS } from "./minimum_columns.ts";
import { type Content, html, type Markup } from "./markup.ts";
import { type PageOptions, pageText } from "./page.ts";

/** The page: groups, contracts and limits with what became of them, and the run. It asks no host for anything. */
export function engineHtml(facts: EngineFacts, page: PageOptions = {}): string {
  const slack = { price_slack: isClosed(facts) ? 0 : facts.bound - facts.objective };
  return pageText({
    kind: "report",
    name: facts.title,
    header: header(facts),
    sections: [
      { id: "groups", name: "Groups", content: groupsSection(facts) },
      { id: "contracts", name: "Contracts", content: contractsSection(facts, slack) },
      { id: "limits", name: "Limits", content: facts.limits && limitsSection(facts.limits, slack) },
      { id: "run", name: "Inputs and run", content: runSection(facts) },
    ],
  }, page);
}

/** Whether nothing is left of the gap but what an engine's sums are rounded by, as it adds them in any order. */
function isClosed({ gap }: EngineFacts): boolean {
  return gapInPercent(gap) === "0 %";
}

function header(facts: EngineFacts): Markup {
  const { assignments, users, users_without_offers: without, shortfall, gap, limits } = facts;
  const hasMinima = facts.groups.some((group) => group.required_sponsored_users > 0);
  return html`
    <h1>${counted(assignments, "offer")} to ${count(users - without)} of ${counted(
      users,
      "user",
    )}.</h1>
    <ul class="verdicts">${verdict(true, "Every rule is kept: certified from the pairs.")}${verdict(
      null,
      isClosed(facts)
        ? "As good as can be, as far as sums tell."
        : `At most ${gapInPercent(gap)} below the best possible.`,
    )}${hasMinima && verdict(
      shortfall === 0,
      shortfall === 0
        ? "Every group has its minimum of sponsored users."
        : `${counted(shortfall, "user")} missing to groups’ minima.`,
    )}${limits !== undefined &&
      verdict(limits.rows.every(({ missed }) => missed === 0), limitsInWords(limits))}</ul>
    <dl class="tiles">${tiles(facts)}</dl>
  `;
}

function tiles(facts: EngineFacts): Markup[] {
  const sum = (of: (group: EngineGroup) => number) =>
    facts.groups.reduce((all, group) => all + of(group), 0);
  const sponsored = sum((group) => group.sponsored_assignments);
  return [
    tile(
      "Offers made",
      count(facts.assignments),
      `to ${count(facts.users - facts.users_without_offers)} of ${counted(facts.users, "user")}`,
    ),
    tile("Σ score", total(facts.score), `model ${facts.model}`),
    tile("Objective", total(facts.objective), `bound ${total(facts.bound)}`),
    tile("Proven gap", gapInPercent(facts.gap), "below the best possible, at most"),
    tile(
      "Sponsored",
      facts.assignments === 0 ? "–" : percent(sponsored / facts.assignments),
      `of offers; ${counted(sum((group) => group.sponsored_users), "user")}`,
    ),
  ];
}

const GROUP_COLUMNS: HtmlColumn<EngineGroup>[] = [
  { title: "Group", show: (g) => g.group_id },
  countColumn("Users", (g) => g.users),
  countColumn("With offers", (g) => g.users_with_offers),
  ...MINIMUM_COLUMNS,
  countColumn("Sponsored offers", (g) => g.sponsored_assignments),
];

/** Every group: those that miss most first, then the largest. */
function groupsSection({ groups }: EngineFacts): Content {
  const rows = groups.toSorted((a, b) => b.shortfall - a.shortfall || b.users - a.users);
  return tableCard("All groups", GROUP_COLUMNS, rows, { findsAll: true });
}

/** Every contract: the highest price first, then those given most. */
function contractsSection(
  { contracts, random_offers }: EngineFacts,
  slack: { price_slack: number },
): Content {
  const columns: HtmlColumn<EngineContract>[] = [
    { title: "Contract", show: (c) => c.contract_address, text: true },
    { title: "Type", show: (c) => typeTag(c) },
    countColumn("Cap", (c) => c.cap),
    countColumn("Assigned", (c) => c.assigned),
    countColumn("Left", (c) => c.cap - c.assigned),
    ...priceColumn(contracts, (c) => c.price),
  ];
  const rows = contracts.toSorted((a, b) => b.price - a.price || b.assigned - a.assigned);
  return html`
    <p
      class="lede">${contractPriceInWords(slack)}${random_offers !== null &&
        ` Caps are without the ${counted(random_offers, "random offer")} to users held out.`}</p>
    ${tableCard("All contracts", columns, rows, { findsAll: true })}
  `;
}

/** Every limit: those missed first, then the highest price; and limits as they are declared. */
function limitsSection(
  { families, rows }: NonNullable<EngineFacts["limits"]>,
  slack: { price_slack: number },
): Content {
  const sorted = rows.toSorted((a, b) => b.missed - a.missed || (b.price ?? 0) - (a.price ?? 0));
  return html`
    <p class="lede">${limitPriceInWords({ rows }, slack)}</p>
    ${tableCard("All limits", standingColumns(rows), sorted, { findsAll: true })}${tableCard(
      "All limits, as declared",
      FAMILY_COLUMNS,
      families,
    )}
  `;
}

function runSection({ run }: EngineFacts): Content {
  return html`
    <div class="facts">
      <div class="card">
        <h3>Run</h3>
        <dl>${run.map(([name, text]) =>
          html`
            <dt>${name}</dt>
            <dd>${text}</dd>
          `
        )}</dl>
      </div>
    </div>
  `;
}
