/**
 * Results that show themselves in a notebook.
 *
 * @module
 */

/** Content by MIME type, as notebooks want it. */
export type MediaBundle = Record<string, string | object>;

/** Symbol of the method by which a notebook's kernel asks a value what to show. */
export const DISPLAY: symbol = Symbol.for("Jupyter.display");

/**
 * Gives `value` a `Symbol.for("Jupyter.display")` method. It is no field: copies, JSON and comparisons do not see it.
 *
 * @example
 * ```ts
 * import { DISPLAY, displaying } from "./display.ts";
 * import { assert, assertEquals } from "../deps/std_assert.ts";
 * const shown = displaying({ n: 1 }, () => ({ "text/plain": "one" }));
 * assertEquals(JSON.stringify(shown), '{"n":1}');
 * assert(DISPLAY in shown);
 * ```
 */
export function displaying<T extends object>(
  value: T,
  bundle: () => MediaBundle | Promise<MediaBundle>,
): T {
  return Object.defineProperty(value, DISPLAY, { value: bundle, configurable: true });
}
