/**
 * `divvy diff`: what changed between two assignments files.
 *
 * @module
 */
import { Argument } from "../../../deps/commander.ts";
import { dateOption } from "../../frame/options/page_date.ts";
import { DivvyCommand } from "../../frame/command.ts";
import { quietFlag } from "../../frame/options/quiet_option.ts";
import { databaseOptions } from "../../frame/options/input_options.ts";
import { file, flag, text } from "../../frame/option_kinds.ts";
import { dialectOptions, limitOptions } from "../../frame/options/table_options.ts";
import { showOption } from "../../frame/options/show_option.ts";

/** Defines `divvy diff`. */
export function diffCommand(): DivvyCommand {
  const command = new DivvyCommand(
    "diff",
    "what changed between two assignments files: text, page or JSON",
  )
    .description(
      "Compare two assignments files, ours or another tool's: a draft with the final one, or two weeks.\n" +
        "Which users have other offers, what came in and went out, by contract, brand, type and group, and\n" +
        "what the scores say. Types and groups are as in the files unless the options below give them.",
    )
    .addArgument(
      new Argument("<before>", "assignments: user_id, contract_address; score too, if present"),
    )
    .addArgument(new Argument("<after>", "the assignments to compare with them"))
    .helpGroup("Drops:") as DivvyCommand;
  return command
    .optionsUnder("Inputs:", [
      file("--caps <file>", "types and brands: contract_address, is_sponsored, brand_id"),
      file("--user-groups <file>", "each user's group: user_id, group_id"),
      ...databaseOptions(),
    ])
    .optionsUnder("Outputs:", [
      file("--html <file>", "write one self-contained page"),
      flag("--json", "print everything as JSON on stdout, every user whose offers changed too"),
      file(
        "--changes <file>",
        "write a row per offer in or out: user_id, contract_address, change",
      ),
      showOption(),
      text("--title <text>", "name of the page (else the names of the files)"),
      dateOption({ ofDrop: false }),
      quietFlag(),
    ])
    .optionsUnder("Reading:", [...dialectOptions(), ...limitOptions()])
    .withConfig()
    .example(
      "What the new run changes for people who have seen the draft",
      "divvy diff draft.csv assignments.csv",
    )
    .example(
      "By brand and group, as a page, and every change as CSV",
      "divvy diff week1.csv week2.csv --caps caps.csv --user-groups user_groups.csv \\\n" +
        "      --html diff.html --changes changes.csv",
    )
    .runs(async (options, args) => (await import("./diff_run.ts")).runDiff(options, args));
}
