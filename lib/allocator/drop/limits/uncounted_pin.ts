/**
 * The error for a pin that made its pair eligible, where a limit counts a number that only rows of pairs have.
 *
 * @module
 */
import { InputError } from "../../../base/errors.ts";
import { type Instance, userOfPair } from "../instance/instance.ts";
import type { Pins } from "../instance/pins.ts";

/**
 * The error for pin `i`, which has no number in `column`.
 *
 * @param source where rows with that number stand: a file, or `pairs`
 */
export function uncountedPin(
  instance: Instance,
  { pair, row, rows }: Pins,
  i: number,
  { column, source }: { column: string; source: string },
): InputError {
  const { contract, contracts, users } = instance, expected = `a row in ${source}`;
  const user = users.at(userOfPair(instance, pair[i])), which = contracts[contract[pair[i]]];
  return new InputError(
    `${rows.placeText(row[i])}: the pinned pair of ${user} and ${which} has no ${column}, ` +
      `which a limit counts, expected ${expected}`,
    { ...rows.placeOf(row[i]), column, expected },
  );
}
