/**
 * Fields of CSV that is written.
 *
 * @module
 */

/** A field of a CSV row, quoted where it must be. */
export function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Whether a field, the bytes `[from, to)`, holds a comma, a quote or a line break. */
export function needsQuotes(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const byte = bytes[i];
    if (byte <= 44 && (byte === 44 || byte === 34 || byte === 10 || byte === 13)) return true;
  }
  return false;
}
