/**
 * Files as tables of DuckDB.
 *
 * @module
 */
import { InputError, UsageError } from "../../base/errors.ts";
import type { RunControl } from "../../base/progress.ts";
import { type Part, resolveSource, withPart } from "../../io/bytes/source.ts";
import type { DialectOptions } from "../../io/csv/dialect_options.ts";
import { inOurNames, type InputFiles } from "../sql/input_files.ts";
import { type CsvFile, csvFile, csvSource } from "./csv_files.ts";
import { quoted } from "./dialect.ts";
import type { DuckDbStore } from "./store.ts";

/** What is said of files, and how those of CSV are written. */
export interface FilesControl extends RunControl {
  /** How files of CSV are written, and what columns are called. @default as the files say */
  readonly dialect?: DialectOptions;
  /** Columns that hold numbers, beside those that do in every table. @default none */
  readonly numbers?: Iterable<string>;
  /** Called with what was recognised about them. */
  readonly onNote?: (text: string) => void;
}

/**
 * Finds the files and their columns.
 *
 * @param wanted columns that they must have
 * @throws InputError for a file that is neither CSV nor Parquet
 */
export async function inputFiles(
  store: DuckDbStore,
  name: string,
  wanted: readonly string[],
  { dialect = {}, numbers, onNote, ...control }: FilesControl,
): Promise<InputFiles> {
  const parts = await resolveSource(name), csv: CsvFile[] = [], parquet: string[] = [];
  for (const part of parts) {
    const path = pathOf(part);
    const found = await withPart(part, (open) => {
      if (open.format === "parquet") return null;
      if (open.format !== "zip") return csvFile(part, path, open, wanted, dialect);
      throw new InputError(`${path}: --engine duckdb reads no zip files, expected CSV or Parquet`, {
        file: path,
      });
    });
    if (found === null) parquet.push(path);
    else csv.push(found);
    if (found !== null && found.notes.length > 0) {
      onNote?.(`${path}: read ${found.notes.join(", ")}`);
    }
  }
  if (csv.length > 0 && parquet.length > 0) {
    throw new InputError(`${name}: files of CSV and of Parquet, expected one kind`, { file: name });
  }
  const isText = parquet.length === 0;
  const source = isText
    ? csvSource(csv)
    : `read_parquet([${parquet.map(quoted).join(", ")}], union_by_name = true)`;
  const described = await store.rowsOverAll(`DESCRIBE SELECT * FROM ${source}`, control);
  const columns = new Map(described.map(([column, type]) => [column, type]));
  const stats = await Promise.all([...csv.map(({ path }) => path), ...parquet].map(async (path) => {
    const { size, mtime } = await Deno.stat(path);
    return `${path} ${size} ${mtime?.getTime()}`;
  }));
  const files = { name, source, columns, isText, fingerprint: stats.join("\n") };
  return inOurNames(store.dialect, files, dialect, numbers);
}

function pathOf({ name, path }: Part): string {
  if (path !== null) return path;
  throw new UsageError(`--engine duckdb reads files, expected a path, not ${name}`);
}
