/**
 * Reads a query's rows from PostgreSQL as CSV.
 *
 * @module
 */
import { Buffer, isUtf8 } from "node:buffer";
import { InputError } from "../base/errors.ts";
import type { PostgresClient } from "../deps/postgres.ts";
import { beginWork } from "../base/open_work.ts";
import type { RunControl } from "../base/progress.ts";
import { withResolvers } from "../base/resolvers.ts";
import type { PostgresLogin } from "./credentials.ts";
import { csvRows } from "./csv_rows.ts";
import { type BackendKey, cancelStatement, connectPostgres } from "./postgres_connection.ts";
import { type BoundQuery, statementWith } from "./parameters.ts";
import { isIdColumn, requireIdTypes } from "./id_types.ts";
import { nanFault, valueFault } from "./required_columns.ts";
import { firstWord } from "./statement.ts";
import { rowStream } from "./row_stream.ts";
import { isoTime } from "./time_text.ts";

/** Rows fetched at a time. */
const BATCH = 5_000;

/** PostgreSQL's numbers of its types whose values are no ids (see {@link requireIdTypes}): floats, and what has many texts. */
const NO_IDS: ReadonlyMap<number, string> = new Map([
  [16, "boolean"],
  [114, "json"],
  [142, "xml"],
  [700, "real"],
  [701, "double precision"],
  [790, "money"],
  [1083, "time"],
  [1186, "interval"],
  [1266, "time with time zone"],
  [3802, "jsonb"],
  // Lists of all sorts.
  ...[1000, 1005, 1007, 1009, 1014, 1015, 1016, 1021, 1022, 1115, 1182, 1185, 1231, 2951]
    .map((type): [number, string] => [type, "array"]),
]);
/** Its numbers of boolean, bytes and numeric, and of dates and times. */
const BOOLEAN = 16,
  BYTEA = 17,
  NUMERIC = 1700,
  TIMES: ReadonlySet<number> = new Set([1082, 1114, 1184]);

/** A statement whose cells are returned as bytes. */
type RawQuery = ReturnType<ReturnType<PostgresClient["unsafe"]>["raw"]>;

const decoder = new TextDecoder();

/**
 * The statement with `$1`, `$2`, … in place of its parameters. Values are sent as text and cast by the server, so that the
 * client's own conversion of types does not matter.
 */
export function bindForPostgres(query: BoundQuery): { sql: string; values: string[] } {
  const { parameters } = query;
  const placeOf = (index: number) => `(($${index + 1}::text)::${parameters[index].type})`;
  return { sql: statementWith(query, placeOf), values: parameters.map((p) => p.value) };
}

/**
 * Opens the query's rows as a stream of CSV with a header, read through a cursor in a read-only transaction. Dates,
 * times and truth values are the texts that they are in Parquet, whatever the session's zone, and floats have all their digits;
 * other values keep the text that the server gives them. An abort asks the server to cancel the statement.
 *
 * @throws {ConnectionFault} where no connection can be made; the client's errors
 * @throws {InputError} from the stream, for a NULL in a required column, and for a column of ids whose type or value is none
 */
export async function postgresRows(
  login: PostgresLogin,
  query: BoundQuery,
  name: string,
  control: RunControl,
): Promise<ReadableStream<Uint8Array>> {
  const client = await connectPostgres(login, { signal: control.signal });
  const rows = rowsOf(client, login, query, name, control);
  // Where not all rows were read the statement is ended on the server as well.
  return rowStream(rows, (isRead) => client.end({ timeout: isRead ? 1 : 0 }), control);
}

/** The query's rows as CSV. */
async function* rowsOf(
  client: PostgresClient,
  login: PostgresLogin,
  query: BoundQuery,
  name: string,
  control: RunControl,
): AsyncGenerator<Uint8Array, undefined> {
  const { sql, values } = bindForPostgres(query);
  const text = sql.replace(/;\s*$/, "");
  // The description gives the columns even where there are no rows.
  const description = await client.unsafe(text, values).describe();
  const columns = description.columns ?? [], names = columns.map((column) => column.name);
  const noIds = columns.filter(({ type }) => NO_IDS.has(type));
  requireIdTypes(name, noIds.map((column) => [column.name, NO_IDS.get(column.type)!]));
  const statement = client.unsafe(text, values).raw();
  const over = cancelledBy(login, statement, control.signal);
  try {
    const rows = { names, batches: batchesOf(text, statement) };
    yield* csvRows(
      rows,
      name,
      control,
      (cell, c, row) => textOf(decoder.decode(cell), columns[c], name, row),
    );
  } finally {
    over();
  }
}

/**
 * A value's text, from that of the server.
 *
 * @throws {InputError} for bytes that are no text, a number that is no id, and a time in a form that is not known
 */
function textOf(
  text: string,
  { name, type }: { readonly name: string; readonly type: number },
  source: string,
  row: number,
): string {
  if (type === BYTEA) {
    const bytes = bytesOf(text);
    if (isUtf8(bytes)) return decoder.decode(bytes);
    // Bytes in columns that nobody reads, such as pictures, may be any.
    if (isIdColumn(name)) throw notText(source, row, name);
  }
  if (type === NUMERIC && isIdColumn(name)) {
    if (text === "NaN") throw nanFault(source, row, name);
    if (text.includes(".")) throw valueFault(source, row, name, text, "an id: a whole number");
  }
  if (type === BOOLEAN) return text === "t" ? "true" : "false";
  if (!TIMES.has(type)) return text;
  const iso = isoTime(text);
  if (iso !== null) return iso;
  throw valueFault(source, row, name, text, "a time as DateStyle ISO writes it");
}

/** The bytes that the server writes as text: `\x616263`, or as older settings have it `abc\351`. */
function bytesOf(text: string): Uint8Array {
  if (text.startsWith("\\x")) return Buffer.from(text.slice(2), "hex");
  const escaped = text.replace(
    /\\(\\|[0-7]{3})/g,
    (_, code) => code === "\\" ? code : String.fromCharCode(parseInt(code, 8)),
  );
  return Buffer.from(escaped, "latin1");
}

function notText(source: string, row: number, column: string): InputError {
  return new InputError(`${source}: row ${row}: ${column} is not UTF-8 text, expected UTF-8 text`, {
    file: source,
    column,
    expected: "UTF-8 text",
  });
}

/**
 * The rows in batches. The rows of SHOW and EXPLAIN, which are few, are fetched at once, because this client's cursor would
 * end after the first of them.
 */
async function* batchesOf(
  text: string,
  statement: RawQuery,
): AsyncGenerator<(Uint8Array | null)[][]> {
  const isWhole = ["SHOW", "EXPLAIN"].includes(firstWord(text, "postgres") ?? "");
  for await (const batch of isWhole ? [await statement] : statement.cursor(BATCH)) {
    yield batch as unknown as (Uint8Array | null)[][];
  }
}

/** Until the function returned is called, an abort or the program's end asks the server to cancel the statement. */
function cancelledBy(
  login: PostgresLogin,
  statement: RawQuery,
  signal: AbortSignal | undefined,
): () => void {
  signal?.throwIfAborted();
  const { promise: over, resolve } = withResolvers<void>();
  const key = () => (statement as unknown as { state?: BackendKey | null }).state;
  const cancel = () => cancelStatement(login, key, over);
  signal?.addEventListener("abort", cancel);
  const release = beginWork(cancel, signal);
  return () => {
    resolve();
    release();
    signal?.removeEventListener("abort", cancel);
  };
}
