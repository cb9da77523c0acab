/**
 * Addresses of databases, which may stand wherever a file's name may.
 *
 * @module
 */
import { UsageError } from "../base/errors.ts";
import { hideInAddress } from "../base/text/secrets.ts";
import { sslMode } from "./postgres_tls.ts";
import { isWebUrl, webName } from "./web_url.ts";

/** Kinds of databases. */
export type SourceKind = "postgres" | "clickhouse" | "sqlite" | "duckdb";

/** A database address in parts. `password` is the only secret; {@link SourceAddress.name} never holds it. */
export interface SourceAddress {
  /** Kind of database. */
  readonly kind: SourceKind;
  /** The address for messages, without its password. */
  readonly name: string;
  /** Host; null: from the environment, the service file, or localhost. */
  readonly host: string | null;
  /** Port; null: as for the host. */
  readonly port: number | null;
  /** Database; null: as for the host. */
  readonly database: string | null;
  /** User; null: as for the host. */
  readonly user: string | null;
  /** Password; null: as for the host. */
  readonly password: string | null;
  /** Whether to use TLS with ClickHouse. */
  readonly secure: boolean;
  /** PostgreSQL's sslmode; null: as for the host. */
  readonly sslmode: string | null;
  /** File with the certificates of the trusted authorities; null: as for the host. */
  readonly sslrootcert: string | null;
  /** Seconds that connecting may take; null: as for the host. */
  readonly connectTimeout: number | null;
  /** Seconds that may pass without a byte; null: the default. */
  readonly idleTimeout: number | null;
  /** Entry of the PostgreSQL service file; null: none named. */
  readonly service: string | null;
  /** File with the query; null: `table` is given, or neither. */
  readonly queryFile: string | null;
  /** Values of the query's parameters: the settings `param_NAME`. */
  readonly parameters: ReadonlyMap<string, string>;
  /** File that is the database, of SQLite and DuckDB; null: none is named. */
  readonly file: string | null;
  /** Table to read whole, `name` or `database.name`; null: `queryFile` is given, or neither. */
  readonly table: string | null;
}

const KINDS: Record<string, SourceKind> = {
  "postgres:": "postgres",
  "postgresql:": "postgres",
  "clickhouse:": "clickhouse",
  "sqlite:": "sqlite",
  "duckdb:": "duckdb",
};
const PARAMETER = "param_";
/** Settings of the addresses of each server. */
const SETTINGS: Record<SourceKind, readonly string[]> = {
  postgres: ["query", "table", "sslmode", "sslrootcert", "service"],
  clickhouse: ["query", "table", "secure", "sslrootcert"],
  sqlite: ["query", "table"],
  duckdb: ["query", "table"],
};
/** Settings of the addresses of every kind. */
const COMMON = ["user", "password", "connect_timeout", "idle_timeout"];

/** Whether `text` is the address of a database and not a file's name. */
export function isSourceUrl(text: string): boolean {
  return /^(?:postgres|postgresql|clickhouse|sqlite|duckdb):\/\//i.test(text);
}

/** Whether `text` is the address of a database or of a file on the web, and not a file's name. */
export function isAddress(text: string): boolean {
  return isSourceUrl(text) || isWebUrl(text);
}

/** `source` for messages and progress: a file's name as it is, an address without its password. */
export function shownName(source: string): string {
  if (isSourceUrl(source)) return parseSourceUrl(source).name;
  return source.includes("://") ? webName(source) : source;
}

/**
 * Parses the address of a database.
 *
 * `postgres://user:password@host:5432/database?query=sql/caps.sql` (or `?table=…`, `?service=…`, `?sslmode=…`)
 * `clickhouse://user:password@host:8123/database?query=sql/elig.sql` (or `?table=…`, `?secure=1`)
 *
 * `sqlite://FILE?table=…` and `duckdb://FILE?query=…` name files by path; `duckdb://?query=…` has no database of its own.
 *
 * Values of the query's parameters follow as `&param_NAME=VALUE`. Every part but the scheme may be left out.
 *
 * @throws {UsageError} for an invalid address or setting; its message shows no password
 *
 * @example
 * ```ts
 * import { parseSourceUrl } from "./source_url.ts";
 * import { assert, assertEquals } from "../deps/std_assert.ts";
 * const address = parseSourceUrl("postgres://ann:secret@db/shop?query=sql/caps.sql");
 * assertEquals(address.host, "db");
 * assertEquals(address.queryFile, "sql/caps.sql");
 * assert(!address.name.includes("secret"));
 * ```
 */
