/**
 * Statements in Spark, over tables of Parquet in the run's folder.
 *
 * @module
 */
import type { RunControl } from "../../base/progress.ts";
import type { TableColumns } from "../sql/store/dialect.ts";
import { columnList } from "../sql/dry_run.ts";
import { SingleStore } from "../sql/store/single_store.ts";
import type { Rows, SmallTable } from "../sql/store/store.ts";
import { SparkDialect } from "./dialect.ts";
import type { SparkDriver } from "./driver.ts";

/** One session, one part: Spark splits the work itself. */
export class SparkStore extends SingleStore {
  readonly dialect = new SparkDialect();

  constructor(readonly driver: SparkDriver) {
    super();
  }

  async run(sql: string, control: RunControl): Promise<void> {
    await this.driver.ask({ op: "run", sql }, control);
  }

  async rowsOverAll(sql: string, control: RunControl): Promise<Rows> {
    return await this.driver.ask({ op: "rows", sql }, control) as Rows;
  }

  async makeTable(
    table: string,
    columns: TableColumns,
    _order: string,
    control: RunControl,
  ): Promise<void> {
    await this.driver.ask({ op: "make", table, columns: this.#declared(columns) }, control);
  }

  /** Opens a table that an earlier run left in the folder, or makes it. */
  async attach(table: string, columns: TableColumns, control: RunControl): Promise<void> {
    await this.driver.ask({ op: "attach", table, columns: this.#declared(columns) }, control);
  }

  #declared(columns: TableColumns): string {
    return columnList(columns, this.dialect);
  }

  /** Makes a small table under its name. */
  async putSmall({ name, columns, rows }: SmallTable, control: RunControl): Promise<void> {
    await this.driver.ask(
      { op: "small", table: name, columns: this.#typed(columns), rows },
      control,
    );
  }

  async insert(
    _part: number,
    table: string,
    columns: TableColumns,
    rows: Rows,
    control: RunControl,
  ): Promise<void> {
    await this.driver.ask({ op: "insert", table, columns: this.#typed(columns), rows }, control);
  }

  /** Names and types of columns. */
  #typed(columns: TableColumns): [string, string][] {
    return Object.entries(columns).map(([name, type]) => [name, this.dialect.types[type]]);
  }
}
