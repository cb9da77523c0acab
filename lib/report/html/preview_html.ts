/**
 * A preview of a drop as one self-contained HTML page.
 *
 * @module
 */
import { type Figures, figuresOf } from "./figures.ts";
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
import { countColumn, type HtmlColumn, lackColumn, numberColumn, tableCard } from "./html_table.ts";
import { type Content, html, type Markup, sentence } from "./markup.ts";
import { bestOptions, knownWhenSolved, minimaInShort } from "../facts/preview/feasibility_words.ts";
import { rowInFull } from "../facts/limit_facts.ts";
import {
  type PreviewLimits,
  previewLimitsInWords,
  unreachableInWords,
  type UnreachableLimit,
} from "../facts/preview/preview_limits.ts";
import { type PageOptions, pageText } from "./page.ts";
import { previewCharts } from "../charts/preview_charts.ts";
import {
  mostWanted,
  type PreviewContract,
  type PreviewFacts,
  type PreviewGroup,
  sureToBeLeft,
} from "../facts/preview/preview_facts.ts";
import {
  aligned,
  count,
  counted,
  figure,
  figureBeside,
  inFull,
  percent,
  percentInFull,
} from "../words.ts";

/** The preview as one page: no network, readable without script. */
export async function previewHtml(facts: PreviewFacts, page: PageOptions = {}): Promise<string> {
  const charts = await figuresOf(previewCharts(facts));
  return pageText({
    kind: "preview",
    name: facts.title,
    above: "Divvy preview, nothing is allocated yet",
    header: header(facts),
    sections: [
      { id: "feasibility", name: "Feasibility", content: feasibilitySection(facts, charts) },
      { id: "groups", name: "Groups", content: groupsSection(facts) },
      { id: "contracts", name: "Contracts", content: contractsSection(facts, charts) },
      { id: "limits", name: "Limits", content: facts.limits && limitsSection(facts.limits) },
      {
        id: "inputs",
        name: "Inputs",
        content: html`<div class="facts">${inputCards(facts)}</div>`,
      },
    ],
    made: "Made by Divvy before the drop was allocated.",
  }, page);
}

