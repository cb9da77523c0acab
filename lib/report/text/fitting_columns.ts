/**
 * Tables that give up their last columns on narrow terminals.
 *
 * @module
 */
import { unicodeWidth } from "../../deps/std_cli.ts";
import type { Column } from "./terminal.ts";

/** Blanks between columns of a terminal's table. */
const GAP = 2;

/**
 * How many of a table's columns fit into `width` terminal columns, at least two; put what matters least last.
 *
 * @param narrowest left-aligned columns that need not be whole may be cut to this width
 */
export function fittingColumns(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
  narrowest: number,
): number {
  let room = width + GAP, fitting = 0;
  for (const { title, align, whole } of columns) {
    const widest = rows.reduce(
      (most, row) => Math.max(most, unicodeWidth(row[fitting])),
      unicodeWidth(title),
    );
    room -= GAP + (align === "right" || whole ? widest : Math.min(widest, narrowest));
    if (room < 0 && fitting >= 2) break;
    fitting++;
  }
  return fitting;
}
