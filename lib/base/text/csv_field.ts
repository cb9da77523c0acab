/**
 * Fields and rows of CSV that is written.
 *
 * @module
 */

/** A field of a CSV row, quoted where it must be. */
export function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * The text of a small table: its header, then its rows; null and undefined are blank fields.
 *
 * @example
 * ```ts
 * import { csvText } from "./csv_field.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * assertEquals(csvText([["id", "cap"], ["a,b", 3], ["c", null]]), 'id,cap\n"a,b",3\nc,\n');
 * ```
 */
export function csvText(rows: Iterable<readonly unknown[]>): string {
  const fieldOf = (value: unknown) => csvField(String(value ?? ""));
  return Array.from(rows, (row) => `${row.map(fieldOf).join(",")}\n`).join("");
}

/** Whether a field, the bytes `[from, to)`, holds a comma, a quote or a line break. */
export function needsQuotes(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const byte = bytes[i];
    if (byte <= 44 && (byte === 44 || byte === 34 || byte === 10 || byte === 13)) return true;
  }
  return false;
}
