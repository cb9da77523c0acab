/**
 * Cells of the CSV that databases' rows become.
 *
 * @module
 */

/** A cell, quoted where it must be, and also where it begins or ends with white space, which readers of CSV may drop. */
export function csvCell(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
