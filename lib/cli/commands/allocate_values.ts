/**
 * The options of `divvy allocate` that are not inputs, reading or policy.
 *
 * @module
 */
import { type SolverName, solverOf } from "../../api/solvers.ts";
import { UsageError } from "../../base/errors.ts";
import { assignmentsFormat } from "../../io/tables/assignments_writer.ts";
import { checkEndings, type NamedFiles } from "../frame/output_files.ts";

/** Their values, as commander hands them over. */
export interface AllocateValues {
  /** Assignments. */
  out: string;
  /** Summary as JSON. */
  summary?: string;
  /** Certificate to write. */
  certificate?: string;
  /** Certificate to start from. */
  prices?: string;
  /** Scenario that changes the drop. */
  scenario?: string;
  /** Configuration file. */
  config?: string;
  /** Report page. */
  html?: string;
  /** Whether the summary goes to stdout. */
  json?: boolean;
  /** Whether nothing is said. */
  quiet?: boolean;
  /** Whether a missed minimum is exit code 2. */
  strict?: boolean;
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
export function outputFiles({ out, summary, certificate, html }: AllocateValues): NamedFiles {
  return { "--out": out, "--summary": summary, "--certificate": certificate, "--html": html };
}

/** @throws {UsageError} where a certificate is wanted of a solver that has none */
export function checkValues({ certificate, solver }: AllocateValues): void {
  if (certificate !== undefined && solverOf(solver).certifies === false) {
    throw new UsageError(`--certificate needs prices, and solver ${solver} has none: use optimal`);
  }
}

/** @throws {UsageError} where an output's name ends in what stands for another format */
export function checkNames({ certificate, out, summary, html }: AllocateValues): void {
  assignmentsFormat(out);
  checkEndings({ "--summary": summary, "--certificate": certificate }, ["json"]);
  checkEndings({ "--html": html }, ["html", "htm"]);
}
