/**
 * Reads a query's rows from a SQLite or DuckDB file as CSV.
 *
 * @module
 */
import { beginWork } from "../base/open_work.ts";
import { InputError } from "../base/errors.ts";
import type { DuckDbConnection } from "../deps/duckdb.ts";
import { platform } from "../base/platform/platform.ts";
import type { RunControl } from "../base/progress.ts";
import { csvCell } from "./csv_cell.ts";
import { ID_COLUMNS, replacingTexts, requireIdTypes } from "./id_types.ts";
import { type BoundQuery, statementWith } from "./parameters.ts";
import { nullFault, requiredColumns } from "./required_columns.ts";
import { breaksIn, RowPlaces } from "./row_places.ts";
import { rowStream } from "./row_stream.ts";
import { RowMeter } from "./source_progress.ts";
import { type OpenRows, sqliteRows } from "./sqlite_rows.ts";

const encoder = new TextEncoder();

/**
 * Opens the rows of a query on a database file as a stream of CSV with a header. The file is opened read-only.
 *
 * @throws {InputError} where there is no such file and, from the stream, for a NULL in a required column; and the database's
 * own errors
 */
export async function fileRows(
  kind: "sqlite" | "duckdb",
  path: string | null,
  query: BoundQuery,
  name: string,
  control: RunControl,
): Promise<ReadableStream<Uint8Array>> {
  if (path !== null) await checkFile(path, name);
  if (kind === "sqlite" && path === null) {
    throw new InputError(`${name} names no file, expected sqlite://FILE?table=…`, { file: name });
  }
  const open = kind === "sqlite"
    ? await openSqlite(path!, query, control.signal)
    : await duckDbRows(path, query, name, control.signal);
  return rowStream(csvRows(open, name, control), () => open.close(), control);
}

/** Checks that the file exists: DuckDB would create it, and SQLite's error does not say that it is missing. */
async function checkFile(path: string, name: string): Promise<void> {
  try {
    if ((await platform.stat(path)).isFile) return;
  } catch (error) {
    if (!(error instanceof platform.errors.NotFound)) throw error;
    throw new InputError(`${name}: no such file`, { file: name });
  }
  throw new InputError(`${name}: not a file`, { file: name });
}

/** The rows in chunks of CSV, the header in the first. */
async function* csvRows(
  open: OpenRows,
  name: string,
  { signal, onProgress }: RunControl,
): AsyncGenerator<Uint8Array, undefined> {
  const meter = new RowMeter(`read ${name}`, onProgress);
  const required = requiredColumns(open.names);
  yield encoder.encode(`${open.names.map(csvCell).join(",")}\n`);
  const places = new RowPlaces(name, breaksIn(open.names.join()));
  let row = 0;
  for (let batch = await open.next(); batch !== null; batch = await open.next()) {
    signal?.throwIfAborted();
    let lines = "";
    for (const cells of batch) {
      row++;
      let breaks = 0;
      cells.forEach((cell, c) => {
        if (cell === null && required[c]) throw nullFault(name, row, open.names[c]);
        breaks += breaksIn(cell ?? "");
        lines += (c === 0 ? "" : ",") + (cell === null ? "" : csvCell(cell));
      });
      places.add(breaks);
      lines += "\n";
    }
    meter.at(row);
    yield encoder.encode(lines);
  }
  meter.end();
}

/** A parameter's value in SQLite's own type, since to SQLite a text never equals a number. */
function sqliteValue(type: string, value: string): string | number | bigint {
  if (/int$|^int|integer/i.test(type)) return BigInt(value);
  if (/numeric|real|float|double/i.test(type)) return Number(value);
  if (type === "boolean") return value === "true" ? 1n : 0n;
  return value;
}

/** Opens the rows of a SQLite file. */
async function openSqlite(
  path: string,
  query: BoundQuery,
  signal: AbortSignal | undefined,
): Promise<OpenRows> {
  const sql = statementWith(query, (index) => `?${index + 1}`);
  const values = query.parameters.map(({ type, value }) => sqliteValue(type, value));
  return await sqliteRows({ path, sql, values, ids: [...ID_COLUMNS] }, signal);
}

/** Opens the rows of a DuckDB file, or of a query over files (`read_parquet('…')`) where no database is named. */
async function duckDbRows(
  path: string | null,
  query: BoundQuery,
  name: string,
  signal: AbortSignal | undefined,
): Promise<OpenRows> {
  const { openDuckDb } = await import("../deps/duckdb.ts");
  const database = await openDuckDb(path ?? ":memory:", {
    ...(path !== null && { access_mode: "READ_ONLY" }),
    // Do not download extensions.
    autoinstall_known_extensions: "false",
  });
  const connection = await database.connect();
  const interrupt = () => connection.interrupt();
  signal?.addEventListener("abort", interrupt);
  const release = beginWork(() => Promise.resolve(interrupt()), signal);
  const close = () => {
    release();
    signal?.removeEventListener("abort", interrupt);
    connection.closeSync();
    database.closeSync();
  };
  try {
    const sql = statementWith(
      query,
      (index) => `(($${index + 1}::VARCHAR)::${query.parameters[index].type})`,
    );
    // Cast to text by DuckDB: it has a text for every type, and for numbers the shortest that reads back the same.
    const values = query.parameters.map(({ value }) => value);
    const source = await inParquetTexts(connection, `(\n${sql}\n)`, values, name);
    const rows = await connection.stream(
      `SELECT CAST(COLUMNS(*) AS VARCHAR) FROM ${source}`,
      values,
    );
    return {
      names: rows.columnNames(),
      next: async () => {
        const chunk = await rows.fetchChunk();
        return chunk === null || chunk.rowCount === 0
          ? null
          : chunk.getRows() as (string | null)[][];
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** A source whose values have the texts that they have in Parquet. */
async function inParquetTexts(
  connection: DuckDbConnection,
  source: string,
  values: string[],
  name: string,
): Promise<string> {
  const described = await connection.stream(`DESCRIBE SELECT * FROM ${source}`, values);
  const columns: [name: string, type: string][] = [];
  for (;;) {
    const chunk = await described.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    columns.push(
      ...chunk.getRows().map(([column, type]): [string, string] => [`${column}`, `${type}`]),
    );
  }
  requireIdTypes(name, columns);
  return replacingTexts(source, columns, name);
}
