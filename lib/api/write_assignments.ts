/**
 * Writes assignments to a file.
 *
 * @module
 */
import type { Allocation } from "../allocator/model/allocation.ts";
import type { Drop } from "../allocator/drop/drop.ts";
import { checkDrop } from "../base/validate.ts";
import { checkAllocationOf } from "./allocation_of_drop.ts";
import { writeAssignments as writeOffers } from "../io/tables/assignments_writer.ts";

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
 * ```ts ignore
 * import { allocate, readDrop, writeAssignments } from "../../mod.ts";
 * const drop = await readDrop({
 *   caps: "caps.csv",
 *   elig: "elig.parquet",
 *   userGroups: "user_groups.csv",
 *   groupRatios: "group_ratios.csv",
 * });
 * await writeAssignments(drop, await allocate(drop), "assignments.parquet");
 * ```
 */
export async function writeAssignments(
  drop: Drop,
  allocation: Allocation,
  path: string,
): Promise<void> {
  checkDrop(drop);
  checkAllocationOf(drop, allocation);
  await writeOffers(path, drop.instance, allocation);
}
