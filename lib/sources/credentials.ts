/**
 * Who connects where: the address first, then the environment, PostgreSQL's service file and password file.
 *
 * @module
 */
import { UsageError } from "../base/errors.ts";
import { type Environment, processEnvironment } from "./environment.ts";
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
  /** Password, empty where none is known. */
  readonly password: string;
  /** Whether to speak TLS. */
  readonly secure: boolean;
}

/** ClickHouse: the address, then CLICKHOUSE_HOST, _USER, _PASSWORD and _DB, then the server's own defaults. */
export function clickhouseLogin(
  address: SourceAddress,
  env: Environment = processEnvironment,
): Login {
  return {
    host: address.host ?? env.variable("CLICKHOUSE_HOST") ?? "localhost",
    port: address.port ?? (address.secure ? 8443 : 8123),
    database: address.database ?? env.variable("CLICKHOUSE_DB") ?? "default",
    user: address.user ?? env.variable("CLICKHOUSE_USER") ?? "default",
    password: address.password ?? env.variable("CLICKHOUSE_PASSWORD") ?? "",
    secure: address.secure,
  };
}

/**
 * PostgreSQL, as its own programs do it: the address, then the service that it (or PGSERVICE) names, then PGHOST, PGPORT,
 * PGDATABASE, PGUSER and PGPASSWORD, and for the password last the password file.
 *
 * @throws UsageError for a service that no service file has
 */
export async function postgresLogin(
  address: SourceAddress,
  env: Environment = processEnvironment,
): Promise<Login> {
  const service = await serviceSettings(address.service ?? env.variable("PGSERVICE") ?? null, env);
  const user = address.user ?? service.get("user") ?? env.variable("PGUSER") ??
    env.variable("USER") ?? "postgres";
  const known = {
    host: address.host ?? service.get("host") ?? env.variable("PGHOST") ?? "localhost",
    port: address.port ?? Number(service.get("port") ?? env.variable("PGPORT") ?? 5432),
    database: address.database ?? service.get("dbname") ?? env.variable("PGDATABASE") ?? user,
    user,
  };
  const sslmode = service.get("sslmode") ?? env.variable("PGSSLMODE") ?? "disable";
  const password = address.password ?? service.get("password") ?? env.variable("PGPASSWORD") ??
    await passwordOfFile(known, service.get("passfile"), env) ?? "";
  const secure = address.secure || ["require", "verify-ca", "verify-full"].includes(sslmode);
  return { ...known, password, secure };
}

/** Settings of a service: `[name]` and its `key=value` lines in the user's or the system's service file. */
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

/** Password of the first line of the password file that fits: `host:port:database:user:password`, `*` fits all. */
async function passwordOfFile(
  login: { host: string; port: number; database: string; user: string },
  passfile: string | undefined,
  env: Environment,
): Promise<string | undefined> {
  const home = env.variable("HOME");
  const path = passfile ?? env.variable("PGPASSFILE") ??
    (home === undefined ? undefined : `${home}/.pgpass`);
  const text = path === undefined ? undefined : await env.file(path);
  const wanted = [login.host, String(login.port), login.database, login.user];
  for (const line of text?.split(/\r?\n/) ?? []) {
    if (line.startsWith("#")) continue;
    // A backslash keeps the colon or backslash after it.
    const fields = Array.from(
      line.matchAll(/((?:\\.|[^:\\])*)(?::|$)/g),
      (m) => m[1].replace(/\\(.)/g, "$1"),
    );
    if (fields.length >= 5 && wanted.every((w, i) => fields[i] === "*" || fields[i] === w)) {
      return fields[4];
    }
  }
  return undefined;
}
