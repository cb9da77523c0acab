/**
 * CSV for the small tables, from the Deno standard library's npm mirror (the eligibility file has its own reader).
 * On JSR it is `jsr:@std/csv@1`.
 *
 * @module
 */
import * as std from "npm:deno-std@1.4.0/csv/mod.js";

/** Options of {@link parse} that this project uses. */
export interface ParseOptions {
  /** Field separator. @default "," */
  separator?: string;
  /** Number of fields that every record must have; 0: as the first, -1: free. */
  fieldsPerRecord?: number;
}

/** Parses CSV text into records of fields (RFC 4180 quoting; blank lines are passed over). */
export const parse: (text: string, options?: ParseOptions) => string[][] = std.parse;
