/**
 * `divvy export`: a drop as a program for other solvers.
 *
 * @module
 */
import { DivvyCommand } from "../../frame/command.ts";
import { quietFlag } from "../../frame/options/quiet_option.ts";
import { addInputOptions } from "../../frame/options/input_options.ts";
import { choice, file } from "../../frame/option_kinds.ts";
import { addPolicyOptions } from "../../frame/options/policy_options.ts";

/** Defines `divvy export`. */
export function exportCommand(): DivvyCommand {
  const command = new DivvyCommand(
    "export",
    "a drop as a program for other solvers (LP, MPS, JSON), or as tables",
  )
    .description(
      "Write a drop with its caps, rules and limits as a mixed-integer program that HiGHS, CBC, SCIP,\n" +
        "Gurobi, OR-Tools and others read. Its optimum is the objective of the best allocation. A table\n" +
        "beside it says which user, contract, group or limit each row and column is (x0 is an offer).\n\n" +
        "With --format csv, write the drop that was decided on as tables: after history, bans, filters\n" +
        "and holdouts, whatever it was read from. Independent checkers (checkers/check.py) check\n" +
        "certificates against these tables.",
    )
    .helpGroup("Drops:");
  const withInputs = addInputOptions(command);
  const withOutputs = withInputs.optionsUnder("Outputs:", [
    choice(
      "--format <format>",
      "lp, mps (free format; values negated, to be minimised) or json; csv: tables (default: by the name of --out, else lp)",
      [
        "lp",
        "mps",
        "json",
        "csv",
      ],
    ),
    file("--out <file>", "file of the program; with csv a folder, made if it is missing").needed(),
    file(
      "--names <file>",
      "file of what the program's names mean (default: beside --out, ….names.csv; with --out -: not written)",
    ),
    quietFlag(),
  ]);
  return addPolicyOptions(withOutputs)
    .withConfig()
    .example(
      "What does another solver say?",
      "divvy export --caps caps.csv --elig elig.csv --user-groups user_groups.csv \\\n" +
        "      --group-ratios group_ratios.csv --out drop.lp && highs drop.lp",
    )
    .example(
      "The drop that a certificate is of, for another checker",
      "divvy export --config divvy.json --format csv --out decided && \\\n" +
        "      python3 checkers/check.py --dir decided assignments.csv certificate.json",
    )
    .example(
      "Free MPS, rules from a file",
      "divvy export --config divvy.json --out drop.mps",
    )
    .runs(async (options) => (await import("./export_run.ts")).runExport(options));
}
