/**
 * Statements in Spark, over tables of Parquet in the run's folder.
 *
 * @module
 */
import type { RunControl } from "../../base/progress.ts";
import type { ColumnType, Dialect, TableColumns } from "../sql/dialect.ts";
import { columnList } from "../sql/dry_run.ts";
import type { Rows, SmallTable, Store } from "../sql/store.ts";
import { SparkDialect, typeOf } from "./dialect.ts";
import type { SparkDriver } from "./driver.ts";

/** One session, one part: Spark splits the work itself. */
export class SparkStore implements Store {
  readonly dialect: Dialect = new SparkDialect();
  readonly parts = 1;

  constructor(readonly driver: SparkDriver) {}

  async run(sql: string, control: RunControl): Promise<void> {
    await this.driver.ask({ op: "run", sql }, control);
  }

  async rows(
    sql: string,
    control: RunControl,
    tables: readonly SmallTable[] = [],
  ): Promise<Rows[]> {
    for (const table of tables) await this.putSmall(table, control);
    return [await this.rowsOverAll(sql, control)];
  }

  async rowsOverAll(sql: string, control: RunControl): Promise<Rows> {
    return await this.driver.ask({ op: "rows", sql }, control) as Rows;
  }

  overAll(table: string): string {
    return table;
  }

  async makeTable(
    table: string,
    columns: TableColumns,
    _order: string,
    control: RunControl,
  ): Promise<void> {
    await this.driver.ask({ op: "make", table, columns: this.#declared(columns) }, control);
  }

  /** Takes up a table that a run before left in the folder, or makes it. */
  async attach(table: string, columns: TableColumns, control: RunControl): Promise<void> {
    await this.driver.ask({ op: "attach", table, columns: this.#declared(columns) }, control);
  }

  #declared(columns: TableColumns): string {
    return columnList(columns, this.dialect);
  }

  /** Has a small table at hand under its name. */
  async putSmall({ name, columns, rows }: SmallTable, control: RunControl): Promise<void> {
    await this.driver.ask({ op: "small", table: name, columns: typed(columns), rows }, control);
  }

  async insert(
    _part: number,
    table: string,
    columns: TableColumns,
    rows: Rows,
    control: RunControl,
  ): Promise<void> {
    await this.driver.ask({ op: "insert", table, columns: typed(columns), rows }, control);
  }
}

/** Names and types of columns. */
function typed(columns: TableColumns): [string, string][] {
  return Object.entries(columns).map(([name, type]) => [name, typeOf(type as ColumnType)]);
}
