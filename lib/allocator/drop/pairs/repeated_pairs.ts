/**
 * Repeated pairs in words, for the errors of files and engines alike.
 *
 * @module
 */

/** "1 pair comes again", "12 pairs come again". */
export function pairsComeAgain(count: number): string {
  return count === 1 ? "1 pair comes again" : `${count} pairs come again`;
}
