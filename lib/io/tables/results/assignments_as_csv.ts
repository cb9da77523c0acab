/**
 * Reads assignments in any format that Divvy writes and turns them into one stream of CSV, for databases.
 *
 * @module
 */
import { csvField, needsQuotes } from "../../../base/text/csv_field.ts";
import { InputError } from "../../../base/errors.ts";
import { IdTable, viewOf } from "../../../base/ids/id_table.ts";
import type { ByteSink } from "../../bytes/atomic_file.ts";
import type { ByteReader } from "../../bytes/byte_reader.ts";
import { resolveSource, withPart } from "../../bytes/source.ts";
import { TextBuffer } from "../../bytes/text_buffer.ts";
import { Block } from "../../csv/block.ts";
import type { Layout } from "../../csv/header.ts";
import { plainPart } from "../../csv/plain_part.ts";
import type { RecordScanner } from "../../csv/record_scanner.ts";
import { scanCsv } from "../../csv/scan_csv.ts";
import type { ParquetFile } from "../../parquet/parquet_file.ts";
import type { RowRange } from "../../parquet/row_ranges.ts";
import { interning, NOT_TEXT } from "../../parquet/parquet_ids.ts";
import { hasIds, nextRow } from "../rows/record_rows.ts";

/** Columns that assignments must have. */
const ID_COLUMNS = ["user_id", "contract_address"] as const;
/** Further columns that Divvy writes. */
const OTHER_COLUMNS = ["score", "is_sponsored", "group_id", "sponsorship_ratio", "holdout"];
/** Columns of true and false, which formats spell differently. */
const FLAGS: ReadonlySet<string> = new Set(["is_sponsored", "holdout"]);
/** Names of columns that every database takes without quotes. */
const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

const COMMA = 44, LF = 10;

/**
 * Writes all rows and columns of assignments as CSV: ids trimmed, booleans as True and False, blank rows left out.
 *
 * @param source CSV, JSON Lines, JSON, a workbook or Parquet, compressed or not; a folder or a glob of files with the same
 * columns in any order
 * @param onColumns called with the names of the columns before the first byte is written
 * @param asBits columns whose numbers are written as the whole number that the bits of the double are, for servers that do not read a
 *   text as the nearest double; what is no number stays as it is
 * @throws {InputError} where a file is not a table of assignments, or files have different columns
 */
export async function assignmentsAsCsv(
  source: string,
  sink: ByteSink,
  onColumns: (columns: readonly string[]) => void,
  asBits: ReadonlySet<string> = new Set(),
): Promise<void> {
  const writer = new CsvWriter(sink, onColumns, asBits);
  for (const part of await resolveSource(source)) {
    await withPart(part, async (open) => {
      if (open.format === "parquet") {
        const { ParquetFile } = await import("../../parquet/parquet_file.ts");
        return await writer.addParquet(await ParquetFile.open(part, open, ID_COLUMNS));
      }
      const { reader } = await plainPart(part, open, ID_COLUMNS, {}, OTHER_COLUMNS);
      await writer.addText(reader, part.name);
    });
  }
  await writer.end();
}

/** Says a field's text in another way. */
type Rewrite = (text: string) => string;

/** Writes rows of several files under one header. */
class CsvWriter {
  readonly #out: TextBuffer;
  #columns: readonly string[] | null = null;

  constructor(
    sink: ByteSink,
    readonly onColumns: (columns: readonly string[]) => void,
    readonly asBits: ReadonlySet<string>,
  ) {
    this.#out = new TextBuffer(sink);
  }

