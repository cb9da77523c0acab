/**
 * The three tables that a directory is made of, in columns.
 *
 * @module
 */
import type { IdPool } from "../../../base/ids/ids.ts";
import type { IdTable } from "../../../base/ids/id_table.ts";
import type { ContractColumns } from "./contract_columns.ts";

/** Rows of the caps table, in their order, repeats included. */
export interface CapsColumns {
  /** Contract of each row. */
  readonly contracts: readonly string[];
  /** Uint8Array, length rows: 1 where sponsored. */
  readonly sponsored: Uint8Array;
  /** Float64Array, length rows: cap of each row as given; finite. */
  readonly cap: Float64Array;
  /** Brand of each row, "" for none, or null where the table has no brands. */
  readonly brands: readonly string[] | null;
  /** Columns to show beside contracts, a text for each row. @default none */
  readonly about?: ContractColumns;
  /** Rows of nothing but separators, not among these. @default 0 */
  readonly blankRows?: number;
}

/** Rows of the user-groups table, in their order, repeats included. */
export interface UserGroupColumns {
  /** Distinct users. */
  readonly userIds: IdPool;
  /** An index of `userIds`, if it has been made already. */
  readonly userTable?: IdTable;
  /** Distinct groups. */
  readonly groupIds: readonly string[];
  /** Uint32Array, length rows: index into `userIds`. */
  readonly user: Uint32Array;
  /** Uint32Array, length rows: index into `groupIds`. */
  readonly group: Uint32Array;
  /** Int32Array, length rows: most offers of the user, −1 where the row says none. @default no row does */
  readonly k?: Int32Array;
  /** Rows of nothing but separators, not among these. @default 0 */
  readonly blankRows?: number;
}

/** Rows of the group-ratios table, in their order, repeats included. */
export interface GroupRatioColumns {
  /** Group of each row. */
  readonly groups: readonly string[];
  /** Float64Array, length rows: ratio of each row, in [0, 1]. */
  readonly ratio: Float64Array;
  /** Int32Array, length rows: most offers of each user of the group, −1 where the row says none. @default no row does */
  readonly k?: Int32Array;
  /** Rows of nothing but separators, not among these. @default 0 */
  readonly blankRows?: number;
  /** Where there is no such table: the ratio of every group, to be filled in as for groups that a table lacks. @default there is one */
  readonly ofEvery?: number;
}

/** The columns where there is no group-ratios table: it has no rows, and every group has the default ratio. */
export function withoutRatios(defaultRatio: number): GroupRatioColumns {
  return { groups: [], ratio: new Float64Array(0), ofEvery: defaultRatio };
}
