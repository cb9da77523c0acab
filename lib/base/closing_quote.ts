/**
 * Fields in quotes.
 *
 * @module
 */

/** Where the quote is that ends a field; `from` is behind the one that opens it. One that is never closed ends with the text. */
export function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at;
  }
  return text.length;
}
