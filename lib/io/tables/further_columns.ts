/**
 * Further columns of a table, kept because limits name them: one text for each row.
 *
 * @module
 */
import type { TextColumn } from "../../allocator/drop/attributes.ts";
import { InputError } from "../../base/errors.ts";
import { IdTable } from "../../base/id_table.ts";
import { Uint32List } from "../../base/number_list.ts";
import type { Layout } from "../csv/header.ts";
import type { RecordScanner } from "../csv/record_scanner.ts";
import { trimField } from "../csv/trim_field.ts";
import { isPadded } from "../bytes/trim.ts";
import type { ParquetFile, RowRange } from "../parquet/parquet_file.ts";
import { internText, NOT_TEXT } from "../parquet/parquet_ids.ts";
import type { Table } from "./table.ts";

/** Columns by name, a text for each row. */
export type FurtherColumns = ReadonlyMap<string, TextColumn>;

/** The columns among `names` that a small table has, which must be among its optional ones. */
export function furtherColumns(table: Table, names: readonly string[]): FurtherColumns {
  const columns = new Map<string, TextColumn>();
  const wanted = table.rows[0]?.fields.length ?? 0;
  for (const name of names) {
    const at = table.optional.indexOf(name);
    if (at < 0 || !table.has[at]) continue;
    const field = wanted - table.optional.length + at;
    const builder = new ColumnBuilder();
    for (const { fields } of table.rows) builder.push(fields[field] ?? "");
    columns.set(name, builder.column());
  }
  return columns;
}

/** A column while its rows come. */
class ColumnBuilder {
  readonly texts = new IdTable();
  readonly code = new Uint32List();

  push(text: string): void {
    this.code.push(this.texts.internString(text));
  }

  column(): TextColumn {
    return { code: this.code.array(), values: this.texts.pool.toArray() };
  }
}

/** Further columns of a table that is read row by row. */
export class FurtherColumnsBuilder {
  readonly #names: readonly string[];
  readonly #why: string;
  /** Columns that are there, once the first header is known. */
  #builders: Map<string, ColumnBuilder> | null = null;
  #layout: Layout | null = null;
  #fields: readonly (readonly [number, ColumnBuilder])[] = [];

  /**
   * A builder of the columns among `names` that the table has.
   *
   * @param why what they are for, as messages end
   */
  constructor(names: readonly string[], why = "and a limit names it") {
    this.#names = names;
    this.#why = why;
  }

  /** Takes the record that the scanner stands at. */
  addRecord(scanner: RecordScanner, layout: Layout, file: string): void {
    if (layout !== this.#layout) {
      this.#layout = layout;
      this.#fields = [...this.#buildersOf(layout.names, file)]
        .map(([name, builder]) => [layout.names.indexOf(name), builder]);
    }
    for (const [field, { texts, code }] of this.#fields) {
      const { bytes, view, from, to } = scanner;
      if (isPadded(bytes, from[field], to[field])) trimField(scanner, field);
      code.push(texts.intern(view, from[field], to[field]));
    }
  }

  /** Readers of the columns of a Parquet file, a row range at a time. */
  async parquetReaders(file: ParquetFile): Promise<(range: RowRange) => Promise<void>> {
    const { names } = file.layout;
    const readers: ((range: RowRange) => Promise<void>)[] = [];
    for (const [name, builder] of this.#buildersOf(names, file.name)) {
      const { texts, code } = builder;
      const read = await file.ids(
        name,
        (view, from, to) => internText(texts, view, from, to),
        false,
      );
      readers.push(async (range) => {
        const found = await read(range);
        for (let i = 0; i < found.length; i++) {
          if (found[i] === NOT_TEXT) {
            throw await file.fault(name, range.rowStart + i + 1, "UTF-8 text");
          }
          if (found[i] < 0) builder.push("");
          else code.push(found[i]);
        }
      });
    }
    return async (range) => {
      for (const read of readers) await read(range);
    };
  }

  /** The columns that the table has. */
  columns(): FurtherColumns {
    const columns = new Map<string, TextColumn>();
    for (const [name, builder] of this.#builders ?? []) columns.set(name, builder.column());
    return columns;
  }

  /** The builders of a file's columns: every file of a table must have the same of them. */
  #buildersOf(names: readonly string[], file: string): Map<string, ColumnBuilder> {
    const there = this.#names.filter((name) => names.includes(name));
    const twice = there.find((name) => names.indexOf(name) !== names.lastIndexOf(name));
    if (twice !== undefined) {
      throw new InputError(`${file}: the header has ${twice} twice, ${this.#why}`, {
        file,
        column: twice,
        expected: "each column once",
      });
    }
    this.#builders ??= new Map(there.map((name) => [name, new ColumnBuilder()]));
    const builders = this.#builders;
    const missing = [...builders.keys()].find((name) => !names.includes(name)) ??
      there.find((name) => !builders.has(name));
    if (missing === undefined) return builders;
    throw new InputError(
      `${file}: column ${missing} stands in some files of the table only, ${this.#why}`,
      { file, column: missing, expected: "the same columns in all files" },
    );
  }
}
