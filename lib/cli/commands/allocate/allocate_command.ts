/**
 * `divvy allocate`: from the four inputs to the assignments.
 *
 * @module
 */
import { gapOption, timeoutOption, workersOption } from "../../frame/options/solver_options.ts";
import { dateOption } from "../../frame/options/page_date.ts";
import { DivvyCommand } from "../../frame/command.ts";
import { quietFlag } from "../../frame/options/quiet_option.ts";
import { addEngineOptions, refuseEngineOptions } from "./engine_options.ts";
import { ENGINES } from "../engines/engines.ts";
import { addInputOptions } from "../../frame/options/input_options.ts";
import { formatOption } from "../../frame/table_outputs.ts";
import { choice, file, flag, number, text } from "../../frame/option_kinds.ts";
import { addPolicyOptions } from "../../frame/options/policy_options.ts";
import { DEFAULT_SOLVER, SOLVER_NAMES, SOLVERS } from "../../../api/solvers.ts";

const SOLVER_NOTES = SOLVERS.map(({ name, help }) => `${name}: ${help}`).join("; ");

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

/** Options of the files that it writes. */
function outputs() {
  return [
    file(
      "--out <file>",
      "assignments: .csv, .jsonl, .json (also .gz, .zst), .xlsx or .parquet by its name; - is " +
        "standard output (with --dir: there, with summary and certificate)",
    ).neededWithoutFolder(),
    formatOption("--out", true),
    file("--summary <file>", "write the summary as JSON"),
    flag("--timings", "seconds and memory in the summary, which differ from run to run"),
    file("--certificate <file>", "write the prices that prove the bound (optimal)"),
    number("--alternates <m>", "next best offers per user, for when one is declined", {
      min: 1,
      whole: true,
    }),
    file(
      "--alternates-out <file>",
      "write the alternates: user_id, contract_address, rank, … (with --engine: where and as it writes assignments)",
    ),
    file("--holdout-out <file>", "write the users that --holdout holds out: user_id, group_id"),
    file("--html <file>", "write a report: one self-contained page"),
    text(
      "--title <text>",
      "name of the drop on the page (else the name of the file, or of its folder)",
    ),
    dateOption(),
    flag("--json", "print the summary as JSON on stdout"),
  ];
}

/** Options of the solver and of when it stops. */
function solverOptions() {
  return [
    choice("--solver <name>", SOLVER_NOTES, SOLVER_NAMES)
      .default(DEFAULT_SOLVER),
    timeoutOption("stop solving after so long, with the best so far"),
    gapOption(),
    workersOption(),
    file("--prices <file>", "start from the prices of an earlier certificate"),
    flag("--warm-start", "start from --prices or a sample").default(true),
    flag("--no-warm-start", "start from nothing"),
    number("--rng <seed>", "seed of the greedy solver's order", { min: 0, whole: true })
      .default(42),
    number("--scarcity-alpha <a>", "greedy: favour contracts with room, ×(1 + a·left/cap)", {
      min: 0,
    }).default(0),
    flag(
      "--require-gap",
      "exit 4 if the result is not proven within --gap (files are written all the same)",
    ),
    flag(
      "--strict",
      "exit 2 if a group misses its minimum or a limit its at_least (files are written all the same)",
    ),
  ];
}

/** Options of the replaced tool that Divvy accepts and ignores. */
function withoutEffect() {
  return [
    number("--cache-factor <n>", "every user's whole list is searched").withoutEffect(),
    number("--unspon-overflow-pct <x>", "no cap is ever exceeded").withoutEffect(),
    number("--or-workers <n>", "see --workers").withoutEffect(),
    flag("--or-log", "see the progress lines").withoutEffect(),
    text("--log-level <level>", "see --quiet").withoutEffect(),
  ];
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
