/**
 * The options of `divvy allocate` that are not inputs, reading, policy or an engine's.
 *
 * @module
 */
import { gapOption, timeoutOption, workersOption } from "../../frame/options/solver_options.ts";
import { dateOption } from "../../frame/options/page_date.ts";
import { formatOption } from "../../frame/table_outputs.ts";
import { choice, file, flag, number, text, type ValuesFrom } from "../../frame/option_kinds.ts";
import { DEFAULT_SOLVER, SOLVER_NAMES, SOLVERS } from "../../../api/solvers.ts";
import type { InputValues } from "../../frame/options/input_options.ts";

const SOLVER_NOTES = SOLVERS.map(({ name, help }) => `${name}: ${help}`).join("; ");

/** Options of the files that it writes. */
export function outputs() {
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
export function solverOptions() {
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
export function withoutEffect() {
  return [
    number("--cache-factor <n>", "every user's whole list is searched").withoutEffect(),
    number("--unspon-overflow-pct <x>", "no cap is ever exceeded").withoutEffect(),
    number("--or-workers <n>", "see --workers").withoutEffect(),
    flag("--or-log", "see the progress lines").withoutEffect(),
    text("--log-level <level>", "see --quiet").withoutEffect(),
  ];
}

/** Their values, and those of inputs and reading. */
export type AllocateValues =
  & InputValues
  & ValuesFrom<typeof outputs>
  & ValuesFrom<typeof solverOptions>
  & {
    readonly scenario?: string;
    readonly dryRun?: boolean;
    readonly quiet?: boolean;
    readonly config?: string;
  };
