/**
 * The command line's frame: builds the commands, runs one, turns errors into one line and an exit code.
 *
 * @module
 */
import { Command, CommanderError } from "../deps/commander.ts";
import { exitCodeOf } from "./exit_codes.ts";

/** The program with all its subcommands. Each command's own work is imported when it runs. */
export function divvyProgram(): Command {
  return new Command("divvy")
    .description("Divide scarce things among people, the best possible way, and prove it.")
    .exitOverride();
}

/** Runs the command line given and returns the exit code; see {@link exitCodeOf}. */
export async function runDivvy(args: readonly string[]): Promise<number> {
  try {
    await divvyProgram().parseAsync(spelledOut(args), { from: "user" });
    return Number(Deno.exitCode);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
    const code = exitCodeOf(error);
    console.error(`divvy: ${error instanceof Error ? error.message : error}`);
    return code;
  }
}

/**
 * Arguments with the replaced tools' spellings turned into ours: `--user_groups` is `--user-groups`,
 * `-absolute` is `--absolute`. Values are left alone.
 */
export function spelledOut(args: readonly string[]): string[] {
  const end = args.indexOf("--");
  return args.map((arg, i) => {
    if (end >= 0 && i >= end) return arg;
    if (arg === "-absolute") return "--absolute";
    const name = /^--[a-z0-9_-]+(?==|$)/.exec(arg)?.[0];
    return name === undefined ? arg : name.replaceAll("_", "-") + arg.slice(name.length);
  });
}
