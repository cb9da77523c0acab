/**
 * A client of ClickHouse's HTTP interface, written with fetch. The client packages bind parameters as `param_…` settings only,
 * which servers before 19.x don't know. Where no old server is needed, `@clickhouse/client-web` could replace this file.
 *
 * @module
 */

import { beginWork } from "../base/open_work.ts";
import { waitsLonger } from "../base/option_words.ts";

/** Where and as whom to connect. */
export interface ClickHouseServer {
  /** Host name or address. */
  readonly host: string;
  /** Port of the HTTP interface. */
  readonly port: number;
  /** Database of table names that name none. */
  readonly database: string;
  /** User. */
  readonly user: string;
  /** Password; never part of a message. */
  readonly password: string;
  /** Whether to speak TLS. */
  readonly secure: boolean;
  /** Certificates of the authorities to trust, PEM. @default those that Deno trusts */
  readonly authorities?: string;
  /** Seconds that connecting may take; 0: no limit. @default 10 */
  readonly connectTimeout?: number;
  /** Seconds without a byte after which a statement fails, unless the server says that it runs; 0: no limit. @default 300 */
  readonly idleTimeout?: number;
}

/** A small table that is sent with a query, which can read it by its name. */
export interface ExternalTable {
  /** Name of the table in the query. */
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
  /** Tables to send with it. */
  readonly tables?: readonly ExternalTable[];
  /** Rows of an INSERT, in the format that it names. */
  readonly rows?: ReadableStream<Uint8Array>;
  /** Aborting it stops the statement on the server. */
  readonly signal?: AbortSignal;
}

/** An error of the server, or of the connection to it. */
export class ClickHouseError extends Error {
  /** Code of the server's error; 0: the connection failed. */
  readonly code: number;
  /** Host and port that it came from; empty where that is not known. */
  at = "";

  /** An error with the server's code and its message in one line. */
  constructor(code: number, message: string) {
    super(message);
    this.name = "ClickHouseError";
    this.code = code;
  }
}

/** Matches an exception in a response's body, as servers of all versions write it. */
const EXCEPTION =
  /(?:^|[\r\n]|Poco::Exception\. )Code: (\d+)[.,]\s*(?:e\.code\(\) = -?\d+,\s*)?(?:e\.displayText\(\) = )?(?:DB::(?:Net|Parsing)?Exception:\s*)?([^]*)$/;

/** The error that a body's text is, or null where it is none. */
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
 * part of the body: see {@link exceptionIn}. Where the signal aborts, or the body is not read to its end, the query is
 * killed on the server: a server that has nothing to send yet does not notice that the connection is closed.
 *
 * @throws ClickHouseError when the server can't be reached or refuses the statement
 */
export async function openStatement(
  server: ClickHouseServer,
  sql: string,
  options: StatementOptions = {},
): Promise<ReadableStream<Uint8Array>> {
  try {
    await probe(server, options.signal);
    return await sendStatement(server, sql, options);
  } catch (error) {
    if (options.signal?.aborted) throw options.signal.reason;
    const shown = connectionError(error, server);
    shown.at ||= addressOf(server);
    throw shown;
  }
}

/** Sends a statement and returns the response's body, watched by {@link Watch}. */
async function sendStatement(
  server: ClickHouseServer,
  sql: string,
  options: StatementOptions,
): Promise<ReadableStream<Uint8Array>> {
  const query_id = crypto.randomUUID();
  const { url, body } = requestOf(server, sql, {
    ...options,
    settings: { query_id, ...options.settings },
  });
  const watch = new Watch(server, query_id, options.signal);
  try {
    const response = await request(server, url, { method: "POST", body, signal: watch.signal });
    watch.alive();
    if (!response.ok) {
      const text = await response.text();
      const said = text.replace(/\s+/g, " ").trim().slice(0, 200);
      throw exceptionIn(text) ??
        new ClickHouseError(0, `HTTP status ${response.status}` + (said && `: ${said}`));
    }
    if (/^text\/html/i.test(response.headers.get("content-type") ?? "")) {
      throw notClickHouse(server);
    }
    return watch.over(response.body ?? new Blob([]).stream());
  } catch (error) {
    await watch.stop(error);
    throw watch.reason ?? error;
  }
}

/** Address and body of the request for a statement. */
function requestOf(
  server: ClickHouseServer,
  sql: string,
  { settings = {}, tables = [], rows }: StatementOptions,
): { url: URL; body: string | FormData | ReadableStream<Uint8Array> } {
  const url = new URL("/", rootOf(server));
  url.searchParams.set("database", server.database);
  for (const [name, value] of Object.entries(settings)) url.searchParams.set(name, String(value));
  if (rows !== undefined) {
    url.searchParams.set("query", sql);
    return { url, body: rows };
  }
  if (tables.length === 0) return { url, body: sql };
  const body = new FormData();
  body.set("query", sql);
  for (const table of tables) {
    url.searchParams.set(`${table.name}_structure`, table.structure);
    url.searchParams.set(`${table.name}_format`, "TabSeparated");
    body.set(table.name, new Blob([table.rows]), table.name);
  }
  return { url, body };
}

