/**
 * Writes assignments from a file to a table of a database, all or none.
 *
 * @module
 */
import { readPhase } from "../io/bytes/read_progress.ts";
import { ClickHouseError, runStatement } from "../deps/clickhouse.ts";
import { InputError, UsageError } from "../base/errors.ts";
import type { RunControl } from "../base/progress.ts";
import { withResolvers } from "../base/resolvers.ts";
import { assignmentsAsCsv } from "../io/tables/results/assignments_as_csv.ts";
import { readAssignments } from "../io/tables/results/assignments_reader.ts";
import {
  type ClickHouseLogin,
  clickhouseLogin,
  type PostgresLogin,
  postgresLogin,
} from "../sources/credentials.ts";
import { type Environment, processEnvironment } from "../sources/environment.ts";
import { quotedTable } from "../sources/identifier.ts";
import { connectPostgres } from "../sources/postgres_connection.ts";
import { sourceError } from "../sources/source_error.ts";
import { isSourceUrl, parseSourceUrl, shownName } from "../sources/source_url.ts";

/** Types of the columns of assignments; any other column is text. */
const TYPES = new Map(Object.entries({
  score: { postgres: "double precision", clickhouse: "Float64" },
  sponsorship_ratio: { postgres: "double precision", clickhouse: "Float64" },
  is_sponsored: { postgres: "boolean", clickhouse: "String" },
  holdout: { postgres: "boolean", clickhouse: "String" },
}));
const TEXT = { postgres: "text", clickhouse: "String" };

/** Options of {@link publishAssignments}. */
export interface PublishOptions extends RunControl {
  /** The source of settings outside the address. @default the process's environment */
  readonly environment?: Environment;
}

/**
 * Replaces the rows of a table by those of an assignments file; the table is created if it does not exist. In PostgreSQL that
 * is one transaction: the rows are copied to a temporary table, and the table is emptied and filled from it, so that its
 * privileges and indices stay. In ClickHouse the rows go to a new table, which then takes the place of the old one. Whatever
 * fails, readers see all of the old rows or all of the new ones.
 *
 * @param file CSV, JSON Lines, JSON, a workbook or Parquet, compressed or not; a folder or a glob of them
 * @param to `postgres://…?table=NAME` or `clickhouse://…?table=NAME`
 * @returns the number of rows
 * @throws {InputError} for a file that is not a table of assignments, a table with other columns, and any error of the server
 * @throws {UsageError} for an address that names no table
 */
export async function publishAssignments(
  file: string,
  to: string,
  options: PublishOptions = {},
): Promise<number> {
  const noPlace = (name: string) =>
    new UsageError(
      `${name} is no place for assignments, expected postgres://…?table=NAME or clickhouse://…?table=NAME`,
    );
  if (!isSourceUrl(to)) throw noPlace(shownName(to));
  const address = parseSourceUrl(to);
  const { kind, name, table } = address;
  if (kind !== "postgres" && kind !== "clickhouse") throw noPlace(name);
  if (table === null) {
    const query = address.queryFile === null ? "" : " (query is for reading)";
    throw new UsageError(`${name} names no table, expected ${kind}://…?table=NAME${query}`);
  }
  if (file === "-") throw new UsageError("assignments are read twice, so they can't come from -");
  options.onProgress?.({ phase: readPhase(file) });
  const rows = (await readAssignments(file)).line.length;
  const environment = options.environment ?? processEnvironment;
  const login = kind === "postgres"
    ? await postgresLogin(address, environment)
    : await clickhouseLogin(address, environment);
  options.onProgress?.({ phase: `publish to ${name}` });
  try {
    const types = kind === "postgres"
      ? null
      : await typesIn(login as ClickHouseLogin, table, options.signal);
    const exact = types === null ? new Set<string>() : doublesAmong(types);
    await withCsv(file, exact, async (columns, csv) => {
      const job = { table, columns, csv, rows, name };
      if (types === null) await toPostgres(login as PostgresLogin, job, options);
      else await toClickHouse(login as ClickHouseLogin, { ...job, types, exact }, options);
    });
  } catch (error) {
    if (options.signal?.aborted) throw options.signal.reason;
    throw sourceError(name, login, error);
  }
  return rows;
}

