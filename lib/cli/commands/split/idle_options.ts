/**
 * Options of `divvy split` that were given and change nothing, as the problem lacks what they are about.
 *
 * @module
 */
import type { Requirement } from "../../../woptim/problem/problem.ts";
import { resolveOptions } from "../../../woptim/problem/options.ts";
import type { SplitInput } from "./split_input.ts";
import type { SplitValues } from "./split_values.ts";

/**
 * A line for each of them, in the order of the help. One that is given its default value is not said.
 *
 * @param given the options that were set on the command line or in the configuration file
 */
export function idleOptions(
  input: SplitInput,
  values: SplitValues,
  given: ReadonlySet<string>,
): string[] {
  const { step, leftover, changeWeight = 0, absolute } = values, usual = resolveOptions();
  const anyone = (has: (person: Requirement) => boolean) =>
    input.people === null && input.problem.requirements.some(has);
  const lines: string[] = [];
  const say = (flag: string, why: string) => lines.push(`${flag} changes nothing: ${why}`);
  if (given.has("tMin") && values.tMin !== usual.tMin && absolute) {
    say("--t-min", "with --absolute all misses weigh the same");
  }
  if (leftover && step === undefined && !anyone((person) => isGiven(person.step))) {
    say("--leftover", "there is no --step, nor a step of anybody's own");
  }
  if (changeWeight > 0 && !anyone((person) => isGiven(person.previous))) {
    say("--change-weight", "nobody has a previous amount");
  }
  if (!hasPrice(input)) {
    if (given.has("currencyDigits") && values.currencyDigits !== usual.currencyDigits) {
      say("--currency-digits", "there is no price");
    }
    if (given.has("coin")) say("--coin", "there is no price");
  }
  return lines;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function hasPrice(input: SplitInput): boolean {
  if (input.people !== null) return isGiven(input.columns.price);
  const { goods, problem } = input;
  return goods === undefined ? isGiven(problem.price) : goods.some(({ price }) => isGiven(price));
}
