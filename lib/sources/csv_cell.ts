/**
 * Text as a cell of CSV.
 *
 * @module
 */

/** A cell, quoted where it must be. */
export function csvCell(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
