/**
 * Who wants a contract, at which price, and what one more unit could add.
 *
 * @module
 */
import { withoutRounding } from "../../base/numbers/without_rounding.ts";
import { aboutContract, type KnownContract } from "../drop/instance/contract_columns.ts";
import { BundleKernel } from "../optimal/dual/bundle_kernel.ts";
import { nameOfRow } from "../drop/instance/limits.ts";
import { type Inquiry, isPinned } from "./question.ts";

/** A user and what a contract is worth to them. */
export interface Bidder {
  /** The user. */
  user_id: string;
  /** The user's score for it. */
  score: number;
  /**
   * The highest price of the contract at which it is in the user's best bundle, all other prices unchanged. It is the value of
   * the best bundle with the contract for free, less that of the best bundle without it.
   */
  worth: number;
  /** worth − price; below 0 where the contract is not in the user's best bundle. */
  margin: number;
}

/** A limit that pairs of a contract count toward. */
export interface ContractLimit {
  /** Name of the limit. */
  limit: string;
  /** The values that its row is for, as `brand_id=31`; "" where the limit has only one row. */
  row: string;
  /** Its price per unit. */
  price: number;
  /** Number of pairs of the contract that count. */
  pairs: number;
}

/** Who wants a contract, at which price, and what one more unit could add. */
export interface ContractExplanation extends KnownContract {
  /** Whether it is sponsored. */
  is_sponsored: boolean;
  /** Its cap. */
  cap: number;
  /** Units given. */
  assigned: number;
  /** Its price: what one more unit adds to the bound. */
  price: number;
  /** The most that one more unit could add to the objective: the price, plus the distance of the objective to the bound. */
  gain_at_most: number;
  /** What one more unit adds to the best objective, if the drop was solved again with it; else null. */
  gain: number | null;
  /** Limits with a price that its pairs count toward, highest price first, at most ten; absent if the drop has no limits. */
  limits?: ContractLimit[];
  /** Users who have an eligible pair with it. */
  eligible_users: number;
  /** Users whose best bundle would have it at a price of 0, all other prices unchanged. */
  demand_at_zero: number;
  /** Users to whom it is worth more than its price. */
  demand_at_price: number;
  /**
   * Users to whom it is worth exactly its price: the prices alone don't decide which of them get it. Where the price is 0, those
   * who got it.
   */
  indifferent_at_price: number;
  /** Users who did not get it and to whom it is worth most, highest worth first, at most ten. */
  nearly: Bidder[];
  /** Users who got it, by no pin, and to whom it is worth least, lowest worth first, at most ten. */
  barely: Bidder[];
}

/** Most users that a list names. */
const NAMED = 10;

/** Explains contract `c` (index in the instance). It finds two best bundles of each eligible user, at a price of 0 and of Infinity. */
export function explainContract(inquiry: Inquiry, c: number): ContractExplanation {
  const { instance, prices } = inquiry.question;
  const price = prices.contract[c];
  const bidders = bidsFor(inquiry, c);
  const { tolerance } = inquiry;
  const named = (held: boolean, sign: 1 | -1): Bidder[] =>
    // Who has a pin has it whatever it is worth.
    bidders.filter((bid) => bid.held === held && bid.worth > tolerance && !bid.isPinned)
      .sort((a, b) => sign * (a.worth - b.worth) || a.user - b.user)
      .slice(0, NAMED)
      .map(({ user, score, worth }) => ({
        user_id: instance.users.at(user),
        score,
        worth,
        margin: withoutRounding(worth - price, worth, price),
      }));
  return {
    contract_address: instance.contracts[c],
    ...aboutContract(instance, c),
    is_sponsored: c < instance.sponsoredContracts,
    cap: instance.cap[c],
    assigned: inquiry.assigned[c],
    price,
    gain_at_most: price + inquiry.slack,
    gain: null,
    ...(instance.limits !== undefined && { limits: limitsOf(inquiry, c) }),
    eligible_users: bidders.length,
    demand_at_zero: bidders.filter((bid) => bid.worth > tolerance).length,
    demand_at_price: bidders.filter((bid) => bid.worth > price + tolerance).length,
    indifferent_at_price:
      bidders.filter((bid) =>
        (bid.worth > tolerance || bid.held) && Math.abs(bid.worth - price) <= tolerance
      ).length,
    nearly: named(false, -1),
    barely: named(true, 1),
  };
}

/** The limits with a price that pairs of contract `c` count toward, highest price first. */
function limitsOf({ question: { instance, prices } }: Inquiry, c: number): ContractLimit[] {
  const limits = instance.limits!, { item, start, row, coefficient } = limits.rows;
  const pairs = new Map<number, number>();
  for (let p = 0; p < item.length; p++) {
    if (instance.contract[p] !== c) continue;
    for (let e = start[item[p]]; e < start[item[p] + 1]; e++) {
      const r = row[e];
      if (coefficient[e] > 0 && (prices.limit?.[r] ?? 0) > 0) pairs.set(r, (pairs.get(r) ?? 0) + 1);
    }
  }
  return [...pairs].map(([r, pairs]): ContractLimit => ({
    limit: limits.families[limits.rows.family[r]].limit,
    row: nameOfRow(limits, r),
    price: prices.limit![r],
    pairs,
  })).sort((a, b) => b.price - a.price).slice(0, NAMED);
}

/** What contract `c` is worth to each user who has an eligible pair with it, and whether the user got it. */
function bidsFor(
  inquiry: Inquiry,
  c: number,
): { user: number; score: number; worth: number; held: boolean; isPinned: boolean }[] {
  const { instance, prices } = inquiry.question;
  const { start, contract, group } = instance;
  const kernelAt = (price: number): BundleKernel => {
    const kernel = new BundleKernel(inquiry.problem);
    const changed = prices.contract.slice();
    changed[c] = price;
    kernel.setPrices({ ...prices, contract: changed });
    return kernel;
  };
  const free = kernelAt(0), without = kernelAt(Infinity);
  const bids = [];
  for (let u = 0; u < group.length; u++) {
    for (let p = start[u]; p < start[u + 1]; p++) {
      if (contract[p] !== c) continue;
      const best = inquiry.bestWorth(free, u), beside = inquiry.bestWorth(without, u);
      const worth = withoutRounding(best - beside, best, beside);
      const held = inquiry.taken(u).includes(p);
      bids.push({
        user: u,
        score: inquiry.scoreOf(p),
        worth,
        held,
        isPinned: held && isPinned(instance, p),
      });
    }
  }
  return bids;
}
