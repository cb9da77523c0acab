/**
 * `divvy completions SHELL`: the script that makes a shell complete Divvy's command lines, and
 * `divvy complete`, which the script calls for every TAB.
 *
 * @module
 */
import { Argument } from "../../../deps/commander.ts";
import { DivvyCommand } from "../../frame/command.ts";
import type { Shell } from "./completion_scripts.ts";
import { write } from "../../frame/terminal/write.ts";

/** The shells that there is a script for; see completion_scripts.ts. */
export const SHELLS: readonly Shell[] = ["bash", "zsh", "fish", "powershell"];

/** Defines `divvy completions`. */
export function completionsCommand(): DivvyCommand {
  return new DivvyCommand("completions", "print the completion script of a shell")
    .addArgument(new Argument("<shell>", "the shell").choices(SHELLS))
    .helpGroup("Shell:")
    .example("bash, for this session", "source <(divvy completions bash)")
    .example("zsh, from the next session on", "divvy completions zsh > ~/.zfunc/_divvy")
    .example(
      "fish, for good",
      "divvy completions fish > ~/.config/fish/completions/divvy.fish",
    )
    .example(
      "PowerShell, for this session",
      "divvy completions powershell | Out-String | Invoke-Expression",
    )
    .runs(async (_, [shell]) => {
      const { COMPLETION_SCRIPTS } = await import("./completion_scripts.ts");
      write(Deno.stdout, COMPLETION_SCRIPTS[shell as Shell]);
    }) as DivvyCommand;
}

/** Defines `divvy complete`, which is for scripts and hidden from the help. */
export function completeCommand(): DivvyCommand {
  const command: DivvyCommand = new DivvyCommand("complete", "answer a shell's completion request")
    .argument("[words...]", "the command line so far, its last word unfinished")
    .runs(async (_, words) => {
      const { complete } = await import("./complete_run.ts");
      const { suggestions, names } = complete(command.parent as DivvyCommand, words);
      const lines = suggestions.map(({ value, description }) => `${value}\t${description}\n`);
      write(Deno.stdout, `${lines.join("")}:${names ?? "words"}\n`);
    }) as DivvyCommand;
  return command;
}
