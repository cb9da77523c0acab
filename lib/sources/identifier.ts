/**
 * Names of tables and columns: checked, then quoted.
 *
 * @module
 */
import { InputError } from "../base/errors.ts";
import type { SourceKind } from "./source_url.ts";

/** Letters, digits and _, not starting with a digit; what every server takes and no quoting can break. */
const PLAIN = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * `table` or `database.table` in the quotes of the server.
 *
 * @throws InputError for a name with other characters than letters, digits and `_`
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
