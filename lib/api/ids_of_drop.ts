/**
 * Finds the indices of ids in a drop; the errors for unknown ids name similar ones.
 *
 * @module
 */
import type { Instance } from "../allocator/drop/instance.ts";
import { quote, UsageError } from "../base/errors.ts";
import { didYouMean } from "../base/near_ids.ts";

/** Index of a user. @throws {UsageError} where the drop does not have it */
export function indexOfUser({ users }: Instance, id: string): number {
  return known("user", id, users.indexOfSorted(id), () => users.toArray());
}

/** Index of a contract. @throws {UsageError} where the drop does not have it */
export function indexOfContract({ contracts }: Instance, id: string): number {
  return known("contract", id, contracts.indexOf(id), () => contracts);
}

/** Index of a group. @throws {UsageError} where the drop does not have it */
export function indexOfGroup({ groups }: Instance, id: string): number {
  return known("group", id, groups.indexOf(id), () => groups);
}

function known(what: string, id: string, index: number, ids: () => readonly string[]): number {
  if (index >= 0) return index;
  throw new UsageError(
    `${what} is ${quote(id)}, expected a ${what} with an eligible pair${didYouMean(id, ids())}`,
  );
}
