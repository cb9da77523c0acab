/**
 * Files as tables of DuckDB.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import type { RunControl } from "../../base/progress.ts";
import { type Part, resolveSource, withPart } from "../../io/bytes/source.ts";
import type { ReadLimits } from "../../io/bytes/read_limits.ts";
import { isIdColumn, replacingTexts } from "../../sources/id_types.ts";
import type { DialectOptions } from "../../io/csv/dialect_options.ts";
import { NUMBER_COLUMNS } from "../../io/csv/known_columns.ts";
import { isReadableAgain } from "../../io/tables/rows/column_names.ts";
import { ParquetFile } from "../../io/parquet/parquet_file.ts";
import { inOurNames, type InputFiles } from "../sql/files/input_files.ts";
import { type CsvFile, csvFile, csvSource } from "./csv_files.ts";
import { quoted } from "./dialect.ts";
import type { FetchedFiles } from "./fetched_files.ts";
import type { Rows } from "../sql/store/store.ts";
import type { DuckDbStore } from "./store.ts";

/** What is said of files, and how those of text are written. */
export interface FilesControl extends RunControl {
  /** Fetches those that DuckDB can't read where they are. */
  readonly fetched: FetchedFiles;
  /** How files of text are written, and what columns are called. @default as the files say */
  readonly dialect?: DialectOptions;
  /** Limits on the size of lines, fields and compressed files. @default DEFAULT_LIMITS */
  readonly sizes?: ReadLimits;
  /** Columns that the files may have. @default none */
  readonly optional?: readonly string[];
  /** Columns that hold numbers, beside those that do in every table. @default none */
  readonly numbers?: Iterable<string>;
  /** Called with what was recognised about them. */
  readonly onNote?: (text: string) => void;
}

/**
 * Finds the files and their columns; those that DuckDB can't read where they are, or reads in another way than Divvy, are copied
 * first.
 *
 * @param wanted columns that they must have
 * @throws InputError for a file that can't be read, in the words of one machine
 */
export async function inputFiles(
  store: DuckDbStore,
  name: string,
  wanted: readonly string[],
  { fetched, dialect = {}, sizes, optional = [], numbers = [], ...control }: FilesControl,
): Promise<InputFiles> {
  const csv: CsvFile[] = [], parquet: string[] = [], states: string[] = [];
  const parts = await resolveSource(name), table = { dialect, limits: sizes, numbers };
  for (const part of parts) {
    const { path, fingerprint } = await fetched.localFile(part, control);
    const local = { ...part, path, web: undefined };
    states.push(fingerprint);
    if (await isParquet(local, wanted, table)) parquet.push(path);
    else csv.push(await csvFile(local, { ...table, ...control, fetched, wanted, optional }));
  }
  if (csv.length > 0 && parquet.length > 0) {
    throw new InputError(`${name}: files of Parquet and of text, expected one kind`, {
      file: name,
    });
  }
  const isText = parquet.length === 0;
  const source = isText
    ? csvSource(csv)
    : `read_parquet([${
      parquet.map(quoted).join(", ")
    }], union_by_name = true, hive_types_autocast = false)`;
  const described = await store.rowsOverAll(`DESCRIBE SELECT * FROM ${source}`, control);
  const columns = new Map(described.map(([column, type]) => [column, type]));
  const misread = await misreadTypes(store, parquet, control);
  for (const [column, type] of misread) {
    // A field of a nested column may be called so, too.
    if (MISREAD_AS.test(columns.get(column) ?? "")) columns.set(column, type);
  }
  const shown = parts[0].path === null ? parts[0].name : name;
  const files: InputFiles = {
    name: shown,
    source: isText ? source : replacingTexts(source, columns, shown),
    columns,
    isText,
    fingerprint: states.join("\n"),
    ...(await isReadableAgain(name) && { again: { source: name, control: table } }),
  };
  // Files of text have Divvy's names and decimal points already.
  if (isText) return files;
  const ours = inOurNames(store.dialect, files, dialect, numbers);
  refuseMisread(ours, new Set([...NUMBER_COLUMNS, ...numbers]));
  const names = new Map(
    [...columns.keys()].map((theirs, at) => [theirs, [...ours.columns.keys()][at]]),
  );
  const used = new Set([...wanted, ...optional, ...numbers]);
  for (const [file, column, type, codec] of await unreadableColumns(store, parquet, control)) {
    const shown = names.get(column)?.trim() ?? "";
    if (used.has(shown)) throw unreadable(fetched.named(file), shown, type, codec);
  }
  return ours;
}

