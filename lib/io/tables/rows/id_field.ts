/**
 * Ids in small tables.
 *
 * @module
 */
import { InputError } from "../../../base/errors.ts";
import type { TableRow } from "./table.ts";

/**
 * The id in a row's first field, which is trimmed already. Ids are case-sensitive and have no further meaning.
 *
 * @throws {InputError} where it is blank
 */
export function idOf(row: TableRow, column: string): string {
  const id = row.fields[0]!;
  if (id === "") {
    throw InputError.at({ file: row.file, line: row.line, column, value: id, expected: "an id" });
  }
  return id;
}
