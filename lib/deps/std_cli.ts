/**
 * Widths of text on terminals. The npm mirror of the Deno standard library lacks the table that @std/cli's `unicodeWidth`
 * reads (cli/_data.json), so the npm package string-width is used. On JSR, jsr:@std/cli@1/unicode-width has the same function.
 *
 * @module
 */
import stringWidth from "npm:string-width@9.0.0";

/** Columns that `text` takes on a terminal (wide and zero-width characters counted as shown). */
export const unicodeWidth: (text: string) => number = stringWidth;
