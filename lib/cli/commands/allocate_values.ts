/**
 * The options of `divvy allocate` that are not inputs, reading or policy.
 *
 * @module
 */
import { type SolverName, solverOf } from "../../api/solvers.ts";
import { UsageError } from "../../base/errors.ts";
import type { TableFormat } from "../../io/records/table_format.ts";
import { checkEndings, type NamedFiles } from "../frame/output_files.ts";
import { checkTables } from "../frame/table_outputs.ts";

/** Their values, as commander hands them over. */
export interface AllocateValues {
  /** Assignments. */
  out: string;
  /** How they are written, where their name does not say it. */
  format?: TableFormat;
  /** Summary as JSON. */
  summary?: string;
  /** Whether it has seconds and memory. */
  timings?: boolean;
  /** Certificate to write. */
  certificate?: string;
  /** Certificate to start from. */
  prices?: string;
  /** Scenario that changes the drop. */
  scenario?: string;
  /** Configuration file. */
  config?: string;
  /** Next best offers per user. */
  alternates?: number;
  /** File of those. */
  alternatesOut?: string;
  /** Share of users held out. */
  holdout?: string;
  /** File of those. */
  holdoutOut?: string;
  /** Report page. */
  html?: string;
  title?: string;
  date?: string;
  asOf?: string;
  /** Whether the summary goes to stdout. */
  json?: boolean;
  /** Whether nothing is said. */
  quiet?: boolean;
  /** Whether a missed minimum is exit code 2. */
  strict?: boolean;
  /** Whether a gap above `gap` is exit code 4. */
  requireGap?: boolean;
  /** Whether nothing is solved or written. */
  dryRun?: boolean;
  /** Which solver. */
  solver: SolverName;
  /** Seconds. */
  timeout: number;
  /** Relative gap. */
  gap: number;
  /** Threads; undefined: the cores. */
  workers?: number;
  /** Whether to start from prices. */
  warmStart: boolean;
  /** Seed. */
  rng: number;
  /** Greedy solver's α. */
  scarcityAlpha: number;
}

/** The outputs by the options that name them. */
export function outputFiles(values: AllocateValues): NamedFiles {
  const { out, summary, certificate, html, alternatesOut, holdoutOut } = values;
  return {
    "--out": out,
    "--summary": summary,
    "--certificate": certificate,
    "--alternates-out": alternatesOut,
    "--holdout-out": holdoutOut,
    "--html": html,
  };
}

/** @throws {UsageError} where prices are needed of a solver that has none, and for alternates without a file, or the other way round */
export function checkValues(values: AllocateValues): void {
  const { certificate, alternates, alternatesOut, solver } = values;
  const needsPrices = certificate !== undefined
    ? "--certificate"
    : alternates !== undefined
    ? "--alternates"
    : null;
  if (needsPrices !== null && solverOf(solver).certifies === false) {
    throw new UsageError(`${needsPrices} needs prices, and solver ${solver} has none: use optimal`);
  }
  if (values.holdoutOut !== undefined && values.holdout === undefined) {
    throw new UsageError("--holdout-out needs --holdout, the share that is held out");
  }
  if ((alternates === undefined) !== (alternatesOut === undefined)) {
    throw new UsageError(
      alternates === undefined
        ? "--alternates-out needs --alternates, how many each user has"
        : "--alternates needs --alternates-out, the file that they go to",
    );
  }
}

/** @throws {UsageError} where an output's name ends in what stands for another format */
export function checkNames(values: AllocateValues): void {
  const { certificate, out, summary, html, alternatesOut, holdoutOut } = values;
  checkTables({ out }, { asked: values.format, hasParquet: true });
  checkTables({ alternatesOut }, { hasParquet: true });
  checkTables({ holdoutOut });
  checkEndings({ "--summary": summary, "--certificate": certificate }, ["json"]);
  checkEndings({ "--html": html }, ["html", "htm"]);
}
