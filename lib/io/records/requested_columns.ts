/**
 * The columns that a caller wants of a JSON table or a sheet, and which columns hold ids.
 *
 * @module
 */

import { COLUMNS_OF_IDS } from "./columns_of_ids.ts";

/** The columns that a caller wants, and the table's names for them. */
export interface RequestedColumns {
  /** Columns that must be there. */
  readonly wanted: readonly string[];
  /** Columns that may be there. */
  readonly optional: readonly string[];
  /** The table's names for Divvy's columns, where they differ. */
  readonly names: Readonly<Record<string, string>>;
}

/** Both names of columns: Divvy's and the table's. */
function bothNames(columns: readonly string[], { names }: RequestedColumns): ReadonlySet<string> {
  return new Set(columns.flatMap((column) => [column, names[column] ?? column]));
}

/** Names that columns of ids may have. */
export function idColumns(requested: RequestedColumns): ReadonlySet<string> {
  return bothNames([...COLUMNS_OF_IDS], requested);
}

/** Names that the requested columns may have. */
export function requestedNames(requested: RequestedColumns): ReadonlySet<string> {
  return bothNames([...requested.wanted, ...requested.optional], requested);
}

/** The required columns by the names under which the table has them; those that it lacks by Divvy's names. */
export function wantedNames(
  { wanted, names }: RequestedColumns,
  found: readonly string[],
): string[] {
  return wanted.map((column) =>
    names[column] !== undefined && found.includes(names[column]) ? names[column] : column
  );
}
