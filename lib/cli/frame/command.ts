/**
 * The base class of all subcommands: layout of the help, examples, and a body that is imported when the command runs.
 *
 * @module
 */
import { type Argument, Command, type CommanderError } from "../../deps/commander.ts";
import { quote, UsageError } from "../../base/errors.ts";
import { helpLayout } from "./help_layout.ts";
import { columnsOf, type Stream, write } from "./terminal/write.ts";
import { type DivvyOption, file, flag, type ValuesOf } from "./option_kinds.ts";

/** Option values by commander's attribute names (`--user-groups` is `userGroups`). */
export type OptionValues = Record<string, unknown>;

/** A command line worth showing in the help. */
export interface Example {
  /** What it does. */
  readonly what: string;
  /** The command line, from `divvy` on. */
  readonly line: string;
}

/**
 * A subcommand. Its file holds only this definition, so that `--help` loads nothing heavy; what it does is
 * in a `…_run.ts` beside it, imported by the function given to {@link DivvyCommand.runs}. `Values` are those of its options.
 */
export class DivvyCommand<Values = unknown> extends Command {
  /** Shown under the options in the help and in docs/cli. */
  readonly examples: Example[] = [];
  /** Exit code of the command that ran. */
  exitCode = 0;
  /** Whether it looks for a `divvy.json` in the drop's folder and above when `--config` is not given. */
  findsConfig = false;

  /** A command with a name and a one-line summary. */
  constructor(name: string, summary = "") {
    super(name);
    this.summary(summary).description(summary);
    // runDivvy prints errors, on one line. Nothing here may read environment variables, which would need a permission.
    this.exitOverride().configureOutput({
      writeOut: (text) => write(Deno.stdout, text),
      writeErr: (text) => write(Deno.stderr, text),
      outputError: () => {},
      getOutHelpWidth: () => helpWidth(Deno.stdout),
      getErrHelpWidth: () => helpWidth(Deno.stderr),
      getOutHasColors: () => !Deno.noColor && Deno.stdout.isTerminal(),
      getErrHasColors: () => !Deno.noColor && Deno.stderr.isTerminal(),
    }).configureHelp(helpLayout);
    this.addHelpText("after", () => this.examplesText());
    this.addHelpOption(flag("-h, --help", "show this help").helpGroup("Other options:"));
  }

  /** Adds an example. */
  example(what: string, line: string): this {
    this.examples.push({ what, line });
    return this;
  }

  /** Adds options under a heading of the help. */
  optionsUnder<Added extends DivvyOption>(
    heading: string,
    options: readonly Added[],
  ): DivvyCommand<Values & ValuesOf<Added>> {
    for (const option of options) this.addOption(option.helpGroup(heading));
    return this as unknown as DivvyCommand<Values & ValuesOf<Added>>;
  }

  /** Adds `--config`, which sets options that the command line does not; see config_file.ts. */
  withConfig(): DivvyCommand<Values & { readonly config?: string }> {
    const help = this.findsConfig
      ? "read options from a JSON file; options given here win (default: divvy.json in --dir or here, or above)"
      : "read options from a JSON file; options given here win";
    this.addOption(file("--config <file>", help).helpGroup("Other options:"));
    if (this.findsConfig) {
      const none = flag("--no-config", "ignore any divvy.json in the folder or above");
      this.addOption(none.helpGroup("Other options:"));
    }
    return this as DivvyCommand<Values & { readonly config?: string }>;
  }

  /**
   * Sets what the command does.
   *
   * @param main gets the option values, the arguments, and the names of the options that were given, on the command line or in
   *   the configuration file; returns the exit code, or nothing for 0
   */
  runs(
    main: (
      options: Values & OptionValues,
      args: string[],
      given: ReadonlySet<string>,
    ) => Promise<number | void> | number | void,
  ): this {
    return this.action(async () => {
      // Commander gives what the options declare.
      const options = this.opts() as Values & OptionValues;
      const given = Object.keys(options).filter((name) => {
        const source = this.getOptionValueSource(name);
        return source !== undefined && source !== "default";
      });
      const code = await main(options, this.args, new Set(given));
      (this.parent as DivvyCommand | null ?? this).exitCode = code ?? 0;
    });
  }

