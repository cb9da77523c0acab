/**
 * From any bundles to an allocation that keeps every hard rule: quick, at small regret, for all models and policies.
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import type { Assignment } from "./assignment.ts";
import { BundleChooser } from "./bundle_chooser.ts";
import { giveUpExcess, repairCaps } from "./cap_repair.ts";
import { repairOtherLimits, repairSponsoredCounts } from "./group_repair.ts";
import type { GroupUsers } from "../../drop/group_users.ts";
import { giveUpWhatIsTooMuch } from "./quick_repair.ts";
import { refill } from "./refill.ts";

/** Rounds of repair after the first; after them nobody keeps anything, and what there is is given out again. */
const ROUNDS = 4;

/**
 * Makes the assignment feasible within the caps: contracts back to their caps, groups back to their rules, then what
 * capacity is left is given out again. A few passes over the pairs; as soon as `late` is true users give up what is too much,
 * and no bundle is sought in its place; as soon as `enough` is, nothing more is given out.
 */
export function repair(
  assignment: Assignment,
  prices: Prices,
  byGroup: GroupUsers,
  late: () => boolean = () => false,
  enough: () => boolean = late,
): void {
  if (!late()) repairWithBundles(assignment, prices, byGroup, late);
  if (!assignment.isFeasible()) {
    giveUpWhatIsTooMuch(assignment);
    const chooser = new BundleChooser(assignment, prices, true);
    giveUpExcess(assignment, chooser);
    if (!assignment.isFeasible()) {
      for (let u = 0; u < assignment.count.length; u++) {
        if (assignment.count[u] > 0) chooser.clear(u);
      }
    }
  }
  refill(assignment, enough);
}

/** Users change to the bundles that they lose least by. */
function repairWithBundles(
  assignment: Assignment,
  prices: Prices,
  byGroup: GroupUsers,
  late: () => boolean,
): void {
  const chooser = new BundleChooser(assignment, prices, true);
  // A user that has to give up a sponsored offer may take a ratio below its least for a while.
  assignment.offerLimitsWait = true;
  repairCaps(assignment, chooser, late);
  assignment.offerLimitsWait = false;
  repairSponsoredCounts(assignment, prices, byGroup, chooser, { late });
  repairOtherLimits(assignment, prices, byGroup, chooser, late);
  // Limits and groups' rules can concern the same users, so mending one may break another.
  for (let round = 0; round < ROUNDS && !late() && !assignment.isFeasible(); round++) {
    if (round === 0) repairCaps(assignment, chooser, late);
    else giveUpExcess(assignment, chooser);
    repairOtherLimits(assignment, prices, byGroup, chooser, late);
  }
}
