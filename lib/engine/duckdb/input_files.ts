/**
 * Files as tables of DuckDB.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import type { RunControl } from "../../base/progress.ts";
import { resolveSource, withPart } from "../../io/bytes/source.ts";
import { replacingTexts } from "../../sources/id_types.ts";
import type { DialectOptions } from "../../io/csv/dialect_options.ts";
import { inOurNames, type InputFiles } from "../sql/files/input_files.ts";
import { type CsvFile, csvFile, csvSource } from "./csv_files.ts";
import { quoted } from "./dialect.ts";
import type { FetchedFiles } from "./fetched_files.ts";
import type { DuckDbStore } from "./store.ts";

/** What is said of files, and how those of CSV are written. */
export interface FilesControl extends RunControl {
  /** Fetches those that are no files here. */
  readonly fetched: FetchedFiles;
  /** How files of CSV are written, and what columns are called. @default as the files say */
  readonly dialect?: DialectOptions;
  /** Columns that hold numbers, beside those that do in every table. @default none */
  readonly numbers?: Iterable<string>;
  /** Called with what was recognised about them. */
  readonly onNote?: (text: string) => void;
}

/**
 * Finds the files and their columns; those that are elsewhere are fetched first.
 *
 * @param wanted columns that they must have
 * @throws InputError for a file that is neither CSV nor Parquet
 */
export async function inputFiles(
  store: DuckDbStore,
  name: string,
  wanted: readonly string[],
  { fetched, dialect = {}, numbers, onNote, ...control }: FilesControl,
): Promise<InputFiles> {
  const csv: CsvFile[] = [], parquet: string[] = [], states: string[] = [];
  const parts = await resolveSource(name);
  for (const part of parts) {
    const { path, fingerprint } = await fetched.localFile(part, control);
    const local = { name: part.name, path, size: null };
    const found = await withPart(local, (open) => {
      if (open.format === "parquet") return null;
      if (open.format !== "zip") return csvFile(local, path, open, wanted, dialect);
      throw new InputError(
        `${part.name}: --engine duckdb reads no zip files, expected CSV or Parquet`,
        { file: part.name },
      );
    });
    states.push(fingerprint);
    if (found === null) parquet.push(path);
    else csv.push(found);
    if (found !== null && found.notes.length > 0) {
      onNote?.(`${part.name}: read ${found.notes.join(", ")}`);
    }
  }
  if (csv.length > 0 && parquet.length > 0) {
    throw new InputError(`${name}: files of CSV and of Parquet, expected one kind`, { file: name });
  }
  const isText = parquet.length === 0;
  const source = isText
    ? csvSource(csv)
    : `read_parquet([${
      parquet.map(quoted).join(", ")
    }], union_by_name = true, hive_types_autocast = false)`;
  const described = await store.rowsOverAll(`DESCRIBE SELECT * FROM ${source}`, control);
  const columns = new Map(described.map(([column, type]) => [column, type]));
  const shown = parts[0].path === null ? parts[0].name : name;
  const files = {
    name: shown,
    source: isText ? source : replacingTexts(source, columns, shown),
    columns,
    isText,
    hasPointsToRefuse: csv.some(({ separator }) => separator !== ","),
    fingerprint: states.join("\n"),
  };
  return inOurNames(store.dialect, files, dialect, numbers);
}
