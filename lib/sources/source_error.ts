/**
 * Turns errors of databases into one line that shows no password.
 *
 * @module
 */
import { ClickHouseError } from "../deps/clickhouse.ts";
import { InputError, UsageError } from "../base/errors.ts";
import type { Login } from "./credentials.ts";
import { ConnectionFault } from "./postgres_tls.ts";
import { noAnswer } from "./postgres_connection.ts";
import { hideSecrets } from "../base/text/secrets.ts";

/** ClickHouse's codes for a wrong user or password. */
const REFUSED = [192, 193, 194, 516];

/**
 * `error` as an {@link InputError} about the source `name`. Divvy's own errors and the reason of an abort are returned as they
 * are.
 */
export function sourceError(name: string, login: Login | null, error: unknown): Error {
  if (error instanceof InputError || error instanceof UsageError) return error;
  if (error instanceof DOMException && error.name === "AbortError") return error;
  const secrets = [login?.password ?? null];
  const reason = refusal(error, login) ?? reasonOf(error, login);
  // What a statement of Divvy's own raises names the source, behind the database's word for such errors.
  const own = reason.indexOf(`${name}: `),
    said = own < 0 ? `${name}: ${reason}` : reason.slice(own);
  const line = hideSecrets(said, secrets).replace(/\s*\n\s*/g, " ");
  return new InputError(line, { file: hideSecrets(name, secrets) });
}

/** The message where the user or password is the cause; null where it is not. */
function refusal(error: unknown, login: Login | null): string | null {
  const wrong = `the server refuses user ${login?.user} with the password given`;
  if (error instanceof ClickHouseError) return REFUSED.includes(error.code) ? wrong : null;
  const code = codeOf(error);
  if (code === "28P01") {
    return login?.password === "" ? `the server asks user ${login.user} for a password` : wrong;
  }
  // Other codes of the class 28 concern roles, hosts and encryption; for those the server's own message is best.
  if (code === "SASL_SIGNATURE_MISMATCH") {
    return "the server does not prove that it knows the password";
  }
  return null;
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "";
}

/** The reason in plain words where the error is a known one, else the error's own message. */
function reasonOf(error: unknown, login: Login | null): string {
  const code = codeOf(error), message = error instanceof Error ? error.message : String(error);
  if (/NotCapable|Requires net access/.test(`${error}`)) {
    // It is a file: Deno's message says which permission is missing.
    if (login === null) return message;
    // PostgreSQL's client looks at it.
    if (message.includes("Requires env access")) {
      return "not permitted to look at the environment (--allow-env)";
    }
    return `not permitted to connect (--allow-net=${login?.host}:${login?.port})`;
  }
  if (code === "ECONNREFUSED") return "connection refused: is the server running?";
  if (
    code === "ENOTFOUND" || code === "EAI_AGAIN" || /failed to lookup|getaddrinfo/.test(message)
  ) {
    return `can't connect: there is no host ${login?.host}`;
  }
  if (code === "CONNECT_TIMEOUT" && !(error instanceof ConnectionFault)) {
    return noAnswer(login?.connectTimeout ?? 0);
  }
  if (
    ["CONNECTION_CLOSED", "CONNECTION_ENDED", "CONNECTION_DESTROYED", "ECONNRESET", "EPIPE"]
      .includes(
        code,
      )
  ) {
    return "the connection was lost";
  }
  return message;
}