  /**
   * As commander's, which would take the name of another option as a value: an unset variable in a script leaves none.
   *
   * @throws {UsageError} where an option that needs a value has another option behind it
   */
  override parseOptions(args: string[]): ReturnType<Command["parseOptions"]> {
    const named = (word: string) =>
      this.options.find(({ long, short }) => word === long || word === short);
    const end = args.indexOf("--"), last = end < 0 ? args.length : end;
    for (let i = 0; i + 1 < last; i++) {
      const option = named(args[i]);
      if (!option?.required) continue;
      const next = named(args[i + 1].replace(/(?<=^--[^=]+)=.*$/s, ""));
      if (next !== undefined) throw new UsageError(withoutValue(option.long!, args[i + 1]));
      i++;
    }
    return super.parseOptions(args);
  }

  private examplesText(): string {
    if (this.examples.length === 0) return "";
    const lines = this.examples.map(({ what, line }) => `  ${what}\n    ${line}\n`);
    return `\nExamples:\n${lines.join("")}`;
  }
}

/**
 * An error of commander in the form of all errors: one line, without "error:", suggestions in parentheses.
 *
 * @param command the command that was asked for; none: the program itself
 */
export function usageMessage(error: CommanderError, command?: Command): string {
  const message = error.message.replace(/^error: /, "");
  const missing = /^missing required argument '(.+)'$/.exec(message);
  if (missing !== null && command !== undefined) return missingArgument(command, missing[1]);
  const extra = /^too many arguments for '(.+)'\. .* but got \d+: (.+)\.$/s.exec(message);
  if (extra !== null) {
    const [, name, given] = extra;
    return `${name} takes no such arguments: ${given} (options begin with -; quote a pattern: "*.csv")`;
  }
  const bare = /^option '.*?(--[^ ]+) .+' argument missing$/s.exec(message);
  if (bare !== null) return withoutValue(bare[1]);
  const choice = /^.* value '(.*)' is invalid for argument '(.+)'\. Allowed choices are (.+)\.$/s
    .exec(message);
  if (choice !== null) {
    const [, given, name, choices] = choice;
    return `${name} is ${quote(given)}, expected one of ${choices}`;
  }
  if (/^unknown (command|option)/.test(message) && !message.includes("\n")) {
    return `${message} (see: divvy ${command === undefined ? "" : `${command.name()} `}--help)`;
  }
  return message.replace(/\n+\(Did you mean/, " (did you mean").replaceAll("\n", " ");
}

/** Says that an option has no value, as what follows it is another option; or nothing. */
function withoutValue(long: string, next?: string): string {
  return next === undefined
    ? `${long} needs a value`
    : `${long} needs a value, and ${next} is an option (${long}=${next} if that is meant)`;
}

/** Says which argument a command needs, what it may be, and how the command is called. */
function missingArgument(command: Command, missing: string): string {
  const needed = command.registeredArguments;
  const choices = needed.find((known) => known.name() === missing)?.argChoices;
  // Where there is one word to choose, the call has it.
  const word = (known: Argument) =>
    known.argChoices?.length === 1 ? known.argChoices[0] : `<${known.name()}>`;
  const call = ["divvy", command.name(), ...needed.map(word)].join(" ");
  const among = (choices?.length ?? 0) < 2 ? "" : `, one of ${choices!.join(", ")}`;
  return `${command.name()} needs <${missing}>${among}: ${call}`;
}

/** Width of the help: that of the stream, but at most 100 columns, since longer lines are hard to read. */
function helpWidth(stream: Stream): number {
  return Math.min(columnsOf(stream), 100);
}
