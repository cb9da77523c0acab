/**
 * Statements on the shards of a ClickHouse cluster.
 *
 * @module
 */
import {
  ClickHouseError,
  type ClickHouseServer,
  type ExternalTable,
} from "../../deps/clickhouse.ts";
import type { RunControl } from "../../base/progress.ts";
import type { Dialect, TableColumns } from "../sql/store/dialect.ts";
import { columnList } from "../sql/dry_run.ts";
import type { Rows, SmallTable, Store } from "../sql/store/store.ts";
import { ClickHouseDialect } from "./dialect.ts";
import { type Cluster, rowsOf, runToEnd, unescaped } from "./shards.ts";
import { makeTable, overAll } from "./work_tables.ts";

/** Characters of a statement that tables may travel with: servers take fields of forms up to 128 KiB. */
const LONGEST_BESIDE_TABLES = 30_000;

/** The shards are the parts. */
export class ClickHouseStore implements Store {
  readonly dialect: Dialect;

  constructor(readonly cluster: Cluster) {
    this.dialect = new ClickHouseDialect(cluster.userType);
  }

  get parts(): number {
    return this.cluster.shards.length;
  }

  async run(sql: string, control: RunControl): Promise<void> {
    await Promise.all(this.cluster.shards.map(({ server }) => runToEnd(server, sql, control)));
  }

  async rows(
    sql: string,
    control: RunControl,
    tables: readonly SmallTable[] = [],
  ): Promise<Rows[]> {
    const own = tables.map((table) => externalTable(table, this.dialect));
    const ask = own.length > 0 && sql.length > LONGEST_BESIDE_TABLES ? rowsInSession : rowsOf;
    return await Promise.all(
      this.cluster.shards.map(async ({ server }) =>
        plain(await ask(server, sql, { ...control, tables: own }))
      ),
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
    await runToEnd(
      this.cluster.shards[part].server,
      `INSERT INTO ${table} (${names}) FORMAT TabSeparated\n${tabSeparated(rows)}`,
      control,
    );
  }
}

/** The rows of a statement that reads tables made for it, in a session that has them as temporary ones. */
async function rowsInSession(
  server: ClickHouseServer,
  sql: string,
  { tables, ...control }: RunControl & { readonly tables: readonly ExternalTable[] },
): Promise<string[][]> {
  const settings = { session_id: `divvy_${crypto.randomUUID()}`, session_timeout: 60 };
  const inSession = { ...control, settings };
  for (const { name, structure, rows } of tables) {
    await whenFree(() =>
      runToEnd(server, `CREATE TEMPORARY TABLE ${name} (${structure})`, inSession)
    );
    if (rows === "") continue;
    await whenFree(() =>
      runToEnd(server, `INSERT INTO ${name} FORMAT TabSeparated\n${rows}`, inSession)
    );
  }
  return await whenFree(() => rowsOf(server, sql, inSession));
}

/** The server's code for a session that is still at work on the statement before. */
const SESSION_IS_LOCKED = 373;

/** Runs a statement of a session. A server answers a statement a moment before its session is free for the next one. */
async function whenFree<T>(statement: () => Promise<T>): Promise<T> {
  for (let tries = 1;; tries++) {
    try {
      return await statement();
    } catch (error) {
      const isLocked = error instanceof ClickHouseError && error.code === SESSION_IS_LOCKED;
      if (!isLocked || tries === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** A small table as one that travels with a query. */
function externalTable(
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
