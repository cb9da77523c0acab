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
import { csvRows } from "./csv_rows.ts";
import { ID_COLUMNS, replacingTexts, requireIdTypes } from "./id_types.ts";
import { type BoundQuery, statementWith } from "./parameters.ts";
import { rowStream } from "./row_stream.ts";
import { type OpenRows, sqliteRows } from "./sqlite_rows.ts";

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
  return rowStream(csvRows(open, name, control, (text) => text), () => open.close(), control);
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
    return { names: rows.columnNames(), batches: batchesOf<string | null>(rows), close };
  } catch (error) {
    close();
    throw error;
  }
}

/** The rows of a statement. */
async function* batchesOf<Cell>(
  rows: Awaited<ReturnType<DuckDbConnection["stream"]>>,
): AsyncGenerator<Cell[][]> {
  for (;;) {
    const chunk = await rows.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    yield chunk.getRows() as Cell[][];
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
  for await (const rows of batchesOf<unknown>(described)) {
    for (const [column, type] of rows) columns.push([`${column}`, `${type}`]);
  }
  requireIdTypes(name, columns);
  return replacingTexts(source, columns, name);
}
