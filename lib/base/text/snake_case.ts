/**
 * Names as files spell them.
 *
 * @module
 */

/** {@link snakeCase} of a name that is known as a type. */
export type SnakeCase<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${SnakeCase<Rest>}`
  : "";

/** A type's fields under the names that they have in files: `capFace` is `cap_face`. */
export type InSnakeCase<Fields> = {
  [Name in keyof Fields as Name extends string ? SnakeCase<Name> : never]: Fields[Name];
};

/**
 * A name of the library as Divvy's files and JSON spell it.
 *
 * @example
 * ```ts
 * import { snakeCase } from "./snake_case.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * assertEquals(snakeCase("userGroups"), "user_groups");
 * ```
 */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
