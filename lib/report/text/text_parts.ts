/**
 * Parts that texts for terminals share: headings, lists, tables cut to their first rows.
 *
 * @module
 */
import { type Column, type Style, table } from "./terminal.ts";
import { wrapped } from "./wrapped.ts";
import { count } from "../words.ts";

/** Most rows of a table here; the page and `--json` have all. */
export const LISTED = 10;

/** How wide a text may be, and its emphasis. */
export interface Layout {
  width: number;
  style: Style;
}

/** A column, and its cell of a row. */
export type ShownColumn<Row> = readonly [Column, (row: Row) => string];

/** A table's columns, and the cells of a row. */
export interface ShownTable<Row> {
  /** The columns. */
  readonly columns: readonly Column[];
  /** The cells of a row. */
  readonly cells: (row: Row) => string[];
}

/** A table from columns that each know their cells. */
export function shownTable<Row>(all: readonly ShownColumn<Row>[]): ShownTable<Row> {
  return {
    columns: all.map(([column]) => column),
    cells: (row) => all.map(([, show]) => show(row)),
  };
}

/** A heading and a table's first rows; "" without rows. */
export function titled(
  title: string,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  layout: Layout,
  most = LISTED,
): string {
  if (rows.length === 0) return "";
  const listed = rows.slice(0, most);
  return heading(title, layout) + table(columns, listed, { indent: 2, ...layout }) +
    (rows.length > listed.length ? moreRows(rows.length) : "");
}

/** How many rows of a table are not listed; "" where all are. */
export function moreRows(rows: number): string {
  return rows > LISTED ? `  … and ${count(rows - LISTED)} more\n` : "";
}

/** A heading, a line where it fits. */
export function heading(title: string, { style, width }: Layout): string {
  return wrapped(title, width).map((line) => `${style.bold(line)}\n`).join("");
}

/** Lines under a heading, at most as many as are asked for. */
export function list(
  title: string,
  lines: readonly string[],
  layout: Layout,
  most = Infinity,
): string {
  if (lines.length === 0) return "";
  const listed = lines.slice(0, most)
    .map((line) => `  ${wrapped(line, layout.width - 4).join("\n    ")}\n`);
  const rest = lines.length - listed.length;
  return heading(title, layout) + listed.join("") +
    (rest > 0 ? `  … and ${count(rest)} more\n` : "");
}

/** A column of numbers. */
export function right(title: string): Column {
  return { title, align: "right" };
}
