/**
 * Says what was left out of a table that is read by itself. A drop's tables are counted in its input report instead.
 *
 * @module
 */
import {
  firstRowsOfCaps,
  firstRowsOfGroups,
  firstRowsOfUsers,
  type RepeatedRows,
} from "../../allocator/drop/instance/repeated_rows.ts";
import type {
  CapsColumns,
  GroupRatioColumns,
  UserGroupColumns,
} from "../../allocator/drop/instance/table_columns.ts";
import { repeatedRowsNote } from "../../base/text/row_notes.ts";
import { shownName } from "../../sources/source_url.ts";
import { noteBlankRows, type TableControl } from "../csv/table_control.ts";

/** Says how many rows of a caps table were left out; returns the table. */
export function noteLeftOutOfCaps<Caps extends CapsColumns>(
  source: string,
  caps: Caps,
  control: TableControl,
): Caps {
  noteRepeatedRows(source, "contract", firstRowsOfCaps(caps).repeated, control);
  return noteBlankRows(source, caps, control);
}

/** Says how many rows of a user-groups table were left out; returns the table. */
export function noteLeftOutOfUserGroups<Groups extends UserGroupColumns>(
  source: string,
  userGroups: Groups,
  control: TableControl,
): Groups {
  noteRepeatedRows(source, "user", firstRowsOfUsers(userGroups).repeated, control);
  return noteBlankRows(source, userGroups, control);
}

/** Says how many rows of a group-ratios table were left out; returns the table. */
export function noteLeftOutOfGroupRatios<Ratios extends GroupRatioColumns>(
  source: string,
  groupRatios: Ratios,
  control: TableControl,
): Ratios {
  noteRepeatedRows(source, "group", firstRowsOfGroups(groupRatios).repeated, control);
  return noteBlankRows(source, groupRatios, control);
}

/** Says how many rows about a contract, user or group that had had one were left out. */
export function noteRepeatedRows(
  source: string,
  noun: string,
  { duplicate_rows, conflicting_duplicate_rows }: RepeatedRows,
  { onNote }: TableControl,
): void {
  if (duplicate_rows === 0) return;
  onNote?.(repeatedRowsNote(shownName(source), duplicate_rows, noun, conflicting_duplicate_rows));
}
