/**
 * Option values as files name them.
 *
 * @module
 */
import { shownName } from "../../sources/source_url.ts";
import type { OptionValues } from "./command.ts";

/**
 * Options by their snake_case names, in the order of the alphabet; those that nobody set are left out, and so are the
 * passwords of databases.
 */
export function namedOptions(options: OptionValues): Record<string, unknown> {
  const named = Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) =>
      [name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`), shown(value)] as const
    );
  return Object.fromEntries(named.sort(([a], [b]) => a < b ? -1 : 1));
}

function shown(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shown);
  return typeof value === "string" ? shownName(value) : value;
}
