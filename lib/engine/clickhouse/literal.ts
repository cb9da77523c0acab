/**
 * Values as ClickHouse literals.
 *
 * The engine's statements hold the program's own numbers, indices and the ids of contracts and groups. Ids go through
 * {@link sqlString}, so no id can end a literal and become part of a statement.
 *
 * @module
 */

/** A finite number as a Float64 literal: plain digits would be a whole number. */
export function sqlNumber(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`${value} has no literal`);
  if (!Number.isInteger(value)) return String(value);
  return Math.abs(value) < 1e15 ? `${value}.0` : value.toExponential();
}

/** A string literal: every quote, backslash and control character is escaped. */
export function sqlString(text: string): string {
  const body = text.replace(/['\\]/g, "\\$&").replace(
    // deno-lint-ignore no-control-regex
    /[\0-\x1f]/g,
    (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  return `'${body}'`;
}

/** An array of Float64 literals. */
export function sqlNumbers(values: Iterable<number>): string {
  return `[${Array.from(values, sqlNumber).join(",")}]`;
}

/** An array of whole numbers. */
export function sqlIntegers(values: Iterable<number>): string {
  return `[${Array.from(values, (v) => String(v)).join(",")}]`;
}

/** An array of strings. */
export function sqlStrings(values: readonly string[]): string {
  return `[${values.map(sqlString).join(",")}]`;
}

/** The value at `key`, an expression that counts from 0; `otherwise` past the end. */
export function sqlLookup(key: string, values: ArrayLike<number>, otherwise = 0): string {
  const list = Array.from(values);
  if (list.every((value) => value === otherwise)) return sqlNumber(otherwise);
  return `transform(${key}, ${sqlIntegers(list.keys())}, ${sqlNumbers(list)}, ${
    sqlNumber(otherwise)
  })`;
}

/** The index of the text `key` in `values`, counted from 1; 0 where it isn't there. */
export function sqlIndexOf(key: string, values: readonly string[]): string {
  if (values.length === 0) return "0";
  const places = values.map((_, i) => i + 1);
  return `transform(${key}, ${sqlStrings(values)}, ${sqlIntegers(places)}, 0)`;
}
