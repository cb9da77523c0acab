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

/** The first rows of the contracts in a caps table; `known` numbers the contracts in the order of those rows. */
export function firstRowsOfCaps(
  { contracts, cap, sponsored, brands }: CapsColumns,
): FirstRows & { readonly known: IdTable } {
  const known = new IdTable();
  const number = Uint32Array.from(contracts, (id) => known.internString(id));
  return {
    known,
    ...firstRows(
      number,
      known.length,
      (a, b) => cap[a] !== cap[b] || sponsored[a] !== sponsored[b] || brands?.[a] !== brands?.[b],
    ),
  };
}

/** The first rows of the users, numbered as in `userIds`. */
export function firstRowsOfUsers({ userIds, user, group, k }: UserGroupColumns): FirstRows {
  return firstRows(user, userIds.length, (a, b) => group[a] !== group[b] || k?.[a] !== k?.[b]);
}

/** The first rows of the groups; `ids` numbers the groups in the order of those rows. */
export function firstRowsOfGroups(
  { groups, ratio, k }: GroupRatioColumns,
): FirstRows & { readonly known: IdTable } {
  const known = new IdTable();
  const number = Uint32Array.from(groups, (id) => known.internString(id));
  return {
    known,
    ...firstRows(number, known.length, (a, b) => ratio[a] !== ratio[b] || k?.[a] !== k?.[b]),
  };
}

/**
 * The first row of each id.
 *
 * @param number Uint32Array, length rows: the number of each row's id
 * @param differs whether two rows about an id say different things
 */
function firstRows(
  number: Uint32Array,
  ids: number,
  differs: (first: number, row: number) => boolean,
): FirstRows {
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
