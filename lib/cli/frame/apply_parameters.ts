/**
 * `--param` and limits of time, for the addresses that a command is given.
 *
 * @module
 */
import { withParameters } from "../../sources/open_source.ts";
import { parseParameters } from "../../sources/parameters.ts";
import { isAddress, withSetting } from "../../sources/source_url.ts";
import { isWebUrl, withLimit } from "../../sources/web_url.ts";
import type { DivvyCommand, OptionValues } from "./command.ts";

/** Options that are settings of every address, and the settings' names. */
const LIMITS = { connectTimeout: "connect_timeout", idleTimeout: "idle_timeout" };

/**
 * Completes every address among a command's options and arguments with the parameters that its query has, and with the limits
 * of time that options give.
 *
 * @throws InputError for a missing or ill-typed parameter, UsageError for one that no query has
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
  const isOpen = (value: unknown) => typeof value === "string" && isAddress(value);
  const open = Object.entries(values).filter(([, value]) => [value].flat().some(isOpen));
  // Arguments are words elsewhere.
  const args = command.options.some(({ long }) => long === "--param") ? command.args : [];
  const addresses = [...open.map(([, value]) => value), args].flat().filter(isOpen) as string[];
  const complete = (await withParameters(addresses, given)).values();
  const completed = <T>(value: T): T | string =>
    isOpen(value) ? limited(complete.next().value!) : value;
  for (const [name, value] of open) {
    command.setOptionValueWithSource(
      name,
      Array.isArray(value) ? value.map(completed) : completed(value),
      command.getOptionValueSource(name),
    );
  }
  if (args.some(isOpen)) command.args = args.map(completed);
}
