/**
 * Types of columns in databases and engines, as they call them: which can hold ids, and what DuckDB's values are as text.
 *
 * @module
 */
import { InputError } from "../base/errors.ts";

/** The columns that hold ids. */
export const ID_COLUMNS: ReadonlySet<string> = new Set(["user_id", "contract_address", "group_id"]);

/** Whether a column is one of ids. */
export function isIdColumn(name: string): boolean {
  return ID_COLUMNS.has(name.trim());
}

/**
 * Text, whole numbers, dates, times of a day and UUIDs, in the words of DuckDB and Spark: the types of Parquet whose values can
 * be ids. Floats are none: writers round whole numbers to them, so that two ids become one, and a missing one is NaN. Nor are
 * lists, intervals and the like, of which different values may have one text.
 */
const ID_TYPES =
  /^(VARCHAR|STRING|CHAR\(\d+\)|ENUM\(.*\)|BLOB|BINARY|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|BIGNUM|DECIMAL\(\d+, ?0\)|DATE|TIMESTAMP(_S|_MS|_NS|_NTZ)?( WITH TIME ZONE)?|UUID|"?NULL"?|VOID)$/is;

/** @throws InputError where a column of ids has a type whose values can't be told apart */
export function requireIdTypes(file: string, columns: Iterable<readonly [string, string]>): void {
  for (const [name, type] of columns) {
    const column = name.trim();
    if (!isIdColumn(column) || ID_TYPES.test(type)) continue;
    throw new InputError(
      `${file}: ${column} is of type ${type}, expected text, integers, dates, timestamps or UUIDs`,
      { file, column, value: type, expected: "an id" },
    );
  }
}

/** Types whose values, which are no ids, are one text each in limits and history: numbers, and truth values. */
const FURTHER_TYPES = /^(DOUBLE|FLOAT|REAL|DECIMAL\(\d+, ?\d+\)|BOOLEAN)$/i;

/** @throws InputError where a column has a type of whose values nothing can be told apart by text: lists, times of a day, … */
export function requireValueTypes(
  file: string,
  columns: Iterable<readonly [string, string]>,
): void {
  for (const [column, type] of columns) {
    if (ID_TYPES.test(type) || FURTHER_TYPES.test(type)) continue;
    throw new InputError(`${file}: ${column} is of type ${type}, expected text or numbers`, {
      file,
      column,
      value: type,
      expected: "text or numbers",
    });
  }
}

/** Whether a type's values are floats, which engines write in another way than Divvy: `1.0`, `inf`. */
export function isFloatType(type: string | undefined): boolean {
  return /^(DOUBLE|FLOAT|REAL)$/i.test(type ?? "");
}

/**
 * A source of Spark with times as they are as text in a Parquet file that Divvy reads itself: ISO 8601, in UTC.
 *
 * @param source as SQL
 * @param columns their names and types
 */
export function sparkTexts(source: string, columns: Iterable<readonly [string, string]>): string {
  const isTime = (type: string) => /^timestamp(_ntz|_ltz)?$/i.test(type);
  const all = [...columns];
  if (!all.some(([, type]) => isTime(type))) return source;
  const cells = all.map(([name, type]) => {
    const column = `\`${name.replaceAll("`", "``")}\``;
    if (!isTime(type)) return column;
    const time = /ntz/i.test(type) ? column : `to_utc_timestamp(${column}, current_timezone())`;
    const text = `date_format(${time}, "yyyy-MM-dd'T'HH:mm:ss.SSSSSS")`;
    return `concat(regexp_replace(${text}, '([.]000000|000)$', ''), 'Z') AS ${column}`;
  });
  return `(SELECT ${cells.join(", ")} FROM ${source}) AS in_texts`;
}

/**
 * A source of DuckDB with the texts of {@link duckDbText} in place of values whose cast gives other ones.
 *
 * @param source as SQL
 * @param columns their names and types
 * @param file what it is called in errors
 */
export function replacingTexts(
  source: string,
  columns: Iterable<readonly [string, string]>,
  file: string,
): string {
  const texts = [...columns].flatMap(([name, type]) => {
    const column = `"${name.replaceAll('"', '""')}"`, text = duckDbText(column, type, file);
    return text === null ? [] : [`${text} AS ${column}`];
  });
  return texts.length === 0
    ? source
    : `(SELECT * REPLACE (${texts.join(", ")}) FROM ${source}) AS in_texts`;
}

/**
 * SQL of DuckDB for a column's text where a cast would give another one than the same value has in a Parquet file that Divvy
 * reads itself; null: the cast gives the same. Times are in UTC, whatever the session's zone.
 *
 * @param column its name, quoted
 * @param file whose column it is, for the error of bytes that are not UTF-8
 */
function duckDbText(column: string, type: string, file: string): string | null {
  if (type === "BLOB") return textOfBytes(column, file);
  if (type === "DATE") return `if(isfinite(${column}), ${dateText(column)}, ${column}::VARCHAR)`;
  if (!/^TIMESTAMP(_S|_MS|_NS)?( WITH TIME ZONE)?$/.test(type)) return null;
  const time = type.endsWith("ZONE") ? `make_timestamp(epoch_us(${column}))` : column;
  // Three, six or nine digits of a second, as few as needed.
  const fraction =
    `regexp_replace('.' || strftime(${time}, '%n'), '(\\.000000000|000000|000)$', '')`;
  return `if(isfinite(${column}), ${
    dateText(time)
  } || strftime(${time}, 'T%H:%M:%S') || ${fraction} || 'Z', ${column}::VARCHAR)`;
}

/** A date's text by ISO 8601: years outside 0 … 9999 have a sign and at least six digits. */
function dateText(time: string): string {
  const year = `year(${time})`;
  return `if(${year} BETWEEN 0 AND 9999, printf('%04d', ${year}), if(${year} < 0, '-', '+') || printf('%06d', abs(${year}))) || strftime(${time}, '-%m-%d')`;
}

/** What is said of bytes that are no text. */
const NOT_UTF8 = "is not UTF-8 text, expected UTF-8 text";

/** Whether an error is that of bytes that are no text, which says the column, but not the row. */
export function saysNotUtf8(error: unknown): boolean {
  return error instanceof Error && error.message.includes(NOT_UTF8);
}

/** Bytes as text; NULs at the end are padding. */
function textOfBytes(column: string, file: string): string {
  const said = `${file}: ${column.replaceAll('"', "")} ${NOT_UTF8}`;
  const text = `rtrim(TRY(decode(${column})), chr(0))`;
  return `if(${text} IS NULL AND ${column} IS NOT NULL, error('${
    said.replaceAll("'", "''")
  }'), ${text})`;
}
