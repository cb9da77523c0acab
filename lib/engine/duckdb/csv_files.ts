/**
 * Files of text as DuckDB reads them. Divvy looks through each first, as what the two take for rows differs: DuckDB takes a
 * CR for the end of a row, `u"1` for an id, and drops what follows a row's last field where it is blank. A file that is not as plain
 * as {@link csvSource} says, or no CSV at all, is copied into the run's folder so.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import type { RunControl } from "../../base/progress.ts";
import { systemReason } from "../../base/platform/system_reason.ts";
import { needsQuotes } from "../../base/text/csv_field.ts";
import { DEFAULT_LIMITS } from "../../io/bytes/read_limits.ts";
import type { ByteReader } from "../../io/bytes/byte_reader.ts";
import { type OpenPart, type Part, withPart } from "../../io/bytes/source.ts";
import { TextBuffer } from "../../io/bytes/text_buffer.ts";
import { Block } from "../../io/csv/block.ts";
import { type Layout, wrongFieldCount } from "../../io/csv/header.ts";
import { plainPart } from "../../io/csv/plain_part.ts";
import type { RecordScanner } from "../../io/csv/record_scanner.ts";
import { scanCsv } from "../../io/csv/scan_csv.ts";
import type { TableControl } from "../../io/csv/table_control.ts";
import { quoted } from "./dialect.ts";
import type { FetchedFiles } from "./fetched_files.ts";

const COMMA = 44, LF = 10, CR = 13, QUOTE = 34;

/** A file of CSV, and its columns under Divvy's names. */
export interface CsvFile {
  readonly path: string;
  readonly names: readonly string[];
  /** Bytes of its longest row. */
  readonly longest: number;
}

/** What a table has, and how it is read. */
export interface TextFiles extends RunControl, TableControl {
  /** Where copies go. */
  readonly fetched: FetchedFiles;
  /** Columns that the files must have. */
  readonly wanted: readonly string[];
  /** Columns that they may have. */
  readonly optional: readonly string[];
}

/**
 * A file of text as one that DuckDB reads as Divvy does: the file itself, or a copy.
 *
 * @param part a file here
 * @throws InputError for the first row that can't be read, as one machine says it, and where the copy finds no room
 */
export async function csvFile(
  part: Part & { readonly path: string },
  files: TextFiles,
): Promise<CsvFile> {
  const plain = await withPart(part, (open) => look(part, open, files));
  if (plain !== null) return { path: part.path, ...plain };
  const path = files.fetched.place(part.name);
  // What was recognised has been said.
  const control = { ...files, onNote: undefined };
  return { path, ...await withPart(part, (open) => copy(part, open, path, control)) };
}

/** Looks through a file; null where it must be copied. */
async function look(
  part: Part,
  open: OpenPart,
  files: TextFiles,
): Promise<Omit<CsvFile, "path"> | null> {
  const { wanted, optional, limits = DEFAULT_LIMITS, dialect = {}, signal } = files;
  const { reader, isAsWritten } = await plainPart(part, open, wanted, files, optional);
  if (!isAsWritten) return null;
  let hasCr = false;
  const watched: ByteReader = {
    read: async (into) => {
      signal?.throwIfAborted();
      const read = await reader.read(into);
      hasCr ||= into.subarray(0, read).includes(CR);
      return read;
    },
    close: () => reader.close(),
  };
  const rows = new Rows(part.name);
  await scanCsv(watched, part.name, wanted, rows, new Block(undefined, limits), dialect.columns);
  return hasCr || !rows.arePlain ? null : rows;
}

