/**
 * Fields of CSV that is written.
 *
 * @module
 */

/** A field of a CSV row, quoted where it must be. */
export function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
