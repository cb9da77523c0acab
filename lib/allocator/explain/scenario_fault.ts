/**
 * What is wrong with a scenario.
 *
 * @module
 */
import { UsageError } from "../../base/errors.ts";

/** The error that a scenario is refused with. */
export function scenarioFault({ name }: { readonly name: string }, what: string): UsageError {
  return new UsageError(`scenario ${JSON.stringify(name)}: ${what}`);
}

/**
 * The error for something that the drop does not have.
 *
 * @param what with its id: `group north`
 * @param near what may be meant, see `didYouMean`
 */
export function notInDrop(
  scenario: { readonly name: string },
  what: string,
  near: string,
): UsageError {
  return scenarioFault(scenario, `${what} is not in the drop${near}`);
}
