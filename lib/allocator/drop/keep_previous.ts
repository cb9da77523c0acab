/**
 * Offers of before that must stay: each is a pin.
 *
 * @module
 */
import { UsageError } from "../../base/errors.ts";
import type { RowPlaces } from "./before/id_rows.ts";
import type { Instance } from "./instance.ts";
import type { Pins } from "./pins.ts";

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
      "to keep the offers of before (onlyNew, --only-new) they must be given (previous, --previous)",
    );
  }
  const isPinned = new Uint8Array(previous.given);
  for (const pair of pins?.pair ?? []) isPinned[pair] = 1;
  const pair = new Uint32Array(isPinned.reduce((n, is) => n + is, 0));
  let at = 0;
  isPinned.forEach((is, p) => is === 1 && (pair[at++] = p));
  if (pair.length === 0) return instance;
  return { ...instance, pins: { ...pinRows(pins, pair, new PreviousPlaces(instance)) } };
}

/** Pins by pair: rows of the drop's own pins as they were, and behind them a row for each offer of before. */
function pinRows(own: Pins | undefined, pair: Uint32Array, previous: PreviousPlaces): Pins {
  const row = new Uint32Array(pair.length), created = new Uint8Array(pair.length);
  const ownAt = new Map<number, number>();
  own?.pair.forEach((p, i) => ownAt.set(p, i));
  const first = own === undefined ? 0 : own.row.reduce((most, r) => Math.max(most, r + 1), 0);
  pair.forEach((p, i) => {
    const at = ownAt.get(p);
    row[i] = at === undefined ? first + p : own!.row[at];
    created[i] = at === undefined ? 0 : own!.created[at];
  });
  const rows: RowPlaces = {
    placeOf: (r) => r < first ? own!.rows.placeOf(r) : previous.placeOf(),
    placeText: (r) => r < first ? own!.rows.placeText(r) : previous.placeText(r - first),
  };
  return { pair, created, row, rows };
}

/** Offers of before as messages name them, by pair. */
class PreviousPlaces {
  readonly #instance: Instance;

  constructor(instance: Instance) {
    this.#instance = instance;
  }

  placeOf(): { file: string; line: number } {
    return { file: "previous", line: 0 };
  }

  placeText(pair: number): string {
    const { start, contract, contracts, users } = this.#instance;
    let low = 0, high = start.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (start[middle] <= pair) low = middle;
      else high = middle;
    }
    return `previous (${users.at(low)}, ${contracts[contract[pair]]})`;
  }
}
