/**
 * Columns of the caps table that are shown beside contracts.
 *
 * @module
 */
import {
  columnsToShow,
  type ContractColumns,
  SHOWN_BY_DEFAULT,
} from "../../allocator/drop/contract_columns.ts";
import { shownName } from "../../sources/source_url.ts";
import type { TableControl } from "../csv/table_control.ts";
import { columnNames, isReadableAgain } from "./column_names.ts";
import { furtherColumns } from "./further_columns.ts";
import type { Table } from "./table.ts";

/** Columns that a table is read with for them. */
export function columnsWanted(show: readonly string[] | undefined): readonly string[] {
  return show ?? SHOWN_BY_DEFAULT;
}

/**
 * The columns to show, a text for each row.
 *
 * @param wanted columns that the table must have, and has
 * @throws {InputError} for a column asked for that is not there
 */
export async function shownColumns(
  table: Table,
  source: string,
  wanted: readonly string[],
  show: readonly string[] | undefined,
  control?: TableControl,
): Promise<ContractColumns> {
  const there = table.optional.filter((_, i) => table.has[i]);
  if (show?.some((name) => !there.includes(name)) && await isReadableAgain(source)) {
    // What else there is helps to find the slip.
    columnsToShow(show, await columnNames(source, wanted, control), shownName(source));
  }
  const names = columnsToShow(show, there, shownName(source));
  return new Map(
    [...furtherColumns(table, names)].map((
      [name, { code, values }],
    ) => [name, Array.from(code, (text) => values[text])]),
  );
}
