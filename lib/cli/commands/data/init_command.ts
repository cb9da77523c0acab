/**
 * `divvy init`: a folder to begin with.
 *
 * @module
 */
import { DivvyCommand } from "../../frame/command.ts";
import { quietFlag } from "../../frame/options/quiet_option.ts";
import { flag, folder, number } from "../../frame/option_kinds.ts";

/** Defines `divvy init`. */
export function initCommand(): DivvyCommand {
  return new DivvyCommand("init", "write a divvy.json to begin with, and a sample drop")
    .description(
      "Write a divvy.json, with comments, that names the drop's folder and the options most used. With --sample\n" +
        "also a small synthetic drop: divvy allocate then runs as it is. What is there is left alone.",
    )
    .helpGroup("Drops:")
    .optionsUnder("Output:", [
      folder("--dir <folder>", "where they go; made if it is missing").default("."),
      flag("--sample", "also write a sample drop"),
      number("--users <n>", "users of the sample", { min: 1, whole: true }).default(500),
      flag("--force", "write over files that are there"),
      quietFlag(),
    ])
    .example(
      "Try it: a sample drop, allocated",
      "divvy init --dir try --sample && divvy allocate --dir try",
    )
    .example("A divvy.json beside files of your own", "divvy init")
    .runs(async (options) => (await import("./init_run.ts")).runInit(options));
}
