/**
 * Promises that are settled from outside.
 *
 * @module
 */

/** A promise, and the functions that settle it. */
export interface Resolvers<T> {
  /** The promise. */
  readonly promise: Promise<T>;
  /** Fulfils it. */
  readonly resolve: (value: T | PromiseLike<T>) => void;
  /** Rejects it. */
  readonly reject: (reason?: unknown) => void;
}

/**
 * What `Promise.withResolvers` returns, which Node.js 20 does not have.
 *
 * @example
 * ```ts
 * import { withResolvers } from "./resolvers.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 *
 * const { promise, resolve } = withResolvers<number>();
 * resolve(3);
 * assertEquals(await promise, 3);
 * ```
 */
export function withResolvers<T>(): Resolvers<T> {
  let settle: Omit<Resolvers<T>, "promise">;
  const promise = new Promise<T>((resolve, reject) => settle = { resolve, reject });
  return { promise, ...settle! };
}
