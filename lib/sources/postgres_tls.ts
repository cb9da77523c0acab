/**
 * TLS settings of PostgreSQL: libpq's `sslmode` and `sslrootcert`, with the same meanings.
 *
 * @module
 */
import { UsageError } from "../base/errors.ts";
import type { Environment } from "./environment.ts";

/**
 * When TLS is used: `disable` never; `allow` if the server requires it; `prefer` if the server has it; `require` always;
 * `verify-ca` always, with a certificate of a trusted authority; `verify-full` always, with one that names the host as well.
 */
export type SslMode = "disable" | "allow" | "prefer" | "require" | "verify-ca" | "verify-full";

/** The values of `sslmode`. */
const SSL_MODES: readonly SslMode[] = [
  "disable",
  "allow",
  "prefer",
  "require",
  "verify-ca",
  "verify-full",
];

/** Complete TLS settings of a connection. */
export interface PostgresTls {
  /** When TLS is used, and what is verified. */
  readonly mode: SslMode;
  /** Certificates of the trusted authorities, in PEM; "system": the system's; null: none, so nothing is verified. */
  readonly authorities: string | null;
}

/** A connection failed or could not be made secure; the message is for the user. */
export class ConnectionFault extends Error {
  /** An error of a kind; see `code`. */
  constructor(
    readonly code:
      | ("NO_TLS" | "TLS" | "CONNECT_TIMEOUT" | "IDLE_TIMEOUT")
      | ("NOT_POSTGRES" | "HUNG_UP" | "LOST"),
    message: string,
  ) {
    super(message);
    this.name = "ConnectionFault";
  }
}

/** TLS settings as given; null where they were not. */
export interface TlsSettings {
  /** One of {@link SSL_MODES}. */
  readonly sslmode: string | null;
  /** File with the authorities' certificates, or "system". */
  readonly sslrootcert: string | null;
}

/**
 * Completes the settings as libpq does: the mode is `prefer` by default, and the authorities are those of
 * `~/.postgresql/root.crt` if that file exists. With it, every mode that uses TLS verifies certificates as `verify-ca` does.
 *
 * @throws {UsageError} for an unknown mode, and for a mode that verifies without a file of authorities
 */
export async function postgresTls(settings: TlsSettings, env: Environment): Promise<PostgresTls> {
  const { sslrootcert } = settings;
  const mode = sslMode(settings.sslmode ?? (sslrootcert === "system" ? "verify-full" : "prefer"));
  if (mode === "disable") return { mode, authorities: null };
  if (sslrootcert === "system") {
    if (mode !== "verify-full") {
      throw new UsageError(
        `sslmode=${mode} is too weak with sslrootcert=system, expected verify-full`,
      );
    }
    return { mode, authorities: "system" };
  }
  const home = env.variable("HOME");
  const file = sslrootcert ?? (home === undefined ? null : `${home}/.postgresql/root.crt`);
  const authorities = file === null ? undefined : await env.file(file);
  if (authorities === undefined && mode.startsWith("verify")) {
    throw new UsageError(
      `sslmode=${mode} needs the certificate of an authority, and ${
        file ?? "~/.postgresql/root.crt"
      } can't be read: name it by sslrootcert=FILE, or trust the system's by sslrootcert=system`,
    );
  }
  const isPem = authorities === undefined || authorities.includes("-----BEGIN ");
  if (!isPem && !["allow", "prefer"].includes(mode)) {
    throw new UsageError(`sslrootcert ${file} holds no certificate, expected PEM`);
  }
  return { mode, authorities: authorities ?? null };
}

/**
 * The mode with this name.
 *
 * @throws {UsageError} for an unknown one
 */
export function sslMode(word: string): SslMode {
  if ((SSL_MODES as readonly string[]).includes(word)) return word as SslMode;
  throw new UsageError(`sslmode is ${JSON.stringify(word)}, expected ${SSL_MODES.join(", ")}`);
}

/** The attempts to connect for each mode: without TLS, with TLS, or as the server chooses (`asks`). A refusal leads to the next. */
export const ATTEMPTS: Readonly<Record<SslMode, readonly ("plain" | "asks" | "tls")[]>> = {
  "disable": ["plain"],
  "allow": ["plain", "tls"],
  "prefer": ["asks", "plain"],
  "require": ["tls"],
  "verify-ca": ["tls"],
  "verify-full": ["tls"],
};
