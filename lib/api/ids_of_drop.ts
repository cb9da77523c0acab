/**
 * Finds the indices of ids in a drop; the errors for unknown ids name similar ones.
 *
 * @module
 */
import type { Instance } from "../allocator/drop/instance/instance.ts";
import { optionInWords } from "../base/option_words.ts";
import { quote, UsageError } from "../base/errors.ts";
import { didYouMean } from "../base/ids/near_ids.ts";

/** Index of a user. @throws {UsageError} where the drop does not have it */
export function indexOfUser({ users }: Instance, id: string): number {
  return known("user", id, users.indexOfSorted(id), () => users.toArray());
}

/** That a user is held out, and what held-out users get; null where the user is not. */
export function heldOutInWords({ heldOut }: Instance, user: string): string | null {
  if (heldOut === undefined || heldOut.instance.users.indexOfSorted(user) < 0) return null;
  return `user ${quote(user)} is held out (${optionInWords("holdout")}): ${
    heldOut.solver === "random" ? "its offers are random ones" : "it gets no offers"
  }`;
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
    `${what} is ${quote(id)}, expected a ${what} ${
      // A contract with a cap is in the drop even without a pair; users and groups need an eligible pair.
      what === "contract" ? "with a cap" : "with an eligible pair that is not left out"}${
      didYouMean(id, ids())
    }`,
  );
}
