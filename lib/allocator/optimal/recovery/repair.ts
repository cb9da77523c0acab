/**
 * From any bundles to an allocation that keeps every hard rule: quick, at small regret, for all models and policies.
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import type { Assignment } from "./assignment.ts";
import { BundleChooser } from "./bundle_chooser.ts";
import { giveUpExcess, repairCaps } from "./cap_repair.ts";
import {
  repairAssignmentRatios,
  repairMixedShares,
  repairSponsoredCounts,
} from "./group_repair.ts";
import type { GroupUsers } from "../../drop/group_users.ts";
import { refill } from "./refill.ts";

/** Rounds of repair after the first; after them nobody keeps anything, and what there is is given out again. */
const ROUNDS = 4;

/**
 * Makes the assignment feasible within the caps: contracts back to their caps, groups back to their rules, then what
 * capacity is left is given out again, as far as `hurry` leaves time. A few passes over the pairs.
 */
export function repair(
  assignment: Assignment,
  prices: Prices,
  byGroup: GroupUsers,
  hurry: () => boolean = () => false,
): void {
  const chooser = new BundleChooser(assignment, prices, true);
  // A user that has to give up a sponsored offer may take a ratio below its least for a while.
  assignment.ratioWaits = true;
  repairCaps(assignment, chooser);
  assignment.ratioWaits = false;
  repairSponsoredCounts(assignment, prices, byGroup, chooser);
  repairMixedShares(assignment, byGroup, chooser);
  repairAssignmentRatios(assignment, prices, byGroup, chooser);
  // Where limits and groups' rules pull at the same users, mending one may break another.
  for (let round = 0; round < ROUNDS && !assignment.isFeasible(); round++) {
    if (round === 0) repairCaps(assignment, chooser);
    else giveUpExcess(assignment, chooser);
    repairMixedShares(assignment, byGroup, chooser);
    repairAssignmentRatios(assignment, prices, byGroup, chooser);
  }
  if (!assignment.isFeasible()) {
    for (let u = 0; u < assignment.count.length; u++) if (assignment.count[u] > 0) chooser.clear(u);
  }
  refill(assignment, hurry);
}
