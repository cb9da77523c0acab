/**
 * The command line: builds the commands, runs one, turns errors into one line and an exit code.
 *
 * To add a command: write lib/cli/commands/<room>/<name>_command.ts, which defines it (options, help, examples; nothing heavy
 * imported) and imports <name>_run.ts beside it when it runs, and list it in {@link COMMANDS}.
 *
 * @module
 */
import { nameOptionsAsFlags } from "../base/option_words.ts";
import { type Command, CommanderError } from "../deps/commander.ts";
import { VERSION } from "../base/version.ts";
import { allocateCommand } from "./commands/allocate/allocate_command.ts";
import { capsCommand } from "./commands/data/caps_command.ts";
import { certificateCommand } from "./commands/results/certificate_command.ts";
import { checkCommand } from "./commands/results/check_command.ts";
import { exportCommand } from "./commands/data/export_command.ts";
import { diffCommand } from "./commands/results/diff_command.ts";
import { extractCommand } from "./commands/data/extract_command.ts";
import { publishCommand } from "./commands/data/publish_command.ts";
import { generateCommand } from "./commands/data/generate_command.ts";
import { DivvyCommand, usageMessage } from "./frame/command.ts";
import { completeCommand, completionsCommand } from "./commands/shell/completions_command.ts";
import { outliveTerminal } from "./frame/ending_signals.ts";
import { EXIT_CODES, exitCodeOf, StoppedError } from "./frame/exit_codes.ts";
import { DivvyOption, flag } from "./frame/option_kinds.ts";
import { initCommand } from "./commands/data/init_command.ts";
import { validateCommand } from "./commands/data/validate_command.ts";
import { explainCommand } from "./commands/results/explain_command.ts";
import { reportCommand } from "./commands/results/report_command.ts";
import { reviewCommand } from "./commands/results/review_command.ts";
import { whatIfCommand } from "./commands/results/whatif_command.ts";
import { studioCommand } from "./commands/results/studio_command.ts";
import { schemaCommand } from "./commands/shell/schema_command.ts";
import { spelledOut } from "./frame/spelling.ts";
import { InfeasibleError, InputError, TimeoutError, UsageError } from "../base/errors.ts";
import { splitCommand } from "./commands/split/split_command.ts";
import { isSystemError } from "../base/platform/system_reason.ts";
import { hideArguments } from "../base/text/secrets.ts";
import { shortText } from "../base/text/short_words.ts";
import { isAddress } from "../sources/source_url.ts";
import { visible, withoutControls } from "../report/text/terminal.ts";
import { removeTemporariesOnSignals, untilEnded } from "./frame/temporaries.ts";
import { clearLive, endLive } from "./frame/terminal/live_line.ts";
import { noteWithProgress } from "./frame/terminal/progress_line.ts";
import { writeError } from "./frame/terminal/write.ts";

/** Every subcommand, in the order of the help. */
const COMMANDS: readonly (() => DivvyCommand)[] = [
  allocateCommand,
  checkCommand,
  validateCommand,
  reportCommand,
  explainCommand,
  diffCommand,
  whatIfCommand,
  studioCommand,
  reviewCommand,
  exportCommand,
  initCommand,
  generateCommand,
  splitCommand,
  extractCommand,
  publishCommand,
  capsCommand,
  certificateCommand,
  schemaCommand,
  completionsCommand,
];

/** The program with all its subcommands. A command's code is imported when it runs. */
export function divvyProgram(): DivvyCommand {
  const program: DivvyCommand = new DivvyCommand("divvy")
    .description("Divide scarce things among people, the best possible way, and prove it.")
    .usage("<command> [options]")
    .optionsGroup("Options:")
    .addHelpOption(flag("-h, --help", "show this help").helpGroup("Options:"))
    .version(
      `${VERSION} (deno ${Deno.version.deno}, ${Deno.build.target})`,
      "-V, --version",
      "show the version and the platform",
    )
    .commandsGroup("Shell:")
    .helpCommand("help [command]", "show the help of a command")
    .addHelpText("after", ({ error }) => afterHelp(program, error))
    .hook("preAction", async (_, command) => {
      await fillOptions(program, command as DivvyCommand);
      requireOptions(command as DivvyCommand);
      if (namesAddress(command)) {
        await (await import("./frame/config/apply_parameters.ts")).applyParameters(
          command as DivvyCommand,
        );
      }
    });
  for (const build of COMMANDS) program.addCommand(build());
  program.addCommand(completeCommand(), { hidden: true });
  return program;
}

/** Sets options that were not given: from the configuration file, then from the drop's folder. */
async function fillOptions(program: DivvyCommand, command: DivvyCommand): Promise<void> {
  const config = await configOf(command);
  if (config !== undefined) {
    await (await import("./frame/config/config_file.ts")).applyConfig(program, command, config);
  }
  const dir = command.findsConfig ? command.getOptionValue("dir") : undefined;
  if (dir === undefined) return;
  const { applyDropFolder } = await import("./frame/config/drop_folder.ts");
  await applyDropFolder(command, dir, config?.replace(/[^/\\]*$/, ""));
}

