/**
 * Connections to PostgreSQL: TLS as libpq has it, and limits on how long anything may take.
 *
 * @module
 */
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { loadPostgres, type PostgresClient } from "../deps/postgres.ts";
import type { PostgresLogin } from "./credentials.ts";
import { ATTEMPTS, ConnectionFault } from "./postgres_tls.ts";

/** What asks a server whether it speaks TLS. */
const SSL_REQUEST = Uint8Array.of(0, 0, 0, 8, 4, 210, 22, 47);

/** How {@link connectPostgres} connects. */
export interface ConnectOptions {
  /** Whether the transaction may write. @default false */
  readonly writes?: boolean;
  /** Gives the attempt up; what goes on later is not its business. */
  readonly signal?: AbortSignal;
}

/**
 * Connects, logs in and begins a transaction, which can only read unless it is to write. Where `sslmode` has two ways, the
 * second is tried when the first was refused.
 *
 * @throws ConnectionFault, the client's errors, and the signal's reason
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
      ...{ host: login.host, port: login.port, database: login.database },
      ...{ username: login.user, password: login.password },
      // The socket comes with its encryption.
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
      // Later statements would wait for ever for another connection.
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
 * A client's one socket. The client would connect anew, again and again, where the server hangs up before it is ready, and
 * later run the rest of a transaction's statements outside of it.
 */
class OnlySocket {
  /** Why there is none, in a person's words. */
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

  /** The server has let the user in: from now on the signal is for others to heed. `lost` is told when the socket closes. */
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
    // Authentication, an error, a notice, or another version of the protocol.
    socket.prependOnceListener("data", (bytes: Uint8Array) => {
      if (!FIRST_WORDS.includes(bytes[0])) end(notPostgres());
    });
  }
}

/** First bytes of what a server may say when somebody logs in: R, E, N, v. */
const FIRST_WORDS = [0x52, 0x45, 0x4e, 0x76];

function notPostgres(): ConnectionFault {
  return new ConnectionFault("NOT_POSTGRES", "what answers there is not PostgreSQL");
}

function hungUp(): ConnectionFault {
  return new ConnectionFault(
    "HUNG_UP",
    "the server hangs up without an answer: is it PostgreSQL?",
  );
}

/** Milliseconds between two cancel requests: one that comes before its statement has begun is lost. */
const CANCEL_AGAIN = 200;

/** What a server gave a connection to cancel its statements by. */
export interface BackendKey {
  readonly pid: number;
  readonly secret: number;
}

/**
 * Asks the server to stop what a connection runs, until `over`: again and again, each on a connection of its own.
 *
 * @param key what the connection is known by; nothing as long as the server has not said it
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
    // The server closes it when the request has been dealt with.
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

/** Whether another way to connect may do: the encryption failed, or the server wants this user to come otherwise. */
function wasRefused(error: unknown): boolean {
  if (error instanceof ConnectionFault) return error.code === "TLS" || error.code === "NO_TLS";
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && code.startsWith("28");
}

/** A socket to the server, encrypted or not, that ends itself when nothing is heard for too long. */
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
      // "S": go on in TLS; "N": it has none, as an error says of a server that does not know the question.
      if (answer[0] !== 0x53) {
        if (how === "asks" && answer[0] === 0x4e) return socket;
        throw new ConnectionFault(
          "NO_TLS",
          "the server does not speak TLS, and sslmode asks for it",
        );
      }
      // What comes before the encryption may be anybody's.
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
            `no byte came for ${idleTimeout} s (--idle-timeout S waits longer)`,
          ),
        ));
    }
    return opened;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** What a server may say to the question: S, N, E. */
const ANSWERS = [0x53, 0x4e, 0x45];

/** TLS over the socket, verified as far as the mode asks. */
async function encrypted(socket: Socket, { host, tls }: PostgresLogin): Promise<Socket> {
  const { mode, authorities } = tls;
  const secure = connectTls({
    socket,
    host,
    servername: isIP(host) ? undefined : host,
    rejectUnauthorized: authorities !== null,
    ...(authorities !== null && authorities !== "system" && { ca: authorities }),
    // Whose name it has is for verify-full to ask.
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

/** The next event of a name; rejects where an error or the end comes first. */
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

/** What `work` gives, unless so many seconds pass first, 0: they never do, or the signal aborts it. */
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

/** What is said of a server that does not answer. */
export function noAnswer(seconds: number): string {
  return `can't connect: no answer for ${seconds} s (--connect-timeout S waits longer)`;
}
