/**
 * Applies `--param` and limits of time to the addresses that a command is given.
 *
 * @module
 */
import { withParameters } from "../../../sources/open_source.ts";
import { parseParameters } from "../../../sources/parameters.ts";
import { isAddress, withSetting } from "../../../sources/source_url.ts";
import { isWebUrl, withLimit } from "../../../sources/web_url.ts";
import type { DivvyCommand, OptionValues } from "../command.ts";

/** Options that are settings of every address, and the settings' names. */
const LIMITS = { connectTimeout: "connect_timeout", idleTimeout: "idle_timeout" };

/**
 * Adds the parameters of its query and the limits of time to every address among a command's options and arguments.
 *
 * @throws {InputError} for a missing or invalid parameter
 * @throws {UsageError} for a parameter that no query has
 */
export async function applyParameters(command: DivvyCommand): Promise<void> {
  const values: OptionValues = command.opts();
  const given = parseParameters((values.param as string[] | undefined) ?? []);
  const limited = (address: string): string => {
    const add = isWebUrl(address) ? withLimit : withSetting;
    return Object.entries(LIMITS).reduce(
      (url, [option, name]) =>
        values[option] === undefined || url.includes(`${name}=`)
          ? url
          : add(url, name, String(values[option])),
      address,
    );
  };
  const isUrl = (value: unknown) => typeof value === "string" && isAddress(value);
  const withUrls = Object.entries(values).filter(([, value]) => [value].flat().some(isUrl));
  // Only commands with --param take addresses as arguments.
  const args = command.options.some(({ long }) => long === "--param") ? command.args : [];
  const addresses = [...withUrls.map(([, value]) => value), args].flat().filter(isUrl) as string[];
  const complete = (await withParameters(addresses, given)).values();
  const completed = <T>(value: T): T | string =>
    isUrl(value) ? limited(complete.next().value!) : value;
  for (const [name, value] of withUrls) {
    command.setOptionValueWithSource(
      name,
      Array.isArray(value) ? value.map(completed) : completed(value),
      command.getOptionValueSource(name),
    );
  }
  if (args.some(isUrl)) command.args = args.map(completed);
}
