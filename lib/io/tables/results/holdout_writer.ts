/**
 * Writes the users that are held out of a drop.
 *
 * @module
 */
import type { Instance } from "../../../allocator/drop/instance/instance.ts";
import { csvField } from "../../../base/text/csv_field.ts";
import { TextBuffer } from "../../bytes/text_buffer.ts";
import { writeTable } from "./table_writer.ts";

/** Writes user_id and group_id of users, sorted by id; the file appears whole or not at all. */
export async function writeHeldOut(
  path: string,
  { users, group, groups }: Pick<Instance, "users" | "group" | "groups">,
): Promise<void> {
  const inGroup = groups.map((id) => csvField(id));
  await writeTable(path, async (sink) => {
    const out = new TextBuffer(sink);
    out.text("user_id,group_id\n");
    for (let u = 0; u < group.length; u++) {
      out.text(`${csvField(users.at(u))},${inGroup[group[u]]}\n`);
      if (out.full) await out.flush();
    }
    await out.end();
  });
}
