/**
 * Columns of tables of groups: what their minima ask for, and what they got.
 *
 * @module
 */
import type { EngineGroup } from "../facts/engine_facts.ts";
import { countColumn, type HtmlColumn, lackColumn } from "./html_table.ts";

/** What the columns show of a group. */
type GroupMinimum = Pick<
  EngineGroup,
  "required_sponsored_users" | "sponsored_users" | "shortfall" | "assignments"
>;

/** Users required and sponsored, those missing, and offers. */
export const MINIMUM_COLUMNS: readonly HtmlColumn<GroupMinimum>[] = [
  countColumn("Required users", (g) => g.required_sponsored_users),
  countColumn("Sponsored users", (g) => g.sponsored_users),
  lackColumn("Missing", (g) => g.shortfall),
  countColumn("Offers", (g) => g.assignments),
];
