/**
 * Writes the users who chose none of their offers.
 *
 * @module
 */
import { csvField } from "../../../base/text/csv_field.ts";
import { reorderPool, sortedOrder } from "../../../base/ids/sort_ids.ts";
import { NO_GROUP, type ReviewData } from "../../../review/review_data.ts";
import { usersWhoChoseNone } from "../../../review/user_shares.ts";
import { TextBuffer } from "../../bytes/text_buffer.ts";
import { writeTable } from "./table_writer.ts";

/** Writes user_id, group_id and number of offers of the users who chose none, sorted by id; the file appears whole or not at all. */
export async function writeChoseNone(path: string, data: ReviewData): Promise<void> {
  const { userIds, group, groupIds, offerStart } = data;
  const users = usersWhoChoseNone(data);
  const order = sortedOrder(reorderPool(userIds, users));
  await writeTable(path, async (sink) => {
    const out = new TextBuffer(sink);
    out.text("user_id,group_id,offers\n");
    for (const at of order) {
      const u = users[at], g = group[u];
      out.text(csvField(userIds.at(u)));
      out.text(`,${g === NO_GROUP ? "" : csvField(groupIds[g])},`);
      out.whole(offerStart[u + 1] - offerStart[u]);
      out.byte(10);
      if (out.full) await out.flush();
    }
    await out.end();
  });
}
