/**
 * Recognises the dialect of a CSV table from its first bytes.
 *
 * @module
 */
import { optionWithValue } from "../../base/option_words.ts";
import { Buffer } from "node:buffer";
import { closingQuote } from "../../base/text/closing_quote.ts";
import { InputError } from "../../base/errors.ts";
import { type DialectOptions, separatorOf } from "./dialect_options.ts";
import { NUMBER_COLUMNS } from "./known_columns.ts";
import { indexOfColumn } from "./header.ts";

/** A character encoding, with the byte order of UTF-16. */
export type Charset = "utf-8" | "latin1" | "windows-1252" | "utf-16le" | "utf-16be";

/** How a table is written. */
export interface Dialect {
  /** Its character encoding. */
  readonly charset: Charset;
  /** What stands between fields. */
  readonly separator: string;
  /** Whether lines end in CR alone. */
  readonly crOnly: boolean;
  /** Whether the first line is Excel's `sep=;`, which is not a row. */
  readonly separatorLine: boolean;
  /** Whether numbers have a decimal comma. */
  readonly decimalComma: boolean;
  /** Lines before the header's: blank ones, and the separator line. */
  readonly linesBefore: number;
  /** Names of the header's columns, without blanks around them. */
  readonly names: readonly string[];
  /** For each column Divvy's name for it if it holds numbers, else null. */
  readonly numbers: readonly (string | null)[];
  /** What was recognised without being asked for, in words for the user. */
  readonly notes: readonly string[];
}

/** Separators that are tried, with their names for messages. */
const SEPARATORS: readonly (readonly [string, string])[] = [
  [",", "commas"],
  [";", "semicolons"],
  ["\t", "tabs"],
  ["|", "bars"],
];

/**
 * The dialect of a table.
 *
 * @param head its first bytes
 * @param wanted columns that it must have
 * @param moreNumbers columns that hold numbers, beside {@link NUMBER_COLUMNS}
 * @param optional columns that it may have: they tell the separator of a table that must have none
 * @throws {InputError} for UTF-16 without a byte order mark and without the option
 */
export function sniffDialect(
  head: Uint8Array,
  file: string,
  wanted: readonly string[],
  options: DialectOptions,
  moreNumbers: Iterable<string> = [],
  optional: readonly string[] = [],
): Dialect {
  const charset = charsetOf(head, file, options.encoding);
  const text = headText(head, charset);
  const crOnly = text.includes("\r") && !text.includes("\n");
  const lines = text.split(crOnly ? "\r" : "\n");
  const [, declared] = /^"?sep=([^\r\n])"?\r?$/i.exec(lines[0]) ?? [];
  const separatorLine = declared !== undefined && separatorOf(declared) !== null;
  const linesBefore = linesBeforeHeader(lines, separatorLine ? 1 : 0);
  const header = (lines[linesBefore] ?? "").replace(/\r$/, "");
  const known = { wanted, optional };
  const separator = separatorLine ? declared : chosenSeparator(header, known, options);
  const names = splitHeader(header, separator);
  const numbers: (string | null)[] = names.map(() => null);
  for (const column of [...NUMBER_COLUMNS, ...moreNumbers]) {
    const at = indexOfColumn(names, column, options.columns);
    if (at >= 0) numbers[at] = column;
  }
  const notes: string[] = [];
  // No note on what an option asked for.
  if (charset !== "utf-8" && options.encoding === undefined) notes.push(`as ${charset}`);
  if (separator !== separatorOf(options.separator ?? ",")) {
    notes.push(`separated by ${separatorName(separator)}`);
  }
  if (crOnly) notes.push("lines ended by CR");
  const decimalComma = options.decimal === ",";
  return {
    ...{ charset, separator, crOnly, separatorLine, decimalComma },
    ...{ linesBefore, names, numbers, notes },
  };
}

