/**
 * Offers of before that must stay: each is a pin.
 *
 * @module
 */
import { optionInWords } from "../../base/option_words.ts";
import { UsageError } from "../../base/errors.ts";
import { type Instance, userOfPair } from "./instance.ts";
import { withMorePins } from "./pins.ts";

/**
 * The drop in which every offer of before that is an eligible pair must be given, beside the pins that it has: only users and
 * places without an offer, and units that are left, are served.
 *
 * @throws {UsageError} if the drop is compared with no offers
 */
export function keepPrevious(instance: Instance): Instance {
  const { previous, pins } = instance;
  if (previous === undefined) {
    throw new UsageError(
      `to keep the offers of before (${optionInWords("onlyNew")}) they must be given (${
        optionInWords("previous")
      })`,
    );
  }
  const isPinned = new Uint8Array(previous.given);
  for (const pair of pins?.pair ?? []) isPinned[pair] = 1;
  const pair = new Uint32Array(isPinned.reduce((n, is) => n + is, 0));
  let at = 0;
  isPinned.forEach((is, p) => is === 1 && (pair[at++] = p));
  if (pair.length === 0) return instance;
  const { contract, contracts, users } = instance;
  const placeOfPair = (p: number) => ({
    file: "previous",
    text: `previous (${users.at(userOfPair(instance, p))}, ${contracts[contract[p]]})`,
  });
  return { ...instance, pins: withMorePins(pins, pair, placeOfPair) };
}
