/**
 * Reads a query's rows from ClickHouse as CSV.
 *
 * @module
 */
import {
  ClickHouseError,
  type ClickHouseServer,
  openStatement,
  runStatement,
} from "../deps/clickhouse.ts";
import type { RunControl } from "../base/progress.ts";
import { checkedClickHouseCsv } from "./clickhouse_csv.ts";
import {
  describedColumns,
  inParquetTexts,
  paddedColumns,
  requireClickHouseIds,
} from "./clickhouse_types.ts";
import { type BoundParameter, type BoundQuery, statementWith } from "./parameters.ts";
import { RowMeter } from "./source_progress.ts";

/** The first version of the server that binds parameters `{name:Type}`. */
const BINDS_PARAMETERS = 19.14;

/** Code of the error when a user whose profile has readonly = 1 gives a setting. */
const MAY_NOT_SET = 164;

/** Name of the table in which parameters are sent to older servers. */
const PARAMETER_TABLE = "_divvy_parameters";

/** A statement with the settings and tables that carry its parameters. */
interface BoundStatement {
  sql: string;
  settings: Record<string, string>;
  tables: { name: string; structure: string; rows: string }[];
}

/**
 * The statement for a server of that version. Current servers bind `{name:Type}` from the setting `param_name`; older ones get
 * the values as an external table of one row, from which the statement selects. Values never become part of the SQL text.
 */
export function bindForClickHouse(query: BoundQuery, version: number): BoundStatement {
  const { parameters } = query;
  const bindsItself = version >= BINDS_PARAMETERS;
  const placeOf = (index: number) => {
    const { name, type } = parameters[index];
    return bindsItself ? `{${name}:${type}}` : fromTable(name, type);
  };
  const sql = statementWith(query, placeOf);
  if (parameters.length === 0) return { sql, settings: {}, tables: [] };
  if (bindsItself) {
    const settings = parameters.map((p) => [`param_${p.name}`, cell(p)]);
    return { sql, settings: Object.fromEntries(settings), tables: [] };
  }
  const structure = parameters.map((p) => `${p.name} ${p.type.replace("UUID", "String")}`).join(
    ", ",
  );
  const cells = parameters.map(cell);
  return {
    sql,
    settings: {},
    tables: [{ name: PARAMETER_TABLE, structure, rows: `${cells.join("\t")}\n` }],
  };
}

/** SQL for a parameter's value in the table. Old servers can't read UUIDs there, so those are sent as text. */
function fromTable(name: string, type: string): string {
  const value = `(SELECT \`${name}\` FROM ${PARAMETER_TABLE})`;
  if (type === "UUID") return `toUUID(${value})`;
  return type === "Array(UUID)" ? `arrayMap(u -> toUUID(u), ${value})` : value;
}

/** A value as a cell of TabSeparated text. The text of an array is escaped already. */
function cell({ type, value }: BoundParameter): string {
  if (type.startsWith("Array(")) return value;
  return value.replace(/\\/g, "\\\\").replace(/\t/g, "\\t").replace(/\n/g, "\\n");
}

/** The server's version as `major.minor`, 18.16 or 25.8. */
export async function clickhouseVersion(
  server: ClickHouseServer,
  signal?: AbortSignal,
): Promise<number> {
  const text = await runStatement(server, "SELECT version()", { signal });
  const [major, minor] = text.trim().split(".");
  // As a decimal 24.10 would be below 24.9, so the minor version gets two digits.
  return Number(`${major}.${minor.padStart(2, "0")}`);
}

/**
 * Opens the query's rows as a stream of CSV with a header; times are the texts that they are in Parquet. The server runs the
 * statement read-only.
 *
 * @throws {ClickHouseError} where the server can't be reached or refuses the statement
 * @throws {InputError} for a column of ids whose type can't hold any
 * @throws {InputError} from the stream; see {@link checkedClickHouseCsv}
 */
export async function clickhouseRows(
  server: ClickHouseServer,
  query: BoundQuery,
  name: string,
  control: RunControl,
): Promise<ReadableStream<Uint8Array>> {
  const version = query.parameters.length === 0
    ? 0
    : await clickhouseVersion(server, control.signal);
  const bound = bindForClickHouse(query, version);
  const plain = bound.sql.replace(/;\s*$/, "");
  const meter = new RowMeter(`read ${name}`, control.onProgress);
  const { settings, tables } = bound, { signal } = control;
  const columns = await describedColumns(server, plain, { settings, tables, signal });
  requireClickHouseIds(name, columns);
  const sql = `${inParquetTexts(plain, columns)}\nFORMAT CSVWithNames`;
  const body = await openStatement(server, sql, {
    tables,
    signal,
    settings: { ...settings, readonly: 2 },
  }).catch((error) => {
    // A user that may only read can't change settings, not even to readonly; then the statement is read-only anyway.
    if (error instanceof ClickHouseError && error.code === MAY_NOT_SET) {
      return openStatement(server, sql, { settings, tables, signal });
    }
    throw error;
  });
  const onRows = (rows: number, atEnd: boolean) => {
    meter.at(rows);
    if (atEnd) meter.end();
  };
  return body.pipeThrough(checkedClickHouseCsv(name, onRows, paddedColumns(columns)));
}
