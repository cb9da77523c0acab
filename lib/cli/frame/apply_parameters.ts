/**
 * `--param`: values for the queries of the databases that a command's options name.
 *
 * @module
 */
import { withParameters } from "../../sources/open_source.ts";
import { parseParameters } from "../../sources/parameters.ts";
import { isSourceUrl } from "../../sources/source_url.ts";
import type { DivvyCommand, OptionValues } from "./command.ts";

/**
 * Completes every option value that is a database's address with the parameters that its query has.
 *
 * @throws InputError for a missing or ill-typed parameter, UsageError for one that no query has
 */
export async function applyParameters(command: DivvyCommand): Promise<void> {
  const values: OptionValues = command.opts();
  const given = parseParameters((values.param as string[] | undefined) ?? []);
  const names = Object.keys(values).filter((name) =>
    typeof values[name] === "string" && isSourceUrl(values[name])
  );
  const complete = await withParameters(names.map((name) => values[name] as string), given);
  names.forEach((name, i) => {
    command.setOptionValueWithSource(name, complete[i], command.getOptionValueSource(name));
  });
}
