/**
 * Completion of command lines: what could come next, found from the definitions of the commands.
 *
 * @module
 */
import type { Argument, Option } from "../../../deps/commander.ts";
import type { DivvyCommand } from "../../frame/command.ts";
import { DivvyOption } from "../../frame/option_kinds.ts";
import { spelledOut } from "../../frame/spelling.ts";

/** A word that could come next. */
export interface Suggestion {
  /** The word. */
  readonly value: string;
  /** What it means. */
  readonly description: string;
}

/** The words that could come next, and whether names of files or folders could too. */
export interface Completion {
  /** Words that fit. */
  readonly suggestions: Suggestion[];
  /** Names that fit as well, where any do. */
  readonly names?: "files" | "folders";
}

/** Completes a command line: `words` follow `divvy`, the last one is unfinished (perhaps empty). */
export function complete(program: DivvyCommand, words: readonly string[]): Completion {
  const { before, current } = lastWord(words);
  const name = before.find((word) => !word.startsWith("-"));
  const command = program.commands.find((c) => c.name() === name) as DivvyCommand | undefined;
  if (command === undefined) {
    const isNext = name === undefined || (name === "help" && before.at(-1) === name);
    if (!isNext) return only([]);
    return only(
      current.startsWith("-") ? options(program, current, before) : commands(program, current),
    );
  }

  // `--option=unfin…` and `--option unfin…`
  const [, long, part] = /^(--[^=]+)=(.*)$/.exec(current) ?? [];
  const option = findOption(command, long ?? before.at(-1));
  if (option !== undefined && (option.required || option.optional)) {
    return values(option, part ?? current, long === undefined ? "" : `${long}=`);
  }
  if (current.startsWith("-")) return only(options(command, current, before));
  return argument(command.registeredArguments[argumentsIn(command, before)], current);
}

/** How many arguments of a command are among the words after its name: those that are neither options nor their values. */
function argumentsIn(command: DivvyCommand, before: readonly string[]): number {
  let found = 0;
  const words = before.slice(before.indexOf(command.name()) + 1);
  for (let i = 0; i < words.length; i++) {
    if (!words[i].startsWith("-")) {
      found++;
      continue;
    }
    // A long option with "=" in its word is none of the command's names, so the next word is no value of it.
    if (!findOption(command, words[i])?.required) continue;
    i += words[i + 1] === "=" ? 2 : 1;
  }
  return found;
}

/** The unfinished word and those before it. Bash passes `--model=c` as three words. */
function lastWord(words: readonly string[]): { before: string[]; current: string } {
  const current = words.at(-1) ?? "";
  const before = spelledOut(words.slice(0, -1));
  if (current === "=") return { before, current: "" };
  if (before.at(-1) === "=") before.pop();
  return { before, current };
}

function only(suggestions: Suggestion[]): Completion {
  return { suggestions };
}

function commands(program: DivvyCommand, current: string): Suggestion[] {
  return program.createHelp().visibleCommands(program)
    .filter((command) => command.name().startsWith(current))
    .map((command) => ({
      value: command.name(),
      description: command.summary() || command.description(),
    }));
}

function options(command: DivvyCommand, current: string, before: string[]): Suggestion[] {
  return command.createHelp().visibleOptions(command)
    .filter((option) => !(option instanceof DivvyOption && option.noEffect))
    .filter((option) => option.long?.startsWith(current) && !before.includes(option.long))
    .map((option) => ({ value: option.long!, description: option.description }));
}

function values(option: Option, current: string, prefix: string): Completion {
  const type = option instanceof DivvyOption ? option.kind.type : "text";
  if (type === "file" || type === "files" || type === "limits") {
    return { suggestions: [], names: "files" };
  }
  if (type === "folder") return { suggestions: [], names: "folders" };
  const notes = option instanceof DivvyOption ? option.choiceNotes : {};
  return words(option.argChoices, current, prefix, notes);
}

function argument(argument: Argument | undefined, current: string): Completion {
  if (argument === undefined) return only([]);
  if (argument.argChoices === undefined) return { suggestions: [], names: "files" };
  return words(argument.argChoices, current, "");
}

function words(
  choices: readonly string[] | undefined,
  current: string,
  prefix: string,
  notes: Readonly<Record<string, string>> = {},
) {
  return only(
    (choices ?? []).filter((word) => word.startsWith(current))
      .map((word) => ({ value: prefix + word, description: notes[word] ?? "" })),
  );
}

function findOption(command: DivvyCommand, name: string | undefined): Option | undefined {
  return command.options.find((option) =>
    name !== undefined && (option.long === name || option.short === name)
  );
}
