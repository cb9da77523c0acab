/**
 * Header rows: where each column stands.
 *
 * @module
 */
import { partitionsOf } from "../bytes/partitions.ts";
import { optionWithValue } from "../../base/option_words.ts";
import { InputError, quote } from "../../base/errors.ts";
import { isMisspelt, isPartOf, misspelt } from "../../base/ids/near_names.ts";
import { KNOWN_COLUMNS } from "./known_columns.ts";

/** Where the wanted columns stand. */
export interface Layout {
  /** Number of columns. */
  readonly columns: number;
  /** Index of each wanted column, in the order asked for. */
  readonly index: readonly number[];
  /** Names of all columns, trimmed; Divvy's own name where {@link ColumnNames} translates one. */
  readonly names: readonly string[];
}

/** The table's names for Divvy's columns, where they differ: `{ user_id: "Customer" }`. */
export type ColumnNames = Readonly<Record<string, string>>;

/** Index of a column, looked for under the table's name in `columns` and then under Divvy's; −1 where it is missing. */
export function indexOfColumn(
  names: readonly string[],
  column: string,
  columns: ColumnNames = {},
): number {
  const given = Object.hasOwn(columns, column) ? names.indexOf(columns[column]) : -1;
  return given >= 0 ? given : names.indexOf(column);
}

/** A header's names, translated to Divvy's own by `columns`. */
export function ourNames(names: readonly string[], columns: ColumnNames = {}): readonly string[] {
  const ours = names.map((name) => name.trim());
  for (const [column, theirs] of Object.entries(columns)) {
    const at = ours.indexOf(theirs);
    if (at < 0 || theirs === column) continue;
    // Another column has Divvy's name by chance: the two swap names, so that each name still occurs once.
    const other = ours.indexOf(column);
    if (other >= 0) ours[other] = theirs;
    ours[at] = column;
  }
  return ours;
}

/**
 * {@link ourNames}, but that a wanted column has its name where it was found: the name that `columns` gives another column may be
 * ours for it.
 */
function namesWith(
  wanted: readonly string[],
  index: readonly number[],
  names: readonly string[],
  columns: ColumnNames,
): readonly string[] {
  const ours = [...ourNames(names, columns)];
  wanted.forEach((name, i) => {
    const other = ours.indexOf(name);
    if (other >= 0) ours[other] = ours[index[i]];
    ours[index[i]] = name;
  });
  return ours;
}

/** The end of a message about missing columns: the option that would translate names that look alike, or "". */
function meantColumns(missing: readonly string[], names: readonly string[]): string {
  const pairs: [string, string][] = [];
  // A name that is longer than a sentence is no column's.
  const short = names.filter((name) => name.length <= LONGEST_NAME);
  for (const column of missing) {
    const near = short.find((name) => isMisspelt(name, column)) ??
      short.find((name) => isPartOf(name, column));
    if (near !== undefined) pairs.push([column, near]);
  }
  // A name that resembles several columns is probably a whole header, split at the wrong separator.
  const single = pairs.filter(([, near]) => pairs.filter(([, name]) => name === near).length === 1);
  if (single.length === 0) return "";
  // The option knows the columns of a drop, of a split's tables none.
  return single.every(([column]) => KNOWN_COLUMNS.includes(column))
    ? `; ${optionWithValue("columns", Object.fromEntries(single))} if that is meant`
    : `; ${
      single.map(([column, near]) => `call ${quote(near)} ${column}`).join(", ")
    } if that is meant`;
}

/** Longest name that may be meant for one of Divvy's. */
const LONGEST_NAME = 100;

/**
 * Refuses a header that lacks a column which the table may have, and has a name that is probably meant by it: what stands in that
 * column would not be read, and nobody would notice.
 *
 * @param names all names of the header, translated to Divvy's own
 * @param columns those that the table may have
 * @param loosely whether some of the column's words are taken for it too, such as `contract` for `contract_address`; other words beside
 *   them (`created_by_user_id`) are another column's name
 */
