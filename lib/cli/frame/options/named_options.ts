/**
 * Option values for files.
 *
 * @module
 */
import { snakeCase } from "../../../base/text/snake_case.ts";
import { shownName } from "../../../sources/source_url.ts";
import type { OptionValues } from "../command.ts";

/**
 * Option values by snake_case names, sorted, without passwords; options that were not set are left out.
 */
export function namedOptions(options: OptionValues): Record<string, unknown> {
  const named = Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [snakeCase(name), shown(value)] as const);
  return Object.fromEntries(named.sort(([a], [b]) => a < b ? -1 : 1));
}

function shown(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shown);
  return typeof value === "string" ? shownName(value) : value;
}
