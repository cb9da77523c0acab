/**
 * Opens databases by their addresses and reads their rows as a stream of CSV.
 *
 * @module
 */
import { platform } from "../base/platform/platform.ts";
import { UsageError } from "../base/errors.ts";
import type { RunControl } from "../base/progress.ts";
import { clickhouseRows } from "./clickhouse_source.ts";
import { clickhouseLogin, type Login, postgresLogin } from "./credentials.ts";
import { type Environment, processEnvironment } from "./environment.ts";
import { fileRows } from "./file_source.ts";
import { quotedTable } from "./identifier.ts";
import { bindParameters, type BoundQuery } from "./parameters.ts";
import { postgresRows } from "./postgres_source.ts";
import { sourceError } from "./source_error.ts";
import { readingStatement } from "./statement.ts";
import { isSourceUrl, parseSourceUrl, type SourceAddress, type SourceKind } from "./source_url.ts";

/** Options of {@link openSource}. */
export interface SourceOptions extends RunControl {
  /** The source of settings outside the address. @default the process's environment */
  readonly environment?: Environment;
}

/** An open source. */
export interface OpenSource {
  /** The address without its password. */
  readonly name: string;
  /** CSV with a header, UTF-8. Errors of the stream are one line long and show no password. */
  readonly bytes: ReadableStream<Uint8Array>;
}

/**
 * Opens the rows that the address names by `query=FILE` (a template, see `sql/`) or `table=NAME`.
 *
 * @throws {UsageError} for an address that names neither
 * @throws {InputError} for any error of the server or the template: no connection, refused credentials, a missing table, a
 * missing or invalid parameter
 */
export async function openSource(url: string, options: SourceOptions = {}): Promise<OpenSource> {
  const address = parseSourceUrl(url);
  const { name, kind } = address;
  const environment = options.environment ?? processEnvironment;
  const query = await queryOf(address);
  if (kind === "sqlite" || kind === "duckdb") {
    return await opened(name, null, () => fileRows(kind, address.file, query, name, options));
  }
  if (kind === "postgres") {
    const login = await postgresLogin(address, environment);
    return await opened(name, login, () => postgresRows(login, query, name, options));
  }
  const login = await clickhouseLogin(address, environment);
  return await opened(name, login, () => clickhouseRows(login, query, name, options));
}

/** Opens a source; errors, now or later from the stream, are made into one line each. */
async function opened(
  name: string,
  login: Login | null,
  open: () => Promise<ReadableStream<Uint8Array>>,
): Promise<OpenSource> {
  try {
    return { name, bytes: withReadableErrors(await open(), name, login) };
  } catch (error) {
    throw sourceError(name, login, error);
  }
}

/** The query of an address, with its parameters' values. */
async function queryOf(address: SourceAddress): Promise<BoundQuery> {
  if (address.table !== null) {
    const text = `SELECT * FROM ${quotedTable(address.table, address.kind)}`;
    return { texts: [text], order: [], parameters: [] };
  }
  if (address.queryFile === null) {
    throw new UsageError(`${address.name} names no rows, expected ?query=FILE or ?table=NAME`);
  }
  const template = await readTemplate(address.queryFile, address.kind);
  return bindParameters(template, address.kind, address.parameters, address.queryFile);
}

/** The statement in a template's file. */
async function readTemplate(file: string, kind: SourceKind): Promise<string> {
  let text: string;
  try {
    text = await platform.readTextFile(file);
  } catch (error) {
    const reason = error instanceof platform.errors.NotFound
      ? "no such file"
      : (error as Error).message;
    throw new UsageError(`${file}: can't be read: ${reason}`);
  }
  return readingStatement(text, kind, file);
}

/**
 * Adds parameters to those of the `sources` that are addresses and whose templates have them; file names stay as they are.
 * All values are checked here, before any connection is made.
 *
 * @param given values by name, from `--param`
 * @returns the sources, in order, with `&param_NAME=VALUE` added where a template has a parameter NAME
 * @throws {InputError} for a missing or invalid parameter
 * @throws {UsageError} for a parameter that no template has
 */
export async function withParameters<T extends string | undefined>(
  sources: readonly T[],
  given: ReadonlyMap<string, string>,
): Promise<T[]> {
  const used = new Set<string>();
  const complete: T[] = [];
  for (const source of sources) {
    if (source === undefined || !isSourceUrl(source)) {
      complete.push(source);
      continue;
    }
    const address = parseSourceUrl(source);
    let url: string = source;
    if (address.queryFile !== null) {
      const template = await readTemplate(address.queryFile, address.kind);
      const all = new Map([...address.parameters, ...given]);
      const { parameters } = bindParameters(template, address.kind, all, address.queryFile);
      for (const { name } of parameters) {
        used.add(name);
        if (given.has(name)) url += `&param_${name}=${encodeURIComponent(given.get(name)!)}`;
      }
    }
    complete.push(url as T);
  }
  for (const name of given.keys()) {
    if (!used.has(name)) {
      throw new UsageError(`--param ${name} is a parameter of none of the queries`);
    }
  }
  return complete;
}

/** The same stream, but with errors of one line. */
function withReadableErrors(
  bytes: ReadableStream<Uint8Array>,
  name: string,
  login: Login | null,
): ReadableStream<Uint8Array> {
  const reader = bytes.getReader();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        controller.error(sourceError(name, login, error));
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
}
