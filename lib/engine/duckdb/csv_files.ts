/**
 * Files of CSV as DuckDB reads them. How they are written is found here, as for one machine: DuckDB's own guesses take single
 * quotes for quotes, or leave lines out.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import { optionWithValue } from "../../base/option_words.ts";
import { readHead } from "../../io/bytes/byte_reader.ts";
import { decompressed, type OpenPart, type Part } from "../../io/bytes/source.ts";
import type { DialectOptions } from "../../io/csv/dialect_options.ts";
import { columnTwice, emptyInput, wrongFieldCount } from "../../io/csv/header.ts";
import { type Charset, type Dialect, sniffDialect } from "../../io/csv/sniff_dialect.ts";
import { quoted } from "./dialect.ts";

/** Bytes by which a file's dialect is recognised; the header must end within them. */
const HEAD_BYTES = 1 << 16;

/** DuckDB's names of encodings; it knows no other. */
const ENCODINGS: Partial<Record<Charset, string>> = {
  "utf-8": "utf-8",
  latin1: "latin-1",
  "utf-16le": "utf-16",
};

/** A file of CSV: its columns, and the options that DuckDB reads it with. */
export interface CsvFile {
  readonly path: string;
  readonly names: readonly string[];
  readonly options: string;
  /** What separates its fields. */
  readonly separator: string;
  /** What was recognised about it, in words for the user; empty for plain CSV. */
  readonly notes: readonly string[];
}

/**
 * Looks at the header of a file.
 *
 * @param wanted columns that it must have
 * @throws InputError for an encoding that DuckDB does not read, and for a wanted column that is there twice
 */
export async function csvFile(
  part: Part,
  path: string,
  open: OpenPart,
  wanted: readonly string[],
  options: DialectOptions,
): Promise<CsvFile> {
  const head = await readHead(await decompressed(open, part), HEAD_BYTES);
  const dialect = sniffDialect(head, part.name, wanted, options);
  const encoding = ENCODINGS[dialect.charset];
  if (encoding === undefined) {
    throw new InputError(
      `${part.name}: DuckDB does not read ${dialect.charset}, expected utf-8, latin1 or utf-16 ` +
        "of little endians",
      { file: part.name, value: dialect.charset, expected: "utf-8, latin1 or utf-16" },
    );
  }
  // A byte order mark, or blank lines, have one name, which is nothing.
  if (head.length === 0 || (dialect.names.length === 1 && dialect.names[0] === "")) {
    throw emptyInput(part.name, wanted);
  }
  if (dialect.names.length === 0) {
    const line = dialect.linesBefore + 1;
    throw new InputError(
      `${part.name}:${line}: a quoted field has more text after its closing quote`,
      { file: part.name, line },
    );
  }
  const ours = (column: string) => options.columns?.[column] ?? column;
  const twice = wanted.map(ours).find((name) =>
    dialect.names.filter((other) => other === name).length > 1
  );
  if (twice !== undefined) throw columnTwice(twice, part.name, dialect.linesBefore + 1);
  const compression = open.format === "csv" ? "none" : open.format;
  const names = withoutRepeats(dialect.names);
  return {
    path,
    names,
    separator: dialect.separator,
    notes: dialect.notes,
    options: readOptions(dialect, encoding, compression),
  };
}

function readOptions(
  { separator, linesBefore }: Dialect,
  encoding: string,
  compression: string,
): string {
  return `auto_detect = false, header = true, skip = ${linesBefore}, delim = ${
    quoted(separator)
  }, ` +
    `quote = '"', escape = '"', comment = '', encoding = ${quoted(encoding)}, ` +
    `compression = ${quoted(compression)}`;
}

/** Names that differ from each other, capital letters or not, as DuckDB's must; the first of a name keeps it. */
function withoutRepeats(names: readonly string[]): string[] {
  const lower = names.map((name) => name.toLowerCase());
  return names.map((name, at) => {
    // A name in small letters is the one that Divvy knows.
    const alike = names.filter((_, i) => lower[i] === lower[at]);
    const keeps = alike.length === 1 ||
      name === (alike.find((one) => one === lower[at]) ?? alike[0]);
    return name !== "" && keeps && names.indexOf(name) === at ? name : `${name} (column ${at + 1})`;
  });
}

/** Files as a source: those with the same header and dialect are read at once. A column that some lack is NULL there. */
export function csvSource(files: readonly CsvFile[]): string {
  const alike = new Map<string, CsvFile[]>();
  for (const file of files) {
    const key = JSON.stringify([file.names, file.options]), group = alike.get(key);
    if (group === undefined) alike.set(key, [file]);
    else group.push(file);
  }
  const sources = [...alike.values()].map((group) => {
    const [{ names, options }] = group;
    const columns = names.map((name) => `${quoted(name)}: 'VARCHAR'`).join(", ");
    return `read_csv([${
      group.map(({ path }) => quoted(path)).join(", ")
    }], ${options}, columns = {${columns}})`;
  });
  if (sources.length === 1) return sources[0];
  // By name, as a file may lack columns of others, or have columns that its path gives.
  const all = sources.map((source) => `SELECT * FROM ${source}`).join("\nUNION ALL BY NAME ");
  return `(${all}) AS files`;
}

/** What DuckDB says of a row that it can't read: the line, and how many fields it has. */
const ROW_FAULT = /CSV Error on Line: (\d+)[^]*?\n\s*file = (.*)/;
const FIELDS_FAULT = /Expected Number of Columns: (\d+) Found: (\d+)/;

/** The error for a row of a file that DuckDB can't read, with file and line; null: what it said is about something else. */
export function rowFault(said: string): InputError | null {
  const row = ROW_FAULT.exec(said);
  if (row === null) return fileFault(said);
  const [, line, file] = row, fields = FIELDS_FAULT.exec(said);
  if (fields !== null) {
    return wrongFieldCount(file, Number(line), Number(fields[2]), Number(fields[1]));
  }
  const what = /unterminated quote/i.test(said)
    ? "a quoted field has no closing quote"
    : /unicode/i.test(said)
    ? `bytes that are not UTF-8, expected UTF-8 (${
      optionWithValue("encoding", "latin1")
    } reads another)`
    : said.split("\n").slice(2).find((text) => text.trim() !== "")?.trim() ?? "can't be read";
  return new InputError(`${file}:${line}: ${what}`, { file, line: Number(line) });
}

/** What DuckDB says of a file whose lines end in more than one way. */
const FILE_FAULT = /CSV Parser state machine[^]*?\n\s*file = (.*)/;

/** The error for a file that DuckDB can't take apart, for which it has no line; null: what it said is about something else. */
function fileFault(said: string): InputError | null {
  const file = FILE_FAULT.exec(said)?.[1];
  if (file === undefined) return null;
  const expected = "lines that all end in LF, all in CRLF or all in CR";
  return new InputError(`${file}: DuckDB can't tell its lines, expected ${expected}`, {
    file,
    expected,
  });
}
