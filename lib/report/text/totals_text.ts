/**
 * Who gets what as the total moves, as people read it on a terminal.
 *
 * @module
 */
import { unicodeWidth } from "../../deps/std_cli.ts";
import { METHODS } from "../../woptim/methods/methods.ts";
import type { TotalSplit, TotalsSplit } from "../../woptim/methods/totals_by.ts";
import { count, counted, inFull } from "../words.ts";
import { discontentFigure } from "./split_rows.ts";
import { sameDecimals } from "./split_text.ts";
import { type Column, plain, type Style, table } from "./terminal.ts";
import { right } from "./text_parts.ts";

/** How {@link totalsText} is laid out. */
export interface TotalsTextOptions {
  /** Terminal columns. @default 80 */
  readonly width?: number;
  /** Emphasis. @default none */
  readonly style?: Style;
}

/** Most people that are listed. */
const LISTED = 50;
/** Significant digits of units, in the largest number of a column. */
const DIGITS = 5;

/** A line for each person and a column for each total, below each other in blocks where the terminal is too narrow. */
export function totalsText(totals: TotalsSplit, options: TotalsTextOptions = {}): string {
  const { width = 80, style = plain } = options;
  const { names, splits, method } = totals;
  const listed = names.slice(0, LISTED), left = names.length - listed.length;
  const byClaims = method !== "woptim" && METHODS[method].claims;
  const first = ["name", ...listed, "status", ...(byClaims ? [] : ["discontent"])];
  const columns = splits.map((split, k) => [
    totalTitle(splits, k),
    ...sameDecimals(listed.map((_, i) => noNoise(split.units[i], split.total)), DIGITS),
    STATUS[split.status],
    ...(byClaims ? [] : [discontentFigure(split.objective, 4)]),
  ]);
  const room = width - Math.max(...first.map(unicodeWidth));
  const blocks = inBlocks(columns, room).map((block) => {
    const heads: Column[] = [
      { title: "name" },
      ...block.map(([title]) => right(title)),
    ];
    const rows = first.slice(1).map((name, i) => [name, ...block.map((column) => column[i + 1])]);
    return table(heads, rows, { style, width });
  });
  const by = method === "woptim" ? "" : ` by ${method}`;
  return [
    style.bold(
      `${counted(splits.length, "total")} for ${counted(names.length, "person", "people")}${by}:`,
    ),
    ...blocks,
    ...(left > 0 ? [`… and ${count(left)} more people (--json and --out have them all)`] : []),
  ].join("\n").trimEnd() + "\n";
}

/** Totals nearer to each other than this part of them are the two sides of a jump. */
const JUMP = 1e-10;

/** A total; `6−` and `15+` for what is a hair below or above its neighbour, where units jump. */
export function totalTitle(splits: readonly TotalSplit[], k: number): string {
  const total = splits[k].total, before = splits[k - 1]?.total, after = splits[k + 1]?.total;
  const isLow = splits[k].status === "total_too_low";
  if (isLow && after > total && after - total <= JUMP * after) return `${inFull(after, 8)}−`;
  const isHigh = splits[k].status === "total_too_high";
  if (isHigh && total > before && total - before <= JUMP * total) return `${inFull(before, 8)}+`;
  return inFull(total, 8);
}

/** Whether the total can meet all intervals, in few letters. */
const STATUS: Record<TotalSplit["status"], string> = {
  feasible: "met",
  total_too_high: "high",
  total_too_low: "low",
};

function noNoise(units: number, total: number): number {
  return Math.abs(units) <= 1e-12 * total ? 0 : units;
}

/** Columns in blocks that are at most so wide, two blanks between columns; at least one a block. */
function inBlocks(columns: string[][], room: number): string[][][] {
  const blocks: string[][][] = [[]];
  let used = 0;
  for (const column of columns) {
    const wide = 2 + Math.max(...column.map(unicodeWidth));
    if (used + wide > room && used > 0) {
      blocks.push([]);
      used = 0;
    }
    blocks[blocks.length - 1].push(column);
    used += wide;
  }
  return blocks;
}
