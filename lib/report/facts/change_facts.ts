/**
 * How offers differ from the previous ones.
 *
 * @module
 */
import type { Instance } from "../../allocator/drop/instance/instance.ts";
import type { Offers } from "../../allocator/model/offers.ts";
import type { Policy } from "../../allocator/model/policy.ts";
import { withoutRounding } from "../../base/numbers/without_rounding.ts";

/** How offers differ from the previous ones, as `divvy diff` would count without users held out. */
export interface ChangeFacts {
  /** Offers that were offers before. */
  offers_kept: number;
  /** Offers that were not offers before. */
  offers_changed: number;
  /** offers_changed / offers; 0 where there are none. */
  offers_changed_share: number;
  /**
   * Previous offers that are not given again. Those that are no eligible pairs any more are counted under `input`
   * instead.
   */
  offers_given_up: number;
  /** Users with an offer now or before whose offers are not the same. Users held out are not counted, here and below. */
  users_changed: number;
  /** users_changed as a share of those with an offer now or before. */
  users_changed_share: number;
  /** What the changes take from the objective. */
  change_cost: number;
  /** The objective before the change cost is taken off. */
  objective_before_cost: number;
}

/** Compares offers with the previous ones; undefined where the drop knows none. One pass over the pairs. */
export function changeFacts(
  { previous, start }: Instance,
  { offerStart, offerPair, policy, objective }: Offers & {
    readonly policy: Policy;
    readonly objective: number;
  },
): ChangeFacts | undefined {
  if (previous === undefined) return undefined;
  const { given, lost, usersOutside } = previous;
  let kept = 0, givenUp = 0, usersChanged = usersOutside, users = usersOutside;
  for (let u = 0; u + 1 < offerStart.length; u++) {
    const offers = offerStart[u + 1] - offerStart[u];
    let had = 0, same = 0;
    for (let p = start[u]; p < start[u + 1]; p++) had += given[p];
    for (let o = offerStart[u]; o < offerStart[u + 1]; o++) same += given[offerPair[o]];
    kept += same;
    givenUp += had - same;
    if (offers === 0 && had === 0 && lost[u] === 0) continue;
    users++;
    if (offers !== same || had !== same || lost[u] === 1) usersChanged++;
  }
  const changed = offerPair.length - kept, cost = policy.changeCost * changed;
  return {
    offers_kept: kept,
    offers_changed: changed,
    offers_changed_share: offerPair.length === 0 ? 0 : changed / offerPair.length,
    offers_given_up: givenUp,
    users_changed: usersChanged,
    users_changed_share: users === 0 ? 0 : usersChanged / users,
    change_cost: cost,
    objective_before_cost: withoutRounding(objective + cost, objective, cost),
  };
}
