/**
 * Parts that texts for terminals share: headings, lists, tables cut to their first rows.
 *
 * @module
 */
import { type Column, type Style, table, type TableOptions } from "./terminal.ts";
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

/** A table of rows. */
export function tableOf<Row>(
  columns: readonly ShownColumn<Row>[],
  rows: readonly Row[],
  options: TableOptions = {},
): string {
  const cells = rows.map((row) => columns.map(([, show]) => show(row)));
  return table(columns.map(([column]) => column), cells, options);
}

/** A heading and a table's first rows; "" without rows. */
export function titled<Row>(
  title: string,
  columns: readonly ShownColumn<Row>[],
  rows: readonly Row[],
  layout: Layout,
  most = LISTED,
): string {
  if (rows.length === 0) return "";
  const listed = rows.slice(0, most);
  return heading(title, layout) + tableOf(columns, listed, { indent: 2, ...layout }) +
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

/** A column on the left, as those of names are. */
export function left(title: string): Column {
  return { title };
}

/** A column of numbers. */
export function right(title: string): Column {
  return { title, align: "right" };
}
