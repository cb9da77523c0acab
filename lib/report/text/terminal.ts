/**
 * Text for terminals: aligned tables and a little emphasis.
 *
 * @module
 */
import { BIDI_CONTROLS } from "../../base/text/bidi_controls.ts";
import { shortText, shortWords } from "../../base/text/short_words.ts";
import { unicodeWidth } from "../../deps/std_cli.ts";

/** A column of a {@link table}. */
export interface Column {
  /** Heading; empty headings leave out the heading's line when all are empty. */
  readonly title: string;
  /** Where the cells stand. @default "left" */
  readonly align?: "left" | "right";
  /** Whether cells are never broken into lines, as those on the right never are. @default false */
  readonly whole?: boolean;
}

/** How a {@link table} is laid out. */
export interface TableOptions {
  /** Terminal columns to keep to. @default Infinity */
  readonly width?: number;
  /** Blanks in front of each line. @default 0 */
  readonly indent?: number;
  /** Emphasis for the heading, and whether rows stay lines. @default none, no */
  readonly style?: Style;
}

/** Blanks between columns. */
const GAP = "  ";
/** Columns are not made narrower than the first; words up to the second are not broken. */
const NARROWEST = 8, LONG_WORD = 24;
/** Most characters of a cell. */
const MOST_IN_CELL = 400;

/**
 * An aligned table, a line for each row, each ended by a newline; widths are as shown on a terminal. Where they are too
 * narrow, cells go on below themselves, and where that is not enough rows become a few lines each. Where programs read along, a
 * row stays a line. Nothing is cut but words of more than 200 characters ({@link visible}) and cells of more than 400.
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
  const shown = rows.map((row) => row.map((cell) => shortText(visible(cell), MOST_IN_CELL)));
  const all = titles.some((title) => title !== "") ? [titles, ...shown] : shown;
  const natural = columns.map((_, i) => widest(all.map((row) => row[i] ?? "")));
  const room = width - indent - GAP.length * (columns.length - 1);
  const widths = style.isPiped === true || sum(natural) <= room
    ? natural
    : narrowed(natural, columns, shown, room);
  if (widths === null) return stacked(columns, shown, width, indent);
  return all.map((row) => {
    const cells = columns.map((_, i) => inLines(row[i] ?? "", widths[i]));
    const height = Math.max(1, ...cells.map((lines) => lines.length));
    const lines = Array.from({ length: height }, (_, l) => {
      const parts = columns.map(({ align = "left" }, i) => {
        const text = cells[i][l] ?? "", blanks = " ".repeat(widths[i] - unicodeWidth(text));
        return align === "left" ? text + blanks : blanks + text;
      });
      const line = " ".repeat(indent) + parts.join(GAP).trimEnd();
      return `${row === titles ? style.bold(line) : line}\n`;
    });
    return lines.join("");
  }).join("");
}

/** Widths that fit into `room`, taken off the widest columns that can be narrower; null where there are none. */
function narrowed(
  natural: readonly number[],
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  room: number,
): number[] | null {
  const least = columns.map(({ title, align = "left", whole = false }, i) => {
    const cells = rows.map((row) => row[i] ?? ""), words = widest(wordsOf(title));
    if (align === "right" || whole) return Math.max(words, widest(cells));
    const longest = widest(cells.flatMap(wordsOf));
    return Math.min(natural[i], Math.max(NARROWEST, words, Math.min(longest, LONG_WORD)));
  });
  if (sum(least) > room) return null;
  const widths = [...natural];
  for (let excess = sum(widths) - room; excess > 0; excess--) {
    let most = -1;
    widths.forEach((w, i) => {
      if (w > least[i] && (most < 0 || w > widths[most])) most = i;
    });
    widths[most]--;
  }
  return widths;
}

/** Rows of a table that is too wide for lines: what each is about, and its cells with their titles below. */
function stacked(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
  indent: number,
): string {
  const head = Math.max(0, columns.findIndex(({ align = "left" }) => align === "left"));
  const lines = (text: string, blanks: number) =>
    inLines(text, Math.max(NARROWEST, width - blanks)).map((line) =>
      `${" ".repeat(blanks)}${line}\n`
    ).join("");
  return rows.map((row) => {
    const rest = columns.flatMap(({ title }, i) => {
      const cell = (row[i] ?? "").trim();
      return i === head || cell === "" ? [] : [title === "" ? cell : `${title} ${cell}`];
    });
    return lines(row[head] ?? "", indent) +
      (rest.length === 0 ? "" : lines(rest.join(", "), indent + 2));
  }).join("");
}

/** Lines of at most `width` columns: broken at blanks, and words that are longer anywhere, unless they are kept whole. */
export function inLines(text: string, width: number, wholeWords = false): string[] {
  if (unicodeWidth(text) <= width) return [text];
  const lines: string[] = [];
  for (const word of wordsOf(text)) {
    const line = lines.at(-1);
    if (line !== undefined && unicodeWidth(line) + 1 + unicodeWidth(word) <= width) {
      lines[lines.length - 1] = `${line} ${word}`;
      continue;
    }
    if (wholeWords) {
      lines.push(word);
      continue;
    }
    lines.push("");
    for (const char of word) {
      if (unicodeWidth(lines.at(-1)! + char) > width && lines.at(-1) !== "") lines.push("");
      lines[lines.length - 1] += char;
    }
  }
  return lines;
}

/** What stands between blanks; a percent sign stays with its number. */
function wordsOf(text: string): string[] {
  return text.split(/ (?!%)/);
}

function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, unicodeWidth(text)), 0);
}

function sum(widths: readonly number[]): number {
  return widths.reduce((total, width) => total + width, 0);
}

/**
 * Control characters: C0, DEL and C1, which terminals obey, and the bidirectional ones. The second part finds Divvy's own
 * SGR codes for emphasis, so that these can stay.
 */
const CONTROLS = new RegExp(
  `[\\p{Cc}${BIDI_CONTROLS}](\\[(?:1|2|22|31|32|33|39)m)?`,
  "gu",
);

/** `text` on one line, as {@link withoutControls} has it, with very long ids cut. */
export function visible(text: string): string {
  return shortWords(withoutControls(text));
}

/** `text` with the replacement character for each control character, so that no id moves the cursor; emphasis stays. */
export function withoutControls(text: string): string {
  return text.replace(
    CONTROLS,
    (found, emphasis = "") => emphasis !== "" && found.startsWith("\x1b") ? found : `�${emphasis}`,
  );
}

/**
 * {@link withoutControls} for text of several lines: line breaks and tabs stay.
 *
 * @param emphasis whether the reader is a terminal that shows emphasis; elsewhere SGR codes are not Divvy's own and are
 *   replaced too
 */
export function visibleLines(text: string, emphasis: boolean): string {
  return text.replace(CONTROLS, (found, code = "") => {
    if (found === "\n" || found === "\t") return found;
    const ours = emphasis && code !== "" && found.startsWith("\x1b");
    return ours ? found : `${found[0] === "\n" || found[0] === "\t" ? found[0] : "�"}${code}`;
  });
}

/** The beginning of `text` in at most `width` terminal columns, for what is drawn over and over. */
export function beginning(text: string, width: number): string {
  if (unicodeWidth(text) <= width) return text;
  const chars = Array.from(text);
  while (chars.length > 0 && unicodeWidth(chars.join("")) >= width) chars.pop();
  return `${chars.join("")}…`;
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
  /** Whether no terminal but a file or program reads it: rows stay lines then, whatever their width. @default false */
  readonly isPiped?: boolean;
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
