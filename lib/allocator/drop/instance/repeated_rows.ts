/**
 * Rows about a contract, user or group that has had a row: the first row counts, the others are left out and counted.
 *
 * @module
 */
import { IdTable } from "../../../base/ids/id_table.ts";
import type { CapsColumns, GroupRatioColumns, UserGroupColumns } from "./table_columns.ts";

/** Rows that are left out as their id has had one; named as in the input's report. */
export interface RepeatedRows {
  /** How many. */
  readonly duplicate_rows: number;
  /** Those of them whose values differ from the first. */
  readonly conflicting_duplicate_rows: number;
}

/** The first row of each distinct id, and how many rows come after such a row. */
export interface FirstRows {
  /** Uint32Array, by the id's number: its first row. */
  readonly firstRow: Uint32Array;
  /** The other rows. */
  readonly repeated: RepeatedRows;
}

/** The same of a table whose ids have no numbers yet. */
export interface FirstRowsOfIds extends FirstRows {
  /** The ids, numbered in the order of their first rows. */
  readonly known: IdTable;
}

/** The first rows of the contracts in a caps table. */
export function firstRowsOfCaps(
  { contracts, cap, sponsored, brands }: CapsColumns,
): FirstRowsOfIds {
  return firstRowsOfIds(
    contracts,
    (a, b) => cap[a] !== cap[b] || sponsored[a] !== sponsored[b] || brands?.[a] !== brands?.[b],
  );
}

/** The first rows of the users, numbered as in `userIds`. */
export function firstRowsOfUsers({ userIds, user, group, k }: UserGroupColumns): FirstRows {
  return firstRows(user, userIds.length, (a, b) => group[a] !== group[b] || k?.[a] !== k?.[b]);
}

/** The first rows of the groups in a group-ratios table. */
export function firstRowsOfGroups({ groups, ratio, k }: GroupRatioColumns): FirstRowsOfIds {
  return firstRowsOfIds(groups, (a, b) => ratio[a] !== ratio[b] || k?.[a] !== k?.[b]);
}

/** Whether two rows about an id say different things. */
type Differs = (first: number, row: number) => boolean;

/** The first row of each id, where each row has its id as a text. */
function firstRowsOfIds(ids: readonly string[], differs: Differs): FirstRowsOfIds {
  const known = new IdTable();
  const number = Uint32Array.from(ids, (id) => known.internString(id));
  return { known, ...firstRows(number, known.length, differs) };
}

/**
 * The first row of each id.
 *
 * @param number Uint32Array, length rows: the number of each row's id
 */
function firstRows(number: Uint32Array, ids: number, differs: Differs): FirstRows {
  const NONE = 0xffff_ffff;
  const firstRow = new Uint32Array(ids).fill(NONE);
  let duplicates = 0, conflicts = 0;
  for (let row = 0; row < number.length; row++) {
    const first = firstRow[number[row]];
    if (first === NONE) firstRow[number[row]] = row;
    else {
      duplicates++;
      if (differs(first, row)) conflicts++;
    }
  }
  return {
    firstRow,
    repeated: { duplicate_rows: duplicates, conflicting_duplicate_rows: conflicts },
  };
}
