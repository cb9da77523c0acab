/**
 * Fields in quotes.
 *
 * @module
 */

/** Index of the quote that closes a field whose opening quote stands at `from - 1`; the text's length where none closes it. */
export function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at;
  }
  return text.length;
}
