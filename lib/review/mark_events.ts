/**
 * Which offers were selected or redeemed.
 *
 * @module
 */
import type { IdTable } from "../base/ids/id_table.ts";
import { placeIn } from "../base/arrays/sorted_place.ts";
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
  const userOf = users.findAll(events.users.pool);
  const contractOf = contracts.findAll(events.contracts.pool);
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