/** The configuration file: the one given, or one that is found, which is noted on stderr. */
async function configOf(command: DivvyCommand): Promise<string | undefined> {
  const { config, dir, quiet } = command.opts();
  if (config !== undefined && config !== false) return config;
  command.setOptionValue("config", undefined);
  if (config === false || !command.findsConfig) return undefined;
  const found = await (await import("./frame/config/find_config.ts")).findConfig(dir ?? ".");
  if (found === undefined) return undefined;
  command.setOptionValueWithSource("config", found, "found");
  // Written with the progress, so that an error stays one line.
  if (!quiet) noteWithProgress(`Options from ${found}`);
  return found;
}

/** The end of the help, behind the list of commands. */
function afterHelp(program: DivvyCommand, isError: boolean): string {
  const help = program.createHelp(),
    { getOutHelpWidth, getErrHelpWidth } = program.configureOutput();
  help.helpWidth = isError ? getErrHelpWidth!() : getOutHelpWidth!();
  const codes = EXIT_CODES.map(([code, meaning]) => help.formatItem(`${code}`, 3, meaning, help));
  return `
Exit codes:
${codes.join("\n")}

Run divvy <command> --help for a command's options and examples.
`;
}

/** Runs the command line given and returns the exit code; see {@link exitCodeOf}. */
export async function runDivvy(args: readonly string[]): Promise<number> {
  nameOptionsAsFlags();
  const program = divvyProgram();
  outliveTerminal();
  removeTemporariesOnSignals();
  try {
    await program.parseAsync(asCommandHelp(spelledOut(args), program), { from: "user" });
    return program.exitCode;
  } catch (error) {
    // If a signal is ending the program, this waits for its end: the error is only a consequence.
    await untilEnded();
    clearLive();
    if (error instanceof CommanderError) {
      if (error.exitCode === 0 || error.code === "commander.help") return error.exitCode;
      const command = program.commands.find((known) => known.name() === args[0]);
      writeError(visible(hideArguments(usageMessage(error, command), args)));
      return 1;
    }
    writeError(hideArguments(errorText(error), args));
    return exitCodeOf(error);
  } finally {
    endLive();
  }
}

/** Turns `help NAME` into `NAME --help`; an unknown name is left alone, so that it is the same error in both forms. */
function asCommandHelp(args: string[], program: Command): string[] {
  const [first, ...rest] = args[0] === "help" && args.length > 1 ? [args[1], "--help"] : args;
  if (first === "help") return [first];
  if (first === undefined || first.startsWith("-")) return args;
  const known = program.commands.some((command) => command.name() === first);
  return known ? [first, ...rest] : [first];
}

/** The message: one line for errors that the user can fix; the stack for a bug of Divvy itself. */
function errorText(error: unknown): string {
  const expected = error instanceof InputError || error instanceof UsageError ||
    error instanceof InfeasibleError || error instanceof TimeoutError ||
    error instanceof StoppedError;
  if (expected) return errorLines(error.message, error instanceof InputError ? error.file : "");
  // Missing permissions and full disks: Deno's own message says what is wrong and what to do.
  if (isSystemError(error)) return error.message.replaceAll("\n", " ");
  return `this is a bug in Divvy: ${error instanceof Error ? error.stack : error}`;
}

/**
 * A message with the control characters of names and ids made visible, so that each error stays on its line: only one that names a
 * file on each line, or counts further errors, has several. Of what is long the middle is cut, but the file's name is whole.
 */
function errorLines(message: string, file = ""): string {
  const lines: string[] = [];
  for (const line of message.split("\n")) {
    const begins = file !== "" && (line.startsWith(file) || line.startsWith("… and "));
    if (begins || lines.length === 0) lines.push(line);
    else lines[lines.length - 1] += `\n${line}`;
  }
  const shown = (text: string) => withoutControls(shortText(text));
  return lines.map((line) =>
    file === "" ? shown(line) : line.split(file).map(shown).join(withoutControls(file))
  ).join("\n");
}

/** Whether a command is given an address, or a parameter for one. */
function namesAddress(command: Command): boolean {
  const values: Record<string, unknown> = command.opts();
  return values.param !== undefined ||
    [...Object.values(values).flat(), ...command.args]
      .some((value) => typeof value === "string" && isAddress(value));
}

/** Checks that every required option has a value. @throws {UsageError} that names those that are missing */
function requireOptions(command: DivvyCommand): void {
  const missing = command.options
    .flatMap((option) => option instanceof DivvyOption ? [option] : [])
    .filter((option) => option.isMissing(command));
  if (missing.length === 0) return;
  const folderHelps = missing.some((option) => option.isInFolder);
  throw new UsageError(
    `${command.name()} needs ${missing.map((option) => option.longOrOther).join(", ")}${
      folderHelps ? ", or the drop's folder: --dir" : ""
    } (see: divvy ${command.name()} --help)`,
  );
}
