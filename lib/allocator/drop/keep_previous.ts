/**
 * Offers of before that must stay: each is a pin.
 *
 * @module
 */
import { optionInWords } from "../../base/option_words.ts";
import { UsageError } from "../../base/errors.ts";
import type { Instance } from "./instance.ts";
import { withMorePins } from "./more_pins.ts";

/**
 * The drop in which every offer of before that is an eligible pair must be given, beside the pins that it has: only users and
 * places without an offer, and units that are left, are served.
 *
 * @throws {UsageError} if the drop is compared with no offers
 */
export function keepPrevious(instance: Instance): Instance {
  const { previous } = instance;
  if (previous === undefined) {
    throw new UsageError(
      `to keep the offers of before (${optionInWords("onlyNew")}) they must be given (${
        optionInWords("previous")
      })`,
    );
  }
  return withMorePins(instance, previous.given, "previous");
}
