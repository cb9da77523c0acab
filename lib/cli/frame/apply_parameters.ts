/**
 * `--param`: values for the queries of the databases that a command's options name.
 *
 * @module
 */
import { withParameters } from "../../sources/open_source.ts";
import { parseParameters } from "../../sources/parameters.ts";
import { isSourceUrl, withSetting } from "../../sources/source_url.ts";
import { isWebUrl, withLimit } from "../../sources/web_url.ts";
import type { DivvyCommand, OptionValues } from "./command.ts";

/** Options that are settings of every address, and the settings' names. */
const LIMITS = { connectTimeout: "connect_timeout", idleTimeout: "idle_timeout" };

/**
 * Completes every option value that is a database's address with the parameters that its query has, and with the limits of
 * time that options give.
 *
 * @throws InputError for a missing or ill-typed parameter, UsageError for one that no query has
 */
export async function applyParameters(command: DivvyCommand): Promise<void> {
  const values: OptionValues = command.opts();
  const given = parseParameters((values.param as string[] | undefined) ?? []);
  const limited = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(limited);
    if (typeof value !== "string" || !(isSourceUrl(value) || isWebUrl(value))) return value;
    const add = isWebUrl(value) ? withLimit : withSetting;
    return Object.entries(LIMITS).reduce(
      (url, [option, name]) =>
        values[option] === undefined || url.includes(`${name}=`)
          ? url
          : add(url, name, String(values[option])),
      value,
    );
  };
  const isAddress = (value: unknown) => typeof value === "string" && isSourceUrl(value);
  const isWeb = (value: unknown) => typeof value === "string" && isWebUrl(value);
  const isOpen = ([, value]: [string, unknown]) =>
    [value].flat().some((one) => isAddress(one) || isWeb(one));
  const open = Object.entries(values).filter(isOpen);
  const addresses = open.flatMap(([, value]) => [value].flat().filter(isAddress)) as string[];
  const complete = (await withParameters(addresses, given)).values();
  const completed = (value: unknown) => limited(isAddress(value) ? complete.next().value : value);
  for (const [name, value] of open) {
    command.setOptionValueWithSource(
      name,
      Array.isArray(value) ? value.map(completed) : completed(value),
      command.getOptionValueSource(name),
    );
  }
}