export function refuseMisspelt(
  names: readonly string[],
  columns: readonly string[],
  file: string,
  { loosely = false }: { loosely?: boolean } = {},
): void {
  const others = names.filter((name) =>
    !KNOWN_COLUMNS.includes(name) && name.length <= LONGEST_NAME
  );
  const found = misspelt(others, columns, {
    there: names,
    loosely,
  });
  if (found !== null) {
    const { near, column } = found;
    const option = optionWithValue("columns", { [column]: near });
    throw new InputError(
      `${file}: the header has ${quote(near)}, expected ${column} (${option} if that is meant), ` +
        "or another name",
      { file, column: near, expected: column },
    );
  }
}

/**
 * Index of a column that a table may have, among its names translated to Divvy's own; −1 where it is missing.
 *
 * @throws {InputError} where it occurs twice: it is not known which was meant
 */
export function indexOfOptional(
  names: readonly string[],
  column: string,
  file: string,
): number {
  const at = names.indexOf(column);
  if (at >= 0 && names.indexOf(column, at + 1) >= 0) throw columnTwice(column, file, 1);
  return at;
}

/** {@link indexOfOptional} of many columns, in one look through the names. */
export function indicesOfOptional(
  names: readonly string[],
  columns: readonly string[],
  file: string,
  line: number,
): number[] {
  const first = new Map<string, number>(), twice = new Set<string>();
  names.forEach((name, i) => first.has(name) ? twice.add(name) : first.set(name, i));
  return columns.map((column) => {
    if (twice.has(column)) throw columnTwice(column, file, line);
    return first.get(column) ?? -1;
  });
}

/**
 * The error for a column that occurs twice, in the header or there and in the names of the file's folders.
 *
 * @param use the end of the message: who reads the column
 */
export function columnTwice(column: string, file: string, line = 1, use = ""): InputError {
  const inPath = partitionsOf(file).some((part) => part.column === column);
  const what = inPath
    ? `${column} is in the header and in the name of a folder, expected one of the two`
    : `the header has ${column} twice`;
  return InputError.ofLine(`${what}${use}`, { file, line, column, expected: "each column once" });
}

/**
 * Finds columns by name. Order is free, names are trimmed and case-sensitive, other columns are allowed.
 *
 * @param columns the table's names for them, where they differ
 * @throws {InputError} where a wanted column is missing or occurs twice
 */
export function layoutOf(
  names: readonly string[],
  wanted: readonly string[],
  file: string,
  line: number,
  columns: ColumnNames,
): Layout {
  const trimmed = names.map((name) => name.trim());
  const index = wanted.map((name) => indexOfColumn(trimmed, name, columns));
  const missing = wanted.filter((_, i) => index[i] < 0);
  if (missing.length > 0) {
    const noun = missing.length === 1 ? "column" : "columns";
    const found = trimmed.slice(0, 12).map(quote).join(", ") + (trimmed.length > 12 ? ", …" : "");
    throw InputError.ofLine(
      `missing ${noun} ${missing.join(", ")} (the header has ${found}${
        meantColumns(missing, trimmed)
      })`,
      { file, line, column: missing[0], expected: `columns ${wanted.join(", ")}` },
    );
  }
  const twice = wanted.find((_, i) => trimmed.indexOf(trimmed[index[i]], index[i] + 1) >= 0);
  if (twice !== undefined) throw columnTwice(columns[twice] ?? twice, file, line);
  return { columns: trimmed.length, index, names: namesWith(wanted, index, trimmed, columns) };
}

/** The error for an input that ends before its header. */
export function emptyInput(file: string, wanted: readonly string[]): InputError {
  const expected = wanted.length === 0 ? "a header" : `columns ${wanted.join(", ")}`;
  return new InputError(`${file}: the file is empty, expected ${expected}`, { file, expected });
}

/** The error for a column that not all files of a table have; `use` ends the message: why the column matters. */
export function columnInSomeFiles(file: string, column: string, use = ""): InputError {
  return new InputError(`${file}: column ${column} stands in some files of the table only${use}`, {
    file,
    column,
    expected: "the same columns in all files",
  });
}

/** The error for a row with too few or too many fields. */
export function wrongFieldCount(
  file: string,
  line: number,
  fields: number,
  expected: number,
): InputError {
  const what = `the row has ${fields} ${fields === 1 ? "field" : "fields"}, expected ${expected}`;
  return InputError.ofLine(what, { file, line, expected: `${expected} fields, as in the header` });
}
