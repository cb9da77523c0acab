/**
 * Which options of `divvy allocate` go together, and the outputs among them.
 *
 * @module
 */
import { solverOf } from "../../../api/solvers.ts";
import { UsageError } from "../../../base/errors.ts";
import { checkEndings, type NamedFiles } from "../../frame/output_files.ts";
import { checkTables } from "../../frame/table_outputs.ts";
import type { AllocateValues } from "./allocate_options.ts";

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
