/**
 * Names as files spell them.
 *
 * @module
 */

/**
 * A name of the library as Divvy's files and JSON spell it.
 *
 * @example
 * ```ts
 * import { snakeCase } from "./snake_case.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * assertEquals(snakeCase("userGroups"), "user_groups");
 * ```
 */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
