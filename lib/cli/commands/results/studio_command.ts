/**
 * `divvy studio`: the drop on one local page.
 *
 * @module
 */
import { gapOption, workersOption } from "../../frame/options/solver_options.ts";
import { DivvyCommand } from "../../frame/command.ts";
import { quietFlag } from "../../frame/options/quiet_option.ts";
import { addInputOptions } from "../../frame/options/input_options.ts";
import { file, flag, number, text } from "../../frame/option_kinds.ts";
import { addPolicyOptions } from "../../frame/options/policy_options.ts";

/** Defines `divvy studio`. */
export function studioCommand(): DivvyCommand {
  const command = new DivvyCommand(
    "studio",
    "the drop on a local page, solved again while you drag",
  )
    .description(
      "Open the drop on a page of this machine: ratios, caps, limits and rules are changed there, a bound follows " +
        "at once and the allocation after it, with the figures that divvy whatif gives. Nothing leaves the machine: " +
        "the page is served on 127.0.0.1 behind a random token. Save from the page what you want to keep; Ctrl-C ends it.",
    )
    .helpGroup("Drops:");
  const withInputs = addInputOptions(command, [
    file("--certificate <file>", "certificate of the last run: its rules and prices"),
  ]);
  const withSolver = withInputs
    .optionsUnder("Page:", [
      number("--port <n>", "port to serve on; 0: any", { min: 0, max: 65_535, whole: true })
        .default(0),
      flag(
        "--open",
        "open the page in the browser (needs --allow-run, and is the default with it)",
      ),
      flag("--no-open", "print the page's address, don't open it"),
      text("--title <text>", "name of the drop on the page"),
      file(
        "--export <file>",
        "write a page that holds drop and solver and works without a server (up to 200,000 pairs)",
      ),
    ])
    .optionsUnder("Solver:", [
      gapOption("stop each when proven within this of the bound"),
      workersOption(),
    ]);
  return addPolicyOptions(withSolver)
    .optionsUnder("Other options:", [quietFlag()])
    .withConfig()
    .example(
      "The drop of a configuration file, from last week's prices",
      "divvy studio --config divvy.json --certificate certificate.json",
    )
    .example(
      "Four files, a page on a port of your choice, no browser started",
      "divvy studio --caps caps.csv --elig elig.csv --user-groups user_groups.csv \\\n" +
        "      --group-ratios group_ratios.csv --port 8080 --no-open",
    )
    .example(
      "One file for a colleague who has nothing installed",
      "divvy studio --config divvy.json --export drop.html",
    )
    .runs(async (options, _args, given) =>
      (await import("./studio_run.ts")).runStudio(options, given)
    );
}
