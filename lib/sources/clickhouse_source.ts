/**
 * A query's rows out of ClickHouse, as CSV.
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
import type { BoundParameter, BoundQuery } from "./parameters.ts";
import { RowMeter } from "./source_progress.ts";

/** First version that binds `{name:Type}` itself. */
const BINDS_PARAMETERS = 19.14;

/** Code of the error for a setting that a user with a profile of readonly = 1 gives. */
const MAY_NOT_SET = 164;

/** The table that carries parameters to older servers. */
const CARRIER = "_divvy_parameters";

/** A statement with everything that its parameters need. */
interface BoundStatement {
  sql: string;
  settings: Record<string, string>;
  tables: { name: string; structure: string; rows: string }[];
}

/**
 * The statement for a server of that version. Current servers bind `{name:Type}` from `param_name`; for older ones the
 * values travel as a one-row external table that the statement selects from. Neither way pastes a value into the text.
 */
export function bindForClickHouse(query: BoundQuery, version: number): BoundStatement {
  const { texts, order, parameters } = query;
  const bindsItself = version >= BINDS_PARAMETERS;
  const place = (index: number) => {
    const { name, type } = parameters[index];
    return bindsItself ? `{${name}:${type}}` : carried(name, type);
  };
  const sql = texts.map((text, i) => i === 0 ? text : place(order[i - 1]) + text).join("");
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
    tables: [{ name: CARRIER, structure, rows: `${cells.join("\t")}\n` }],
  };
}

/** A parameter's value out of the table; servers so old have no literals of UUIDs, so these travel as text. */
function carried(name: string, type: string): string {
  const value = `(SELECT \`${name}\` FROM ${CARRIER})`;
  if (type === "UUID") return `toUUID(${value})`;
  return type === "Array(UUID)" ? `arrayMap(u -> toUUID(u), ${value})` : value;
}

/** A value as a cell of TabSeparated text. The text of an array has its escapes inside. */
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
  // 24.10 lies above 24.9 although it is less as a decimal; only the comparison with 19.14 is needed.
  return Number(`${major}.${minor.padStart(2, "0")}`);
}

/** Opens the query's rows as a stream of CSV with a header; the statement can only read. Throws ClickHouseError and InputError. */
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
  const sql = `${bound.sql.replace(/;\s*$/, "")}\nFORMAT CSVWithNames`;
  const meter = new RowMeter(`read ${name}`, control.onProgress);
  const { settings, tables } = bound, { signal } = control;
  const body = await openStatement(server, sql, {
    ...{ tables, signal, settings: { ...settings, readonly: 2 } },
  }).catch((error) => {
    // A user who can only read may not even say so; that is as good.
    if (error instanceof ClickHouseError && error.code === MAY_NOT_SET) {
      return openStatement(server, sql, { settings, tables, signal });
    }
    throw error;
  });
  return body.pipeThrough(checkedClickHouseCsv(name, (rows, atEnd) => {
    meter.at(rows);
    if (atEnd) meter.end();
  }));
}
