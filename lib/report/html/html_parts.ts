/**
 * Parts that the pages of reports and previews share.
 *
 * @module
 */
import type { InputReport } from "../../allocator/drop/drop.ts";
import type { FeasibilityFacts } from "../facts/feasibility_facts.ts";
import { feasibilityInWords } from "../facts/preview/feasibility_words.ts";
import type { Figures } from "./figures.ts";
import { inputNotes } from "../facts/preview/input_notes.ts";
import { type Content, escapeHtml, html, Markup, sentence } from "./markup.ts";
import { count, counted } from "../words.ts";

/** A figure with its name above and a few words below; a long one is set smaller, as a number must not break. */
export function tile(name: string, value: string, more: string): Markup {
  return html`
    <div class="tile">
      <dt>${name}</dt>
      <dd>
        <div class="n" style="--characters:${value.length}">${value}</div>
        <div class="more">${more}</div>
      </dd>
    </div>
  `;
}

/** A contract's type as a coloured tag. */
export function typeTag(contract: { is_sponsored: boolean }): Markup {
  const type = contract.is_sponsored ? "sponsored" : "unsponsored";
  return html`<span class="tag ${type}">${type}</span>`;
}

/** Most ids of a list to copy. */
const MOST_IDS = 5000;

/** The contracts' ids one a line, to copy, each as it is. */
export function idList(contracts: readonly { contract_address: string }[]): Markup {
  const listed = contracts.slice(0, MOST_IDS);
  const all = listed.length === contracts.length;
  return html`
    <details>
      <summary>${!all && "The first "}${counted(
        listed.length,
        "contract",
      )} as a list to copy</summary>
      <pre data-copy tabindex="0">${new Markup(
        escapeHtml(listed.map((c) => c.contract_address).join("\n")),
      )}</pre>
    </details>
  `;
}

/** What the input allows: charts and sentences. */
export function feasibilitySection(
  facts: { feasibility: FeasibilityFacts; k: number },
  charts: Figures,
): Content {
  return html`
    <p class="lede">What the input allows, whatever the solver does.</p>
    <div class="grid">${charts.capacity}${charts.options_per_user}</div>
    <div class="card facts">
      <ul>${feasibilityInWords(facts.feasibility, facts.k).map((line) =>
        html`<li>${line}</li>`
      )}</ul>
    </div>
  `;
}

/** An item of the list in a page's head that says what is good or bad about a result; null: neither. */
export function verdict(good: boolean | null, text: string): Markup {
  const [kind, sign] = good === null
    ? ["", ""]
    : good
    ? [' class="good"', "✓ "]
    : [' class="bad"', "! "];
  return html`<li${new Markup(kind)}>${sign}${sentence(text)}</li>`;
}

/** A card that has nothing to list, and says so. */
export function emptyCard(title: string, words: string): Markup {
  return html`
    <div class="card">
      <h3>${title}</h3>
      <p class="none">${words}</p>
    </div>
  `;
}

/** A card of notes, a line each. */
export function notesCard(title: string, notes: readonly string[]): Markup {
  if (notes.length === 0) return emptyCard(title, "Nothing.");
  return html`
    <div class="card">
      <h3>${title}</h3>
      <ul>${notes.map((line) => html`<li>${line}</li>`)}</ul>
    </div>
  `;
}

/** What was read. */
interface Read {
  totals: { pairs: number; contracts: number; users: number; groups: number };
  input: InputReport;
  files: Record<string, string>;
}

/** Cards on what was read, and what of it was left out or filled in. */
export function inputCards(facts: Read): Markup {
  const { input, totals } = facts;
  return html`
    <div class="card">
      <h3>Read</h3>
      <dl>
        <dt>Eligible pairs</dt>
        <dd>${count(totals.pairs)} from ${counted(input.elig.rows, "row")}${file(
          facts,
          "elig",
        )}</dd>
        <dt>Contracts</dt>
        <dd>${count(totals.contracts)} from ${counted(input.caps.rows, "row")}${file(
          facts,
          "caps",
        )}</dd>
        <dt>Users</dt>
        <dd>${count(totals.users)} from ${counted(input.user_groups.rows, "row")}${file(
          facts,
          "user_groups",
        )}</dd>
        <dt>Groups</dt>
        <dd>${count(totals.groups)} ${groupsFrom(facts)}</dd>
      </dl>
    </div>
    ${notesCard("Left out or filled in", inputNotes(input))}
  `;
}

/** Where the groups' ratios are from; nothing where no table of them is given. */
function groupsFrom(facts: Read): Markup | null {
  const { rows, of_every_group } = facts.input.group_ratios;
  if (of_every_group !== undefined) return null;
  return html`
    from ${counted(rows, "row")}${file(facts, "group_ratios")}
  `;
}

function file(facts: Read, name: string): Markup | null {
  const path = facts.files[name];
  return path === undefined ? null : html`, <code>${path}</code>`;
}