export function parseSourceUrl(text: string): SourceAddress {
  const shown = hideInAddress(text);
  const { url, kind } = parsedUrl(text, shown);
  const { searchParams } = url;
  const parameters = new Map<string, string>();
  const known = [...SETTINGS[kind], ...COMMON];
  for (const [key, value] of searchParams) {
    if (key.startsWith(PARAMETER)) parameters.set(key.slice(PARAMETER.length), value);
    else if (!known.includes(key)) {
      const named = key.includes("@") ? "" : ` ${key}`;
      throw new UsageError(
        `${shown}: setting${named} is not known, expected one of ${known.join(", ")}`,
      );
    }
  }
  // Nothing behind the sign names nothing.
  const queryFile = searchParams.get("query") || null, table = searchParams.get("table") || null;
  if (queryFile !== null && table !== null) {
    throw new UsageError(`${shown} has both query and table, expected one of them`);
  }
  const isFile = kind === "sqlite" || kind === "duckdb";
  const part = (value: string) => value === "" || isFile ? null : decoded(value, shown);
  const sslmode = searchParams.get("sslmode");
  if (sslmode !== null) inAddress(shown, () => sslMode(sslmode));
  return {
    kind,
    name: nameOf(shown),
    host: part(url.hostname.replace(/^\[|\]$/g, "")),
    port: url.port === "" ? null : Number(url.port),
    database: part(url.pathname.replace(/^\//, "")),
    user: part(url.username) ?? searchParams.get("user"),
    password: part(url.password) ?? searchParams.get("password"),
    secure: yesOrNo(searchParams.get("secure"), shown),
    sslmode,
    sslrootcert: searchParams.get("sslrootcert"),
    connectTimeout: secondsOf("connect_timeout", searchParams.get("connect_timeout"), shown),
    idleTimeout: secondsOf("idle_timeout", searchParams.get("idle_timeout"), shown),
    service: searchParams.get("service"),
    queryFile,
    table,
    file: isFile ? fileOf(text, shown) : null,
    parameters,
  };
}

/** An address without its values of parameters, which may be long, and without its limits of time. */
function nameOf(shown: string): string {
  const [place, ...settings] = shown.split(/[?&]/);
  const kept = settings.filter((text) => !/^(?:param_|connect_timeout=|idle_timeout=)/.test(text));
  return kept.length === 0 ? place : `${place}?${kept.join("&")}`;
}

/** The address with one more setting. */
export function withSetting(url: string, name: string, value: string): string {
  return `${url}${url.includes("?") ? "&" : "?"}${name}=${encodeURIComponent(value)}`;
}

/** The path between `//` and `?`; null where it is empty. */
function fileOf(text: string, shown: string): string | null {
  const path = /^[^:]*:\/\/([^?]*)/.exec(text)![1];
  return path === "" ? null : decoded(path, shown);
}

/** The address as a URL; refuses one whose parts are ambiguous. */
function parsedUrl(text: string, shown: string): { url: URL; kind: SourceKind } {
  let url: URL;
  try {
    // Without the file's name, which is not a host: the rules for URLs do not apply to it.
    url = new URL(text.replace(/^((?:sqlite|duckdb):\/\/)[^?]*/i, "$1"));
  } catch {
    throw new UsageError(
      `${shown} is not a database address, expected scheme://user@host:port/database?query=FILE` +
        ESCAPES,
    );
  }
  const kind = KINDS[url.protocol];
  if (kind === undefined) {
    throw new UsageError(
      `${shown} is not a database address, expected postgres://, clickhouse://, sqlite:// or duckdb://`,
    );
  }
  // A # or @ there most likely belongs to a password that is not escaped; parts of it would pass for the host or the path.
  if (url.hash !== "" || text.endsWith("#") || url.pathname.includes("@")) {
    throw new UsageError(`${shown} has a # or @ after its host` + ESCAPES);
  }
  return { url, kind };
}

/** Advice for a password with such characters. */
const ESCAPES = "; in a password write # / ? @ % as %23 %2F %3F %40 %25";

/** Calls `check`; puts the address before the message of its error. */
function inAddress(shown: string, check: () => unknown): void {
  try {
    check();
  } catch (error) {
    throw new UsageError(`${shown}: ${(error as Error).message}`);
  }
}

function yesOrNo(value: string | null, shown: string): boolean {
  if (value === null || ["0", "false", "no"].includes(value)) return false;
  if (["1", "true", "yes"].includes(value)) return true;
  throw new UsageError(`${shown}: secure is ${JSON.stringify(value)}, expected 1 or 0`);
}

/** A number of seconds, 0 for no limit; null where it was not given. */
function secondsOf(name: string, value: string | null, shown: string): number | null {
  if (value === null) return null;
  const seconds = Number(value);
  if (value.trim() !== "" && seconds >= 0 && seconds < Infinity) return seconds;
  throw new UsageError(
    `${shown}: ${name} is ${JSON.stringify(value)}, expected seconds ≥ 0; 0 for no limit`,
  );
}

/** `value` with its percent escapes decoded. */
function decoded(value: string, shown: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw new UsageError(`${shown} has a broken percent escape`);
  }
}
