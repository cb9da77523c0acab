/**
 * Terminal widths. The Deno standard library's npm mirror leaves out the table that @std/cli's `unicodeWidth`
 * reads (cli/_data.json), so string-width, the npm package of the same purpose, stands in.
 * With JSR at hand: jsr:@std/cli@1/unicode-width has it, under the same name.
 *
 * @module
 */
import stringWidth from "npm:string-width@9.0.0";

/** Columns that `text` takes on a terminal (wide and zero-width characters counted as shown). */
export const unicodeWidth: (text: string) => number = stringWidth;
