/**
 * Groups: required against actual share of sponsored users, and why a minimum was missed.
 *
 * @module
 */
import type { Instance } from "../../allocator/drop/instance/instance.ts";
import { labelOfRow } from "../../allocator/drop/instance/limits.ts";
import { rowsWithoutRoom, type RowUse, useOfPairs } from "../../allocator/model/row_use.ts";
import { type Offers, offersOfUser } from "../../allocator/model/offers.ts";
import type { Allocation, Prices } from "../../allocator/model/allocation.ts";
import { groupRules } from "../../allocator/limits/kinds/group_rules.ts";
import {
  aboutContract,
  type KnownContract,
} from "../../allocator/drop/instance/contract_columns.ts";
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

/** A limit without room for offers that users of a group miss. */
export interface KeepingLimit {
  /** Name of the limit, with the values of its row, such as `budget (brand_id=31)`. */
  limit: string;
  /** Those of the users kept out who have an option that it has no room for. */
  users: number;
}

/** Why a group has fewer sponsored users than its minimum. */
export interface MissedMinimum {
  /** Users of the group with a sponsored option; where this is below the minimum, no allocation meets it. */
  users_with_sponsored_option: number;
  /** The most users of the group that the policy lets be sponsored, where that is below the minimum; absent: it is not. */
  most_sponsored_users?: number;
  /** Users without a sponsored offer all of whose sponsored options are full. */
  users_with_all_options_full: number;
  /** Users without a sponsored offer that have an option with units left, and that no hard limit keeps from it. */
  users_with_open_option: number;
  /** Users without a sponsored offer whose options with units left are all kept from them by hard limits; absent: no limits. */
  users_kept_out_by_limits?: number;
  /** The limits that keep most of those users out, at most five; absent: no limits. */
  limits?: KeepingLimit[];
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

/** Most contracts, and most limits, that a reason names. */
const NAMED = 5;

/** What groups' facts are told from: offers, rules and prices. */
type GroupsAllocation = Offers & Pick<Allocation, "policy" | "prices">;

/** Every group, in the instance's order (by group_id). */
export function groupFacts(
  instance: Instance,
  allocation: GroupsAllocation,
  usage: Usage,
): GroupFacts[] {
  const facts = instance.groups.map((_, g): GroupFacts => ({
    ...groupSummary(instance, usage, allocation.prices, g),
    users_without_offers: usage.usersWithoutOffers[g],
    users_with_sponsored_option: usage.sponsoredOption[g],
    score: usage.score[g],
    reason: null,
  }));
  explainShortfalls(facts, instance, allocation, usage);
  return facts;
}

/** Sets `reason` of the groups that miss their minimum; one pass over their users without a sponsored offer. */
function explainShortfalls(
  facts: GroupFacts[],
  instance: Instance,
  allocation: GroupsAllocation,
  usage: Usage,
): void {
  if (facts.every(({ shortfall }) => shortfall === 0)) return;
  const { start, middle, group, sponsoredContracts } = instance;
  const losers = facts.map(({ shortfall }) => shortfall > 0 ? new Losers() : null);
  const options = new SponsoredOptions(instance, allocation, usage);
  for (let u = 0; u < group.length; u++) {
    const own = losers[group[u]];
    if (own === null || middle[u] === start[u]) continue;
    if (!isSponsored(instance, allocation, u, sponsoredContracts)) own.add(options.of(u));
  }
  const { most } = groupRules(instance, allocation.policy).sponsored;
  facts.forEach((f, g) => {
    const own = losers[g];
    if (own === null) return;
    f.reason = {
      ...reasonOf(own, instance, usage.sponsoredOption[g], allocation.prices),
      ...(most[g] < f.required_sponsored_users && { most_sponsored_users: most[g] }),
    };
  });
}

/** What stands against the sponsored options of a user. */
interface OptionsOfUser {
  /** Whether nothing stands against one of them. */
  readonly isOpen: boolean;
  /** Contracts that are full. */
  readonly full: readonly number[];
  /** Rows of limits that have no room for an option with units left. */
  readonly rows: ReadonlySet<number>;
}

/** Looks at the sponsored options of users without a sponsored offer. */
class SponsoredOptions {
  readonly #instance: Instance;
  readonly #offers: Offers;
  readonly #isFull: readonly boolean[];
  readonly #use: RowUse | null;

  constructor(instance: Instance, offers: Offers, usage: Usage) {
    const { cap, limits } = instance;
    this.#instance = instance;
    this.#offers = offers;
    this.#isFull = Array.from(cap, (n, c) => usage.assigned[c] >= n);
    this.#use = limits === undefined ? null : useOfPairs(limits.rows, offers.offerPair);
  }

  of(u: number): OptionsOfUser {
    const { start, middle, contract, limits } = this.#instance;
    const held = offersOfUser(this.#offers, u);
    const full: number[] = [], rows = new Set<number>();
    let isOpen = false;
    for (let p = start[u]; p < middle[u]; p++) {
      if (this.#isFull[contract[p]]) {
        full.push(contract[p]);
        continue;
      }
      const against = this.#use === null ? [] : rowsWithoutRoom(limits!.rows, this.#use, p, held);
      if (against.length === 0) isOpen = true;
      against.forEach((r) => rows.add(r));
    }
    return { isOpen, full, rows };
  }
}

/** A group's users without a sponsored offer, counted by what stands against one. */
class Losers {
  open = 0;
  allFull = 0;
  keptOut = 0;
  /** Users of whose options a contract is one, by contract: those with full options alone. */
  readonly contracts = new Map<number, number>();
  /** Users whom a row of a limit keeps out, by row. */
  readonly rows = new Map<number, number>();

  add({ isOpen, full, rows }: OptionsOfUser): void {
    if (isOpen) this.open++;
    else if (rows.size > 0) {
      this.keptOut++;
      for (const r of rows) this.rows.set(r, (this.rows.get(r) ?? 0) + 1);
    } else {
      this.allFull++;
      for (const c of full) this.contracts.set(c, (this.contracts.get(c) ?? 0) + 1);
    }
  }
}

function reasonOf(
  { open, allFull, keptOut, contracts, rows }: Losers,
  instance: Instance,
  withOption: number,
  prices: Prices | null,
): MissedMinimum {
  const { limits } = instance;
  return {
    users_with_sponsored_option: withOption,
    users_with_all_options_full: allFull,
    users_with_open_option: open,
    ...(limits !== undefined && {
      users_kept_out_by_limits: keptOut,
      limits: mostFirst(rows).map(([r, users]) => ({ limit: labelOfRow(limits, r), users })),
    }),
    taken: mostFirst(contracts).map(([c, users]) => ({
      contract_address: instance.contracts[c],
      ...aboutContract(instance, c),
      cap: instance.cap[c],
      price: prices === null ? null : prices.contract[c],
      users,
    })),
  };
}

/** Those with most users, at most {@link NAMED}. */
function mostFirst(users: ReadonlyMap<number, number>): [index: number, users: number][] {
  return [...users].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, NAMED);
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
