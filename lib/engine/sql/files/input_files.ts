/**
 * Files that an engine reads itself, and SQL for their cells: trimmed text, as in files that Divvy reads.
 *
 * @module
 */
import { InputError, quote } from "../../../base/errors.ts";
import { isFloatType, requireIdTypes, saysNotUtf8 } from "../../../sources/id_types.ts";
import type { DialectOptions } from "../../../io/csv/dialect_options.ts";
import type { TableControl } from "../../../io/csv/table_control.ts";
import { ourNames } from "../../../io/csv/header.ts";
import { NUMBER_COLUMNS } from "../../../io/csv/known_columns.ts";
import type { Dialect } from "../store/dialect.ts";

/** Files of one input. */
export interface InputFiles {
  /** What the user called them. */
  readonly name: string;
  /** A source with their columns, as SQL. */
  readonly source: string;
  /** Type of each column. */
  readonly columns: ReadonlyMap<string, string>;
  /** Whether they are text (CSV), where a row of nothing but separators is no row. */
  readonly isText: boolean;
  /**
   * Whether a number with a point can't be meant where numbers have decimal commas: commas between fields leave numbers no
   * decimal comma, so points are read there.
   */
  readonly hasPointsToRefuse?: boolean;
  /** Differs where the files differ; null where only a look at the rows can tell. */
  readonly fingerprint: string | null;
  /** How Divvy itself reads them, to name the row that can't be used; absent: only the engine can, or they can't be read again. */
  readonly again?: { readonly source: string; readonly control: TableControl };
}

/**
 * What `work` on files gives. Where it ends at bytes that are no text, Divvy reads the files again, to name the first row that
 * can't be used.
 *
 * @param readAgain called where that is possible; throws the error
 */
export async function namingNoText<T>(
  { again }: Pick<InputFiles, "again">,
  readAgain: (again: NonNullable<InputFiles["again"]>) => Promise<unknown>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (again !== undefined && saysNotUtf8(error)) await readAgain(again);
    throw error;
  }
}

/** @throws InputError where a column is lacking, or one of ids has a type that can't hold them */
export function requireColumns({ name, columns }: InputFiles, wanted: readonly string[]): void {
  const column = wanted.find((column) => !columns.has(column));
  if (column === undefined) {
    return requireIdTypes(name, wanted.map((column) => [column, columns.get(column)!]));
  }
  throw new InputError(
    `${name}: no column ${column}, expected ${wanted.join(", ")}; there are ${
      [...columns.keys()].join(", ")
    }`,
    { file: name, column },
  );
}

/**
 * The error for rows that can't be used.
 *
 * @param value that of one of them
 * @param given what was expected, how many such rows there are, and of whom the value is
 */
export function rowsFault(
  file: string,
  column: string,
  value: string,
  { expected, rows, of = "" }: { expected: string; rows: number; of?: string },
): InputError {
  const is = `${column} is ${quote(value)}${of}`;
  return new InputError(`${file}: ${is}, expected ${expected}; ${rows} such rows`, {
    file,
    column,
    value,
    expected,
  });
}

/** The characters that `String.prototype.trim` removes. */
const BLANKS = [
  9,
  10,
  11,
  12,
  13,
  32,
  0xa0,
  0x1680,
  0x2028,
  0x2029,
  0x202f,
  0x205f,
  0x3000,
  0xfeff,
  ...Array.from({ length: 11 }, (_, i) => 0x2000 + i),
].map((code) => String.fromCodePoint(code)).join("");

/** A cell as text without blanks around it. */
export function cellSql(sql: Dialect, column: string): string {
  return sql.trimmed(sql.asText(column), sql.text(BLANKS));
}

/** {@link cellSql} of a column that may hold numbers: whole ones have no point, whatever their type. */
export function valueCell(
  sql: Dialect,
  { columns }: Pick<InputFiles, "columns">,
  column: string,
): string {
  return isFloatType(columns.get(column)) ? wholeOrText(sql, column) : cellSql(sql, column);
}

