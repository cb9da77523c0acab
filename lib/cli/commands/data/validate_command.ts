/**
 * `divvy validate`: whether a drop can be allocated as it is, as a gate.
 *
 * @module
 */
import { DivvyCommand } from "../../frame/command.ts";
import { quietFlag } from "../../frame/options/quiet_option.ts";
import { addInputOptions } from "../../frame/options/input_options.ts";
import { flag, text } from "../../frame/option_kinds.ts";
import { addPolicyOptions } from "../../frame/options/policy_options.ts";
import { showOption } from "../../frame/options/show_option.ts";

/** Defines `divvy validate`. */
export function validateCommand(): DivvyCommand {
  const command = new DivvyCommand("validate", "check a drop's input before anything is allocated")
    .description(
      "Read the input and say what it allows, as divvy report does without assignments. Exit code 2, with the\n" +
        "reasons, where no allocation can meet every minimum or every limit's at_least, or there is nothing to allocate;\n" +
        "exit code 1 where a file can't be read.",
    )
    .helpGroup("Drops:");
  const withOutputs = addInputOptions(command).optionsUnder("Outputs:", [
    flag("--json", "print the facts, and what fails, as JSON on stdout"),
    showOption(),
    text("--title <text>", "name of the drop in text and JSON"),
    quietFlag(),
  ]);
  return addPolicyOptions(withOutputs)
    .withConfig()
    .example("Is this week's drop sound?", "divvy validate --dir drop")
    .example(
      "Allocate only if it is",
      "divvy validate --dir drop -q && divvy allocate --dir drop",
    )
    .runs(async (options) => (await import("./validate_run.ts")).runValidate(options));
}
