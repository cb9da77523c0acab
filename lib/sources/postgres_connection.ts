/**
 * Connections to PostgreSQL, with TLS as in libpq and with limits of time.
 *
 * @module
 */
import { waitsLonger } from "../base/option_words.ts";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { loadPostgres, type PostgresClient } from "../deps/postgres.ts";
import type { PostgresLogin } from "./credentials.ts";
import { ATTEMPTS, ConnectionFault } from "./postgres_tls.ts";

/** The message that asks a server whether it speaks TLS. */
const SSL_REQUEST = Uint8Array.of(0, 0, 0, 8, 4, 210, 22, 47);

/** How {@link connectPostgres} connects. */
export interface ConnectOptions {
  /** Whether the transaction may write. @default false */
  readonly writes?: boolean;
  /** Aborts connecting; has no effect on what runs later. */
  readonly signal?: AbortSignal;
}

/**
 * Connects, logs in and begins a transaction, read-only by default. Where `sslmode` allows two ways to connect, the second is
 * tried when the first is refused.
 *
 * @throws {ConnectionFault} where no secure connection can be made in time; the client's errors; the signal's reason
 */
export async function connectPostgres(
  login: PostgresLogin,
  { writes = false, signal }: ConnectOptions = {},
): Promise<PostgresClient> {
  const connect = await loadPostgres();
  let first: unknown;
  for (const how of ATTEMPTS[login.tls.mode]) {
    signal?.throwIfAborted();
    const only = new OnlySocket(login, how, signal);
    const client = connect({
      host: login.host,
      port: login.port,
      database: login.database,
      username: login.user,
      password: login.password,
      // The socket is already encrypted where it must be.
      ssl: false,
      socket: () => only.open(),
      max: 1,
      idle_timeout: 0,
      max_lifetime: null,
      connect_timeout: login.connectTimeout > 0 ? login.connectTimeout : 1e6,
      fetch_types: false,
      onnotice: () => {},
      connection: { application_name: "divvy", default_transaction_read_only: !writes },
      // deno-lint-ignore no-explicit-any
    } as any);
    try {
      await client.unsafe(writes ? "BEGIN" : "BEGIN READ ONLY");
      // Floats with all their digits, which a database or a server before version 12 may round away.
      if (!writes) await client.unsafe("SET LOCAL extra_float_digits = 2");
      // When the socket closes, end the client: statements would wait for ever for another connection.
      only.ready(() => void client.end({ timeout: 0 }));
      return client;
    } catch (error) {
      await client.end({ timeout: 0 });
      signal?.throwIfAborted();
      const fault = only.fault ?? error;
      first ??= fault;
      if (!wasRefused(fault)) break;
    }
  }
  throw first;
}

/**
 * A client's only socket; a second one is refused. By itself the client would connect again and again where the server hangs
 * up, and would run the rest of a transaction's statements outside of the transaction.
 */
class OnlySocket {
  /** Why there is no socket, as an error for the user. */
  fault: unknown;
  #state: "new" | "open" | "ready" = "new";
  #socket: Socket | undefined;
  #release = () => {};

  constructor(
    readonly login: PostgresLogin,
    readonly how: "plain" | "asks" | "tls",
    readonly signal: AbortSignal | undefined,
  ) {}

  async open(): Promise<Socket> {
    try {
      if (this.#state === "open") throw hungUp();
      if (this.#state === "ready") throw new ConnectionFault("LOST", "the connection was lost");
      this.#state = "open";
      this.#socket = await openSocket(this.login, this.how, this.signal);
      this.#watch(this.#socket);
      return this.#socket;
    } catch (fault) {
      this.#release();
      throw this.fault ??= fault;
    }
  }

  /** Must be called after the login: the signal no longer closes the socket. `lost` is called when the socket closes. */
  ready(lost: () => void): void {
    this.#state = "ready";
    this.#release();
    this.#socket?.once("close", lost);
  }

  #watch(socket: Socket): void {
    const end = (fault: Error) => socket.destroy(this.fault = fault);
    const stop = () => end(this.signal!.reason);
    this.signal?.addEventListener("abort", stop);
    this.#release = () => this.signal?.removeEventListener("abort", stop);
    socket.prependOnceListener("data", (bytes: Uint8Array) => {
      if (!FIRST_BYTES.includes(bytes[0])) end(notPostgres());
    });
  }
}

/** First bytes of a server's answer to a login: authentication (R), error (E), notice (N), protocol version (v). */
const FIRST_BYTES = [0x52, 0x45, 0x4e, 0x76];

function notPostgres(): ConnectionFault {
  return new ConnectionFault("NOT_POSTGRES", "what answers there is not PostgreSQL");
}

function hungUp(): ConnectionFault {
  return new ConnectionFault(
    "HUNG_UP",
    "the server hangs up without an answer: is it PostgreSQL?",
  );
}

/** Milliseconds between two cancel requests. They are repeated, since one that comes before the statement begins is lost. */
const CANCEL_AGAIN = 200;

/** The key by which a connection's statements can be cancelled. */
export interface BackendKey {
  readonly pid: number;
  readonly secret: number;
}

/**
 * Asks the server to cancel the statement of a connection, again and again until `over`. Each request has a connection of its
 * own.
 *
 * @param key returns the connection's key; nothing while the server has not sent it
 * @param over fulfilled when the statement has ended
 */
export async function cancelStatement(
  login: PostgresLogin,
  key: () => BackendKey | null | undefined,
  over: Promise<void>,
): Promise<void> {
  let ended = false;
  over.then(() => ended = true);
  const how = ATTEMPTS[login.tls.mode];
  for (let tries = 0; !ended && tries < 15; tries++) {
    const known = key();
    if (known) await sendCancel(login, how[tries % how.length], known);
    await Promise.race([over, new Promise((resolve) => setTimeout(resolve, CANCEL_AGAIN))]);
  }
}

async function sendCancel(
  login: PostgresLogin,
  how: "plain" | "asks" | "tls",
  { pid, secret }: BackendKey,
): Promise<void> {
  const request = new DataView(new ArrayBuffer(16));
  [16, 80877102, pid, secret].forEach((word, i) => request.setInt32(4 * i, word));
  try {
    const socket = await openSocket(login, how);
    // The server closes the connection when it has handled the request.
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => {});
    socket.resume();
    socket.write(new Uint8Array(request.buffer));
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 1000))]);
    socket.destroy();
  } catch {
    // The next request may get through; else nothing more can be done.
  }
}

