/**
 * The configuration file, which sets options that the command line does not.
 *
 * @module
 */
import { didYouMean } from "../../../base/ids/near_ids.ts";
import { snakeCase } from "../../../base/text/snake_case.ts";
import type { Command } from "../../../deps/commander.ts";
import { InputError, quote } from "../../../base/errors.ts";
import { dirname, isAbsolute, join } from "node:path";
import { isAddress } from "../../../sources/source_url.ts";
import type { DivvyCommand } from "../command.ts";
import { configOptions, configSchema, configurable, isSection } from "./config_schema.ts";
import { shown } from "../../../base/validate.ts";
import { kindText, type ValueKind } from "../../../base/value_kind.ts";
import type { DivvyOption } from "../option_kinds.ts";
import { readText } from "../read_text.ts";
import { parseJson } from "../../../io/documents/json_text.ts";

/**
 * Reads a configuration file and sets those of the command's options that the command line did not give.
 *
 * @throws {InputError} where the file can't be read, is not JSON, or holds anything that {@link configSchema} refuses
 */
export async function applyConfig(
  program: DivvyCommand,
  command: Command,
  path: string,
): Promise<void> {
  const config = checked(program, path, parseJson(await readText(path), path, { comments: true }));
  const named = config[command.name()];
  const section = isSection(named) ? named : {};
  for (const [name, option] of configOptions(command as DivvyCommand)) {
    const key = option.attributeName();
    const top = option.commonName === undefined ? name : option.commonName;
    const common = top === null || isSection(config[top]) ? undefined : config[top];
    const value = fromHere(path, option, section[name] ?? common);
    const source = command.getOptionValueSource(key);
    const isUnset = source === undefined || source === "default";
    if (value !== undefined && isUnset) command.setOptionValueWithSource(key, value, "config");
  }
}

/** Kinds of options whose values are paths. */
const PATHS = new Set<ValueKind["type"]>(["file", "files", "folder", "limits"]);

/** An option's value. Relative paths in a configuration file start from the file's folder, wherever the command runs. */
function fromHere(config: string, { kind }: DivvyOption, value: unknown): unknown {
  if (!PATHS.has(kind.type)) return value;
  return Array.isArray(value) && kind.type === "files"
    ? value.map((path) => pathFromHere(config, path))
    : pathFromHere(config, value);
}

function pathFromHere(config: string, value: unknown): unknown {
  if (typeof value !== "string") return value;
  const folder = dirname(config);
  const stays = folder === "." || value === "-" || isAbsolute(value) || isAddress(value);
  return stays ? value : join(folder, value);
}

function checked(program: DivvyCommand, file: string, value: unknown): Record<string, unknown> {
  const result = configSchema(program, value).safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw issue.code === "unrecognized_keys"
    ? unknownOption(program, file, issue.keys[0], issue.path)
    : wrongValue(program, file, value, issue.path);
}

function unknownOption(
  program: DivvyCommand,
  file: string,
  name: string,
  path: PropertyKey[],
): InputError {
  const place = path.length === 0 ? "" : ` in ${path.join(".")}`;
  const spelled = snakeCase(name.replace(/^-+/, "")).replaceAll("-", "_");
  const meant = didYouMean(spelled, namesIn(program, path[0]));
  const message = `there is no option ${quote(name)}${place}${meant}`;
  return new InputError(`${file}: ${message}`, { file, column: name });
}

/** The error for the option at `issuePath`; where one element of a list is wrong, the whole list is shown. */
function wrongValue(
  program: DivvyCommand,
  file: string,
  value: unknown,
  issuePath: PropertyKey[],
): InputError {
  const [first] = issuePath;
  const inSection = first !== undefined &&
    isSection((value as Record<PropertyKey, unknown>)[first]);
  const command = configurable(program)
    .find((command) => command.name() === first && inSection);
  const path = issuePath.slice(0, command === undefined ? 1 : 2);
  const name = path[command === undefined ? 0 : 1];
  const option = commandsOptions(program, command).find((option) => option.configName() === name);
  const found = path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown>)[key],
    value,
  );
  const expected = option === undefined ? "an object" : kindText(option.kind);
  const place = path.join(".") || "the document";
  return new InputError(`${file}: ${place} is ${shown(found)}, expected ${expected}`, {
    file,
    column: place,
    expected,
  });
}

function commandsOptions(program: DivvyCommand, command: DivvyCommand | undefined): DivvyOption[] {
  const commands = command === undefined ? configurable(program) : [command];
  return commands.flatMap((command) => [...configOptions(command).values()]);
}

/** Names that may stand in a command's section; at the top of a file: options of any command, and sections. */
function namesIn(program: DivvyCommand, section: PropertyKey | undefined): string[] {
  const names = configurable(program).flatMap((command) => {
    const options = [...configOptions(command).keys()];
    if (section === undefined) return [command.name(), ...options];
    return command.name() === section ? options : [];
  });
  return [...new Set(names)];
}
