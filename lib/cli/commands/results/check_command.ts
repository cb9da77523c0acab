/**
 * `divvy check`: an independent judge of any assignments file.
 *
 * @module
 */
import { DivvyCommand } from "../../frame/command.ts";
import { quietFlag } from "../../frame/options/quiet_option.ts";
import { addInputOptions } from "../../frame/options/input_options.ts";
import { file, flag } from "../../frame/option_kinds.ts";
import { addPolicyOptions } from "../../frame/options/policy_options.ts";

/** Defines `divvy check`. */
export function checkCommand(): DivvyCommand {
  const command = new DivvyCommand("check", "judge an assignments file by every rule")
    .description(
      "Judge an assignments file, ours or another tool's, by every rule of the policy. The columns\n" +
        "user_id, contract_address and score are enough. With a certificate, model, k and policy are\n" +
        "those of the certificate, unless options say otherwise, and objective and bound are recomputed in\n" +
        "whole numbers, without a tolerance (docs/proof.md). Exit code 2 when a rule is broken. Minima that\n" +
        "no allocation can meet break no rule, as long as no more users are missing than must be; the\n" +
        "report says how many. Where limits or pins keep minima from being met, only a certificate can\n" +
        "prove it; without that proof missed minima are broken rules.",
    )
    .helpGroup("Drops:");
  const withInputs = addInputOptions(command, [
    file("--assign <file>", "the assignments to judge").neededWithoutFolder(),
    file("--certificate <file>", "the certificate to verify with them"),
    file("--scenario <file>", "the scenario that they were made under, as allocate takes it"),
    flag(
      "--exact",
      "recompute in whole numbers also where the certificate has no exact figures (engines)",
    ),
  ]);
  const withOutputs = withInputs.optionsUnder("Outputs:", [
    flag("--json", "print the findings as JSON on stdout"),
    quietFlag(),
  ]);
  return addPolicyOptions(withOutputs)
    .withConfig()
    .example("This week's drop, as a gate", "divvy check --dir drop -q")
    .example(
      "Are these assignments right, and is the certificate?",
      "divvy check --caps caps.csv --elig elig.csv --user-groups user_groups.csv \\\n" +
        "      --group-ratios group_ratios.csv --assign assignments.csv \\\n" +
        "      --certificate certificate.json",
    )
    .example(
      "What the studio saved, or allocate made under the same scenario",
      "divvy check --dir drop --scenario scenario.json --assign assignments.csv \\\n" +
        "      --certificate certificate.json",
    )
    .example(
      "Another tool's file under model coverage, findings for a machine",
      "divvy check --config divvy.json --model coverage --assign theirs.csv --json",
    )
    .runs(async (options, _, given) => (await import("./check_run.ts")).runCheck(options, given));
}
