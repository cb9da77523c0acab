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
import { NUMBER_COLUMNS } from "../../io/csv/known_columns.ts";
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
  for (const [column, type] of await wideDecimals(store, parquet, control)) {
    // A field of a nested column may be called so, too.
    if (columns.get(column) === "DOUBLE") columns.set(column, type);
  }
  const shown = parts[0].path === null ? parts[0].name : name;
  const files = {
    name: shown,
    source: isText ? source : replacingTexts(source, columns, shown),
    columns,
    isText,
    hasPointsToRefuse: csv.some(({ separator }) => separator !== ","),
    fingerprint: states.join("\n"),
  };
  const ours = inOurNames(store.dialect, files, dialect, numbers);
  refuseWide(ours, new Set([...NUMBER_COLUMNS, ...numbers ?? []]));
  return ours;
}

/** What is said behind the type of a decimal that DuckDB reads wrong. */
const TOO_WIDE = " (more than 38 digits)";

/**
 * Columns of decimals of more than 38 digits, and their types. DuckDB calls them DOUBLE and reads most of them wrong: 0.25 as
 * 4194304 where a value has 21 bytes.
 */
async function wideDecimals(
  store: DuckDbStore,
  parquet: readonly string[],
  control: RunControl,
): Promise<[column: string, type: string][]> {
  if (parquet.length === 0) return [];
  const rows = await store.rowsOverAll(
    `SELECT DISTINCT name, precision, scale FROM parquet_schema([${parquet.map(quoted).join(", ")}])
WHERE precision > 38`,
    control,
  );
  return rows.map(([name, digits, scale]) => [name, `DECIMAL(${digits},${scale})${TOO_WIDE}`]);
}

/** @throws InputError for a column of numbers that DuckDB would read wrong */
function refuseWide({ name, columns }: InputFiles, numbers: ReadonlySet<string>): void {
  for (const [column, type] of columns) {
    if (!numbers.has(column) || !type.endsWith(TOO_WIDE)) continue;
    throw new InputError(
      `${name}: ${column} is of type ${type}, which DuckDB reads wrong, expected numbers`,
      { file: name, column, value: type, expected: "numbers" },
    );
  }
}
