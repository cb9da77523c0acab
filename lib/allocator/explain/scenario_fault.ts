/**
 * The errors that a scenario is refused with.
 *
 * @module
 */
import { UsageError } from "../../base/errors.ts";

/** An error that names the scenario. */
export function scenarioFault({ name }: { readonly name: string }, what: string): UsageError {
  return new UsageError(`scenario ${JSON.stringify(name)}: ${what}`);
}

/**
 * The error for an id that the drop does not have.
 *
 * @param what what is missing, with its id: `group north`
 * @param near text that suggests a similar id, from `didYouMean`; "" for none
 */
export function notInDrop(
  scenario: { readonly name: string },
  what: string,
  near: string,
): UsageError {
  return scenarioFault(scenario, `${what} is not in the drop${near}`);
}
