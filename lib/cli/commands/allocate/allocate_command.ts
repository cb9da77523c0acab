/**
 * `divvy allocate`: from the four inputs to the assignments.
 *
 * @module
 */
import { DivvyCommand } from "../../frame/command.ts";
import { quietFlag } from "../../frame/options/quiet_option.ts";
import { outputs, solverOptions, withoutEffect } from "./allocate_options.ts";
import { addEngineOptions, refuseEngineOptions } from "./engine_options.ts";
import { ENGINES } from "../engines/engines.ts";
import { addInputOptions } from "../../frame/options/input_options.ts";
import { file } from "../../frame/option_kinds.ts";
import { addPolicyOptions } from "../../frame/options/policy_options.ts";

/** Defines `divvy allocate`. */
export function allocateCommand(): DivvyCommand {
  const command = new DivvyCommand("allocate", "allocate a drop: who gets which offers")
    .description(
      "Decide who gets which offers, so that scores and coverage are worth the most under the caps, " +
        "k offers per user and the groups' ratios of sponsored users. The solver proves how far " +
        "from the best possible its allocation can be. Every file appears whole or not at all; " +
        "Ctrl-C stops with the best so far, Ctrl-C twice aborts.",
    )
    .helpGroup("Drops:");
  const withInputs = addInputOptions(command, [
    file(
      "--scenario <file>",
      "change ratios, caps, limits or rules first, as divvy studio saves it",
    ),
  ]);
  const withSolver = withInputs
    .optionsUnder("Outputs:", outputs())
    .optionsUnder("Solver:", solverOptions());
  return withExamples(
    addEngineOptions(addPolicyOptions(withSolver))
      .optionsUnder(
        "Accepted for the replaced tool's command lines, without effect:",
        withoutEffect(),
      )
      .optionsUnder("Other options:", [
        quietFlag(),
      ])
      .withConfig(),
  )
    .runs(async (options, _args, given) => {
      const { engine } = options;
      if (engine !== undefined) {
        return (await import("./engine_run.ts")).runEngine({ ...options, engine }, given);
      }
      refuseEngineOptions(command, given);
      return (await import("./allocate_run.ts")).runAllocate(options);
    });
}

function withExamples<Values>(command: DivvyCommand<Values>): DivvyCommand<Values> {
  command
    .example(
      "The drop of a folder: assignments, summary and certificate land in it",
      "divvy allocate --dir drop",
    )
    .example(
      "The best allocation, with a summary and the proof of it",
      "divvy allocate --caps caps.csv --elig elig.csv --user-groups user_groups.csv \\\n" +
        "      --group-ratios group_ratios.csv --out assignments.csv \\\n" +
        "      --summary summary.json --certificate certificate.json",
    )
    .example(
      "The greedy solver under the production rules, options in divvy.json",
      "divvy allocate --config divvy.json --solver greedy --out assignments.csv",
    )
    .example(
      "Next week's drop, from this week's prices, at most a minute of solving",
      "divvy allocate --config divvy.json --prices certificate.json --timeout 60 \\\n" +
        "      --out assignments.parquet",
    )
    .example(
      "Under limits of any kind: brands in markets, budgets, least deliveries (docs/limits.md)",
      "divvy allocate --config divvy.json --limits limits.csv --out assignments.csv",
    );
  for (const { example } of ENGINES) {
    if (example !== undefined) command.example(example.title, example.line);
  }
  return command;
}
