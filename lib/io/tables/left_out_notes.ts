/**
 * Says what was left out of a table that is read by itself. A drop's tables are counted in its input report instead.
 *
 * @module
 */
import {
  type FirstRows,
  firstRowsOfCaps,
  firstRowsOfGroups,
  firstRowsOfUsers,
} from "../../allocator/drop/instance/repeated_rows.ts";
import type {
  CapsColumns,
  GroupRatioColumns,
  UserGroupColumns,
} from "../../allocator/drop/instance/table_columns.ts";
import { repeatedRowsNote } from "../../base/text/row_notes.ts";
import { shownName } from "../../sources/source_url.ts";
import { noteBlankRows, type TableControl } from "../csv/table_control.ts";

/** Says how many rows of a table were left out; returns the table. */
type NoteLeftOut<Columns> = <Table extends Columns>(
  source: string,
  table: Table,
  control: TableControl,
) => Table;

/** Says how many rows of a caps table were left out. */
export const noteLeftOutOfCaps: NoteLeftOut<CapsColumns> = noteOf("contract", firstRowsOfCaps);

/** Says how many rows of a user-groups table were left out. */
export const noteLeftOutOfUserGroups: NoteLeftOut<UserGroupColumns> = noteOf(
  "user",
  firstRowsOfUsers,
);

/** Says how many rows of a group-ratios table were left out. */
export const noteLeftOutOfGroupRatios: NoteLeftOut<GroupRatioColumns> = noteOf(
  "group",
  firstRowsOfGroups,
);

/** The function for tables whose rows are about `noun`. */
function noteOf<Columns extends { readonly blankRows?: number }>(
  noun: string,
  firstRowsOf: (columns: Columns) => FirstRows,
): NoteLeftOut<Columns> {
  return (source, table, control) => {
    const { duplicate_rows, conflicting_duplicate_rows: conflicting } = firstRowsOf(table).repeated;
    if (duplicate_rows > 0) {
      control.onNote?.(repeatedRowsNote(shownName(source), duplicate_rows, noun, conflicting));
    }
    return noteBlankRows(source, table, control);
  };
}
