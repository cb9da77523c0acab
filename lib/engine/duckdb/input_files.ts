/**
 * Files as tables of DuckDB: ids without blanks around them, and scores with the value that their text has, as everywhere.
 *
 * @module
 */
import { InputError, UsageError } from "../../base/errors.ts";
import type { RunControl } from "../../base/progress.ts";
import { formatOf, HEAD_BYTES } from "../../io/bytes/format.ts";
import { type Part, resolveSource } from "../../io/bytes/source.ts";
import { BLANKS } from "../sql/blanks.ts";
import { quoted } from "./dialect.ts";
import type { DuckDbStore } from "./store.ts";

/** Files of one input. */
export interface InputFiles {
  /** What the user called them. */
  readonly name: string;
  /** A source with their columns, as SQL. */
  readonly source: string;
  /** Type of each column. */
  readonly columns: ReadonlyMap<string, string>;
  /** Paths, sizes and times of change: other files give another text. */
  readonly fingerprint: string;
}

/**
 * Finds the files and their columns.
 *
 * @throws InputError for what is no file of CSV or Parquet, or lacks a column
 */
export async function inputFiles(
  store: DuckDbStore,
  name: string,
  wanted: readonly string[],
  control: RunControl,
): Promise<InputFiles> {
  const parts = await resolveSource(name);
  const paths = parts.map((part) => pathOf(part));
  const kinds = new Set(await Promise.all(paths.map(isParquet)));
  if (kinds.size > 1) {
    throw new InputError(`${name}: files of CSV and of Parquet, expected one kind`, { file: name });
  }
  const list = `[${paths.map(quoted).join(", ")}]`;
  const source = kinds.has(true)
    ? `read_parquet(${list}, union_by_name = true)`
    : `read_csv(${list}, header = true, all_varchar = true, union_by_name = true)`;
  const described = await store.rowsOverAll(`DESCRIBE SELECT * FROM ${source}`, control);
  const columns = new Map(described.map(([column, type]) => [column, type]));
  const lacking = wanted.filter((column) => !columns.has(column));
  if (lacking.length > 0) {
    const [column] = lacking;
    throw new InputError(
      `${name}: no column ${column}, expected ${wanted.join(", ")}; there are ${
        [...columns.keys()].join(", ")
      }`,
      { file: name, column },
    );
  }
  const stats = await Promise.all(paths.map(async (path) => {
    const { size, mtime } = await Deno.stat(path);
    return `${path} ${size} ${mtime?.getTime()}`;
  }));
  return { name, source, columns, fingerprint: stats.join("\n") };
}

function pathOf({ name, path }: Part): string {
  if (path !== null) return path;
  throw new UsageError(`--engine duckdb reads files, expected a path, not ${name}`);
}

/** Whether a file is Parquet, by its first bytes. */
async function isParquet(path: string): Promise<boolean> {
  using file = await Deno.open(path);
  const head = new Uint8Array(HEAD_BYTES);
  const n = await file.read(head) ?? 0;
  const format = formatOf(head.subarray(0, n), path);
  if (format === "zip") {
    throw new InputError(`${path}: --engine duckdb reads no zip files, expected CSV or Parquet`, {
      file: path,
    });
  }
  return format === "parquet";
}

/** An id as text without blanks around it, NULL where there is nothing else. */
export function idSql(column: string): string {
  return `nullif(trim(CAST(${column} AS VARCHAR), ${quoted(BLANKS)}), '')`;
}

/** A score as the number that its text means, NULL where it means none. */
export function scoreSql(columns: ReadonlyMap<string, string>): string {
  // Float32 and decimals count as the shortest text that means them, as in files made of them.
  const direct = /^(DOUBLE|.*INT.*)$/.test(columns.get("score")!);
  return direct
    ? "CAST(score AS DOUBLE)"
    : `TRY_CAST(trim(CAST(score AS VARCHAR), ${quoted(BLANKS)}) AS DOUBLE)`;
}

/** The pairs of a source of files: user_id, contract_address, score. */
export function pairsSql(source: string, columns: ReadonlyMap<string, string>): string {
  return `(SELECT ${idSql("user_id")} AS user_id, ${
    idSql("contract_address")
  } AS contract_address, ${scoreSql(columns)} AS score FROM ${source}) AS pairs`;
}

/** The users' groups of a source of files: user_id, group_id. */
export function groupsSql(source: string): string {
  return `(SELECT user_id, group_id FROM (SELECT ${idSql("user_id")} AS user_id, ${
    idSql("group_id")
  } AS group_id FROM ${source}) AS named WHERE user_id IS NOT NULL AND group_id IS NOT NULL) AS user_groups`;
}