/** Whether a table is plain CSV, which the CSV reader takes as it is. */
export function isPlain(dialect: Dialect): boolean {
  const { charset, separator, crOnly, separatorLine, decimalComma } = dialect;
  return charset === "utf-8" && separator === "," && !crOnly && !separatorLine && !decimalComma;
}

function separatorName(separator: string): string {
  return SEPARATORS.find(([one]) => one === separator)?.[1] ?? `"${separator}"`;
}

/** The encoding: what a byte order mark says, else what the option says. */
function charsetOf(
  head: Uint8Array,
  file: string,
  encoding: DialectOptions["encoding"] = "utf-8",
): Charset {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return "utf-8";
  // Column names are mostly ASCII, so in UTF-16 every other byte of the header is 0.
  let even = 0, odd = 0;
  const some = head.subarray(0, 64);
  some.forEach((byte, i) => byte !== 0 ? 0 : i % 2 === 0 ? even++ : odd++);
  if (encoding === "utf-16") return even > odd ? "utf-16be" : "utf-16le";
  if (encoding === "utf-8" && Math.max(even, odd) > some.length / 4 && Math.min(even, odd) < 2) {
    throw new InputError(
      `${file}:1: character ${
        head.indexOf(0) + 1
      } is byte 0x00, expected UTF-8 (most likely it is ` +
        `UTF-16 without a byte order mark: ${optionWithValue("encoding", "utf-16")} reads it)`,
      { file, line: 1, expected: "UTF-8" },
    );
  }
  return encoding;
}

function headText(head: Uint8Array, charset: Charset): string {
  const text = charset === "latin1"
    ? Buffer.from(head).toString("latin1")
    : new TextDecoder(charset).decode(head);
  return text.replace(/^\ufeff/, "");
}

/** How many lines come before the first one from `from` on that is not blank. */
function linesBeforeHeader(lines: readonly string[], from: number): number {
  const at = lines.findIndex((line, i) => i >= from && line.trim() !== "");
  return at < 0 ? lines.length : at;
}

/** Names of the header's columns; none where a name in quotes goes on after them, as it does by another table's separator. */
function splitHeader(header: string, separator: string): string[] {
  const names: string[] = [];
  for (let at = 0;;) {
    let name: string;
    if (header[at] === '"') {
      const end = closingQuote(header, at + 1);
      name = header.slice(at + 1, end).replaceAll('""', '"');
      at = end + 1;
    } else {
      const end = header.indexOf(separator, at);
      name = header.slice(at, end < 0 ? header.length : end);
      at += name.length;
    }
    names.push(name.trim());
    if (at >= header.length) return names;
    if (header[at] !== separator) return [];
    at++;
  }
}

/**
 * The separator by which the header has all wanted columns; where none does, the one by which it has most of them. Where none is
 * wanted, the one by which it has most of those that it may have.
 */
function chosenSeparator(
  header: string,
  { wanted, optional }: {
    readonly wanted: readonly string[];
    readonly optional: readonly string[];
  },
  { separator, columns }: DialectOptions,
): string {
  const given = separator === undefined ? undefined : separatorOf(separator)!;
  const isAnyEnough = wanted.length === 0, sought = isAnyEnough ? optional : wanted;
  const found = (one: string) => {
    const names = splitHeader(header, one);
    return sought.filter((column) => indexOfColumn(names, column, columns) >= 0).length;
  };
  const isComplete = (one: string) => !isAnyEnough && found(one) === sought.length;
  if (given !== undefined) {
    const isBetter = isAnyEnough
      ? found(",") > found(given)
      : isComplete(",") && !isComplete(given);
    return isBetter ? "," : given;
  }
  // Where two find as many columns, the one that makes more fields wins, then the first in the list.
  const score = (one: string) => 1000 * found(one) + Math.min(999, splitHeader(header, one).length);
  let best = ",";
  if (!isComplete(",")) {
    for (const [one] of SEPARATORS) if (score(one) > score(best)) best = one;
  }
  return best;
}