function header(facts: PreviewFacts): Markup {
  const { headline, feasibility: f, totals, k } = facts;
  const asked = facts.model === "uniform" && f.required_sponsored_users > 0;
  const good = f.least_shortfall > 0 ? false : f.not_counted === undefined ? true : null;
  const left = sureToBeLeft(facts.contracts).length;
  const [sponsored, unsponsored] = f.capacity;
  return html`
    <h1>${sentence(headline.sentence)}</h1>
    <ul class="verdicts">
      ${verdict(asked ? good : null, minima(facts))}<li>${headline
        .offers}</li>${left > 0 &&
        html`<li>${counted(left, "sponsored contract")} can't be used up.</li>`}</ul>
    <dl class="tiles">${[
      tile("Users", count(totals.users), `in ${counted(totals.groups, "group")}`),
      tile(
        "Eligible pairs",
        count(totals.pairs),
        `${figure(totals.pairs / Math.max(1, totals.users), 3)} per user`,
      ),
      tile(
        "Slots",
        count(f.slots),
        f.own_k === undefined ? `${counted(k, "offer")} per user` : "as many as each user may get",
      ),
      tile(
        "Offers at most",
        count(f.most_offers),
        `${percent(f.slots === 0 ? 0 : f.most_offers / f.slots)} of the slots`,
      ),
      tile(
        "Must be sponsored",
        count(f.required_sponsored_users),
        `users, by ${counted(totals.groups_with_minimum, "minimum", "minima")}`,
      ),
      tile(
        "Will be missing",
        count(f.least_shortfall),
        f.least_shortfall === 0
          ? f.not_counted === undefined ? "the minima can be met" : "by options and caps"
          : "sponsored users at least",
      ),
      tile(
        "Sponsored units",
        count(sponsored.usable_capacity),
        f.required_sponsored_users === 0
          ? `in ${counted(sponsored.contracts, "contract")}`
          : `${
            figure(sponsored.usable_capacity / f.required_sponsored_users, 3)
          } per user to be sponsored`,
      ),
      tile(
        "Unsponsored units",
        count(unsponsored.usable_capacity),
        `in ${counted(unsponsored.contracts, "contract")}`,
      ),
    ]}</dl>
  `;
}

/** The limits, and a table of those that nobody can reach. */
function limitsSection(limits: PreviewLimits): Content {
  return html`
    <p class="lede">${previewLimitsInWords(limits)}</p>
    ${limits.out_of_reach.length > 0 && tableCard<UnreachableLimit>("Leasts out of reach", [
      { title: "Limit", show: rowInFull },
      numberColumn("At least", (r) => r.amount, inFull),
      {
        title: "Can be",
        show: (r) => figureBeside(r.reachable, r.amount),
        number: (r) => r.reachable,
      },
      { title: "Why", show: unreachableInWords, words: true },
    ], limits.out_of_reach)}
  `;
}

/** Whether the minima can be met, as short as can be: the section on feasibility says why. */
function minima({ feasibility: f, model }: PreviewFacts): string {
  if (f.required_sponsored_users === 0) return "No group has a minimum of sponsored users.";
  const free = model === "coverage" ? " Model coverage does not ask for them." : "";
  return f.least_shortfall === 0
    ? `${minimaInShort(f)}.${knownWhenSolved(f)}${free}`
    : `Not all minima can be met: at least ${
      counted(f.least_shortfall, "user")
    } will be missing.${free}`;
}

const groupColumns: HtmlColumn<PreviewGroup>[] = [
  { title: "Group", show: (g) => g.group_id },
  countColumn("Users", (g) => g.users),
  numberColumn("Required", (g) => g.sponsorship_ratio, percentInFull),
  countColumn("Required users", (g) => g.required_sponsored_users),
  countColumn("With a sponsored option", (g) => g.users_with_sponsored_option),
  lackColumn("Out of reach", (g) => g.unreachable_shortfall),
];

function groupsSection({ groups }: PreviewFacts): Content {
  const out = groups.filter((g) => g.unreachable_shortfall > 0)
    .sort((a, b) => b.unreachable_shortfall - a.unreachable_shortfall);
  return html`
    <p
      class="lede">“Out of reach” counts the users who will be missing to a minimum because too few of the group have a sponsored option.</p>
    ${out.length > 0 && tableCard("Groups whose minimum is out of reach", groupColumns, out)}
    ${tableCard("All groups", groupColumns, groups, { findsAll: true })}
  `;
}

const contractColumns: HtmlColumn<PreviewContract>[] = [
  { title: "Type", show: (c) => typeTag(c) },
  countColumn("Cap", (c) => c.cap),
  countColumn("Eligible users", (c) => c.eligible_users),
  countColumn("Among their best", (c) => c.wanted_by),
];

function contractsSection(facts: PreviewFacts, charts: Figures): Content {
  const { contracts } = facts;
  const show = aligned(contracts.map((c) => c.demand), 3);
  const naming = namingColumns<PreviewContract>(contracts);
  const columns: HtmlColumn<PreviewContract>[] = [
    ...naming,
    ...contractColumns,
    numberColumn("Per unit", (c) => c.demand, show),
  ];
  const wanted = mostWanted(contracts), left = sureToBeLeft(contracts);
  return html`
    <p
      class="lede">“Among their best” counts the users who have a contract among their ${bestOptions(
        facts,
      )}; “per unit” divides them by the cap.</p>
    <div class="grid">${charts.demand}</div>
    ${wanted.length === 0
      ? emptyCard("Wanted more often than there are units", "No contract.")
      : tableCard(
        "Wanted more often than there are units",
        columns,
        wanted,
        { extra: idList(wanted) },
      )}${left.length === 0
      ? emptyCard("Sponsored with more units than eligible users", "No contract.")
      : tableCard<PreviewContract>(
        "Sponsored with more units than eligible users",
        [
          ...naming,
          countColumn("Units sure to be left", (c) => c.cap - c.eligible_users),
          ...contractColumns.slice(1),
        ],
        left,
        { extra: idList(left) },
      )}${tableCard("All contracts", columns, contracts, { findsAll: true })}
  `;
}
