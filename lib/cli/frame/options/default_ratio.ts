/**
 * The ratio of groups where no table of ratios is given.
 *
 * @module
 */
import { SOLVERS } from "../../../api/solvers.ts";
import type { Certificate } from "../../../allocator/model/certificate.ts";
import type { OptionValues } from "../command.ts";

/**
 * The ratio of groups that have none: `--default-ratio`; or 0 where there is no table at all and the model is coverage, which
 * does not use ratios. A scenario may change the model, so with one the ratio must be given.
 *
 * @param certificate whose rules count in place of the options'
 */
export function defaultRatioOf(
  values: OptionValues,
  certificate?: Pick<Certificate, "model">,
): number | undefined {
  const { defaultRatio, groupRatios, scenario, scenarios } = values;
  if (defaultRatio !== undefined) return defaultRatio as number;
  if (groupRatios !== undefined || scenario !== undefined || scenarios !== undefined) {
    return undefined;
  }
  return (certificate?.model ?? modelOf(values)) === "coverage" ? 0 : undefined;
}

/** Whether a command may go on without a table of ratios. Where it has a certificate, that is known once it is read. */
export function goesWithoutRatios(command: string, values: OptionValues): boolean {
  const judgesByCertificate = command !== "allocate" && values.certificate !== undefined;
  return judgesByCertificate || defaultRatioOf(values) !== undefined;
}

/** The model: the solver's own, or that of `--model`. */
function modelOf({ solver, model }: OptionValues): unknown {
  return SOLVERS.find(({ name }) => name === solver)?.model ?? model;
}
