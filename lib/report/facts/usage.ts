/**
 * Who uses what: the counts over pairs and offers that the parts of a report share.
 *
 * @module
 */
import type { Instance } from "../../allocator/drop/instance/instance.ts";
import type { Offers } from "../../allocator/model/offers.ts";
import { LongSum } from "../../base/numbers/long_sum.ts";
import { withoutRounding } from "../../base/numbers/without_rounding.ts";
import { mostOffers, type Policy } from "../../allocator/model/policy.ts";
import { kOfUser } from "../../allocator/model/user_k.ts";

/** Counts over the pairs and offers of a drop. */
export interface Usage {
  /** Float64Array, length contracts: users that have it as an eligible pair. */
  readonly eligible: Float64Array;
  /** Float64Array, length contracts: those of them that have no offer at all. */
  readonly eligibleIdle: Float64Array;
  /**
   * Float64Array, length contracts: users that have it among their k best scores, as far as these can be worth anything (what
   * they would take if nothing were scarce).
   */
  readonly wanted: Float64Array;
  /** Float64Array, length contracts: users that got it. */
  readonly assigned: Float64Array;
  /** Float64Array, length groups: users with a sponsored option. */
  readonly sponsoredOption: Float64Array;
  /** Float64Array, length groups: users with a sponsored offer. */
  readonly sponsoredUsers: Float64Array;
  /** Float64Array, length groups: users without any offer. */
  readonly usersWithoutOffers: Float64Array;
  /** Float64Array, length groups: offers. */
  readonly assignments: Float64Array;
  /** Float64Array, length groups: sponsored offers. */
  readonly sponsoredAssignments: Float64Array;
  /** Float64Array, length groups: Σ score. */
  readonly score: Float64Array;
  /** Users with offers of both types. */
  readonly mixedUsers: number;
}

/** Counts pairs and offers in one pass over the users. */
export function countUsage(instance: Instance, offers: Offers, policy: Policy): Usage {
  const { start, middle, contract, score, group, sponsoredContracts } = instance;
  const { offerStart, offerPair } = offers;
  const contracts = instance.contracts.length, groups = instance.groups.length;
  const eligible = new Float64Array(contracts), eligibleIdle = new Float64Array(contracts);
  const wanted = new Float64Array(contracts);
  const assigned = new Float64Array(contracts);
  const sponsoredOption = new Float64Array(groups);
  const sponsoredUsers = new Float64Array(groups);
  const usersWithoutOffers = new Float64Array(groups);
  const assignments = new Float64Array(groups);
  const sponsoredAssignments = new Float64Array(groups);
  const groupScore = instance.groups.map(() => new LongSum());
  const least = leastScores(policy);
  const best = new Int32Array(mostOffers(instance, policy));
  let mixedUsers = 0;

  for (let u = 0; u < group.length; u++) {
    const g = group[u];
    if (middle[u] > start[u]) sponsoredOption[g]++;

    for (let p = start[u]; p < start[u + 1]; p++) eligible[contract[p]]++;
    const held = bestOf(instance, u, kOfUser(instance, policy, u), least, best);
    for (let i = 0; i < held; i++) wanted[contract[best[i]]]++;

    let sponsored = 0;
    for (let o = offerStart[u]; o < offerStart[u + 1]; o++) {
      const c = contract[offerPair[o]];
      assigned[c]++;
      groupScore[g].add(score[offerPair[o]]);
      if (c < sponsoredContracts) sponsored++;
    }
    const n = offerStart[u + 1] - offerStart[u];
    assignments[g] += n;
    sponsoredAssignments[g] += sponsored;
    if (sponsored > 0) sponsoredUsers[g]++;
    if (sponsored > 0 && sponsored < n) mixedUsers++;
    if (n > 0) continue;
    usersWithoutOffers[g]++;
    for (let p = start[u]; p < start[u + 1]; p++) eligibleIdle[contract[p]]++;
  }
  return {
    eligible,
    eligibleIdle,
    wanted,
    assigned,
    sponsoredOption,
    sponsoredUsers,
    usersWithoutOffers,
    assignments,
    sponsoredAssignments,
    score: Float64Array.from(groupScore, (sum) => withoutRounding(sum.value)),
    mixedUsers,
  };
}

/** The scores below which no sponsored, no unsponsored offer is worth anything, with the most that coverage and bonus add. */
function leastScores(policy: Policy): [sponsored: number, unsponsored: number] {
  const { covMode, covW, shortfallPenalty, sponsoredBonus } = policy;
  const coverage = Math.max(0, ...covMode === "shortfall" ? [shortfallPenalty] : covW);
  return [-coverage - Math.max(0, sponsoredBonus), -coverage];
}

/**
 * Fills `best` with the pairs of the user's k best scores, of equal scores the first; how many there are.
 *
 * @param least the least scores that count, of sponsored and of unsponsored pairs
 */
function bestOf(
  { start, middle, score }: Instance,
  u: number,
  k: number,
  least: readonly [number, number],
  best: Int32Array,
): number {
  const places = Math.min(best.length, k);
  let held = 0;
  for (let p = start[u]; p < start[u + 1]; p++) {
    if (score[p] < least[p < middle[u] ? 0 : 1]) continue;
    if (held === places && score[p] <= score[best[places - 1]]) continue;
    let at = held < places ? held++ : places - 1;
    while (at > 0 && score[best[at - 1]] < score[p]) {
      best[at] = best[at - 1];
      at--;
    }
    best[at] = p;
  }
  return held;
}
