/**
 * The options of `divvy allocate` that are not inputs, reading or policy.
 *
 * @module
 */
import { type SolverName, solverOf } from "../../../api/solvers.ts";
import { UsageError } from "../../../base/errors.ts";
import type { TableFormat } from "../../../io/records/table_format.ts";
import { checkEndings, type NamedFiles } from "../../frame/output_files.ts";
import { checkTables } from "../../frame/table_outputs.ts";

/** Their values, as commander hands them over. */
export interface AllocateValues {
  /** Assignments. */
  out: string;
  /** Format of the assignments, where the name of the file does not say it. */
  format?: TableFormat;
  /** File of the summary as JSON. */
  summary?: string;
  /** Whether the summary has seconds and memory. */
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
  /** File of the alternates. */
  alternatesOut?: string;
  /** Share of users held out. */
  holdout?: string;
  /** File of the users held out. */
  holdoutOut?: string;
  /** File of the report page. */
  html?: string;
  /** Name of the drop on the page. */
  title?: string;
  /** Day that the page says. */
  date?: string;
  /** Day of the drop, in history. */
  asOf?: string;
  /** Whether the summary goes to stdout. */
  json?: boolean;
  /** Whether stderr gets neither progress nor summary. */
  quiet?: boolean;
  /** Whether a missed minimum or at_least is exit code 2. */
  strict?: boolean;
  /** Whether a gap above `gap` is exit code 4. */
  requireGap?: boolean;
  /** Whether nothing is solved or written. */
  dryRun?: boolean;
  /** Which solver. */
  solver: SolverName;
  /** Seconds after which solving stops. */
  timeout: number;
  /** Relative gap at which solving stops. */
  gap: number;
  /** Threads; undefined: the cores. */
  workers?: number;
  /** Whether to start from prices. */
  warmStart: boolean;
  /** Seed of the greedy solver's order. */
  rng: number;
  /** The greedy solver's α: how much it favours contracts with room. */
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

/**
 * Checks options that only go together.
 *
 * @throws {UsageError} for outputs that need prices with a solver that has none, and as {@link checkTogether}
 */
export function checkValues(values: AllocateValues): void {
  const { certificate, alternates, solver } = values;
  const needsPrices = certificate !== undefined
    ? "--certificate"
    : alternates !== undefined
    ? "--alternates"
    : null;
  if (needsPrices !== null && solverOf(solver).certifies === false) {
    throw new UsageError(`${needsPrices} needs prices, and solver ${solver} has none: use optimal`);
  }
  checkTogether(values);
}

/**
 * Checks outputs and the options that say what is in them, with an engine and without.
 *
 * @throws {UsageError} for one without the other
 */
export function checkTogether(
  { alternates, alternatesOut, holdout, holdoutOut }: Pick<
    AllocateValues,
    "alternates" | "alternatesOut" | "holdout" | "holdoutOut"
  >,
): void {
  if (holdoutOut !== undefined && holdout === undefined) {
    throw new UsageError("--holdout-out needs --holdout, the share that is held out");
  }
  if ((alternates === undefined) !== (alternatesOut === undefined)) {
    throw new UsageError(
      alternates === undefined
        ? "--alternates-out needs --alternates, how many each user has"
        : "--alternates needs --alternates-out, what they go to",
    );
  }
}

/**
 * Checks the endings of the outputs' names.
 *
 * @throws {UsageError} where a name ends as files of another format do
 */
export function checkNames(values: AllocateValues): void {
  const { certificate, out, summary, html, alternatesOut, holdoutOut } = values;
  checkTables({ out }, { format: values.format, hasParquet: true });
  checkTables({ alternatesOut }, { hasParquet: true });
  checkTables({ holdoutOut });
  checkEndings({ "--summary": summary, "--certificate": certificate }, "json");
  checkEndings({ "--html": html }, "html");
}
