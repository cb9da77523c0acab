/**
 * Which offers were selected or redeemed.
 *
 * @module
 */
import { type IdTable, viewOf } from "../base/id_table.ts";
import { placeIn } from "../base/sorted_place.ts";
import { type EventCounts, REDEEMED, SELECTED } from "./review_data.ts";
import type { PairColumns } from "./review_parts.ts";

/** Offers to mark. */
interface Offers {
  readonly users: IdTable;
  readonly contracts: IdTable;
  readonly offerStart: Uint32Array;
  readonly contract: Uint32Array;
}

/**
 * Marks the offers that the events are about, and the users who had any event, offered or not.
 *
 * @param outcome of the offers; marked
 * @param userOutcome of the users; marked
 */
export function markEvents(
  events: PairColumns,
  { users, contracts, offerStart, contract }: Offers,
  outcome: Uint8Array,
  userOutcome: Uint8Array,
  kind: "selected" | "redeemed",
): EventCounts {
  const mark = kind === "selected" ? SELECTED : REDEEMED;
  const userOf = findAll(users, events.users), contractOf = findAll(contracts, events.contracts);
  let repeated = 0, notOffered = 0, unknownUsers = 0;
  for (let row = 0; row < events.user.length; row++) {
    const u = userOf[events.user[row]];
    if (u < 0) {
      unknownUsers++;
      continue;
    }
    userOutcome[u] |= mark;
    const of = contractOf[events.contract[row]];
    const offer = placeIn(contract, of, offerStart[u], offerStart[u + 1]);
    if (offer < 0) notOffered++;
    else if ((outcome[offer] & mark) !== 0) repeated++;
    else outcome[offer] |= mark;
  }
  return {
    rows: events.user.length,
    repeated,
    not_offered: notOffered,
    unknown_users: unknownUsers,
    outside_days: events.outsideDays ?? 0,
  };
}

/** Number in `table` of every id of another, or −1. */
function findAll(table: IdTable, other: IdTable): Int32Array {
  const { bytes, offsets } = other.pool, view = viewOf(bytes);
  return Int32Array.from(
    { length: other.length },
    (_, i) => table.find(view, offsets[i], offsets[i + 1]),
  );
}
