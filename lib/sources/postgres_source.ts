/**
 * A query's rows out of PostgreSQL, as CSV.
 *
 * @module
 */
import { loadPostgres, type PostgresClient } from "../deps/postgres.ts";
import type { RunControl } from "../progress.ts";
import type { Login } from "./credentials.ts";
import type { BoundQuery } from "./parameters.ts";
import { nullFault, requiredColumns } from "./required_columns.ts";
import { RowMeter } from "./source_progress.ts";

/** Rows fetched at a time. */
const BATCH = 5_000;

const encoder = new TextEncoder(), decoder = new TextDecoder();

/**
 * The statement with `$1`, `$2`, … in the places of its parameters. Every value is sent as text and cast by the
 * server, so that the client's own idea of types does not matter.
 */
export function bindForPostgres(query: BoundQuery): { sql: string; values: string[] } {
  const { texts, order, parameters } = query;
  const place = (index: number) => `(($${index + 1}::text)::${parameters[index].type})`;
  const sql = texts.map((text, i) => i === 0 ? text : place(order[i - 1]) + text).join("");
  return { sql, values: parameters.map((p) => p.value) };
}

/**
 * Opens the query's rows as a stream of CSV with a header, read through a cursor in one read-only transaction. Values
 * keep the text form that the server gives them. Throws the client's errors, and InputError for a NULL.
 */
export async function postgresRows(
  login: Login,
  query: BoundQuery,
  name: string,
  control: RunControl,
): Promise<ReadableStream<Uint8Array>> {
  const connect = await loadPostgres();
  const client = connect({
    host: login.host,
    port: login.port,
    database: login.database,
    username: login.user,
    password: login.password,
    ssl: login.secure ? "require" : false,
    max: 1,
    connect_timeout: 15,
    fetch_types: false,
    onnotice: () => {},
  });
  const rows = csvRows(client, query, name, control);
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await rows.next();
        if (!done) return controller.enqueue(value);
        await client.end({ timeout: 1 });
        controller.close();
      } catch (error) {
        await client.end({ timeout: 0 });
        controller.error(error);
      }
    },
    async cancel() {
      await client.end({ timeout: 0 });
    },
  }, { highWaterMark: 1 });
}

/** The rows in chunks of CSV, the header in the first. */
async function* csvRows(
  client: PostgresClient,
  query: BoundQuery,
  name: string,
  control: RunControl,
): AsyncGenerator<Uint8Array, undefined> {
  const { sql, values } = bindForPostgres(query);
  const meter = new RowMeter(`read ${name}`, control.onProgress);
  const session = await client.reserve();
  await session.unsafe("BEGIN READ ONLY");
  // A statement's own description gives the columns even when there are no rows.
  const statement = session.unsafe(sql.replace(/;\s*$/, ""), values, { prepare: true });
  const names = (await describe(session, sql, values)).map((column) => column.name);
  const required = requiredColumns(names);
  yield encoder.encode(`${names.map(csvCell).join(",")}\n`);
  let row = 0;
  for await (const batch of statement.raw().cursor(BATCH)) {
    control.signal?.throwIfAborted();
    let text = "";
    for (const cells of batch as unknown as (Uint8Array | null)[][]) {
      row++;
      for (let c = 0; c < names.length; c++) {
        const cell = cells[c];
        if (cell === null && required[c]) throw nullFault(name, row, names[c]);
        text += (c === 0 ? "" : ",") + (cell === null ? "" : csvCell(decoder.decode(cell)));
      }
      text += "\n";
    }
    meter.at(row);
    yield encoder.encode(text);
  }
  await session.unsafe("COMMIT");
  session.release();
}

/** Columns of the statement's result. */
async function describe(
  session: PostgresClient,
  sql: string,
  values: string[],
): Promise<readonly { name: string }[]> {
  return (await session.unsafe(sql.replace(/;\s*$/, ""), values).describe()).columns ?? [];
}

/** A cell, quoted where it must be. */
function csvCell(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