/**
 * Watches a statement: bytes must come, or the server must say that it is at work on it. Else, and where it is aborted, the
 * statement is stopped on the server.
 */
class Watch {
  /** Aborted when the statement is to end. */
  readonly signal: AbortSignal;
  /** Why the watch ended it; null: it did not. */
  reason: ClickHouseError | null = null;
  readonly #ending = new AbortController();
  readonly #timer: ReturnType<typeof setInterval> | undefined;
  #heard = Date.now();
  #asking = false;
  #done = false;
  readonly #release: () => void;

  constructor(
    readonly server: ClickHouseServer,
    readonly id: string,
    readonly outer: AbortSignal | undefined,
  ) {
    this.signal = outer === undefined
      ? this.#ending.signal
      : AbortSignal.any([outer, this.#ending.signal]);
    this.#release = beginWork(() => killQuery(server, id), outer);
    const limit = server.idleTimeout ?? 300;
    if (limit > 0) this.#timer = setInterval(() => this.#look(limit), Math.max(50, limit * 250));
  }

  /** A byte has come. */
  alive(): void {
    this.#heard = Date.now();
  }

  async #look(limit: number): Promise<void> {
    const silent = Date.now() - this.#heard;
    if (this.#asking || this.#done || silent < limit * 250) return;
    this.#asking = true;
    if (await isRunning(this.server, this.id)) this.alive();
    this.#asking = false;
    if (this.#done || Date.now() - this.#heard < limit * 1000) return;
    this.reason = new ClickHouseError(
      0,
      `no byte came for ${limit} s (${waitsLonger("idle")})`,
    );
    this.#ending.abort(this.reason);
  }

  /** The body; read to its end, or the statement is stopped. */
  over(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    const reader = body.getReader();
    return new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        try {
          const { done, value } = await reader.read();
          this.alive();
          if (!done) return controller.enqueue(value);
          this.#finish();
          controller.close();
        } catch (error) {
          await this.stop(error);
          const shown = this.reason ?? connectionError(error, this.server);
          shown.at = addressOf(this.server);
          controller.error(this.outer?.aborted ? this.outer.reason : shown);
        }
      },
      cancel: async (reason) => {
        await reader.cancel(reason).catch(() => {});
        await this.stop(reason);
      },
    }, { highWaterMark: 0 });
  }

