/**
 * Reads a query's rows from PostgreSQL as CSV.
 *
 * @module
 */
import type { PostgresClient } from "../deps/postgres.ts";
import { beginWork } from "../base/open_work.ts";
import type { RunControl } from "../base/progress.ts";
import { withResolvers } from "../base/resolvers.ts";
import type { PostgresLogin } from "./credentials.ts";
import { csvCell } from "./csv_cell.ts";
import { type BackendKey, cancelStatement, connectPostgres } from "./postgres_connection.ts";
import { type BoundQuery, statementWith } from "./parameters.ts";
import { isIdColumn, requireIdTypes } from "./id_types.ts";
import { nanFault, nullFault, requiredColumns } from "./required_columns.ts";
import { firstWord } from "./statement.ts";
import { RowMeter } from "./source_progress.ts";

/** Rows fetched at a time. */
const BATCH = 5_000;

/** PostgreSQL's numbers of its types of floats, which are no ids (see {@link requireIdTypes}), and of numeric. */
const FLOATS = new Map([[700, "real"], [701, "double precision"]]), NUMERIC = 1700;

/** A statement whose cells are returned as bytes. */
type RawQuery = ReturnType<ReturnType<PostgresClient["unsafe"]>["raw"]>;

const encoder = new TextEncoder(), decoder = new TextDecoder();

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
 * Opens the query's rows as a stream of CSV with a header, read through a cursor in a read-only transaction. Values keep the
 * text that the server gives them. An abort asks the server to cancel the statement.
 *
 * @throws {ConnectionFault} where no connection can be made; the client's errors
 * @throws {InputError} from the stream, for a NULL in a required column, and for a column of ids that has floats or a NaN
 */
export async function postgresRows(
  login: PostgresLogin,
  query: BoundQuery,
  name: string,
  control: RunControl,
): Promise<ReadableStream<Uint8Array>> {
  const client = await connectPostgres(login, { signal: control.signal });
  const rows = csvRows(client, login, query, name, control);
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await rows.next();
        if (!done) return controller.enqueue(value);
        await client.end({ timeout: 1 });
        controller.close();
      } catch (error) {
        await client.end({ timeout: 0 });
        controller.error(control.signal?.aborted ? control.signal.reason : error);
      }
    },
    async cancel() {
      // The reader stopped early: end the statement on the server as well.
      await rows.return(undefined);
      await client.end({ timeout: 0 });
    },
  }, { highWaterMark: 1 });
}

/** The rows in chunks of CSV, the header in the first. */
async function* csvRows(
  client: PostgresClient,
  login: PostgresLogin,
  query: BoundQuery,
  name: string,
  control: RunControl,
): AsyncGenerator<Uint8Array, undefined> {
  const { sql, values } = bindForPostgres(query);
  const meter = new RowMeter(`read ${name}`, control.onProgress);
  const text = sql.replace(/;\s*$/, "");
  // The description gives the columns even where there are no rows.
  const description = await client.unsafe(text, values).describe();
  const columns = description.columns ?? [], names = columns.map((column) => column.name);
  const floats = columns.filter(({ type }) => FLOATS.has(type));
  requireIdTypes(name, floats.map((column) => [column.name, FLOATS.get(column.type)!]));
  const required = requiredColumns(names);
  const mayBeNan = columns.map((column) => column.type === NUMERIC && isIdColumn(column.name));
  yield encoder.encode(`${names.map(csvCell).join(",")}\n`);
  let row = 0;
  const statement = client.unsafe(text, values).raw();
  const over = cancelledBy(login, statement, control.signal);
  try {
    for await (const batch of batchesOf(text, statement)) {
      control.signal?.throwIfAborted();
      let lines = "";
      for (const cells of batch as unknown as (Uint8Array | null)[][]) {
        row++;
        for (let c = 0; c < names.length; c++) {
          const cell = cells[c];
          if (cell === null && required[c]) throw nullFault(name, row, names[c]);
          const text = cell === null ? "" : decoder.decode(cell);
          if (mayBeNan[c] && text === "NaN") throw nanFault(name, row, names[c]);
          lines += (c === 0 ? "" : ",") + csvCell(text);
        }
        lines += "\n";
      }
      meter.at(row);
      yield encoder.encode(lines);
    }
  } finally {
    over();
  }
  meter.end();
}

/**
 * The rows in batches. The rows of SHOW and EXPLAIN, which are few, are fetched at once, because this client's cursor would
 * end after the first of them.
 */
async function* batchesOf(text: string, statement: RawQuery): AsyncGenerator<unknown> {
  if (["SHOW", "EXPLAIN"].includes(firstWord(text, "postgres") ?? "")) yield await statement;
  else yield* statement.cursor(BATCH);
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
