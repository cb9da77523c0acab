/**
 * Columns of the caps table that are shown beside contracts.
 *
 * @module
 */
import {
  columnsToShow,
  type ContractColumns,
  SHOWN_BY_DEFAULT,
} from "../../allocator/drop/instance/contract_columns.ts";
import { shownName } from "../../sources/source_url.ts";
import type { TableControl } from "../csv/table_control.ts";
import { columnNames, isReadableAgain } from "./rows/column_names.ts";
import { furtherColumns } from "./rows/further_columns.ts";
import type { Table } from "./rows/table.ts";

/** Columns to read for them: those of `show`, or those shown by default. */
export function columnsWanted(show: readonly string[] | undefined): readonly string[] {
  return show ?? SHOWN_BY_DEFAULT;
}

/**
 * The columns to show; each has a text for each row.
 *
 * @param wanted the required columns of the table
 * @throws {InputError} for a column of `show` that is missing
 */
export async function shownColumns(
  table: Table,
  source: string,
  wanted: readonly string[],
  show: readonly string[] | undefined,
  control?: TableControl,
): Promise<ContractColumns> {
  const found = table.optional.filter((_, i) => table.has[i]);
  if (show?.some((name) => !found.includes(name)) && await isReadableAgain(source)) {
    // Throws, with a suggestion from all names of the table.
    columnsToShow(show, await columnNames(source, wanted, control), shownName(source));
  }
  const names = columnsToShow(show, found, shownName(source));
  return new Map(
    [...furtherColumns(table, names)].map((
      [name, { code, values }],
    ) => [name, Array.from(code, (text) => values[text])]),
  );
}
