/**
 * Which drop an allocation is of.
 *
 * @module
 */
import type { Offers } from "../allocator/model/offers.ts";
import type { Drop } from "../allocator/drop/drop.ts";
import type { Instance } from "../allocator/drop/instance/instance.ts";
import { UsageError } from "../base/errors.ts";
import { checkAllocation, checkValue, isObject } from "../base/validate.ts";
import type { Allocation } from "../allocator/model/allocation.ts";
import { POLICY_FIELDS } from "../allocator/model/policy_table.ts";
import { checkPrices, POLICY_OPTIONS } from "./policy_options.ts";

/** The instance that each allocation was made from; copies of an allocation are not known. */
const madeFrom = new WeakMap<Offers, Instance>();

/** Keeps in mind which instance an allocation was made from. */
export function rememberInstance(offers: Offers, instance: Instance): void {
  madeFrom.set(offers, instance);
}

/**
 * The instance whose pairs an allocation's offers are: the drop's, or where that has other users, contracts or pairs, the one
 * that the allocation was made from.
 *
 * @throws {UsageError} where neither can be, as of a copy of another drop's allocation
 */
export function instanceOfOffers(drop: Drop, offers: Offers): Instance {
  const { instance } = drop, own = madeFrom.get(offers);
  if (own === instance) return instance;
  if (own !== undefined) {
    if (!samePairs(own, instance)) return own;
    // So that the pairs are compared once, however often the two are asked about.
    madeFrom.set(offers, instance);
    return instance;
  }
  if (fits(instance, offers)) return instance;
  throw ofAnotherDrop();
}

/**
 * Checks that a value is an allocation with its rules and, if it has any, prices, and of this drop: offers are numbers of its
 * pairs, and mean nothing in another drop.
 *
 * @throws {UsageError} where it is not
 */
export function checkAllocationOf(
  drop: Drop,
  allocation: Offers & Pick<Allocation, "policy"> & Partial<Pick<Allocation, "prices">>,
): void {
  checkAllocation(allocation);
  if (instanceOfOffers(drop, allocation) !== drop.instance) throw ofAnotherDrop();
  const { policy, prices } = allocation;
  const lacking = POLICY_FIELDS.find(({ name }) => policy[name] === undefined);
  if (lacking !== undefined) {
    const { name } = lacking;
    throw new UsageError(
      `allocation.policy.${name} is missing, expected ${POLICY_OPTIONS[name].expected}`,
    );
  }
  if (prices !== null && prices !== undefined) {
    checkValue("allocation.prices", prices, { expected: "prices or null", accepts: isObject });
    checkPrices("allocation.prices", drop.instance, prices);
  }
}

function ofAnotherDrop(): UsageError {
  return new UsageError(
    "the allocation is of another drop, expected one of this drop's (check takes both, and judges by ids)",
  );
}

/** Whether two instances have the same users, contracts and pairs, so that an offer means the same in both. */
function samePairs(a: Instance, b: Instance): boolean {
  const { length } = a.users.bytes;
  return a.contracts.length === b.contracts.length && a.score.length === b.score.length &&
    length === b.users.bytes.length && sameNumbers(a.start, b.start) &&
    sameNumbers(a.users.offsets, b.users.offsets) &&
    sameNumbers(a.users.bytes, b.users.bytes) &&
    a.contracts.every((id, c) => id === b.contracts[c]) && sameNumbers(a.contract, b.contract);
}

function sameNumbers(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Whether every offer is one of its user's pairs. */
function fits({ start }: Instance, { offerStart, offerPair }: Offers): boolean {
  const users = start.length - 1;
  if (offerStart.length !== users + 1 || offerStart[users] !== offerPair.length) return false;
  for (let u = 0; u < users; u++) {
    for (let o = offerStart[u]; o < offerStart[u + 1]; o++) {
      if (!(offerPair[o] >= start[u] && offerPair[o] < start[u + 1])) return false;
    }
  }
  return true;
}