/** The codec of before LZ4_RAW. */
const OLD_LZ4 = "LZ4";

/**
 * Columns in an encoding that DuckDB reads of floats only, or compressed as it can't read: their file, name, type and codec.
 *
 * Format: https://parquet.apache.org/docs/file-format/data-pages/encodings
 */
async function unreadableColumns(
  store: DuckDbStore,
  parquet: readonly string[],
  control: RunControl,
): Promise<Rows> {
  return await store.rowsOverAll(
    `SELECT DISTINCT file_name, path_in_schema, type, compression FROM parquet_metadata([${
      parquet.map(quoted).join(", ")
    }])
WHERE encodings LIKE '%BYTE_STREAM_SPLIT%' AND type NOT IN ('FLOAT', 'DOUBLE') OR compression = '${OLD_LZ4}'
ORDER BY file_name, path_in_schema`,
    control,
  );
}

/** The error for such a column. */
function unreadable(file: string, column: string, type: string, codec: string): InputError {
  const [is, kind] = codec === OLD_LZ4
    ? ["compressed by LZ4 in its old form, which DuckDB does not read", "compression"]
    : ["encoded by BYTE_STREAM_SPLIT, which DuckDB reads of floats only", "encoding"];
  const expected = `another ${kind} (without --engine it can be read)`;
  return new InputError(`${file}: ${column} (${type}) is ${is}, expected ${expected}`, {
    file,
    column,
    expected,
  });
}

/** Whether a file is Parquet; then it is one that Divvy reads, with the wanted columns, of types that they may have. */
async function isParquet(
  part: Part,
  wanted: readonly string[],
  control: { readonly dialect: DialectOptions; readonly limits?: ReadLimits },
): Promise<boolean> {
  return await withPart(part, async (open) => {
    if (open.format !== "parquet") return false;
    const file = await ParquetFile.open(part, open, wanted, control);
    for (const column of wanted) {
      if (isIdColumn(column)) await file.idColumn(column);
      else await file.numbers(column);
    }
    return true;
  });
}

/** What DuckDB calls types that it reads wrong. */
const MISREAD_AS = /^(DOUBLE|FLOAT)$/;

/** What such a type is called here. */
const MISREAD = /^(DECIMAL\(\d+,\d+\) \(more than 38 digits\)|FLOAT16)$/;

/**
 * Columns whose numbers DuckDB reads wrong, and their types: decimals of more than 38 digits, which it calls DOUBLE (0.25 becomes
 * 4194304 where a value has 21 bytes), and floats of 16 bits, which it widens (0.9 becomes 0.8999).
 */
async function misreadTypes(
  store: DuckDbStore,
  parquet: readonly string[],
  control: RunControl,
): Promise<[column: string, type: string][]> {
  if (parquet.length === 0) return [];
  const rows = await store.rowsOverAll(
    `SELECT DISTINCT name, precision, scale FROM parquet_schema([${parquet.map(quoted).join(", ")}])
WHERE precision > 38 OR logical_type ILIKE 'Float16%'`,
    control,
  );
  return rows.map(([name, digits, scale]) => [
    name,
    digits === "" ? "FLOAT16" : `DECIMAL(${digits},${scale}) (more than 38 digits)`,
  ]);
}

/** @throws InputError for a column of numbers that DuckDB would read wrong */
function refuseMisread({ name, columns }: InputFiles, numbers: ReadonlySet<string>): void {
  for (const [column, type] of columns) {
    if (!numbers.has(column) || !MISREAD.test(type)) continue;
    throw new InputError(
      `${name}: ${column} is of type ${type}, which DuckDB reads wrong, expected another type of numbers`,
      { file: name, column, value: type, expected: "another type of numbers" },
    );
  }
}
