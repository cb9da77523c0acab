/**
 * Further columns of a table, which are kept because limits name them.
 *
 * @module
 */
import { type TextColumn, textColumn } from "../../../allocator/drop/instance/attributes.ts";
import { InputError } from "../../../base/errors.ts";
import { IdTable } from "../../../base/ids/id_table.ts";
import { Uint32List } from "../../../base/arrays/number_list.ts";
import { numberExpected } from "../../csv/dialect_options.ts";
import type { Layout } from "../../csv/header.ts";
import type { RecordScanner } from "../../csv/record_scanner.ts";
import { columnInSomeFiles, columnTwice } from "../../csv/header.ts";
import { trimField } from "../../csv/trim_field.ts";
import type { ParquetFile } from "../../parquet/parquet_file.ts";
import type { RowRange } from "../../parquet/row_ranges.ts";
import { interning, NOT_TEXT } from "../../parquet/parquet_ids.ts";
import type { Table, TableRow } from "./table.ts";

/** Columns by name; each has a text for each row. */
export type FurtherColumns = ReadonlyMap<string, TextColumn>;

/**
 * Those of the columns `names` that a small table has. It must have been read with them as optional columns.
 *
 * @param rules by column, for those that can't hold any text
 * @throws {InputError} for a text that its rule does not allow
 */
export function furtherColumns(
  table: Table,
  names: readonly string[],
  rules: ReadonlyMap<string, TextRule> = new Map(),
): FurtherColumns {
  const columns = new Map<string, TextColumn>();
  const wanted = table.rows[0]?.fields.length ?? 0;
  // Looked up in a map: a limit of JSON may name hundreds of thousands of columns.
  const places = new Map(table.optional.map((name, at) => [name, at]));
  for (const name of names) {
    const at = places.get(name);
    if (at === undefined || !table.has[at]) continue;
    const field = wanted - table.optional.length + at;
    const rule = rules.get(name), texts = table.rows.map(({ fields }) => fields[field] ?? "");
    if (rule !== undefined) {
      texts.forEach((text, i) => requireAllowed(rule, text, table.rows[i], name));
    }
    columns.set(name, textColumn(texts));
  }
  return columns;
}

/** @throws {InputError} for a text that the rule does not allow */
export function requireAllowed(
  { allows, expected }: TextRule,
  value: string,
  { file, line }: Pick<TableRow, "file" | "line">,
  column: string,
): void {
  if (allows(value)) return;
  throw InputError.at({ file, line, column, value, expected: numberExpected(value, expected) });
}

/** Collects the texts of a column. */
class ColumnBuilder {
  readonly texts = new IdTable();
  readonly code = new Uint32List();

  column(): TextColumn {
    return { code: this.code.array(), values: this.texts.pool.toArray() };
  }
}

/** A rule for the texts of a column. */
export interface TextRule {
  /** Whether a text is allowed. */
  readonly allows: (text: string) => boolean;
  /** What messages say was expected. */
  readonly expected: string;
}

/** Collects further columns of a table that is read row by row. */
export class FurtherColumnsBuilder {
  readonly #names: readonly string[];
  readonly #rules: ReadonlyMap<string, TextRule>;
  readonly #use: string;
  /** The columns that the table has; null before the first header. */
  #builders: Map<string, ColumnBuilder> | null = null;
  #layout: Layout | null = null;
  #fields: readonly (readonly [number, ColumnBuilder, TextRule | undefined])[] = [];

  /**
   * A builder of those of the columns `names` that the table has.
   *
   * @param rules by column, for those that can't hold any text
   * @param use end of messages about a column without a rule: why it matters
   */
  constructor(
    names: readonly string[],
    rules: ReadonlyMap<string, TextRule>,
    use = ", and a limit names it",
  ) {
    this.#names = names;
    this.#rules = rules;
    this.#use = use;
  }

  /** Adds the scanner's current record. @throws {InputError} for a text that its rule does not allow */
  addRecord(scanner: RecordScanner, layout: Layout, file: string): void {
    if (layout !== this.#layout) {
      this.#layout = layout;
      this.#fields = [...this.#buildersOf(layout.names, file)]
        .map(([name, builder]) => [layout.names.indexOf(name), builder, this.#rules.get(name)]);
    }
    for (const [field, { texts, code }, rule] of this.#fields) {
      const { view, from, to } = scanner;
      trimField(scanner, field);
      const known = texts.length;
      code.push(texts.intern(view, from[field], to[field]));
      if (rule === undefined || texts.length === known) continue;
      const value = texts.pool.at(known);
      if (rule.allows(value)) continue;
      const { line } = scanner, column = layout.names[field];
      throw InputError.at({ file, line, column, value, expected: rule.expected });
    }
  }

  /** A function that adds a range of rows of a Parquet file. */
  async parquetReaders(file: ParquetFile): Promise<(range: RowRange) => Promise<void>> {
    const { names } = file.layout;
    const readers: ((range: RowRange) => Promise<void>)[] = [];
    for (const [name, builder] of this.#buildersOf(names, file.name)) {
      const { texts, code } = builder, rule = this.#rules.get(name);
      const read = await file.ids(name, interning(texts), false);
      readers.push(async (range) => {
        const found = await read(range);
        for (let i = 0; i < found.length; i++) {
          if (found[i] === NOT_TEXT) {
            throw await file.fault(name, range.rowStart + i + 1, "UTF-8 text");
          }
          if (found[i] < 0) code.push(texts.internString(""));
          else if (rule !== undefined && !rule.allows(texts.pool.at(found[i]))) {
            throw await file.fault(name, range.rowStart + i + 1, rule.expected);
          } else code.push(found[i]);
        }
      });
    }
    return async (range) => {
      for (const read of readers) await read(range);
    };
  }

  /** The columns collected. */
  columns(): FurtherColumns {
    const columns = new Map<string, TextColumn>();
    for (const [name, builder] of this.#builders ?? []) columns.set(name, builder.column());
    return columns;
  }

  /** The builders for the columns of a file; every file of a table must have the same columns. */
  #buildersOf(names: readonly string[], file: string): Map<string, ColumnBuilder> {
    const found = this.#names.filter((name) => names.includes(name));
    const twice = found.find((name) => names.indexOf(name) !== names.lastIndexOf(name));
    if (twice !== undefined) throw columnTwice(twice, file, 1, this.#useOf(twice));
    this.#builders ??= new Map(found.map((name) => [name, new ColumnBuilder()]));
    const builders = this.#builders;
    const missing = [...builders.keys()].find((name) => !names.includes(name)) ??
      found.find((name) => !builders.has(name));
    if (missing === undefined) return builders;
    throw columnInSomeFiles(file, missing, this.#useOf(missing));
  }

  /** The end of a message about a column. */
  #useOf(name: string): string {
    return this.#rules.has(name) ? "" : this.#use;
  }
}
