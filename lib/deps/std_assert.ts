/**
 * Assertions for tests and doc examples, from the Deno standard library's npm mirror.
 * On JSR it is `jsr:@std/assert@1`.
 *
 * @module
 */
// The mirror ships plain JavaScript, so the few signatures used are declared here.
import * as std from "npm:deno-std@1.4.0/assert/mod.js";

/** Throws unless `expr` is truthy. */
export const assert: (expr: unknown, msg?: string) => asserts expr = std.assert;
/** Throws unless `actual` and `expected` are deeply equal. */
export const assertEquals: <T>(actual: T, expected: T, msg?: string) => void = std.assertEquals;
/** Throws if `actual` and `expected` are deeply equal. */
export const assertNotEquals: <T>(actual: T, expected: T, msg?: string) => void =
  std.assertNotEquals;
/** Throws unless `Object.is(actual, expected)`. */
export const assertStrictEquals: <T>(actual: unknown, expected: T, msg?: string) => void =
  std.assertStrictEquals;
/** Throws unless `|actual − expected| ≤ tolerance`. */
export const assertAlmostEquals: (
  actual: number,
  expected: number,
  tolerance?: number,
  msg?: string,
) => void = std.assertAlmostEquals;
/** Throws unless `actual` contains `expected`. */
export const assertStringIncludes: (actual: string, expected: string, msg?: string) => void =
  std.assertStringIncludes;
/** Throws unless `actual` matches `expected`. */
export const assertMatch: (actual: string, expected: RegExp, msg?: string) => void =
  std.assertMatch;
/** Throws unless `fn` throws (an `ErrorClass` whose message includes `msgIncludes`); returns the error. */
export const assertThrows: <E extends Error = Error>(
  fn: () => unknown,
  // deno-lint-ignore no-explicit-any
  ErrorClass?: abstract new (...args: any[]) => E,
  msgIncludes?: string,
  msg?: string,
) => E = std.assertThrows;
/** As `assertThrows`, for a function that returns a promise. */
export const assertRejects: <E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  // deno-lint-ignore no-explicit-any
  ErrorClass?: abstract new (...args: any[]) => E,
  msgIncludes?: string,
  msg?: string,
) => Promise<E> = std.assertRejects;
