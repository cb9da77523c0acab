/**
 * Files as tables of DuckDB.
 *
 * @module
 */
import { InputError, UsageError } from "../../base/errors.ts";
import type { RunControl } from "../../base/progress.ts";
import { formatOf, HEAD_BYTES } from "../../io/bytes/format.ts";
import { type Part, resolveSource } from "../../io/bytes/source.ts";
import type { InputFiles } from "../sql/input_files.ts";
import { quoted } from "./dialect.ts";
import type { DuckDbStore } from "./store.ts";

/**
 * Finds the files and their columns.
 *
 * @throws InputError for a file that is neither CSV nor Parquet
 */
export async function inputFiles(
  store: DuckDbStore,
  name: string,
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
  const stats = await Promise.all(paths.map(async (path) => {
    const { size, mtime } = await Deno.stat(path);
    return `${path} ${size} ${mtime?.getTime()}`;
  }));
  return { name, source, columns, isText: !kinds.has(true), fingerprint: stats.join("\n") };
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
