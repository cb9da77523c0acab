/**
 * ClickHouse's HTTP interface by plain fetch. The client packages bind parameters only as `param_…` settings, which
 * servers before 19.x don't know; this speaks to both. Whoever needs no old server can put `@clickhouse/client-web`
 * in this one file's place.
 *
 * @module
 */

/** Where and as whom to connect. */
export interface ClickHouseServer {
  /** Host name or address. */
  readonly host: string;
  /** Port of the HTTP interface. */
  readonly port: number;
  /** Database that unqualified names mean. */
  readonly database: string;
  /** User. */
  readonly user: string;
  /** Password; never part of a message. */
  readonly password: string;
  /** Whether to speak TLS. */
  readonly secure: boolean;
}

/** A small table that travels with a query and can be read by its name. */
export interface ExternalTable {
  /** Name that the query calls it. */
  readonly name: string;
  /** Columns as `name Type, name Type`. */
  readonly structure: string;
  /** Rows as TabSeparated text. */
  readonly rows: string;
}

/** How a statement is run. */
export interface StatementOptions {
  /** Server settings, such as `max_threads`; parameters of {@link ClickHouseServer} 19.x and later as `param_name`. */
  readonly settings?: Readonly<Record<string, string | number>>;
  /** Tables that travel with it. */
  readonly tables?: readonly ExternalTable[];
  /** Aborting it drops the connection; the server then stops the query. */
  readonly signal?: AbortSignal;
}

/** What the server said instead of a result. */
export class ClickHouseError extends Error {
  /** Code of the server's error; 0: the connection failed. */
  readonly code: number;

  /** An error with the server's code and its message in one line. */
  constructor(code: number, message: string) {
    super(message);
    this.name = "ClickHouseError";
    this.code = code;
  }
}

/** An exception in the text form that servers of all versions put in the body. */
const EXCEPTION =
  /(?:^|[\r\n])Code: (\d+)[.,]\s*(?:e\.displayText\(\) = )?(?:DB::(?:Net|Parsing)?Exception:\s*)?([^]*)$/;

/** The error in a body's text, or null where the text is none. */
export function exceptionIn(text: string): ClickHouseError | null {
  const match = text.includes("Exception") ? EXCEPTION.exec(text) : null;
  if (match === null) return null;
  const message = match[2]
    .replace(/, e\.what\(\) = [^]*$/, "")
    .replace(/\s*\(version [^]*$/, "")
    .replace(/\s+/g, " ")
    .trim();
  return new ClickHouseError(Number(match[1]), message);
}

/**
 * Sends a statement and returns the body as the server streams it. An exception that comes after the first rows is
 * part of the body: see {@link exceptionIn}.
 *
 * @throws ClickHouseError when the server can't be reached or refuses the statement
 */
export async function openStatement(
  server: ClickHouseServer,
  sql: string,
  options: StatementOptions = {},
): Promise<ReadableStream<Uint8Array>> {
  const url = new URL(
    `${server.secure ? "https" : "http"}://${hostText(server.host)}:${server.port}/`,
  );
  url.searchParams.set("database", server.database);
  for (const [name, value] of Object.entries(options.settings ?? {})) {
    url.searchParams.set(name, String(value));
  }
  let body: string | FormData = sql;
  if (options.tables !== undefined && options.tables.length > 0) {
    body = new FormData();
    body.set("query", sql);
    for (const table of options.tables) {
      url.searchParams.set(`${table.name}_structure`, table.structure);
      url.searchParams.set(`${table.name}_format`, "TabSeparated");
      body.set(table.name, new Blob([table.rows]), table.name);
    }
  }
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      body,
      headers: { authorization: `Basic ${base64(`${server.user}:${server.password}`)}` },
      signal: options.signal,
    });
  } catch (error) {
    if (options.signal?.aborted) throw options.signal.reason;
    throw connectionError(error);
  }
  if (!response.ok) {
    const text = await response.text();
    const exception = exceptionIn(text);
    throw exception ?? new ClickHouseError(0, `HTTP status ${response.status}`);
  }
  return response.body ?? new Blob([]).stream();
}

/**
 * Runs a statement to its end and returns its whole output as text. The server holds the output back until it is
 * complete, so that a failure is never taken for a result. When it is aborted the server is told, because one that has
 * nothing to send yet does not notice that nobody listens.
 *
 * @throws ClickHouseError
 */
export async function runStatement(
  server: ClickHouseServer,
  sql: string,
  options: StatementOptions = {},
): Promise<string> {
  const { signal } = options;
  const query_id = crypto.randomUUID();
  const settings = { ...options.settings, wait_end_of_query: 1, query_id };
  let text: string;
  try {
    const body = await openStatement(server, sql, { ...options, settings });
    text = await new Response(body).text();
  } catch (error) {
    if (signal?.aborted) {
      await killQuery(server, query_id);
      throw signal.reason;
    }
    throw error instanceof ClickHouseError ? error : connectionError(error);
  }
  const exception = exceptionIn(text);
  if (exception !== null) throw exception;
  return text;
}

/** Stops a query, if the server can be reached and it is still running. */
async function killQuery(server: ClickHouseServer, id: string): Promise<void> {
  try {
    const body = await openStatement(server, `KILL QUERY WHERE query_id = '${id}' ASYNC`);
    await body.cancel();
  } catch {
    // Nothing more can be done.
  }
}

/** The error for a connection that could not be made or was lost. */
export function connectionError(error: unknown): ClickHouseError {
  const cause = error instanceof Error ? error.cause : undefined;
  const text = `${error instanceof Error ? error.message : error} ${cause ?? ""}`;
  const refused = /refused|dns|lookup|unreachable|timed out/i.exec(text)?.[0].toLowerCase();
  return new ClickHouseError(
    0,
    refused === "refused"
      ? "connection refused: is the server running?"
      : refused !== undefined
      ? `can't connect: ${refused}`
      : "the connection was lost",
  );
}

/** A host as it stands in a URL. */
function hostText(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

/** Base64 of the text's UTF-8 bytes. */
function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
