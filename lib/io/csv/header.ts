/**
 * Header rows: which column is where.
 *
 * @module
 */
import { InputError, quote } from "../../base/errors.ts";

/** Where the wanted columns are. */
export interface Layout {
  /** Number of columns. */
  readonly columns: number;
  /** Index of each wanted column, in the order asked for. */
  readonly index: readonly number[];
  /** Names of all columns, trimmed. */
  readonly names: readonly string[];
}

/**
 * Finds columns by name. Order is free, names are trimmed and case-sensitive, other columns are allowed.
 *
 * @throws {InputError} where a wanted column is missing or there twice
 */
export function layoutOf(
  names: readonly string[],
  wanted: readonly string[],
  file: string,
  line = 1,
): Layout {
  const trimmed = names.map((name) => name.trim());
  const index = wanted.map((name) => trimmed.indexOf(name));
  const missing = wanted.filter((_, i) => index[i] < 0);
  if (missing.length > 0) {
    const columns = missing.length === 1 ? "column" : "columns";
    const found = trimmed.slice(0, 12).map(quote).join(", ") + (trimmed.length > 12 ? ", …" : "");
    throw new InputError(
      `${file}:${line}: missing ${columns} ${missing.join(", ")} (the header has ${found})`,
      { file, line, column: missing[0], expected: `columns ${wanted.join(", ")}` },
    );
  }
  const twice = wanted.find((name, i) => trimmed.indexOf(name, index[i] + 1) >= 0);
  if (twice !== undefined) {
    throw new InputError(`${file}:${line}: the header has ${twice} twice`, {
      file,
      line,
      column: twice,
      expected: "each column once",
    });
  }
  return { columns: trimmed.length, index, names: trimmed };
}

/** The error for an input without a header. */
export function emptyInput(file: string, wanted: readonly string[]): InputError {
  return new InputError(`${file}: the file is empty, expected columns ${wanted.join(", ")}`, {
    file,
    expected: `columns ${wanted.join(", ")}`,
  });
}

/** The error for a row with too few or too many fields. */
export function wrongFieldCount(
  file: string,
  line: number,
  fields: number,
  expected: number,
): InputError {
  return new InputError(
    `${file}:${line}: the row has ${fields} ${
      fields === 1 ? "field" : "fields"
    }, expected ${expected}`,
    { file, line, expected: `${expected} fields, as in the header` },
  );
}
