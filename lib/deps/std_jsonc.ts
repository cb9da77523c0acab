/**
 * JSON with comments and trailing commas, from the Deno standard library's npm mirror.
 * On JSR it is `jsr:@std/jsonc@1`.
 *
 * @module
 */
import * as std from "npm:deno-std@1.4.0/jsonc/mod.js";

/** Parses JSONC text; throws SyntaxError with the position at fault. */
export const parse: (text: string) => unknown = std.parse;
