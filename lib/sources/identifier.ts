/**
 * Checks and quotes names of tables and columns.
 *
 * @module
 */
import { InputError } from "../base/errors.ts";
import type { SourceKind } from "./source_url.ts";

/** Names of letters, digits and _ that don't begin with a digit: every server accepts them, and they can't break out of quotes. */
const PLAIN = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * `table` or `database.table`, quoted for the server.
 *
 * @throws {InputError} for a name with characters other than letters, digits and `_`
 *
 * @example
 * ```ts
 * import { quotedTable } from "./identifier.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * assertEquals(quotedTable("shop.elig", "clickhouse"), "`shop`.`elig`");
 * ```
 */
export function quotedTable(name: string, kind: SourceKind): string {
  const parts = name.split(".");
  if (parts.length > 2 || !parts.every((part) => PLAIN.test(part))) {
    throw InputError.at({
      column: "table",
      value: name,
      expected: "table or database.table of letters, digits and _",
    });
  }
  return parts.map((part) => kind === "clickhouse" ? `\`${part}\`` : `"${part}"`).join(".");
}
