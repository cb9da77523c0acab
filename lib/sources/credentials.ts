/**
 * Completes the login of a database from the environment and from PostgreSQL's service and password files.
 *
 * @module
 */
import { UsageError } from "../base/errors.ts";
import { type Environment, processEnvironment } from "./environment.ts";
import { type PostgresTls, postgresTls } from "./postgres_tls.ts";
import type { SourceAddress } from "./source_url.ts";

/** A connection with every part known; `password` must not be shown. */
export interface Login {
  /** Host name or address. */
  readonly host: string;
  /** Port. */
  readonly port: number;
  /** Database. */
  readonly database: string;
  /** User. */
  readonly user: string;
  /** Password; "" where none is known. */
  readonly password: string;
  /** Whether to use TLS; for PostgreSQL see also `tls`. */
  readonly secure: boolean;
  /** Seconds that connecting may take; 0: no limit. */
  readonly connectTimeout: number;
  /** Seconds that may pass without a byte; 0: no limit. */
  readonly idleTimeout: number;
}

/** A login to ClickHouse. */
export interface ClickHouseLogin extends Login {
  /** Certificates of the trusted authorities, in PEM; undefined: those that the runtime trusts. */
  readonly authorities?: string;
}

/** A login to PostgreSQL. */
export interface PostgresLogin extends Login {
  /** Encryption. */
  readonly tls: PostgresTls;
}

/** Seconds by default that connecting may take, and that may pass without a byte. */
export const CONNECT_TIMEOUT = 10, IDLE_TIMEOUT = 300;

/** The limits of time for an address; `connect`: the value of connect_timeout in libpq's settings. */
function timeLimitsOf(address: SourceAddress, connect?: string) {
  return {
    connectTimeout: address.connectTimeout ?? secondsText("PGCONNECT_TIMEOUT", connect) ??
      CONNECT_TIMEOUT,
    idleTimeout: address.idleTimeout ?? IDLE_TIMEOUT,
  };
}

/** Seconds as in libpq's settings, where 0 and less mean no limit. */
function secondsText(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\s*-?\d+\s*$/.test(text)) return Math.max(0, Number(text));
  throw new UsageError(`${name} is ${JSON.stringify(text)}, expected a whole number of seconds`);
}

/** A port from the environment or a service file; undefined where it is blank or not set. */
function portOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === "") return undefined;
  const port = Number(text);
  if (/^\s*\d+\s*$/.test(text) && port >= 1 && port <= 65535) return port;
  throw new UsageError(`${name} is ${JSON.stringify(text)}, expected a port from 1 to 65535`);
}

/**
 * The login for ClickHouse: from the address, then from CLICKHOUSE_HOST, _USER, _PASSWORD and _DB, then the server's defaults.
 *
 * @throws {UsageError} for a file of certificates that can't be read
 */
export async function clickhouseLogin(
  address: SourceAddress,
  env: Environment = processEnvironment,
): Promise<ClickHouseLogin> {
  const { sslrootcert } = address;
  const authorities = sslrootcert === null || sslrootcert === "system"
    ? undefined
    : await env.file(sslrootcert);
  if (sslrootcert !== null && sslrootcert !== "system" && authorities === undefined) {
    throw new UsageError(`${address.name}: sslrootcert ${sslrootcert} can't be read`);
  }
  return {
    host: address.host ?? env.variable("CLICKHOUSE_HOST") ?? "localhost",
    port: address.port ?? (address.secure ? 8443 : 8123),
    database: address.database ?? env.variable("CLICKHOUSE_DB") ?? "default",
    user: address.user ?? env.variable("CLICKHOUSE_USER") ?? "default",
    password: address.password ?? env.variable("CLICKHOUSE_PASSWORD") ?? "",
    secure: address.secure,
    ...timeLimitsOf(address),
    ...(authorities !== undefined && { authorities }),
  };
}

/**
 * The login for PostgreSQL, as its own programs find it: from the address, then from the service that the address or PGSERVICE
 * names, then from PGHOST, PGPORT, PGDATABASE, PGUSER and PGPASSWORD; a password last of all from the password file.
 *
 * @throws {UsageError} for a service that no service file has, an invalid port, sslmode or number of seconds, and a password
 * file that others may read
 */
