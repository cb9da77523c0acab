/**
 * Columns of tables of groups: what their minima ask for, and what they got.
 *
 * @module
 */
import type { EngineGroup } from "../facts/engine_facts.ts";
import { count } from "../words.ts";
import type { HtmlColumn } from "./html_table.ts";
import { html } from "./markup.ts";

/** What the columns show of a group. */
type GroupMinimum = Pick<
  EngineGroup,
  "required_sponsored_users" | "sponsored_users" | "shortfall" | "assignments"
>;

/** Users required and sponsored, those missing, and offers. */
export const MINIMUM_COLUMNS: readonly HtmlColumn<GroupMinimum>[] = [
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
];
