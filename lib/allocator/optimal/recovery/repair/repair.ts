/**
 * Turns any bundles into an allocation that keeps every hard rule, quickly and at a small loss.
 *
 * @module
 */
import type { Prices } from "../../../model/allocation.ts";
import type { Holdings } from "../holdings.ts";
import { BundleChooser } from "../bundle_chooser.ts";
import { giveUpExcess, repairCaps } from "./cap_repair.ts";
import { repairOtherLimits, repairSponsoredCounts } from "./group_repair.ts";
import type { GroupUsers } from "../../../drop/instance/group_users.ts";
import { giveUpWhatIsTooMuch } from "./quick_repair.ts";
import { refill } from "./refill.ts";

/** Most further rounds of repair. If rules are still broken then, users give offers up without others in their place: in the end all. */
const ROUNDS = 4;

/**
 * Makes the holdings feasible: repairs caps and limits, then the limits of groups, and then gives out units that are left. A few
 * passes over the pairs. As soon as `late` is true, users give up what is too much without looking for other bundles; as soon as
 * `enough` is true, nothing more is given out.
 */
export function repair(
  holdings: Holdings,
  prices: Prices,
  byGroup: GroupUsers,
  late: () => boolean = () => false,
  enough: () => boolean = late,
): void {
  if (!late()) repairWithBundles(holdings, prices, byGroup, late);
  if (!holdings.isFeasible()) {
    giveUpWhatIsTooMuch(holdings);
    const chooser = new BundleChooser(holdings, prices, true);
    giveUpExcess(holdings, chooser);
    if (!holdings.isFeasible()) {
      for (let u = 0; u < holdings.count.length; u++) {
        if (holdings.count[u] > 0) chooser.clear(u);
      }
    }
  }
  refill(holdings, prices, enough);
}

/** Repairs by changing users to the bundles that they lose least by. */
function repairWithBundles(
  holdings: Holdings,
  prices: Prices,
  byGroup: GroupUsers,
  late: () => boolean,
): void {
  const chooser = new BundleChooser(holdings, prices, true);
  // Giving up an offer may break a limit that counts offers; that is repaired afterwards.
  holdings.offerLimitsWait = true;
  repairCaps(holdings, chooser, late);
  holdings.offerLimitsWait = false;
  repairSponsoredCounts(holdings, prices, byGroup, chooser, { late });
  repairOtherLimits(holdings, prices, byGroup, chooser, late);
  // Limits of the drop and of groups concern the same users, so repairing one may break another.
  for (let round = 0; round < ROUNDS && !late() && !holdings.isFeasible(); round++) {
    if (round === 0) repairCaps(holdings, chooser, late);
    else giveUpExcess(holdings, chooser);
    repairOtherLimits(holdings, prices, byGroup, chooser, late);
  }
}
