/**
 * Finds the first row that can't be used in files that others read, which say that there is one but not where.
 *
 * @module
 */
import { InputError } from "../../../base/errors.ts";
import { parseNumber } from "../../bytes/parse_number.ts";
import type { Layout } from "../../csv/header.ts";
import type { RecordScanner } from "../../csv/record_scanner.ts";
import type { TableControl } from "../../csv/table_control.ts";
import type { ParquetFile } from "../../parquet/parquet_file.ts";
import { NOT_TEXT } from "../../parquet/parquet_ids.ts";
import { isUtf8 } from "../../parquet/parquet_types.ts";
import { readRows, type RowTaker } from "./read_rows.ts";
import { hasIds, nextRow } from "./record_rows.ts";

/** What the values of a column of numbers must be. */
export interface NumberRule {
  /** The column, which the table must have. */
  readonly column: string;
  /** What was expected in place of a number (NaN: its text is none); null: it will do. */
  readonly expected: (value: number, text: string) => string | null;
}

/**
 * Reads a source up to its first fault, in little memory.
 *
 * @param ids columns of ids, which it must have
 * @param rule of a column of numbers; null: there is none
 * @throws {InputError} for that fault, with file, line, column and value; nothing where there is none
 */
export async function refuseFirstFault(
  source: string,
  ids: readonly string[],
  rule: NumberRule | null,
  control: TableControl,
): Promise<void> {
  const wanted = rule === null ? ids : [...ids, rule.column];
  await readRows(source, wanted, new FaultFinder(ids, rule), control);
}

class FaultFinder implements RowTaker {
  readonly #left = { blankRows: 0 };

  constructor(readonly ids: readonly string[], readonly rule: NumberRule | null) {}

  addRecords(scanner: RecordScanner, layout: Layout, file: string): void {
    const { from, to } = scanner, { ids, rule } = this, field = layout.index[ids.length];
    while (nextRow(scanner, layout, file, this.#left)) {
      if (!hasIds(scanner, layout.index, ids, file, this.#left) || rule === null) continue;
      const number = parseNumber(scanner.bytes, from[field], to[field]);
      // Most values will do, and their texts are not needed.
      if (rule.expected(number, "") === null) continue;
      const value = scanner.text(field), expected = rule.expected(number, value)!;
      throw InputError.at({ file, line: scanner.line, column: rule.column, value, expected });
    }
  }

  async addParquet(file: ParquetFile): Promise<void> {
    const { ids, rule } = this;
    const readers = await Promise.all(
      ids.map((column) =>
        file.ids(column, (view, from, to) => isUtf8(view, from, to) ? 0 : NOT_TEXT)
      ),
    );
    const numbers = rule === null ? null : await file.numbers(rule.column);
    for (const range of file.ranges) {
      const rows = range.rowEnd - range.rowStart, found: Int32Array[] = [];
      for (const read of readers) found.push(await read(range));
      const values = await numbers?.(range, new Float64Array(rows));
      for (let r = 0; r < rows; r++) {
        const row = range.rowStart + r + 1, blank = found.findIndex((id) => id[r] < 0);
        if (blank >= 0) throw await file.fault(ids[blank], row, "an id");
        const expected = values === undefined ? null : rule!.expected(values[r], "");
        if (expected !== null) throw await file.fault(rule!.column, row, expected);
      }
    }
  }
}
