/**
 * Writes the users that are held out of a drop.
 *
 * @module
 */
import type { Instance } from "../../../allocator/drop/instance/instance.ts";
import { csvField } from "../../../base/text/csv_field.ts";
import { writeCsvRows } from "./table_writer.ts";

/** Writes user_id and group_id of users, sorted by id; the file appears whole or not at all. */
export function writeHeldOut(path: string, heldOut: HeldOutUsers): Promise<void> {
  return writeCsvRows(path, "user_id,group_id", rowsOf(heldOut));
}

type HeldOutUsers = Pick<Instance, "users" | "group" | "groups">;

function* rowsOf({ users, group, groups }: HeldOutUsers): Generator<string> {
  const inGroup = groups.map((id) => csvField(id));
  for (let u = 0; u < group.length; u++) yield `${csvField(users.at(u))},${inGroup[group[u]]}`;
}
