/**
 * `divvy explain`: why this user, this contract, this group.
 *
 * @module
 */
import { gapOption, timeoutOption, workersOption } from "../../frame/options/solver_options.ts";
import { DivvyCommand } from "../../frame/command.ts";
import { quietFlag } from "../../frame/options/quiet_option.ts";
import { addInputOptions } from "../../frame/options/input_options.ts";
import { choice, file, flag, text } from "../../frame/option_kinds.ts";
import { addPolicyOptions } from "../../frame/options/policy_options.ts";
import { showOption } from "../../frame/options/show_option.ts";

/** Defines `divvy explain`. */
export function explainCommand(): DivvyCommand {
  const command = new DivvyCommand(
    "explain",
    "ask why: about a user, a contract, a group or a limit",
  )
    .description(
      "Answer why a user got these offers, who nearly got a contract and what one more unit would add\n" +
        "at most, what a group's ratio costs, or what a limit keeps out, from the prices of the certificate\n" +
        "that came with the assignments. Without one (greedy's assignments, another tool's) the drop is solved\n" +
        "first, for its prices. A small drop is solved again under the change, which gives its exact gain.",
    )
    .helpGroup("Drops:")
    .optionsUnder("Questions:", questions());
  const withInputs = addInputOptions(command, [
    file(
      "--assign <file>",
      "the assignments to explain, any tool's (without: the best allocation)",
    ),
    file(
      "--certificate <file>",
      "the certificate that came with them (without: the drop is solved first)",
    ),
    file("--scenario <file>", "the scenario that they were made under, as allocate takes it"),
  ]);
  const withOutputs = withInputs
    .optionsUnder("Outputs:", [
      flag("--json", "print the answer as JSON on stdout"),
      showOption(),
      quietFlag(),
    ])
    .optionsUnder("Solver, where there is no certificate:", solverOptions());
  return addPolicyOptions(withOutputs)
    .withConfig()
    .example(
      "Why not, in what the greedy solver or another tool assigned?",
      "divvy explain --dir drop --assign greedy.csv --user 1004080",
    )
    .example(
      "Why did this user not get their first choice?",
      "divvy explain --config divvy.json --assign assignments.csv \\\n" +
        "      --certificate certificate.json --user 1004080",
    )
    .example(
      "Is more capacity of this contract worth paying for?",
      "divvy explain --config divvy.json --assign assignments.csv \\\n" +
        "      --certificate certificate.json \\\n" +
        "      --contract 0x0e3a46579e8bde31b12bca74f169cbe0d01bd7f5",
    )
    .example(
      "What does the limit on this brand in the north keep out?",
      "divvy explain --config divvy.json --limits limits.csv --assign assignments.csv \\\n" +
        '      --certificate certificate.json --limit "brand in market" --row 31+north',
    )
    .runs(async (...run) => (await import("./explain_run.ts")).runExplain(...run));
}

/** What may be asked. */
function questions() {
  return [
    text("--user <id>", "each option: score, price, taken or why not"),
    text("--contract <id>", "demand, who nearly got it, what one more unit would add"),
    text("--group <id>", "the ratio, its price, what lowering it would gain"),
    text("--limit <name>", "amount, use and price of its rows (docs/limits.md)"),
    text("--row <values>", "with --limit: one row by its values, as 31+north, in full"),
    choice("--side <side>", "with --limit: which row, where it has a most and a least", [
      "at_most",
      "at_least",
    ]),
  ];
}

/** Options of the solver, for runs without a certificate. */
function solverOptions() {
  return [
    gapOption(),
    workersOption(),
    timeoutOption("stop solving after so long"),
  ];
}
