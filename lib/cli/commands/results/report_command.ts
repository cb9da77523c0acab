/**
 * `divvy report`: what a drop's users, groups and contracts got, in the terminal, as a page or as JSON.
 *
 * @module
 */
import { dateOption } from "../../frame/options/page_date.ts";
import { DivvyCommand } from "../../frame/command.ts";
import { quietFlag } from "../../frame/options/quiet_option.ts";
import { addInputOptions } from "../../frame/options/input_options.ts";
import { file, files, flag, text } from "../../frame/option_kinds.ts";
import { addPolicyOptions } from "../../frame/options/policy_options.ts";
import { showOption } from "../../frame/options/show_option.ts";

/** Defines `divvy report`. */
export function reportCommand(): DivvyCommand {
  const command = new DivvyCommand(
    "report",
    "see what a drop allows, or who got what: text, page or JSON",
  )
    .description(
      "Report on an assignments file, ours or another tool's: offers per user and which of their choices\n" +
        "they got, groups and why a minimum is missed, contracts and what one more unit is worth at most.\n" +
        "With --certificate also bound, gap and prices; the certificate's policy then replaces the options below.\n" +
        "Without --assign a preview of the drop: whether the minima can be met, capacity against demand, users\n" +
        "with few options, what of the input was left out. With --compare two allocations side by side: figures,\n" +
        "types, groups and contracts that differ, who is better off (divvy diff lists users and needs no drop).",
    )
    .helpGroup("Drops:");
  const withInputs = addInputOptions(command, [
    file(
      "--assign <file>",
      "the assignments to report on: user_id, contract_address; without: a preview of the drop",
    ),
    file("--certificate <file>", "the certificate that came with them: bound and prices"),
    files(
      "--compare <files...>",
      "two assignments of the drop side by side: A.csv B.csv (or one, beside --assign)",
    ),
    file("--summary <file>", "the summary that came with them: solver, timings, warnings"),
    file("--scenario <file>", "the scenario that they were made under, as allocate takes it"),
  ]);
  const withOutputs = withInputs.optionsUnder("Outputs:", [
    file("--html <file>", "write one self-contained page"),
    flag("--json", "print the facts as JSON on stdout"),
    showOption(),
    text("--title <text>", "name of the drop (else the name of the file, or of its folder)"),
    dateOption(),
    quietFlag(),
  ]);
  return addPolicyOptions(withOutputs)
    .withConfig()
    .example(
      "Before the drop: can it meet its minima, and how much can it give?",
      "divvy report --caps caps.csv --elig elig.csv --user-groups user_groups.csv \\\n" +
        "      --group-ratios group_ratios.csv --html preview.html",
    )
    .example(
      "What happened, in the terminal",
      "divvy report --caps caps.csv --elig elig.csv --user-groups user_groups.csv \\\n" +
        "      --group-ratios group_ratios.csv --assign assignments.csv",
    )
    .example(
      "A page to send around, with prices and proof",
      "divvy report --config divvy.json --assign assignments.csv \\\n" +
        "      --certificate certificate.json --summary summary.json --html report.html",
    )
    .example(
      "Two solvers, or a draft and the final one, side by side",
      "divvy report --dir drop --compare draft.csv assignments.csv --html compare.html",
    )
    .runs(async (...run) => (await import("./report_run.ts")).runReport(...run));
}