/** Rows and the table that they go to. */
interface Job {
  readonly table: string;
  readonly columns: readonly string[];
  /** CSV with a header. */
  readonly csv: ReadableStream<Uint8Array>;
  readonly rows: number;
  /** The address, for messages. */
  readonly name: string;
}

/** A job for ClickHouse. */
interface ExactJob extends Job {
  /** The types of the table's columns; none where it is not there yet. */
  readonly types: ReadonlyMap<string, string>;
  /** Columns of which the CSV has the bits of doubles. */
  readonly exact: ReadonlySet<string>;
}

/**
 * Calls `use` with the columns of the file and a stream of its rows as CSV, which are read as `use` takes them.
 *
 * @param asBits columns of numbers that are written as the bits of doubles
 */
async function withCsv(
  file: string,
  asBits: ReadonlySet<string>,
  use: (columns: readonly string[], csv: ReadableStream<Uint8Array>) => Promise<void>,
): Promise<void> {
  const header = withResolvers<readonly string[]>(), over = withResolvers<never>();
  let wanted = withResolvers<void>();
  let rows!: ReadableStreamDefaultController<Uint8Array>;
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => void (rows = controller),
    pull: () => wanted.resolve(),
    cancel: (reason) => over.reject(reason),
  }, { highWaterMark: 0 });
  const sink = {
    async write(bytes: Uint8Array) {
      await Promise.race([wanted.promise, over.promise]);
      wanted = withResolvers();
      // Copied, since the caller reuses the array.
      rows.enqueue(bytes.slice());
    },
  };
  const reading = assignmentsAsCsv(file, sink, header.resolve, asBits).then(
    () => rows.close(),
    (error) => {
      header.reject(error);
      rows.error(error);
    },
  );
  for (const promise of [header.promise, over.promise, reading]) promise.catch(() => {});
  try {
    await use(await header.promise, stream);
  } finally {
    over.reject(new Error("the rows are no longer needed"));
    await reading.catch(() => {});
  }
}

function columnList(columns: readonly string[], kind: "postgres" | "clickhouse"): string {
  return columns.map((name) => `${quotedTable(name, kind)} ${(TYPES.get(name) ?? TEXT)[kind]}`)
    .join(", ");
}

/** Checks that the existing table has the same columns. @throws {InputError} where it does not */
function checkColumns({ table, columns, name }: Job, found: readonly string[]): void {
  if (found.toSorted().join() === columns.toSorted().join()) return;
  throw new InputError(
    `${name}: table ${table} has the columns ${found.join(", ")}, expected ${columns.join(", ")}`,
    { file: name },
  );
}

/** Checks that as many rows arrived as were sent. @throws {InputError} where it is another number */
function checkArrived({ rows, name }: Job, arrived: number): void {
  if (arrived === rows) return;
  throw new InputError(`${name}: ${arrived} rows arrived of ${rows}: nothing is published`, {
    file: name,
  });
}

