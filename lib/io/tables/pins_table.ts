/**
 * Reads pins and bans. Ids are kept as numbers, so that millions of rows take little memory.
 *
 * @module
 */
import {
  type BanRows,
  BLANK_ID,
  GivenRows,
  type PinRows,
} from "../../allocator/drop/before/given_rows.ts";
import { InputError } from "../../base/errors.ts";
import { didYouMean } from "../../base/ids/near_ids.ts";
import { noRowsNote } from "../../base/text/row_notes.ts";
import { shownName } from "../../sources/source_url.ts";
import { indexOfOptional, type Layout, refuseMisspelt } from "../csv/header.ts";
import type { RecordScanner } from "../csv/record_scanner.ts";
import type { TableControl } from "../csv/table_control.ts";
import { scoreField } from "../csv/score_field.ts";
import { trimField } from "../csv/trim_field.ts";
import type { ParquetFile } from "../parquet/parquet_file.ts";
import { interning, NOT_TEXT } from "../parquet/parquet_ids.ts";
import { readRows, type RowTaker } from "./rows/read_rows.ts";
import { nextRow } from "./rows/record_rows.ts";

/** Columns that pins must have; they may have a score as well. */
const PIN_COLUMNS = ["user_id", "contract_address"] as const;
/** Columns of bans. At least one must be there; a blank field means any user, contract, brand or group. */
const BAN_COLUMNS = ["user_id", "contract_address", "brand_id", "group_id"] as const;

/**
 * Reads pins: user_id, contract_address, and a score if the table has one.
 *
 * @throws {InputError} for a blank id, or a score that is not a finite number
 */
export async function readPins(source: string, control: TableControl = {}): Promise<PinRows> {
  const rows: PinRows = new GivenRows(PIN_COLUMNS);
  const taker = new GivenRowTaker(rows, PIN_COLUMNS, { needed: true, score: true });
  await readRows(source, PIN_COLUMNS, taker, control, ["score"]);
  if (rows.length === 0) control.onNote?.(noRowsNote(shownName(source), "pins"));
  return rows;
}

/**
 * Reads bans: user_id, contract_address, brand_id and group_id, or some of these columns.
 *
 * @throws {InputError} where the table has none of the columns, or a name that is probably meant by one that it lacks
 */
export async function readBans(source: string, control: TableControl = {}): Promise<BanRows> {
  const rows: BanRows = new GivenRows(BAN_COLUMNS);
  const taker = new GivenRowTaker(rows, BAN_COLUMNS, { needed: false, score: false });
  await readRows(source, [], taker, control, BAN_COLUMNS);
  if (rows.length === 0) control.onNote?.(noRowsNote(shownName(source), "bans"));
  return rows;
}

class GivenRowTaker<Name extends string> implements RowTaker {
  readonly #rows: GivenRows<Name>;
  readonly #names: readonly Name[];
  readonly #needed: boolean;
  readonly #score: boolean;
  #file: string | null = null;

  constructor(
    rows: GivenRows<Name>,
    names: readonly Name[],
    { needed, score }: { needed: boolean; score: boolean },
  ) {
    this.#rows = rows;
    this.#names = names;
    this.#needed = needed;
    this.#score = score;
  }

  addRecords(scanner: RecordScanner, layout: Layout, file: string): void {
    this.#begin(file, layout.names);
    const { from, to } = scanner, rows = this.#rows;
    const fields = this.#names.map((name) => indexOfOptional(layout.names, name, file));
    const score = this.#score ? indexOfOptional(layout.names, "score", file) : -1;
    while (nextRow(scanner, layout, file, rows)) {
      if (this.#needed ? scanner.empty : layout.columns > 1 && scanner.empty) {
        rows.blankRows++;
        continue;
      }
      for (let i = 0; i < fields.length; i++) {
        const field = fields[i], column = rows.columns[this.#names[i]];
        if (field < 0) {
          column.add(BLANK_ID);
          continue;
        }
        trimField(scanner, field);
        if (from[field] < to[field]) {
          column.add(column.ids.intern(scanner.view, from[field], to[field]));
        } else if (!this.#needed) column.add(BLANK_ID);
        else {
          const { line } = scanner, column = this.#names[i];
          throw InputError.at({ file, line, column, value: "", expected: "an id" });
        }
      }
      rows.addPlace(scanner.line, score < 0 ? NaN : scoreField(scanner, score, file));
    }
  }

  async addParquet(file: ParquetFile): Promise<void> {
    this.#begin(file.name, file.layout.names);
    const rows = this.#rows;
    const columns = await Promise.all(this.#names.map(async (name) => {
      const list = rows.columns[name];
      const read = file.has(name) ? await file.ids(name, interning(list.ids)) : null;
      return { name, list, read };
    }));
    const scores = this.#score && file.has("score") ? await file.numbers("score") : null;
    for (const range of file.ranges) {
      const count = range.rowEnd - range.rowStart;
      for (const { name, list, read } of columns) {
        const codes = await read?.(range);
        for (let i = 0; i < count; i++) {
          const code = codes?.[i] ?? -1;
          if (code === NOT_TEXT || (code < 0 && this.#needed)) {
            throw await file.fault(name, range.rowStart + i + 1, "an id");
          }
          list.add(code < 0 ? BLANK_ID : code);
        }
      }
      const values = await scores?.(range, new Float64Array(count));
      for (let i = 0; i < count; i++) rows.addPlace(range.rowStart + i + 1, values?.[i] ?? NaN);
    }
  }

  /** Begins a file, unless it is the one that is being read. */
  #begin(file: string, names: readonly string[]): void {
    if (this.#file === file) return;
    this.#file = file;
    this.#rows.beginFile(file);
    if (this.#names.some((name) => names.includes(name))) {
      if (this.#score) refuseMisspelt(names, ["score"], file);
      // A ban that lacks a column says more than was meant: any user, contract, brand or group.
      if (!this.#needed) refuseMisspelt(names, this.#names, file, { loosely: true });
      return;
    }
    const near = names.map((name) => didYouMean(name, this.#names)).find((text) => text !== "");
    throw new InputError(
      `${file}: none of the columns ${this.#names.join(", ")} is there${near ?? ""}`,
      { file, column: this.#names[0], expected: `one of the columns ${this.#names.join(", ")}` },
    );
  }
}
