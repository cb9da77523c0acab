/**
 * A query's rows out of PostgreSQL, as CSV.
 *
 * @module
 */
import { loadPostgres, type PostgresClient } from "../deps/postgres.ts";
import type { RunControl } from "../base/progress.ts";
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
 * Opens the query's rows as a stream of CSV with a header, read through a cursor on a read-only connection. Values
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
    connection: { application_name: "divvy", default_transaction_read_only: true },
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
  const text = sql.replace(/;\s*$/, "");
  // The description gives the columns even where there are no rows.
  const description = await client.unsafe(text, values).describe();
  const names = (description.columns ?? []).map((column) => column.name);
  const required = requiredColumns(names);
  yield encoder.encode(`${names.map(csvCell).join(",")}\n`);
  let row = 0;
  for await (const batch of client.unsafe(text, values).raw().cursor(BATCH)) {
    control.signal?.throwIfAborted();
    let lines = "";
    for (const cells of batch as unknown as (Uint8Array | null)[][]) {
      row++;
      for (let c = 0; c < names.length; c++) {
        const cell = cells[c];
        if (cell === null && required[c]) throw nullFault(name, row, names[c]);
        lines += (c === 0 ? "" : ",") + (cell === null ? "" : csvCell(decoder.decode(cell)));
      }
      lines += "\n";
    }
    meter.at(row);
    yield encoder.encode(lines);
  }
}

/** A cell, quoted where it must be. */
function csvCell(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
