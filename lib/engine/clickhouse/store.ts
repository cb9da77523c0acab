/**
 * Statements on the shards of a ClickHouse cluster.
 *
 * @module
 */
import type { ExternalTable } from "../../deps/clickhouse.ts";
import type { RunControl } from "../../base/progress.ts";
import type { Dialect, TableColumns } from "../sql/dialect.ts";
import { columnList } from "../sql/dry_run.ts";
import type { Rows, SmallTable, Store } from "../sql/store.ts";
import { clickhouseDialect } from "./dialect.ts";
import { type Cluster, rowsOf, run, unescaped } from "./shards.ts";
import { makeTable, overAll } from "./work_tables.ts";

/** The shards are the parts. */
export class ClickHouseStore implements Store {
  readonly dialect: Dialect;

  constructor(readonly cluster: Cluster) {
    this.dialect = clickhouseDialect(cluster.userType);
  }

  get parts(): number {
    return this.cluster.shards.length;
  }

  async run(sql: string, control: RunControl): Promise<void> {
    await Promise.all(this.cluster.shards.map(({ server }) => run(server, sql, control)));
  }

  async rows(
    sql: string,
    control: RunControl,
    tables: readonly SmallTable[] = [],
  ): Promise<Rows[]> {
    const options = {
      ...control,
      tables: tables.map((table) => externalTable(table, this.dialect)),
    };
    return await Promise.all(
      this.cluster.shards.map(async ({ server }) => plain(await rowsOf(server, sql, options))),
    );
  }

  async rowsOverAll(sql: string, control: RunControl): Promise<Rows> {
    return plain(await rowsOf(this.cluster.coordinator, sql, control));
  }

  overAll(table: string): string {
    return overAll(this.cluster, table);
  }

  makeTable(
    table: string,
    columns: TableColumns,
    order: string,
    control: RunControl,
  ): Promise<void> {
    return makeTable(this.cluster, table, columnList(columns, this.dialect), order, control);
  }

  async insert(
    part: number,
    table: string,
    columns: TableColumns,
    rows: Rows,
    control: RunControl,
  ): Promise<void> {
    const names = Object.keys(columns).join(", ");
    await run(
      this.cluster.shards[part].server,
      `INSERT INTO ${table} (${names}) FORMAT TabSeparated\n${tabSeparated(rows)}`,
      control,
    );
  }
}

/** A small table as one that travels with a query. */
export function externalTable(
  { name, columns, rows }: SmallTable,
  dialect: Dialect,
): ExternalTable {
  return { name, structure: columnList(columns, dialect), rows: tabSeparated(rows) };
}

/** Rows as TabSeparated text. */
function tabSeparated(rows: Rows): string {
  return rows.map((row) => `${row.map(escaped).join("\t")}\n`).join("");
}

function escaped(cell: string): string {
  return cell.replace(/\\/g, "\\\\").replace(/\t/g, "\\t").replace(/\n/g, "\\n");
}

/** Rows with the escapes of their cells resolved. */
function plain(rows: string[][]): Rows {
  return rows.map((row) => row.map((cell) => cell.includes("\\") ? unescaped(cell) : cell));
}
