/**
 * Which columns of caps stand beside contracts: an option of the commands that list them.
 *
 * @module
 */
import type { OptionValues } from "./command.ts";
import { type DivvyOption, texts } from "./options.ts";

/** The option; several columns are separated by commas, or it is repeated. */
export function showOption(): DivvyOption {
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

/** The columns to show; undefined: those that are shown without being asked for. */
export function shownOf({ show }: OptionValues): string[] | undefined {
  if (!Array.isArray(show)) return undefined;
  // In a configuration file a list may have commas too.
  const columns = show.flatMap(columnsIn);
  return columns.length === 1 && columns[0] === "none" ? [] : columns;
}

function columnsIn(value: string): string[] {
  return value.split(",").map((name) => name.trim()).filter((name) => name !== "");
}