export async function postgresLogin(
  address: SourceAddress,
  env: Environment = processEnvironment,
): Promise<PostgresLogin> {
  const service = await serviceSettings(address.service ?? env.variable("PGSERVICE") ?? null, env);
  const user = address.user ?? service.get("user") ?? env.variable("PGUSER") ??
    env.variable("USER") ?? "postgres";
  const known = {
    host: address.host ?? service.get("host") ?? env.variable("PGHOST") ?? "localhost",
    port: address.port ?? portOf("port of the service", service.get("port")) ??
      portOf("PGPORT", env.variable("PGPORT")) ?? 5432,
    database: address.database ?? service.get("dbname") ?? env.variable("PGDATABASE") ?? user,
    user,
  };
  const setting = (own: string | null, name: string, variable: string) =>
    own ?? service.get(name) ?? env.variable(variable) ?? null;
  const tls = await postgresTls({
    sslmode: setting(address.sslmode, "sslmode", "PGSSLMODE"),
    sslrootcert: setting(address.sslrootcert, "sslrootcert", "PGSSLROOTCERT"),
  }, env);
  const limits = timeLimitsOf(
    address,
    service.get("connect_timeout") ?? env.variable("PGCONNECT_TIMEOUT"),
  );
  const password = address.password ?? service.get("password") ?? env.variable("PGPASSWORD") ??
    await passwordOfFile(known, service.get("passfile"), env) ?? "";
  return { ...known, password, secure: tls.mode !== "disable", tls, ...limits };
}

/** Settings of a service: the `key=value` lines below `[name]` in the user's or the system's service file. */
async function serviceSettings(
  name: string | null,
  env: Environment,
): Promise<Map<string, string>> {
  const settings = new Map<string, string>();
  if (name === null) return settings;
  const home = env.variable("HOME");
  const paths = [
    env.variable("PGSERVICEFILE") ?? (home === undefined ? undefined : `${home}/.pg_service.conf`),
    `${env.variable("PGSYSCONFDIR") ?? "/etc/postgresql-common"}/pg_service.conf`,
  ];
  for (const path of paths) {
    const text = path === undefined ? undefined : await env.file(path);
    const lines = text?.split(/\r?\n/).map((line) => line.trim()) ?? [];
    const from = lines.indexOf(`[${name}]`);
    if (from < 0) continue;
    for (const line of lines.slice(from + 1)) {
      if (line.startsWith("[")) break;
      const at = line.indexOf("=");
      if (at > 0 && !line.startsWith("#")) {
        settings.set(line.slice(0, at).trim(), line.slice(at + 1).trim());
      }
    }
    return settings;
  }
  throw new UsageError(
    `service ${
      JSON.stringify(name)
    } is in no service file that may be read (PGSERVICEFILE, ~/.pg_service.conf)`,
  );
}

/** Password of the first matching line of the password file: `host:port:database:user:password`; `*` matches anything. */
async function passwordOfFile(
  login: { host: string; port: number; database: string; user: string },
  passfile: string | undefined,
  env: Environment,
): Promise<string | undefined> {
  const home = env.variable("HOME");
  const path = passfile ?? env.variable("PGPASSFILE") ??
    (home === undefined ? undefined : `${home}/.pgpass`);
  const text = path === undefined ? undefined : await env.file(path);
  if (text === undefined) return undefined;
  const wanted = [login.host, String(login.port), login.database, login.user];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith("#")) continue;
    // A backslash escapes a colon or a backslash.
    const fields = Array.from(
      line.matchAll(/((?:\\.|[^:\\])*)(?::|$)/g),
      (m) => m[1].replace(/\\(.)/g, "$1"),
    );
    if (fields.length >= 5 && wanted.every((w, i) => fields[i] === "*" || fields[i] === w)) {
      // libpq, too, takes no password from a file that others may read.
      if (await env.othersMayRead(path!)) {
        throw new UsageError(
          `${path}: others may read it, expected permissions of 0600 or less (chmod 0600 ${path})`,
        );
      }
      return fields[4];
    }
  }
  return undefined;
}