async function toPostgres(login: PostgresLogin, job: Job, options: PublishOptions): Promise<void> {
  const { table, columns, csv, name } = job;
  const { signal } = options;
  const client = await connectPostgres(login, { writes: true, signal });
  // When the connection ends, the server rolls the transaction back.
  const stop = () => void client.end({ timeout: 0 });
  signal?.addEventListener("abort", stop);
  try {
    const target = quotedTable(table, "postgres");
    const found = await client.unsafe(
      "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
      [target],
    );
    if (found.length === 0) {
      await client.unsafe(`CREATE TABLE ${target} (${columnList(columns, "postgres")})`);
    } else checkColumns(job, found.map((row) => String(row.attname)));
    const names = columns.map((name) => quotedTable(name, "postgres")).join(", ");
    await client.unsafe(
      `CREATE TEMPORARY TABLE divvy_staging ON COMMIT DROP AS SELECT ${names} FROM ${target} WITH NO DATA`,
    );
    const copy = await client.unsafe(
      `COPY divvy_staging (${names}) FROM STDIN WITH (FORMAT csv, HEADER true)`,
    ).writable();
    await pump(csv, copy, signal, async () => {
      try {
        await client.unsafe("SELECT 1");
      } catch (error) {
        // "In failed transaction": the server gives no reason for the failure.
        if ((error as { code?: unknown }).code !== "25P02") throw error;
        const what = "the server refused the rows: one has a value that its column can't hold";
        throw new InputError(`${name}: ${what}`, { file: name });
      }
    });
    const [{ n }] = await client.unsafe("SELECT count(*)::text AS n FROM divvy_staging");
    checkArrived(job, Number(n));
    await client.unsafe(`TRUNCATE ${target}`);
    await client.unsafe(`INSERT INTO ${target} (${names}) SELECT ${names} FROM divvy_staging`);
    await client.unsafe("COMMIT");
  } finally {
    signal?.removeEventListener("abort", stop);
    // Rolls back unless the transaction has been committed.
    await client.end({ timeout: 0 });
  }
}

/** The part of the client's stream for COPY that is used. */
interface Sink {
  write(bytes: Uint8Array, done: (error?: Error | null) => void): unknown;
  end(done?: () => void): unknown;
  destroy(error?: Error): unknown;
  once(event: "error" | "finish", listener: (error: Error) => void): unknown;
}

/** Writes a stream to a sink and waits until the sink has taken all and `after` is done. */
async function pump(
  csv: ReadableStream<Uint8Array>,
  to: unknown,
  signal: AbortSignal | undefined,
  after: () => PromiseLike<unknown>,
): Promise<void> {
  const sink = to as Sink;
  const failed = new Promise<never>((_, reject) => sink.once("error", reject));
  failed.catch(() => {});
  for await (const chunk of csv) {
    if (signal?.aborted) {
      sink.destroy(signal.reason);
      throw signal.reason;
    }
    const written = new Promise<void>((resolve, reject) =>
      sink.write(chunk, (error) => error ? reject(error) : resolve())
    );
    await Promise.race([written, failed]);
  }
  const finished = new Promise<void>((resolve) => sink.once("finish", () => resolve()));
  sink.end();
  // The client does not report an error that comes after the last row; the transaction's next statement, in `after`, does.
  await Promise.race([Promise.all([finished, after()]), failed]);
}

/** Codes of the errors where a server or database can't exchange tables: syntax error, not implemented. */
const NO_EXCHANGE = [62, 48];

/** Where a table of ClickHouse is, as a condition on a system table whose column `column` has its name. */
function placeOf(table: string, { database: own }: ClickHouseLogin, column: "name" | "table") {
  const [name, database = own] = table.split(".").reverse();
  // `table` has been checked by quotedTable: it is letters, digits and _ only.
  return `database = '${database.replace(/['\\]/g, "\\$&")}' AND ${column} = '${name}'`;
}

/** The columns of a table of ClickHouse with their types; none where there is no such table. @throws {UsageError} for a name that is none */
async function typesIn(
  login: ClickHouseLogin,
  table: string,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  quotedTable(table, "clickhouse");
  const sql = `SELECT name, type FROM system.columns WHERE ${placeOf(table, login, "table")}`;
  const rows = (await runStatement(login, sql, { signal })).trimEnd().split("\n");
  return new Map(
    rows.filter((row) => row !== "").map((row) => row.split("\t") as [string, string]),
  );
}

/**
 * The columns of assignments that are doubles in a table of ClickHouse, or will be where there is none yet. Servers before 20.8 read one
 * text of ten as the double beside the nearest, so that scores would be others than those of the file.
 */
function doublesAmong(types: ReadonlyMap<string, string>): ReadonlySet<string> {
  return new Set(
    ["score", "sponsorship_ratio"].filter((name) => (types.get(name) ?? "Float64") === "Float64"),
  );
}

