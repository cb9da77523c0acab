/**
 * What went wrong with a database, as one line that shows no password.
 *
 * @module
 */
import { ClickHouseError } from "../deps/clickhouse.ts";
import { InputError, UsageError } from "../base/errors.ts";
import type { Login } from "./credentials.ts";
import { hideSecrets } from "./secrets.ts";

/** Codes of ClickHouse for a user or password that it does not accept. */
const REFUSED = [192, 193, 194, 516];

/**
 * `error` as an {@link InputError} about the source `name`. Errors made by Divvy pass as they are, and so does the
 * reason of an abort.
 */
export function sourceError(name: string, login: Login | null, error: unknown): Error {
  if (error instanceof InputError || error instanceof UsageError) return error;
  if (error instanceof DOMException && error.name === "AbortError") return error;
  const refused = error instanceof ClickHouseError && REFUSED.includes(error.code) ||
    /^28/.test(postgresCode(error));
  const reason = refused
    ? `the server refuses user ${login?.user} with the password given`
    : reasonOf(error);
  const line = hideSecrets(`${name}: ${reason}`, [login?.password ?? null]).replace(
    /\s*\n\s*/g,
    " ",
  );
  return new InputError(line, { file: hideSecrets(name, [login?.password ?? null]) });
}

/** SQLSTATE of a PostgreSQL error, else empty. */
function postgresCode(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? code : "";
}

/** The reason in a person's words. */
function reasonOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  if (code === "ECONNREFUSED") return "connection refused: is the server running?";
  if (code === "ENOTFOUND") return "can't connect: no such host";
  if (code === "CONNECT_TIMEOUT") return "can't connect: timed out";
  if (code === "CONNECTION_CLOSED" || code === "CONNECTION_ENDED" || code === "ECONNRESET") {
    return "the connection was lost";
  }
  return error instanceof Error ? error.message : String(error);
}
