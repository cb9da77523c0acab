/**
 * Fields of objects that are given in memory.
 *
 * @module
 */
import { InputError, quote } from "./errors.ts";
import { misspelt } from "./ids/near_names.ts";
import { isObject, isRecord, shown } from "./validate.ts";

/**
 * The error for a field that is not as it must be.
 *
 * @param where the object: `pairs[3]`
 * @param column the field
 * @param value what it is; undefined where it is missing
 * @param expected what it must be
 */
export function fieldFault(
  where: string,
  column: string,
  value: unknown,
  expected: string,
): InputError {
  const is = value === undefined ? "missing" : shown(value);
  return new InputError(`${where}: ${column} is ${is}, expected ${expected}`, {
    file: where,
    column,
    ...(value !== undefined && { value: String(value) }),
    expected,
  });
}

/**
 * Refuses what is no id: ids are text, not blank, and the same when they have been written to a file and read again. Numbers are not
 * taken for text: 1 and "1" would become one user, and so would whole numbers beyond those that doubles tell apart.
 *
 * @param id the field's value
 * @param where the object: `pairs[3]`
 * @param column the field
 * @throws {InputError} which names the object, the field and its value
 * @example
 * ```ts
 * import { checkId } from "./given_field.ts";
 * import { assertThrows } from "../deps/std_assert.ts";
 *
 * checkId("u1", "users[0]", "id");
 * assertThrows(() => checkId(1, "users[0]", "id"), Error, `expected an id as text, not a number`);
 * ```
 */
export function checkId(id: unknown, where: string, column: string): asserts id is string {
  if (typeof id === "string" && id.trim() !== "") {
    const fault = textFault(id);
    if (fault === null) return;
    throw fieldFault(where, column, id.toWellFormed(), `an id without ${fault}`);
  }
  const isOther = id !== undefined && id !== null && typeof id !== "string";
  const kind = typeof id === "object" ? "an object" : `a ${typeof id}`;
  throw fieldFault(where, column, id, isOther ? `an id as text, not ${kind}` : "an id");
}

/** What a text has that no id can have, as files could not tell it from another one; null: nothing. */
function textFault(id: string): string | null {
  // Half a character has no bytes of its own in UTF-8: all of them would become one id.
  if (!id.isWellFormed()) return "half a character (\\ud800 …)";
  return id.trim() === id ? null : "blanks around it, which files' ids lose";
}

/** Whether a value may be a column: an array or a typed one, but none of big integers. What it has in it is not looked at. */
export function isColumn(value: unknown): boolean {
  if (Array.isArray(value)) return true;
  return ArrayBuffer.isView(value) && "length" in value && !(value instanceof BigInt64Array) &&
    !(value instanceof BigUint64Array);
}

/**
 * Refuses what is no object.
 *
 * @param row what should be one
 * @param where its place: `pairs[3]`
 * @param fields what it has: `{user, contract, score}`
 * @throws {InputError} which names the place and what is there
 */
export function checkRow(row: unknown, where: string, fields: string): void {
  if (isObject(row)) return;
  throw new InputError(`${where} is ${shown(row)}, expected ${fields}`, { file: where });
}

/**
 * Refuses a row with a field whose name is nearly one that is known, as files' columns are refused, or is what that is called in files;
 * other fields are passed over.
 *
 * @param row an object
 * @param where tells its place: `users[3]`; asked for a fault only
 * @param known the fields that it may have
 * @param columns what files call them: the field of each column
 * @throws {InputError} which names the place and the field
 * @example
 * ```ts
 * import { refuseNearFields } from "./given_field.ts";
 * import { assertThrows } from "../deps/std_assert.ts";
 *
 * const where = () => "users[0]", known = ["id", "group"];
 * refuseNearFields({ id: "u1", age: 30 }, where, known);
 * assertThrows(() => refuseNearFields({ id: "u1", grup: "n" }, where, known), Error, "expected group");
 * const columns = { group_id: "group" };
 * assertThrows(() => refuseNearFields({ id: "u1", group_id: "n" }, where, known, columns), Error, "expected group");
 * ```
 */
export function refuseNearFields(
  row: object,
  where: () => string,
  known: readonly string[],
  columns: Readonly<Record<string, string>> = {},
): void {
  // Most rows have no other fields, and there may be millions.
  for (const name in row) {
    if (known.includes(name)) continue;
    const there = Object.keys(row);
    const found = misspelt([name], known, { there }) ?? inFiles(name, columns, known, there);
    if (found === null) continue;
    const place = where();
    throw new InputError(
      `${place} has ${quote(found.near)}, expected ${found.column}, or another name`,
      { file: place, column: found.near, expected: found.column },
    );
  }
}

/** The field that is called so in files; null where none is known, or it is there. */
function inFiles(
  name: string,
  columns: Readonly<Record<string, string>>,
  known: readonly string[],
  there: readonly string[],
): { readonly near: string; readonly column: string } | null {
  const column = Object.hasOwn(columns, name) ? columns[name] : undefined;
  if (column === undefined || !known.includes(column) || there.includes(column)) return null;
  return { near: name, column };
}

/** Refuses attributes that are no object with fields. @throws {InputError} which names their place */
export function checkAttributes(attributes: unknown, where: string): void {
  if (attributes === undefined || isRecord(attributes)) return;
  throw fieldFault(where, "attributes", attributes, "an object of names and values");
}
