/**
 * Text for terminals: aligned tables and a little emphasis.
 *
 * @module
 */
import { unicodeWidth } from "../../deps/std_cli.ts";

/** A column of a {@link table}. */
export interface Column {
  /** Heading; empty headings leave out the heading's line when all are empty. */
  readonly title: string;
  /** Where the cells stand. @default "left" */
  readonly align?: "left" | "right";
  /** Whether cells are never shortened, as those on the right never are. @default false */
  readonly whole?: boolean;
}

/** How a {@link table} is laid out. */
export interface TableOptions {
  /** Terminal columns to keep to: cells of the widest left-aligned columns are shortened. @default Infinity */
  readonly width?: number;
  /** Blanks in front of each line. @default 0 */
  readonly indent?: number;
  /** Emphasis for the heading. @default none */
  readonly style?: Style;
}

/** Blanks between columns. */
const GAP = "  ";
/** Columns are not made narrower than this. */
const NARROWEST = 8;

/**
 * An aligned table, one line per row, each ended by a newline; widths are as shown on a terminal.
 *
 * @example
 * ```ts
 * import { table } from "./terminal.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * const text = table([{ title: "group" }, { title: "users", align: "right" }], [["上海", "7"], ["x", "12"]]);
 * assertEquals(text, "group  users\n上海       7\nx         12\n");
 * ```
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  options: TableOptions = {},
): string {
  const { width = Infinity, indent = 0, style = plain } = options;
  const titles = columns.map((column) => column.title);
  const shown = rows.map((row) => row.map(visible));
  const all = titles.some((title) => title !== "") ? [titles, ...shown] : shown;
  const widths = columns.map((_, i) =>
    all.reduce((widest, row) => Math.max(widest, unicodeWidth(row[i] ?? "")), 0)
  );
  narrow(widths, columns, width - indent - GAP.length * (columns.length - 1));
  const lines = all.map((row) => {
    const cells = columns.map(({ align = "left" }, i) => {
      const cell = shorten(row[i] ?? "", widths[i]);
      const blanks = " ".repeat(widths[i] - unicodeWidth(cell));
      return align === "left" ? cell + blanks : blanks + cell;
    });
    const line = " ".repeat(indent) + cells.join(GAP).trimEnd();
    return `${row === titles ? style.bold(line) : line}\n`;
  });
  return lines.join("");
}

/** Takes columns off the widest left-aligned columns until the table fits, as far as it goes. */
function narrow(widths: number[], columns: readonly Column[], room: number): void {
  let excess = widths.reduce((sum, width) => sum + width, 0) - room;
  while (excess > 0) {
    let widest = -1;
    columns.forEach(({ align = "left", whole = false }, i) => {
      if (align === "left" && !whole && (widest < 0 || widths[i] > widths[widest])) widest = i;
    });
    if (widest < 0 || widths[widest] <= NARROWEST) return;
    widths[widest]--;
    excess--;
  }
}

/**
 * What a terminal does not show but obeys: C0, DEL and C1 controls, and the bidirectional ones, which make an id read as
 * another (CVE-2021-42574, "Trojan Source"). Our own emphasis is caught with its ESC, to be told apart.
 */
const OBEYED = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069](\[(?:1|2|22|31|32|33|39)m)?/gu;

/** `text` with a sign for each control character, so that no id moves the cursor; emphasis stays. */
export function visible(text: string): string {
  return text.replace(
    OBEYED,
    (found, emphasis = "") => emphasis !== "" && found.startsWith("\x1b") ? found : `�${emphasis}`,
  );
}

/**
 * {@link visible} for text of several lines: line breaks and tabs stay.
 *
 * @param emphasis whether the reader is a terminal that shows emphasis; elsewhere there is none of ours
 */
export function visibleLines(text: string, emphasis: boolean): string {
  return text.replace(OBEYED, (found, code = "") => {
    if (found === "\n" || found === "\t") return found;
    const ours = emphasis && code !== "" && found.startsWith("\x1b");
    return ours ? found : `${found[0] === "\n" || found[0] === "\t" ? found[0] : "�"}${code}`;
  });
}

/** `text` in at most `width` terminal columns, its middle left out where it is longer. */
export function shorten(text: string, width: number): string {
  if (unicodeWidth(text) <= width) return text;
  const chars = Array.from(text);
  let from = Math.ceil((width - 1) / 2), to = chars.length - Math.floor((width - 1) / 2);
  const short = () => `${chars.slice(0, from).join("")}…${chars.slice(to).join("")}`;
  while (unicodeWidth(short()) > width && (from > 0 || to < chars.length)) {
    if (from > chars.length - to) from--;
    else to++;
  }
  return short();
}

/** How a text of several parts is laid out. */
export interface TextOptions {
  /** Terminal columns. @default 80 */
  readonly width?: number;
  /** Emphasis. @default none */
  readonly style?: Style;
}

/** Emphasis on terminals. */
export interface Style {
  /** Headings. */
  bold(text: string): string;
  /** What matters less. */
  dim(text: string): string;
  /** What is wrong. */
  red(text: string): string;
  /** What deserves a look. */
  yellow(text: string): string;
  /** What is as it should be. */
  green(text: string): string;
}

const sgr = (on: number, off: number) => (text: string) => `\x1b[${on}m${text}\x1b[${off}m`;

/** No emphasis: files, pipes, NO_COLOR. */
export const plain: Style = {
  bold: (text) => text,
  dim: (text) => text,
  red: (text) => text,
  yellow: (text) => text,
  green: (text) => text,
};

/** Emphasis by SGR codes. */
export const colored: Style = {
  bold: sgr(1, 22),
  dim: sgr(2, 22),
  red: sgr(31, 39),
  yellow: sgr(33, 39),
  green: sgr(32, 39),
};
