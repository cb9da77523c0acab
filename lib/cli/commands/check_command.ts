/**
 * `divvy check`: an independent judge of any assignments file.
 *
 * @module
 */
import { DivvyCommand } from "../frame/command.ts";
import { quietFlag } from "../frame/quiet_option.ts";
import { addInputOptions } from "../frame/input_options.ts";
import { file, flag } from "../frame/options.ts";
import { addPolicyOptions } from "../frame/policy_options.ts";

/** Defines `divvy check`. */
export function checkCommand(): DivvyCommand {
  const command = new DivvyCommand("check", "judge an assignments file by every rule")
    .description(
      "Judge an assignments file, ours or another tool's, by every rule of the policy. The columns\n" +
        "user_id, contract_address and score are enough. With a certificate its model, k and policy are\n" +
        "judged by, unless options say otherwise, and objective and bound are recomputed in whole numbers,\n" +
        "without a tolerance (docs/proof.md). Exit code 2 when a rule is broken. Where minima miss as\n" +
        "few users as any allocation must, no rule is broken; the report says how many. That limits or\n" +
        "pins keep more from being met, a certificate may prove; else minima are missed, exit code 2.",
    )
    .helpGroup("Drops:");
  addInputOptions(command, [
    file("--assign <file>", "the assignments to judge").needed(),
    file("--certificate <file>", "the certificate to verify with them"),
    flag(
      "--exact",
      "recompute in whole numbers also where the certificate has no exact figures (engines)",
    ),
  ]);
  command.optionsUnder("Outputs:", [
    flag("--json", "print the findings as JSON on stdout"),
    quietFlag(),
  ]);
  addPolicyOptions(command);
  return command
    .withConfig()
    .example("This week's drop, as a gate", "divvy check --dir drop -q")
    .example(
      "Are these assignments right, and is the certificate?",
      "divvy check --caps caps.csv --elig elig.csv --user-groups user_groups.csv \\\n" +
        "      --group-ratios group_ratios.csv --assign assignments.csv \\\n" +
        "      --certificate certificate.json",
    )
    .example(
      "Another tool's file under model coverage, findings for a machine",
      "divvy check --config divvy.json --model coverage --assign theirs.csv --json",
    )
    .runs(async (options, _, given) => (await import("./check_run.ts")).runCheck(options, given));
}
