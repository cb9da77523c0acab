/**
 * Which pairs are charged the change cost.
 *
 * @module
 */
import { optionInWords } from "../../../base/option_words.ts";
import { UsageError } from "../../../base/errors.ts";
import type { Instance } from "../../drop/instance/instance.ts";
import type { Policy } from "../../model/policy.ts";

/**
 * Returns whether a pair is charged the change cost, as it is no previous offer; null: no pair is charged.
 *
 * @throws {UsageError} if changes cost something and the drop does not know the previous offers
 */
export function chargedPairs(
  { previous }: Instance,
  policy: Policy,
): ((pair: number) => boolean) | null {
  if (policy.changeCost === 0) return null;
  if (previous === undefined) {
    throw new UsageError(
      `changes cost ${policy.changeCost} each (change_cost), and the previous offers are not given (${
        optionInWords("previous")
      })`,
    );
  }
  return (pair) => previous.given[pair] === 0;
}
