/**
 * Whether and how PostgreSQL is spoken to over TLS: libpq's `sslmode` and `sslrootcert`, with its meanings.
 *
 * @module
 */
import { UsageError } from "../base/errors.ts";
import type { Environment } from "./environment.ts";

/**
 * `disable` never; `allow` where the server wants it; `prefer` where the server has it; `require` always; `verify-ca` and
 * the certificate must be of a known authority; `verify-full` and it must name the host.
 */
export type SslMode = "disable" | "allow" | "prefer" | "require" | "verify-ca" | "verify-full";

/** The words that `sslmode` may be. */
export const SSL_MODES: readonly SslMode[] = [
  "disable",
  "allow",
  "prefer",
  "require",
  "verify-ca",
  "verify-full",
];

/** How a connection is encrypted and whom it trusts. */
export interface PostgresTls {
  /** Whether, and what is verified. */
  readonly mode: SslMode;
  /** Certificates of the authorities to trust, PEM; null: none is known, so nothing is verified; "system": the system's. */
  readonly authorities: string | null;
}

/** A connection that could not be made secure, or not be made at all, with why in a person's words. */
export class ConnectionFault extends Error {
  /** A fault; `code` tells kinds apart. */
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

/** Settings as they were given, null where they were not. */
export interface TlsSettings {
  /** The word. */
  readonly sslmode: string | null;
  /** File with the authorities' certificates, or "system". */
  readonly sslrootcert: string | null;
}

/**
 * The settings made whole as libpq does it: mode `prefer`, authorities of `~/.postgresql/root.crt` where there is such a
 * file, which any mode with TLS then verifies by, as `verify-ca` does.
 *
 * @throws UsageError for a mode that is none, and for one that verifies without a file to verify by
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
 * A mode by its word.
 *
 * @throws UsageError for another word
 */
export function sslMode(word: string): SslMode {
  if ((SSL_MODES as readonly string[]).includes(word)) return word as SslMode;
  throw new UsageError(`sslmode is ${JSON.stringify(word)}, expected ${SSL_MODES.join(", ")}`);
}

/** Whether each attempt to connect speaks TLS: `asks` leaves it to the server. The next is made where one was refused. */
export const ATTEMPTS: Readonly<Record<SslMode, readonly ("plain" | "asks" | "tls")[]>> = {
  "disable": ["plain"],
  "allow": ["plain", "tls"],
  "prefer": ["asks", "plain"],
  "require": ["tls"],
  "verify-ca": ["tls"],
  "verify-full": ["tls"],
};