  /** Ends the watch; a statement that was not refused by the server is stopped there. */
  async stop(error: unknown): Promise<void> {
    if (this.#done) return;
    this.#finish();
    if (error instanceof ClickHouseError && error !== this.reason) return;
    await killQuery(this.server, this.id);
  }

  #finish(): void {
    this.#done = true;
    this.#release();
    clearInterval(this.#timer);
  }
}

/** Most seconds that a request about a running query may take. */
const SOON = 10;

/** A signal for requests about a running query. They must end soon, or a server that does not answer would not be given up. */
function soon({ connectTimeout = 0, idleTimeout = 0 }: ClickHouseServer): AbortSignal {
  const limits = [connectTimeout, idleTimeout, SOON].filter((seconds) => seconds > 0);
  return AbortSignal.timeout(1000 * Math.min(...limits));
}

/** Whether the server says that a query is running. */
async function isRunning(server: ClickHouseServer, id: string): Promise<boolean> {
  const sql = `SELECT count() FROM system.processes WHERE query_id = '${id}'`;
  try {
    const { url, body } = requestOf(server, sql, {});
    const response = await request(server, url, { method: "POST", body, signal: soon(server) });
    return (await response.text()).trim() === "1";
  } catch {
    return false;
  }
}

/** Stops a query, if the server can be reached and it is still running. */
async function killQuery(server: ClickHouseServer, id: string): Promise<void> {
  try {
    const { url, body } = requestOf(server, `KILL QUERY WHERE query_id = '${id}' ASYNC`, {});
    const response = await request(server, url, { method: "POST", body, signal: soon(server) });
    await response.body?.cancel();
  } catch {
    // The server can't be reached: the query ends there by the server's own limits.
  }
}

/** Servers that have answered. */
const answering = new WeakSet<ClickHouseServer>();

/**
 * Checks, once for each server, that it answers in time and is ClickHouse's HTTP interface.
 *
 * @throws ClickHouseError that says what answers instead
 */
async function probe(server: ClickHouseServer, outer: AbortSignal | undefined): Promise<void> {
  outer?.throwIfAborted();
  if (answering.has(server)) return;
  const { connectTimeout = 10 } = server;
  const limit = connectTimeout > 0 ? AbortSignal.timeout(1000 * connectTimeout) : undefined;
  const signals = [outer, limit].filter((signal) => signal !== undefined);
  try {
    const signal = AbortSignal.any(signals);
    const response = await request(server, new URL("/ping", rootOf(server)), { signal });
    const text = await response.text();
    if (/for clickhouse-client|must use port/i.test(text)) {
      throw new ClickHouseError(
        0,
        `port ${server.port} is that of the native protocol, expected the HTTP port (8123, or 8443 with TLS)`,
      );
    }
    if (response.ok && text.trim() !== "Ok.") throw notClickHouse(server);
  } catch (error) {
    if (limit?.aborted && !outer?.aborted) {
      throw new ClickHouseError(
        0,
        `can't connect: no answer for ${connectTimeout} s (${waitsLonger("connect")})`,
      );
    }
    if (!(error instanceof ClickHouseError) && connectionFault(error, server) === LOST) {
      throw new ClickHouseError(
        0,
        "the server hangs up without an answer: is it ClickHouse's HTTP port (8123, or 8443 with TLS)?",
      );
    }
    throw error;
  }
  answering.add(server);
}

function notClickHouse(server: ClickHouseServer): ClickHouseError {
  return new ClickHouseError(0, `what answers at ${addressOf(server)} is not ClickHouse`);
}

/** A request to the server, as its user. */
function request(server: ClickHouseServer, url: URL, init: RequestInit): Promise<Response> {
  const client = clientOf(server);
  return fetch(url, {
    ...init,
    redirect: "manual",
    headers: { authorization: `Basic ${base64(`${server.user}:${server.password}`)}` },
    ...(client !== undefined && { client }),
  } as RequestInit);
}

/** HTTP clients that trust the certificates of other authorities, by those certificates. */
const clients = new Map<string, unknown>();

/** The HTTP client for the server's own authorities; undefined: Deno's usual one. */
function clientOf({ authorities }: ClickHouseServer): unknown {
  if (authorities === undefined) return undefined;
  const { Deno: deno } = globalThis as unknown as {
    Deno?: { createHttpClient(options: { caCerts: string[] }): unknown };
  };
  if (deno === undefined) throw new ClickHouseError(0, "sslrootcert is for Deno only");
  if (!clients.has(authorities)) {
    clients.set(authorities, deno.createHttpClient({ caCerts: [authorities] }));
  }
  return clients.get(authorities);
}

/**
 * Runs a statement to its end and returns its whole output as text. The server holds the output back until it is
 * complete, so that a failure is never taken for a result.
 *
 * @throws ClickHouseError
 */
export async function runStatement(
  server: ClickHouseServer,
  sql: string,
  options: StatementOptions = {},
): Promise<string> {
  const settings = { ...options.settings, wait_end_of_query: 1 };
  const body = await openStatement(server, sql, { ...options, settings });
  const text = await new Response(body).text();
  const exception = exceptionIn(text);
  if (exception === null) return text;
  exception.at = addressOf(server);
  throw exception;
}

/** The error for a connection that could not be made or was lost. */
function connectionError(error: unknown, server: ClickHouseServer): ClickHouseError {
  if (error instanceof ClickHouseError) return error;
  return new ClickHouseError(0, connectionFault(error, server));
}

/** Why a connection failed, as the end of a message. */
function connectionFault(error: unknown, server: ClickHouseServer): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const text = `${error instanceof Error ? `${error.name} ${error.message}` : error} ${
    cause ?? ""
  }`;
  const { host, port, secure } = server;
  if (/NotCapable|Requires net access/.test(text)) {
    return `not permitted to connect (--allow-net=${host}:${port})`;
  }
  if (/UnknownIssuer|CaUsedAsEndEntity/.test(text)) {
    return "the server's certificate is of an authority that is not trusted (sslrootcert=FILE names one)";
  }
  if (/not valid for name|NotValidForName/.test(text)) {
    return `the server's certificate is for another host than ${host}`;
  }
  if (/certificate.*expired|Expired/i.test(text)) return "the server's certificate has expired";
  if (/are blocked/.test(text)) return `port ${port} is one that HTTP clients block`;
  if (/refused/i.test(text)) return "connection refused: is the server running?";
  if (/dns|lookup|name or service/i.test(text)) return `can't connect: there is no host ${host}`;
  if (/unreachable/i.test(text)) return `can't connect: host ${host} is unreachable`;
  if (/timed out/i.test(text)) return "can't connect: timed out";
  if (/invalid HTTP|HTTP version|InvalidContentType|corrupt message|received corrupt/i.test(text)) {
    return `what answers at ${host}:${port} does not speak HTTP${
      secure ? " over TLS" : ""
    }, expected ClickHouse's HTTP port`;
  }
  return LOST;
}

/** The reason where nothing more is known. */
const LOST = "the connection was lost";

function rootOf(server: ClickHouseServer): string {
  return `${server.secure ? "https" : "http"}://${addressOf(server)}/`;
}

function addressOf({ host, port }: ClickHouseServer): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Base64 of the text's UTF-8 bytes. */
function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
