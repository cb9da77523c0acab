/**
 * Turns any bundles into an allocation that keeps every hard rule, quickly and at a small loss.
 *
 * @module
 */
import type { Prices } from "../../../model/allocation.ts";
import type { Assignment } from "../assignment.ts";
import { BundleChooser } from "../bundle_chooser.ts";
import { giveUpExcess, repairCaps } from "./cap_repair.ts";
import { repairOtherLimits, repairSponsoredCounts } from "./group_repair.ts";
import type { GroupUsers } from "../../../drop/instance/group_users.ts";
import { giveUpWhatIsTooMuch } from "./quick_repair.ts";
import { refill } from "./refill.ts";

/** Most further rounds of repair. If rules are still broken then, users give offers up without others in their place: in the end all. */
const ROUNDS = 4;

/**
 * Makes the assignment feasible: repairs caps and limits, then the limits of groups, and then gives out units that are left. A few
 * passes over the pairs. As soon as `late` is true, users give up what is too much without looking for other bundles; as soon as
 * `enough` is true, nothing more is given out.
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
  refill(assignment, prices, enough);
}

/** Repairs by changing users to the bundles that they lose least by. */
function repairWithBundles(
  assignment: Assignment,
  prices: Prices,
  byGroup: GroupUsers,
  late: () => boolean,
): void {
  const chooser = new BundleChooser(assignment, prices, true);
  // Giving up an offer may break a limit that counts offers; that is repaired afterwards.
  assignment.offerLimitsWait = true;
  repairCaps(assignment, chooser, late);
  assignment.offerLimitsWait = false;
  repairSponsoredCounts(assignment, prices, byGroup, chooser, { late });
  repairOtherLimits(assignment, prices, byGroup, chooser, late);
  // Limits of the drop and of groups concern the same users, so repairing one may break another.
  for (let round = 0; round < ROUNDS && !late() && !assignment.isFeasible(); round++) {
    if (round === 0) repairCaps(assignment, chooser, late);
    else giveUpExcess(assignment, chooser);
    repairOtherLimits(assignment, prices, byGroup, chooser, late);
  }
}
