/**
 * Addresses of databases that stand where a file name may stand.
 *
 * @module
 */
import { UsageError } from "../base/errors.ts";
import { hideSecrets } from "./secrets.ts";

/** Which database server an address names. */
export type SourceKind = "postgres" | "clickhouse";

/** A database address in parts. `password` is the only secret; {@link SourceAddress.name} never holds it. */
export interface SourceAddress {
  /** Which server. */
  readonly kind: SourceKind;
  /** The address as it may be shown: no password. */
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
  /** Whether to speak TLS. */
  readonly secure: boolean;
  /** Entry of the PostgreSQL service file; null: none named. */
  readonly service: string | null;
  /** File with the query; null: `table` is given, or neither. */
  readonly queryFile: string | null;
  /** Values of the query's parameters: the settings `param_NAME`. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Table to read whole, `name` or `database.name`; null: `queryFile` is given, or neither. */
  readonly table: string | null;
}

const KINDS: Record<string, SourceKind> = {
  "postgres:": "postgres",
  "postgresql:": "postgres",
  "clickhouse:": "clickhouse",
};
const PARAMETER = "param_";
const SETTINGS = ["query", "table", "secure", "sslmode", "service"];

/** Whether `text` is the address of a database rather than a file's name. */
export function isSourceUrl(text: string): boolean {
  return /^(?:postgres|postgresql|clickhouse):\/\//.test(text);
}

/** `source` as messages and progress may show it: file names as they are, addresses without password. */
export function shownName(source: string): string {
  return isSourceUrl(source) ? parseSourceUrl(source).name : source;
}

/**
 * Takes the address of a database apart.
 *
 * `postgres://user:password@host:5432/database?query=sql/caps.sql` (or `?table=…`, `?service=…`, `?sslmode=require`)
 * `clickhouse://user:password@host:8123/database?query=sql/elig.sql` (or `?table=…`, `?secure=1`)
 *
 * Values of the query's parameters follow as `&param_NAME=VALUE`. Every part but the scheme may be left out. Throws a {@link UsageError} that shows no password.
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
  const shown = hideSecrets(text);
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new UsageError(
      `${shown} is not a database address, expected scheme://user@host:port/database?query=FILE`,
    );
  }
  const kind = KINDS[url.protocol];
  if (kind === undefined) {
    throw new UsageError(
      `${shown} is not a database address, expected postgres:// or clickhouse://`,
    );
  }
  const parameters = new Map<string, string>();
  for (const [key, value] of url.searchParams) {
    if (key.startsWith(PARAMETER)) parameters.set(key.slice(PARAMETER.length), value);
    else if (!SETTINGS.includes(key)) {
      throw new UsageError(
        `${shown}: setting ${hideSecrets(key)} is not known, expected one of ${
          SETTINGS.join(", ")
        }`,
      );
    }
  }
  const queryFile = url.searchParams.get("query");
  const table = url.searchParams.get("table");
  if (queryFile !== null && table !== null) {
    throw new UsageError(`${shown} has both query and table, expected one of them`);
  }
  const part = (value: string) => value === "" ? null : decoded(value, shown);
  const sslmode = url.searchParams.get("sslmode");
  const database = part(url.pathname.replace(/^\//, ""));
  return {
    kind,
    name: shown.replace(/[?&]param_[^&]*/g, (found) => found[0] === "?" ? "?" : ""),
    host: part(url.hostname.replace(/^\[|\]$/g, "")),
    port: url.port === "" ? null : Number(url.port),
    database,
    user: part(url.username),
    password: part(url.password),
    secure: url.searchParams.get("secure") === "1" || (sslmode !== null && sslmode !== "disable"),
    service: url.searchParams.get("service"),
    queryFile,
    table,
    parameters,
  };
}

/** `value` with its percent escapes read. */
function decoded(value: string, shown: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw new UsageError(`${shown} has a broken percent escape`);
  }
}