/**
 * Puts the rows of a job into an empty table of ClickHouse, by way of a table whose doubles are the whole numbers that their bits are.
 *
 * @param tables names, quoted: the empty table, and the one on the way, which is made here
 */
async function sendRows(
  { columns, csv, exact }: ExactJob,
  { staging, sent }: { readonly staging: string; readonly sent: string },
  run: (sql: string, more?: object) => Promise<string>,
): Promise<void> {
  const quoted = (name: string) => quotedTable(name, "clickhouse");
  const names = columns.map(quoted).join(", ");
  // The same types but for the bits, and no rows, as there are none yet.
  const asSent = columns.map((name) =>
    exact.has(name) ? `toUInt64(0) AS ${quoted(name)}` : quoted(name)
  );
  await run(`CREATE TABLE ${sent} ENGINE = Log AS SELECT ${asSent.join(", ")} FROM ${staging}`);
  await run(`INSERT INTO ${sent} (${names}) FORMAT CSVWithNames`, {
    rows: csv,
    // Servers take ' for a quote as well, and an id that begins with it would lose it.
    settings: { format_csv_allow_single_quotes: 0 },
  });
  // The bits of a double, as a text whose zeros at the end are left out and filled in again.
  const cells = columns.map((name) =>
    exact.has(name) ? `reinterpretAsFloat64(reinterpretAsString(${quoted(name)}))` : quoted(name)
  );
  await run(`INSERT INTO ${staging} (${names}) SELECT ${cells.join(", ")} FROM ${sent}`);
}

async function toClickHouse(
  login: ClickHouseLogin,
  job: ExactJob,
  { signal, onProgress }: PublishOptions,
): Promise<void> {
  const { table, columns, types } = job;
  const token = crypto.randomUUID().slice(0, 8);
  const out = quotedTable(table, "clickhouse");
  const staging = quotedTable(`${table}__divvy_${token}_staging`, "clickhouse");
  const sent = quotedTable(`${table}__divvy_${token}_sent`, "clickhouse");
  const before = quotedTable(`${table}__divvy_${token}_before`, "clickhouse");
  const run = (sql: string, more = {}) => runStatement(login, sql, { signal, ...more });
  const exists = (await run(`EXISTS TABLE ${out}`)).trim() === "1";
  if (exists) {
    const place = placeOf(table, login, "name");
    const engine = (await run(`SELECT engine FROM system.tables WHERE ${place}`)).trim();
    if (engine !== "MergeTree") {
      throw new InputError(
        `${job.name}: ${table} is a ${engine}, expected a MergeTree table to replace`,
      );
    }
    checkColumns(job, [...types.keys()]);
  }
  try {
    await run(
      exists
        ? `CREATE TABLE ${staging} AS ${out}`
        : `CREATE TABLE ${staging} (${
          columnList(columns, "clickhouse")
        }) ENGINE = MergeTree PARTITION BY tuple() ORDER BY user_id`,
    );
    await sendRows(job, { staging, sent }, run);
    const arrived = Number(await run(`SELECT count() FROM ${staging}`));
    checkArrived(job, arrived);
    if (!exists) await run(`RENAME TABLE ${staging} TO ${out}`);
    else {
      let way = "EXCHANGE TABLES";
      await run(`EXCHANGE TABLES ${staging} AND ${out}`).catch((error) => {
        if (!(error instanceof ClickHouseError && NO_EXCHANGE.includes(error.code))) throw error;
        way = "RENAME TABLE";
        return run(`RENAME TABLE ${out} TO ${before}, ${staging} TO ${out}`);
      });
      onProgress?.({ phase: `publish to ${job.name}`, detail: `swapped in by ${way}` });
    }
  } finally {
    for (const name of [sent, staging, before]) {
      await runStatement(login, `DROP TABLE IF EXISTS ${name}`).catch(() => {});
    }
  }
}
