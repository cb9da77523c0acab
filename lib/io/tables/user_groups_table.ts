/**
 * Reads the user-groups table. It has a row per user, so it is read like the eligibility file, without a string per row.
 *
 * @module
 */
import type { UserGroupColumns } from "../../allocator/drop/instance/table_columns.ts";
import { IdTable } from "../../base/ids/id_table.ts";
import { type FurtherColumns, FurtherColumnsBuilder } from "./rows/further_columns.ts";
import { FURTHER_RULES, K_COLUMN, kOfColumn } from "./k_column.ts";
import type { Layout } from "../csv/header.ts";
import type { TableControl } from "../csv/table_control.ts";
import { readRows, type RowTaker } from "./rows/read_rows.ts";
import { hasIds, nextRow } from "./rows/record_rows.ts";
import type { RecordScanner } from "../csv/record_scanner.ts";
import type { ParquetFile } from "../parquet/parquet_file.ts";
import { interning } from "../parquet/parquet_ids.ts";
import { Uint32List } from "../../base/arrays/number_list.ts";

/** Columns of the user-groups table. */
export const USER_GROUP_COLUMNS = ["user_id", "group_id"] as const;

/**
 * Reads the user-groups table: user_id, group_id, and k if it has one.
 *
 * @param names further columns to keep, if the table has them
 * @throws {InputError} for a blank user or group, or a k that is not a whole number from 1
 */
export async function readUserGroups(
  source: string,
  names: readonly string[] = [],
  control?: TableControl,
): Promise<UserGroupColumns & { readonly further: FurtherColumns }> {
  const kept = [...new Set([...names, K_COLUMN])];
  const builder = new UserGroupsBuilder(kept);
  await readRows(source, USER_GROUP_COLUMNS, builder, control, kept);
  const further = builder.further.columns();
  return { ...builder.columns(), ...kOfColumn(further), further };
}

/** Collects rows of users and groups. */
class UserGroupsBuilder implements RowTaker {
  readonly #users = new IdTable();
  readonly #groups = new IdTable();
  readonly #user = new Uint32List();
  readonly #group = new Uint32List();
  readonly #left = { blankRows: 0 };
  /** Collects k and the further columns. */
  readonly further: FurtherColumnsBuilder;

  constructor(names: readonly string[]) {
    this.further = new FurtherColumnsBuilder(names, FURTHER_RULES);
  }

  /** Adds all records of the scanner's block. */
  addRecords(scanner: RecordScanner, layout: Layout, file: string): void {
    const { index } = layout;
    const { from, to } = scanner;
    const [userField, groupField] = index;
    while (nextRow(scanner, layout, file, this.#left)) {
      if (!hasIds(scanner, index, USER_GROUP_COLUMNS, file, this.#left)) continue;
      this.#user.push(this.#users.intern(scanner.view, from[userField], to[userField]));
      this.#group.push(this.#groups.intern(scanner.view, from[groupField], to[groupField]));
      this.further.addRecord(scanner, layout, file);
    }
  }

  /** Adds all rows of a Parquet file. */
  async addParquet(file: ParquetFile): Promise<void> {
    const [userColumn, groupColumn] = USER_GROUP_COLUMNS;
    const users = await file.ids(userColumn, interning(this.#users));
    const groups = await file.ids(groupColumn, interning(this.#groups));
    const readFurther = await this.further.parquetReaders(file);
    for (const range of file.ranges) {
      const user = await users(range), group = await groups(range);
      await readFurther(range);
      for (let i = 0; i < user.length; i++) {
        const u = user[i], g = group[i], row = range.rowStart + i + 1;
        if (u < 0) throw await file.fault(userColumn, row, "an id");
        if (g < 0) throw await file.fault(groupColumn, row, "an id");
        this.#user.push(u);
        this.#group.push(g);
      }
    }
  }

  columns(): UserGroupColumns {
    return {
      userIds: this.#users.pool,
      userTable: this.#users,
      groupIds: this.#groups.pool.toArray(),
      user: this.#user.array(),
      group: this.#group.array(),
      ...this.#left,
    };
  }
}
