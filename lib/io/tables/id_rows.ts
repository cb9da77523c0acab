/**
 * Reads large tables of ids with a few further columns: offers, selections, redemptions, users held out.
 *
 * @module
 */
import type { OfferIds } from "../../allocator/drop/instance/offer_ids.ts";
import { InputError } from "../../base/errors.ts";
import { IdTable } from "../../base/ids/id_table.ts";
import { Float64List, Uint32List } from "../../base/arrays/number_list.ts";
import { parseNumber } from "../bytes/parse_number.ts";
import { numberExpected } from "../csv/dialect_options.ts";
import { columnInSomeFiles, indexOfOptional, type Layout } from "../csv/header.ts";
import type { RecordScanner } from "../csv/record_scanner.ts";
import type { TableControl } from "../csv/table_control.ts";
import type { ParquetFile } from "../parquet/parquet_file.ts";
import { interning } from "../parquet/parquet_ids.ts";
import { type FurtherColumns, FurtherColumnsBuilder } from "./rows/further_columns.ts";
import { readRows, type RowTaker } from "./rows/read_rows.ts";
import { hasIds, nextRow } from "./rows/record_rows.ts";

/** Where a row stands: its file, and the line there, counted from 1, header included. */
export interface RowPlace {
  readonly file: string;
  readonly line: number;
}

/** A table of ids in columns, rows in the order of the file. */
export interface IdRows {
  /** Number of rows. */
  readonly rows: number;
  /** For each id column: its distinct ids, numbered in the order of their first row. */
  readonly ids: readonly IdTable[];
  /** For each id column: Uint32Array, length rows, the number of each row's id. */
  readonly codes: readonly Uint32Array[];
  /** Float64Array, length rows: the optional number column; null where the file has none. */
  readonly number: Float64Array | null;
  /** Where a row stands. */
  readonly placeOf: (row: number) => RowPlace;
  /** Those of the text columns that the table has. */
  readonly further: FurtherColumns;
  /** Number of rows with blank fields only, which are left out. */
  readonly blankRows: number;
}

/** Optional columns that are read beside the ids. */
export interface BesideIds {
  /** A column of finite numbers. */
  readonly number?: string;
  /** Columns of texts. */
  readonly texts?: readonly string[];
}

/**
 * Reads columns of ids, and optional ones if the table has them; others are ignored. Any format of tables; a file, `-`, a
 * folder, a glob or a database.
 *
 * @param columns the id columns, which the table must have
 * @throws {InputError} for a blank id or an invalid number
 */
export async function readIdRows(
  source: string,
  columns: readonly string[],
  beside: BesideIds = {},
  control: TableControl = {},
): Promise<IdRows> {
  const builder = new IdRowsBuilder(columns, beside);
  const { number, texts = [] } = beside;
  const optional = [...(number === undefined ? [] : [number]), ...texts];
  await readRows(source, columns, builder, control, optional);
  return builder.table();
}

/** The offers of rows whose id columns are users and contracts. */
export function offerIdsOf({ ids: [users, contracts], codes: [user, contract] }: IdRows): OfferIds {
  return { userIds: users.pool, contractIds: contracts.pool.toArray(), user, contract };
}

class IdRowsBuilder implements RowTaker {
  readonly #columns: readonly string[];
  readonly #ids: readonly IdTable[];
  readonly #codes: readonly Uint32List[];
  readonly #numberName: string | undefined;
  readonly #number = new Float64List();
  readonly #line = new Float64List();
  /** Files in order, each with its first row. */
  readonly #files: { readonly file: string; readonly from: number }[] = [];
  readonly #further: FurtherColumnsBuilder;
  readonly #hasFurther: boolean;
  /** Whether the files have the number column; null: no file yet. */
  #hasNumber: boolean | null = null;
  #layout: Layout | null = null;
  #numberField = -1;
  #rows = 0;
  readonly #left = { blankRows: 0 };

  constructor(columns: readonly string[], { number, texts = [] }: BesideIds) {
    this.#columns = columns;
    this.#ids = columns.map(() => new IdTable());
    this.#codes = columns.map(() => new Uint32List());
    this.#numberName = number;
    this.#further = new FurtherColumnsBuilder(texts, new Map(), ", and it is needed");
    this.#hasFurther = texts.length > 0;
  }

  addRecords(scanner: RecordScanner, layout: Layout, file: string): void {
    this.#begin(file);
    const { index } = layout, { from, to } = scanner;
    this.#lookAt(layout, file);
    const number = this.#numberField;
    while (nextRow(scanner, layout, file, this.#left)) {
      if (!hasIds(scanner, index, this.#columns, file, this.#left)) continue;
      for (let i = 0; i < index.length; i++) {
        const field = index[i];
        this.#codes[i].push(this.#ids[i].intern(scanner.view, from[field], to[field]));
      }
      if (number >= 0) {
        const value = parseNumber(scanner.bytes, from[number], to[number]);
        if (!Number.isFinite(value)) {
          const text = scanner.text(number);
          const place = { file, line: scanner.line, column: this.#numberName! };
          throw InputError.at({ ...place, value: text, expected: numberExpected(text) });
        }
        this.#number.push(value);
      }
      if (this.#hasFurther) this.#further.addRecord(scanner, layout, file);
      this.#line.push(scanner.line);
      this.#rows++;
    }
  }

  async addParquet(file: ParquetFile): Promise<void> {
    const readers = [];
    for (const [i, column] of this.#columns.entries()) {
      readers.push(await file.ids(column, interning(this.#ids[i])));
    }
    this.#lookAt(file.layout, file.name);
    this.#begin(file.name);
    const numbers = this.#numberField >= 0 ? await file.numbers(this.#numberName!) : null;
    const readFurther = await this.#further.parquetReaders(file);
    for (const range of file.ranges) {
      const rows = range.rowEnd - range.rowStart;
      for (const [i, read] of readers.entries()) {
        const found = await read(range);
        for (let r = 0; r < rows; r++) {
          if (found[r] < 0) {
            throw await file.fault(this.#columns[i], range.rowStart + r + 1, "an id");
          }
          this.#codes[i].push(found[r]);
        }
      }
      const values = await numbers?.(range, new Float64Array(rows));
      for (let r = 0; r < rows; r++) {
        const row = range.rowStart + r + 1;
        this.#line.push(row);
        if (values === undefined) continue;
        if (!Number.isFinite(values[r])) {
          throw await file.fault(this.#numberName!, row, "a finite number");
        }
        this.#number.push(values[r]);
      }
      await readFurther(range);
      this.#rows += rows;
    }
  }

  table(): IdRows {
    const files = this.#files, line = this.#line.array();
    return {
      rows: this.#rows,
      ids: this.#ids,
      codes: this.#codes.map((list) => list.array()),
      number: this.#hasNumber === true ? this.#number.array() : null,
      placeOf: (row) => ({
        file: files.findLast(({ from }) => from <= row)!.file,
        line: line[row],
      }),
      further: this.#further.columns(),
      ...this.#left,
    };
  }

  #begin(file: string): void {
    if (this.#files.at(-1)?.file !== file) this.#files.push({ file, from: this.#rows });
  }

  /** Finds the number column in a file's header; all files must have it, or none. */
  #lookAt(layout: Layout, file: string): void {
    if (layout === this.#layout || this.#numberName === undefined) return;
    this.#layout = layout;
    this.#numberField = indexOfOptional(layout.names, this.#numberName, file);
    const has = this.#numberField >= 0;
    if (this.#hasNumber !== null && this.#hasNumber !== has) {
      throw columnInSomeFiles(file, this.#numberName);
    }
    this.#hasNumber = has;
  }
}
