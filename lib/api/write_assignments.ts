/**
 * Writes assignments to a file.
 *
 * @module
 */
import type { Allocation } from "../allocator/model/allocation.ts";
import type { Drop } from "../allocator/drop/drop.ts";
import { aText, checkDrop, checkValue } from "../base/validate.ts";
import { checkAllocationOf } from "./allocation_of_drop.ts";
import { writeAssignments as writeOffers } from "../io/tables/results/assignments_writer.ts";

/**
 * Writes an allocation's offers to a file that appears whole or not at all, in the format of its name's ending: CSV, JSON Lines
 * (`.jsonl`), JSON, each of them also `.gz` or `.zst`, Excel (`.xlsx`) or Parquet. Columns: user_id, contract_address, score,
 * is_sponsored, group_id, sponsorship_ratio, and holdout where users held out have offers; rows sorted by user, then score
 * descending, then contract. The same in Deno, Node.js and Bun.
 *
 * @param drop the drop that was allocated
 * @param allocation its allocation
 * @param path the file; an existing one is replaced
 * @throws {InputError} where the file can't be made
 * @throws {UsageError} for a name whose ending means no known format, and an allocation of another drop
 *
 * @example
 * ```ts
 * import { allocate, Drop, writeAssignments } from "../../mod.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 *
 * const drop = Drop.from({
 *   users: [{ id: "ann", group: "north" }],
 *   contracts: [{ id: "tea", cap: 1, sponsored: true }],
 *   groups: [{ id: "north", ratio: 0.5 }],
 *   pairs: [{ user: "ann", contract: "tea", score: 0.9 }],
 * });
 * const folder = await Deno.makeTempDir();
 * await writeAssignments(drop, await allocate(drop), `${folder}/assignments.csv`);
 * const [, row] = (await Deno.readTextFile(`${folder}/assignments.csv`)).split("\n");
 * assertEquals(row, "ann,tea,0.9,True,north,0.5");
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function writeAssignments(
  drop: Drop,
  allocation: Allocation,
  path: string,
): Promise<void> {
  checkDrop(drop);
  checkAllocationOf(drop, allocation);
  checkValue("path", path, aText);
  await writeOffers(path, drop.instance, allocation);
}
