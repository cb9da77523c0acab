/**
 * Terminal helpers from the Deno standard library's npm mirror. With JSR at hand: `jsr:@std/cli@1`.
 *
 * @module
 */
import * as std from "npm:deno-std@1.4.0/cli/unicode_width.js";

/** Columns that `text` takes on a terminal (wide and zero-width characters counted as shown). */
export const unicodeWidth: (text: string) => number = std.unicodeWidth;
