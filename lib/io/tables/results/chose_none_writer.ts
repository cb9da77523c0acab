/**
 * Writes the users who chose none of their offers.
 *
 * @module
 */
import { csvField } from "../../../base/text/csv_field.ts";
import { reorderPool, sortedOrder } from "../../../base/ids/sort_ids.ts";
import { NO_GROUP, type ReviewData } from "../../../review/review_data.ts";
import { usersWhoChoseNone } from "../../../review/user_shares.ts";
import { writeCsvRows } from "./table_writer.ts";

/** Writes user_id, group_id and number of offers of the users who chose none, sorted by id; the file appears whole or not at all. */
export function writeChoseNone(path: string, data: ReviewData): Promise<void> {
  return writeCsvRows(path, "user_id,group_id,offers", rowsOf(data));
}

function* rowsOf(data: ReviewData): Generator<string> {
  const { userIds, group, groupIds, offerStart } = data, users = usersWhoChoseNone(data);
  for (const at of sortedOrder(reorderPool(userIds, users))) {
    const u = users[at], g = group[u], inGroup = g === NO_GROUP ? "" : csvField(groupIds[g]);
    yield `${csvField(userIds.at(u))},${inGroup},${offerStart[u + 1] - offerStart[u]}`;
  }
}