/** Whether another way to connect may succeed: TLS failed, or the server does not accept this user on this kind of connection. */
function wasRefused(error: unknown): boolean {
  if (error instanceof ConnectionFault) return error.code === "TLS" || error.code === "NO_TLS";
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && code.startsWith("28");
}

/** Opens a socket to the server, encrypted or not, that destroys itself when no byte comes for too long. */
async function openSocket(
  login: PostgresLogin,
  how: "plain" | "asks" | "tls",
  signal?: AbortSignal,
): Promise<Socket> {
  const { host, port, connectTimeout, idleTimeout } = login;
  const local = host.startsWith("/");
  const socket = local
    ? connectTcp({ path: `${host}/.s.PGSQL.${port}` })
    : connectTcp({ host, port });
  try {
    const opened = await within(connectTimeout, signal, async (fail) => {
      socket.once("error", fail);
      await event(socket, "connect");
      if (how === "plain" || local) return socket;
      socket.write(SSL_REQUEST);
      const answer = await event<Uint8Array>(socket, "data");
      if (!ANSWERS.includes(answer[0])) throw notPostgres();
      // "S": continue with TLS; "N": the server has no TLS; "E": an old server that does not know the question.
      if (answer[0] !== 0x53) {
        if (how === "asks" && answer[0] === 0x4e) return socket;
        throw new ConnectionFault(
          "NO_TLS",
          "the server does not speak TLS, and sslmode asks for it",
        );
      }
      // Bytes before the encryption could have been injected by anybody.
      if (answer.length > 1) {
        throw new ConnectionFault("TLS", "the server sent more than an answer");
      }
      return await encrypted(socket, login);
    });
    opened.removeAllListeners("error");
    if (idleTimeout > 0) {
      opened.setTimeout(1000 * idleTimeout, () =>
        opened.destroy(
          new ConnectionFault(
            "IDLE_TIMEOUT",
            `no byte came for ${idleTimeout} s (${waitsLonger("idle")})`,
          ),
        ));
    }
    return opened;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** First bytes of the answers to SSL_REQUEST: S, N, E. */
const ANSWERS = [0x53, 0x4e, 0x45];

/** TLS over the socket, verified as far as the mode requires. */
async function encrypted(socket: Socket, { host, tls }: PostgresLogin): Promise<Socket> {
  const { mode, authorities } = tls;
  const secure = connectTls({
    socket,
    host,
    servername: isIP(host) ? undefined : host,
    rejectUnauthorized: authorities !== null,
    ...(authorities !== null && authorities !== "system" && { ca: authorities }),
    // Only verify-full checks the host name in the certificate.
    ...(mode !== "verify-full" && { checkServerIdentity: () => undefined }),
  });
  try {
    await event(secure, "secureConnect");
    return secure;
  } catch (error) {
    throw new ConnectionFault("TLS", certificateFault(error, host));
  }
}

/** Why a certificate was not accepted. */
function certificateFault(error: unknown, host: string): string {
  const { code = "", message } = error as { code?: string; message: string };
  if (code === "CERT_HAS_EXPIRED") return "the server's certificate has expired";
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return `the server's certificate is for another host than ${host}`;
  }
  if (code === "DEPTH_ZERO_SELF_SIGNED_CERT" || code === "SELF_SIGNED_CERT_IN_CHAIN") {
    return "the server's certificate is self-signed, and sslrootcert does not have it";
  }
  if (/^UNABLE_TO_|UNKNOWN_ISSUER/i.test(code) || /UnknownIssuer/.test(message)) {
    return "the server's certificate is of an authority that sslrootcert does not have";
  }
  return `TLS failed: ${message.split("\n")[0]}`;
}

/** The next event with this name; rejects where an error or the close of the socket comes first. */
function event<T>(socket: Socket, name: string): Promise<T> {
  return new Promise((resolve, reject) => {
    socket.once(name, resolve);
    socket.once("error", reject);
    socket.once(
      "close",
      () => reject(hungUp()),
    );
  });
}

/** The result of `work`; rejects after `seconds` (0: never) or when the signal aborts. */
function within<T>(
  seconds: number,
  signal: AbortSignal | undefined,
  work: (fail: (error: unknown) => void) => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = seconds > 0
      ? setTimeout(
        () => reject(new ConnectionFault("CONNECT_TIMEOUT", noAnswer(seconds))),
        1000 * seconds,
      )
      : undefined;
    const stop = () => reject(signal!.reason);
    signal?.addEventListener("abort", stop);
    work(reject).then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
    });
  });
}

/** The message about a server that does not answer in time. */
export function noAnswer(seconds: number): string {
  return `can't connect: no answer for ${seconds} s (${waitsLonger("connect")})`;
}
