/**
 * Checks that a template is one statement that only reads. Servers refuse anything else as well, but here the error names the
 * file, before any connection is made.
 *
 * @module
 */
import { InputError } from "../base/errors.ts";
import type { SourceKind } from "./source_url.ts";

/** Pattern of strings, quoted identifiers and comments in standard SQL. */
const STANDARD = String.raw`'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*[^]*?\*/`;

/** Pattern of strings, quoted identifiers and comments in each dialect; no keyword or parameter counts inside them. */
export const PASSED_OVER: Record<SourceKind, string> = {
  // A string of PostgreSQL has no backslash escapes unless it starts with E.
  postgres: String
    .raw`\b[eE]'(?:[^'\\]|\\[^]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*[^]*?\*/|\$(?<tag>\w*)\$[^]*?\$\k<tag>\$`,
  clickhouse: String.raw`'(?:[^'\\]|\\[^]|'')*'|"(?:[^"\\]|\\[^])*"|` + "`(?:[^`\\\\]|\\\\[^])*`" +
    String.raw`|--[^\n]*|/\*[^]*?\*/`,
  sqlite: STANDARD + "|`(?:[^`]|``)*`|" + String.raw`\[[^\]]*\]`,
  duckdb: STANDARD + String.raw`|\$(?<tag>\w*)\$[^]*?\$\k<tag>\$`,
};

/** First words of statements that read. */
const READS: Record<SourceKind, readonly string[]> = {
  postgres: ["SELECT", "WITH", "VALUES", "TABLE", "SHOW", "EXPLAIN"],
  clickhouse: ["SELECT", "WITH", "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "EXISTS"],
  sqlite: ["SELECT", "WITH", "VALUES", "EXPLAIN"],
  duckdb: [
    "SELECT",
    "WITH",
    "VALUES",
    "TABLE",
    "FROM",
    "SHOW",
    "DESCRIBE",
    "SUMMARIZE",
    "PIVOT",
    "UNPIVOT",
  ],
};

/** The text with comments replaced by blanks, and strings and quoted names by letters; of the same length. */
function bare(text: string, kind: SourceKind): string {
  return text.replace(
    new RegExp(PASSED_OVER[kind], "g"),
    (found) => /^(?:--|\/\*)/.test(found) ? " ".repeat(found.length) : "x".repeat(found.length),
  );
}

/** The first word of a statement, in upper case; undefined where it does not begin with a word. */
export function firstWord(text: string, kind: SourceKind): string | undefined {
  return /^[\s(;]*([A-Za-z]+)/.exec(bare(text, kind))?.[1].toUpperCase();
}

/**
 * The only statement of a template, with the comments before it but without the semicolon.
 *
 * @throws {InputError} where there is none or more than one, or it does more than read
 *
 * @example
 * ```ts
 * import { readingStatement } from "./statement.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * assertEquals(readingStatement("-- caps\nSELECT ';' ;\n", "postgres", "q.sql"), "-- caps\nSELECT ';' ");
 * ```
 */
export function readingStatement(text: string, kind: SourceKind, file: string): string {
  const plain = text.replace(/^\ufeff/, ""), shape = bare(plain, kind);
  const refused = (what: string) =>
    new InputError(`${file}: has ${what}, expected one SELECT`, { file, expected: "one SELECT" });
  const word = firstWord(plain, kind);
  if (shape.replaceAll(";", "").trim() === "") {
    throw refused("no statement");
  }
  const first = shape.search(/[^\s;]/), end = shape.indexOf(";", first);
  if (end >= 0 && shape.slice(end).replaceAll(";", "").trim() !== "") {
    throw refused("several statements");
  }
  if (word === undefined || !READS[kind].includes(word)) {
    throw refused(`the statement ${word ?? "?"} …, which does more than read`);
  }
  return end < 0 ? plain : plain.slice(0, end);
}
