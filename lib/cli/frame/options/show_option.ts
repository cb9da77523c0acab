/**
 * The option `--show`: columns of caps to show beside contracts.
 *
 * @module
 */
import type { OptionValues } from "../command.ts";
import { texts } from "../option_kinds.ts";

/** The option; for several columns it takes commas or is repeated. */
export function showOption() {
  const option = texts(
    "--show <columns>",
    "columns of caps beside contracts, such as name,brand_id; none for none (default: a name and a brand, if there)",
  );
  option.argParser((value: string, before: string[] | undefined) => [
    ...(before ?? []),
    ...columnsIn(value),
  ]);
  return option;
}

/** The columns to show; undefined: those shown by default. */
export function shownOf({ show }: OptionValues): string[] | undefined {
  if (!Array.isArray(show)) return undefined;
  // In a configuration file a list may have commas too.
  const columns = show.flatMap(columnsIn);
  return columns.length === 1 && columns[0] === "none" ? [] : columns;
}

function columnsIn(value: string): string[] {
  return value.split(",").map((name) => name.trim()).filter((name) => name !== "");
}
