/**
 * The version, as in deno.json (a test compares them): a module run from a URL has no deno.json beside it.
 *
 * @module
 */

/** Divvy's version. */
export const VERSION = "0.1.0";
