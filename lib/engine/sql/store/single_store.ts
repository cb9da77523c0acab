/**
 * A store of one part: the engine splits the work itself.
 *
 * @module
 */
import type { RunControl } from "../../../base/progress.ts";
import type { Rows, SmallTable, Store } from "./store.ts";
import type { Dialect, TableColumns } from "./dialect.ts";

/** One part, whose tables are read under their own names. */
export abstract class SingleStore implements Store {
  readonly parts = 1;
  abstract readonly dialect: Dialect;

  abstract run(sql: string, control: RunControl): Promise<void>;
  abstract rowsOverAll(sql: string, control: RunControl): Promise<Rows>;
  abstract makeTable(
    table: string,
    columns: TableColumns,
    order: string,
    control: RunControl,
  ): Promise<void>;
  abstract insert(
    part: number,
    table: string,
    columns: TableColumns,
    rows: Rows,
    control: RunControl,
  ): Promise<void>;
  /** Makes a small table that stays for as long as the engine is open. */
  abstract putSmall(table: SmallTable, control: RunControl): Promise<void>;

  async rows(
    sql: string,
    control: RunControl,
    tables: readonly SmallTable[] = [],
  ): Promise<Rows[]> {
    for (const table of tables) await this.putSmall(table, control);
    return [await this.rowsOverAll(sql, control)];
  }

  overAll(table: string): string {
    return table;
  }
}
