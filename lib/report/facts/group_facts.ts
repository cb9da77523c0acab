/**
 * Groups: required against actual share of sponsored users, and why a minimum was missed.
 *
 * @module
 */
import type { Instance } from "../../allocator/drop/instance.ts";
import type { Offers } from "../../allocator/model/offers.ts";
import type { Prices } from "../../allocator/model/allocation.ts";
import { aboutContract, type KnownContract } from "./contract_about.ts";
import { type GroupSummary, groupSummary } from "./summary.ts";
import type { Usage } from "./usage.ts";

/** A full contract that users of a short group could have used, had it had units left. */
export interface TakenContract extends KnownContract {
  /** Its cap, all of it given. */
  cap: number;
  /** The most that one more unit could add to the objective; null where no prices are known. */
  price: number | null;
  /** Users of the group without a sponsored offer, all of whose sponsored options are full, that have it as one. */
  users: number;
}

/** Why a group has fewer sponsored users than its minimum. */
export interface MissedMinimum {
  /** Users of the group with a sponsored option; where this is below the minimum, no allocation meets it. */
  users_with_sponsored_option: number;
  /** Users without a sponsored offer all of whose sponsored options are full. */
  users_with_all_options_full: number;
  /** Users without a sponsored offer that have an option with units left. */
  users_with_open_option: number;
  /** The full contracts that most of those users could have used, at most five. */
  taken: TakenContract[];
}

/** One group: the summary's figures and why its minimum is missed. */
export interface GroupFacts extends GroupSummary {
  /** Users without any offer. */
  users_without_offers: number;
  /** Users with a sponsored option. */
  users_with_sponsored_option: number;
  /** Σ score of the group's offers. */
  score: number;
  /** Why users are missing; null where none are. */
  reason: MissedMinimum | null;
}

/** The most that lowering a group's minimum by one user could add to the objective; null where no prices are known. */
export function minimumPrice(group: GroupSummary): number | null {
  return group.prices === undefined ? null : group.prices.min_sponsored ?? 0;
}

/** Most contracts that a reason names. */
const NAMED = 5;

/** Every group, in the instance's order (by group_id). */
export function groupFacts(
  instance: Instance,
  offers: Offers,
  usage: Usage,
  prices: Prices | null,
): GroupFacts[] {
  const facts = instance.groups.map((_, g): GroupFacts => ({
    ...groupSummary(instance, usage, prices, g),
    users_without_offers: usage.usersWithoutOffers[g],
    users_with_sponsored_option: usage.sponsoredOption[g],
    score: usage.score[g],
    reason: null,
  }));
  explainShortfalls(facts, instance, offers, usage, prices);
  return facts;
}

/** Sets `reason` of the groups that miss their minimum; one pass over their users without a sponsored offer. */
function explainShortfalls(
  facts: GroupFacts[],
  instance: Instance,
  offers: Offers,
  usage: Usage,
  prices: Prices | null,
): void {
  const { start, middle, contract, group, sponsoredContracts, cap } = instance;
  const losers = facts.map((f) => f.shortfall > 0 ? new Map<number, number>() : null);
  if (losers.every((l) => l === null)) return;
  const full = Array.from(cap, (n, c) => usage.assigned[c] >= n);
  const allFull = new Float64Array(facts.length), open = new Float64Array(facts.length);
  for (let u = 0; u < group.length; u++) {
    const wants = losers[group[u]];
    if (wants === null || middle[u] === start[u]) continue;
    if (isSponsored(instance, offers, u, sponsoredContracts)) continue;
    const options = contract.subarray(start[u], middle[u]);
    if (options.some((c) => !full[c])) {
      open[group[u]]++;
      continue;
    }
    allFull[group[u]]++;
    for (const c of options) wants.set(c, (wants.get(c) ?? 0) + 1);
  }
  facts.forEach((f, g) => {
    const wants = losers[g];
    if (wants === null) return;
    f.reason = {
      users_with_sponsored_option: usage.sponsoredOption[g],
      users_with_all_options_full: allFull[g],
      users_with_open_option: open[g],
      taken: [...wants]
        .sort((a, b) => b[1] - a[1] || a[0] - b[0])
        .slice(0, NAMED)
        .map(([c, users]) => ({
          contract_address: instance.contracts[c],
          ...aboutContract(instance, c),
          cap: cap[c],
          price: prices === null ? null : prices.contract[c],
          users,
        })),
    };
  });
}

function isSponsored(
  instance: Instance,
  offers: Offers,
  user: number,
  sponsoredContracts: number,
): boolean {
  for (let o = offers.offerStart[user]; o < offers.offerStart[user + 1]; o++) {
    if (instance.contract[offers.offerPair[o]] < sponsoredContracts) return true;
  }
  return false;
}
