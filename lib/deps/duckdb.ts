/**
 * DuckDB, loaded when a `duckdb://` source is first opened. It is native code (needs `--allow-ffi`), tens of megabytes for
 * each platform, so it is no part of the executables that `deno task compile` makes.
 *
 * @module
 */
import { InputError } from "../base/errors.ts";
import { loadPackage } from "./load_package.ts";

/** A result, read in pieces. */
export interface DuckDbStream {
  /** Names of the columns. */
  columnNames(): string[];
  /** The next rows; null or without rows at the end. */
  fetchChunk(): Promise<{ readonly rowCount: number; getRows(): unknown[][] } | null>;
}

/** A connection. */
export interface DuckDbConnection {
  /** Runs one statement with values for `$1`, `$2`, … */
  stream(sql: string, values: string[]): Promise<DuckDbStream>;
  /** Runs a statement to its end. */
  run(sql: string): Promise<unknown>;
  /** Stops what is running. */
  interrupt(): void;
  /** Closes it. */
  closeSync(): void;
}

/** A database. */
export interface DuckDbInstance {
  /** Connects to it. */
  connect(): Promise<DuckDbConnection>;
  /** Closes it. */
  closeSync(): void;
}

/** Not a literal argument of loadPackage: tests/dependencies_test.ts collects those for lazy_packages.ts, and executables lack DuckDB. */
const PACKAGE = "npm:@duckdb/node-api@1.5.6-r.1";

/** What the package is used for. */
interface DuckDbModule {
  readonly DuckDBInstance: {
    create(path: string, config: Record<string, string>): Promise<DuckDbInstance>;
  };
}

/**
 * Opens a database file, or an empty one in memory (`:memory:`).
 *
 * @throws InputError where the package can't be loaded; errors of DuckDB
 */
export async function openDuckDb(
  path: string,
  config: Record<string, string>,
): Promise<DuckDbInstance> {
  const { DuckDBInstance } = await loadPackage<DuckDbModule>(PACKAGE).catch((error) => {
    throw new InputError(`DuckDB can't be loaded: ${whyNot(error)}`);
  });
  return await DuckDBInstance.create(path, config);
}

/** Why the package can't be loaded, as the end of a message. */
function whyNot(error: unknown): string {
  const why = String(error instanceof Error ? error.message : error).split("\n")[0];
  if (/ffi access/i.test(why)) return "it is native code, which needs --allow-ffi";
  const isCompiled = (globalThis as { Deno?: { build?: { standalone?: boolean } } }).Deno?.build
    ?.standalone === true;
  return isCompiled ? "it is no part of the executables; run divvy by deno or npx" : why;
}
