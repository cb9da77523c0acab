/**
 * The version, written here as well as in deno.json because a module run from a URL can't read that file; a test compares
 * the two.
 *
 * @module
 */

/** Divvy's version. */
export const VERSION = "0.1.0";