/** A column of numbers as text, as files of one machine and JavaScript have them: `1`, `0.00001`, `1e-7`, `9223372036854776000`. */
export function wholeOrText(sql: Dialect, column: string): string {
  const text = sql.asText(column), size = `abs(${column})`;
  const below = (n: number) => `${size} < ${sql.number(n)}`;
  // Whole numbers below 1e15 are as they are, and engines write what is from a thousandth to ten millions as JavaScript does.
  const isWhole = `${column} = floor(${column}) AND ${below(1e15)}`;
  const isUsual = `${size} >= ${sql.number(1e-3)} AND ${below(1e7)}`;
  // From a millionth to 1e21 no exponent is written. A decimal has 38 digits at most: 17 count.
  const decimal = (places: number) =>
    `regexp_replace(${sql.asText(`CAST(${text} AS DECIMAL(38, ${places}))`)}, '[.]?0+$', '')`;
  const plain = `if(${below(1)}, ${decimal(24)}, ${decimal(17)})`;
  // Some engines write 1.0E-7 and 1.0E21, others 1e-07 and 1e+21.
  const small = `replace(replace(lower(${text}), '.0e', 'e'), 'e-0', 'e-')`;
  const large = `replace(replace(${small}, 'e+', 'e'), 'e', 'e+')`;
  return `if(${isWhole}, ${sql.asText(`CAST(${column} AS BIGINT)`)}, if(${isUsual}, ${text}, ` +
    `if(${below(1e-6)}, ${small}, if(${below(1e21)}, ${plain}, ${large}))))`;
}

/** An id, NULL where there is nothing but blanks. */
export function idSql(sql: Dialect, column: string): string {
  return `nullif(${cellSql(sql, column)}, '') AS ${column}`;
}

/** Whether a row is nothing but separators. */
export function blankRow(sql: Dialect, { columns, isText }: InputFiles): string {
  if (!isText) return "1 = 0";
  return [...columns.keys()].map((name) => `coalesce(${cellSql(sql, sql.named(name))}, '') = ''`)
    .join(" AND ");
}

/** Types of text in the engines that read files. */
const TEXT_TYPE = /^(VARCHAR|STRING)$/i;

/**
 * The files with Divvy's names for their columns, and decimal points in the numbers of text.
 *
 * @param numbers columns that hold numbers, beside those that do in every table
 */
export function inOurNames(
  sql: Dialect,
  files: InputFiles,
  { columns: theirs, decimal }: DialectOptions,
  numbers: Iterable<string> = [],
): InputFiles {
  const names = [...files.columns.keys()], ours = ourNames(names, theirs);
  const hold = new Set([...NUMBER_COLUMNS, ...numbers]);
  const cells = names.map((name, at) => {
    const column = sql.named(name);
    if (decimal !== "," || !hold.has(ours[at])) return column;
    const number = `replace(${column}, ',', '.')`;
    // Of Parquet only texts can have commas; two, or one beside a point, are no number's.
    if (!files.isText && !TEXT_TYPE.test(files.columns.get(name)!)) return column;
    if (!files.isText) {
      return `if(${column} LIKE '%,%,%' OR ${column} LIKE '%.%', ${column}, ${number})`;
    }
    return files.hasPointsToRefuse ? refusingPoint(sql, column, number) : number;
  });
  if (names.every((name, at) => name === ours[at] && cells[at] === sql.named(name))) return files;
  const list = cells.map((cell, at) => `${cell} AS ${sql.named(ours[at])}`).join(", ");
  return {
    ...files,
    source: `(SELECT ${list} FROM ${files.source}) AS in_our_names`,
    columns: new Map(ours.map((name, at) => [name, files.columns.get(names[at])!])),
  };
}

/** A number, or where its text has a point, which no number with a decimal comma has, a text that says so. */
function refusingPoint(sql: Dialect, text: string, number: string): string {
  const said = sql.text("with a decimal point: ");
  return `CASE WHEN ${text} LIKE '%.%' THEN concat(${said}, ${text}) ELSE ${number} END`;
}