/** Copies a file's rows as plain CSV. */
async function copy(
  part: Part,
  open: OpenPart,
  path: string,
  files: TextFiles,
): Promise<Omit<CsvFile, "path">> {
  const { wanted, optional, limits = DEFAULT_LIMITS, dialect = {}, signal } = files;
  const { reader } = await plainPart(part, open, wanted, files, optional);
  try {
    await Deno.mkdir(files.fetched.folder, { recursive: true });
    using file = await Deno.open(path, { write: true, create: true, truncate: true });
    const out = new TextBuffer({
      async write(bytes) {
        for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
      },
    });
    const watched: ByteReader = {
      read: async (into) => {
        signal?.throwIfAborted();
        if (out.full) await out.flush();
        return await reader.read(into);
      },
      close: () => reader.close(),
    };
    const rows = new Rows(part.name, out), block = new Block(undefined, limits);
    await scanCsv(watched, part.name, wanted, rows, block, dialect.columns);
    await out.end();
    return rows;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof InputError) throw error;
    throw files.fetched.noRoom(part.name, systemReason(error));
  }
}

/** Goes through the rows of a file, and writes them where they are copied. */
class Rows {
  /** Divvy's names of the columns. */
  names: readonly string[] = [];
  /** Whether the header is the first line, and every row has as many fields as it. */
  arePlain = true;
  longest = 0;
  #layout: Layout | null = null;
  #isFirst = true;

  constructor(readonly file: string, readonly out?: TextBuffer) {}

  header(layout: Layout): void {
    this.#layout = layout;
    this.names = withoutRepeats(layout.names);
    this.out?.text(`${this.names.map((_, at) => at).join(",")}\n`);
  }

  records(scanner: RecordScanner): void {
    const { columns } = this.#layout!, { file, out } = this;
    if (this.#isFirst && scanner.nextLine !== 2) this.arePlain = false;
    this.#isFirst = false;
    for (let from = scanner.at; scanner.next(); from = scanner.at) {
      this.longest = Math.max(this.longest, scanner.at - from);
      if (scanner.fields === columns) {
        if (out !== undefined) writeRow(out, scanner);
        continue;
      }
      this.arePlain = false;
      if (scanner.blank) continue;
      if (!scanner.empty) throw wrongFieldCount(file, scanner.line, scanner.fields, columns);
      out?.text(`${",".repeat(columns - 1)}\n`);
    }
  }
}

function writeRow(out: TextBuffer, { bytes, view, from, to, fields }: RecordScanner): void {
  for (let f = 0; f < fields; f++) {
    if (f > 0) out.byte(COMMA);
    if (!needsQuotes(bytes, from[f], to[f])) {
      out.copy(view, from[f], to[f]);
      continue;
    }
    out.byte(QUOTE);
    for (let i = from[f]; i < to[f]; i++) {
      if (bytes[i] === QUOTE) out.byte(QUOTE);
      out.byte(bytes[i]);
    }
    out.byte(QUOTE);
  }
  out.byte(LF);
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

/** Bytes that DuckDB allows a row by default; less than that, to be safe. */
const USUAL_ROW = 1 << 20;

/**
 * Files as a source: CSV in UTF-8, not compressed, with commas between fields, LF behind each row, the header in the first line
 * and as many fields in every row. Those with the same columns are read at once. A column that some lack is NULL there.
 */
export function csvSource(files: readonly CsvFile[]): string {
  const alike = new Map<string, CsvFile[]>();
  for (const file of files) {
    const key = JSON.stringify([file.names, file.longest > USUAL_ROW]), group = alike.get(key);
    if (group === undefined) alike.set(key, [file]);
    else group.push(file);
  }
  const sources = [...alike.values()].map((group) => {
    const paths = group.map(({ path }) => quoted(path)).join(", ");
    const columns = group[0].names.map((name) => `${quoted(name)}: 'VARCHAR'`).join(", ");
    const longest = group.reduce((most, file) => Math.max(most, file.longest), 0);
    const sizes = longest > USUAL_ROW
      ? `, max_line_size = ${longest + USUAL_ROW}, buffer_size = ${2 * (longest + USUAL_ROW)}`
      : "";
    return `read_csv([${paths}], auto_detect = false, header = true, delim = ',', quote = '"', ` +
      `escape = '"', comment = '', compression = 'none', hive_partitioning = false${sizes}, columns = {${columns}})`;
  });
  if (sources.length === 1) return sources[0];
  // By name, as a file may lack columns of others.
  const all = sources.map((source) => `SELECT * FROM ${source}`).join("\nUNION ALL BY NAME ");
  return `(${all}) AS files`;
}