  /** Adds the rows of a file of plain CSV. */
  async addText(reader: ByteReader, file: string): Promise<void> {
    const left = { blankRows: 0 };
    let layout: Layout, fields: readonly number[];
    let rewritten: readonly (Rewrite | null)[];
    // Reading waits until the sink has taken what was read before, so that memory stays small.
    const paced: ByteReader = {
      read: async (into) => {
        if (this.#out.full) await this.#out.flush();
        return await reader.read(into);
      },
      close: () => reader.close(),
    };
    const header = (found: Layout) => {
      layout = found;
      const columns = this.#begin(found.names, file);
      fields = columns.map((name) => found.names.indexOf(name));
      rewritten = columns.map((name) => this.#rewriteOf(name));
    };
    const records = (scanner: RecordScanner) => {
      while (nextRow(scanner, layout, file, left)) {
        if (!hasIds(scanner, layout.index, ID_COLUMNS, file, left)) continue;
        fields.forEach((field, at) => {
          if (at > 0) this.#out.byte(COMMA);
          const from = scanner.from[field], to = scanner.to[field], rewrite = rewritten[at];
          if (rewrite !== null) this.#out.text(csvField(rewrite(scanner.text(field))));
          else this.#field(scanner.bytes, scanner.view, from, to);
        });
        this.#out.byte(LF);
      }
    };
    await scanCsv(paced, file, ID_COLUMNS, { header, records }, new Block());
  }

  /** Adds the rows of a Parquet file. */
  async addParquet(file: ParquetFile): Promise<void> {
    const columns = this.#begin(file.layout.names, file.name);
    const writers = await Promise.all(columns.map((name) => this.#parquetColumn(file, name)));
    for (const range of file.ranges) {
      const fields: ((row: number) => void)[] = [];
      for (const writer of writers) fields.push(await writer(range));
      for (let row = 0; row < range.rowEnd - range.rowStart; row++) {
        fields.forEach((write, at) => {
          if (at > 0) this.#out.byte(COMMA);
          write(row);
        });
        this.#out.byte(LF);
        if (this.#out.full) await this.#out.flush();
      }
    }
  }

  /** A function that reads a range of a column and returns the function that writes the value of a row. */
  async #parquetColumn(
    file: ParquetFile,
    name: string,
  ): Promise<(range: RowRange) => Promise<(row: number) => void>> {
    const out = this.#out;
    if (name === "score") {
      const numbers = await file.numbers(name);
      return async (range) => {
        const values = await numbers(range, new Float64Array(range.rowEnd - range.rowStart));
        return this.asBits.has(name)
          ? (row) => out.text(bitsOf(values[row]))
          : (row) => out.number(values[row]);
      };
    }
    const texts = new IdTable(), rewrite = this.#rewriteOf(name);
    const isId = (ID_COLUMNS as readonly string[]).includes(name);
    const ids = await file.ids(name, interning(texts), isId);
    return async (range) => {
      const found = await ids(range), { pool } = texts;
      const fault = found.findIndex((id) => id === NOT_TEXT || (isId && id < 0));
      if (fault >= 0) {
        throw await file.fault(name, range.rowStart + fault + 1, isId ? "an id" : "UTF-8 text");
      }
      if (rewrite !== null) {
        const fields = pool.toArray().map((text) => csvField(rewrite(text)));
        return (row) => out.text(fields[found[row]] ?? "");
      }
      const view = viewOf(pool.bytes), { bytes, offsets } = pool;
      return (row) => {
        const id = found[row];
        if (id >= 0) this.#field(bytes, view, offsets[id], offsets[id + 1]);
      };
    };
  }

  /** How a column's texts are written otherwise; null: as they are. */
  #rewriteOf(name: string): Rewrite | null {
    return FLAGS.has(name) ? flagText : this.asBits.has(name) ? bitsOfText : null;
  }

  /** Writes what is left in the buffer. */
  async end(): Promise<void> {
    await this.#out.end();
  }

  /** Writes a field given as bytes, in quotes where it needs them. */
  #field(bytes: Uint8Array, view: DataView, from: number, to: number): void {
    if (!needsQuotes(bytes, from, to)) return this.#out.copy(view, from, to);
    this.#out.text(csvField(new TextDecoder().decode(bytes.slice(from, to))));
  }

  /** The columns in the order of the first file, for which the header is written. */
  #begin(names: readonly string[], file: string): readonly string[] {
    if (this.#columns === null) {
      checkNames(names, file);
      this.#columns = [...names];
      this.onColumns(this.#columns);
      this.#out.text(`${names.join(",")}\n`);
    } else if (this.#columns.toSorted().join() !== names.toSorted().join()) {
      const expected = this.#columns.join(", ");
      throw new InputError(
        `${file}: the columns are ${
          names.join(", ")
        }, expected those of the files before: ${expected}`,
        { file, expected },
      );
    }
    return this.#columns;
  }
}

/** Checks the columns' names. @throws {InputError} for a name that is not plain, or occurs twice */
function checkNames(names: readonly string[], file: string): void {
  const odd = names.find((name) => !PLAIN_NAME.test(name));
  const twice = names.find((name, at) => names.indexOf(name) < at);
  if (odd === undefined && twice === undefined) return;
  throw InputError.at({
    file,
    line: 1,
    column: "header",
    value: (odd ?? twice)!,
    expected: odd === undefined ? "each column once" : "letters, digits and _",
  });
}

/** A decimal number, as servers read them. */
const DECIMAL = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;

/** The bits of the double that a text is, as a whole number; a text that is none as it is. */
function bitsOfText(text: string): string {
  return DECIMAL.test(text) ? bitsOf(Number(text)) : text;
}

/** The bits of a double as a whole number. */
function bitsOf(value: number): string {
  return String(new BigUint64Array(Float64Array.of(value).buffer)[0]);
}

/** True or False as Divvy's CSV spells them; any other text as it is. */
function flagText(text: string): string {
  const lower = text.toLowerCase();
  return lower === "true" ? "True" : lower === "false" ? "False" : text;
}
