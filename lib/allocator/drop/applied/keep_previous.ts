/**
 * Keeps previous offers: each becomes a pin.
 *
 * @module
 */
import { optionInWords } from "../../../base/option_words.ts";
import { UsageError } from "../../../base/errors.ts";
import type { Instance } from "../instance/instance.ts";
import type { Pins } from "../instance/pins.ts";
import { withMorePins } from "./more_pins.ts";

/** What messages call the place of pins that previous offers became. */
const PLACE = "previous";

/**
 * The drop with every previous offer that is an eligible pair pinned, in addition to the pins that it has: only open places get offers,
 * from the units that are left.
 *
 * @throws {UsageError} if the drop is compared with no offers
 */
export function keepPrevious(instance: Instance): Instance {
  const { previous } = instance;
  if (previous === undefined) {
    throw new UsageError(
      `to keep the previous offers (${optionInWords("onlyNew")}) they must be given (${
        optionInWords("previous")
      })`,
    );
  }
  return withMorePins(instance, previous.given, PLACE);
}

/** Whether pin `i` is a previous offer that is kept as long as it is eligible, and not one that was given as a pin. */
export function isKeptPrevious({ rows, row }: Pins, i: number): boolean {
  const { file, line } = rows.placeOf(row[i]);
  return file === PLACE && line === 0;
}
