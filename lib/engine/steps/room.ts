/**
 * What a repair has to mend and what room it has.
 *
 * @module
 */
import type { Prices } from "../../allocator/model/allocation.ts";
import type { DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import { amountsOf, contractOfSlots, highestPrices, roundingOf, usedBySlots } from "./slots.ts";
import { balances, mostMixed, sharesOf, type Usage } from "./usage.ts";

/** How much each constraint lacks or has to spare. */
export interface Room {
  /** Float64Array, length rows (caps, then limits): what is used beyond those that must be kept. */
  readonly over: Float64Array;
  /** Float64Array, length rows: what still fits. */
  readonly open: Float64Array;
  /** Float64Array, length groups: sponsored users lacking to the minimum. */
  readonly lacking: Float64Array;
  /** Float64Array, length groups: sponsored users over the maximum. */
  readonly excess: Float64Array;
  /** Float64Array, length groups: mixed users over the maximum. */
  readonly overMixed: Float64Array;
  /** Float64Array, length groups: balance lacking to the assignment ratio. */
  readonly unbalanced: Float64Array;
  /** Float64Array, length groups: sponsored users that may go. */
  readonly mayLeave: Float64Array;
  /** Float64Array, length groups: sponsored users that may come, or Infinity. */
  readonly mayEnter: Float64Array;
  /** Float64Array, length groups: balance that may go, or Infinity. */
  readonly toSpare: Float64Array;
  /** Float64Array, length groups: mixed users that may come, or Infinity. */
  readonly mayMix: Float64Array;
}

/** Balances are sums of shares: this much is rounding, relative to the offers. */
export const ROUNDING = 1e-9;

/** What the usage leaves. */
export function roomOf(problem: DualProblem, usage: Usage): Room {
  const { counts } = usage;
  const used = usedBySlots(problem, usage.offers), amount = amountsOf(problem);
  const highest = highestPrices(problem);
  const { sponsoredUsers: sponsored, sponsoredOffers, unsponsoredOffers, mixedUsers: mixed } =
    counts;
  const { least: minSponsored, most: maxSponsored } = problem.rules.sponsored;
  const share = sharesOf(problem), maxMixed = mostMixed(problem);
  const atLeastZero = (values: Float64Array) => values.map((v) => Math.max(0, v));
  const balance = balances(problem, usage).map((b, g) =>
    Math.abs(b) <= ROUNDING * (1 + sponsoredOffers[g] + unsponsoredOffers[g]) ? 0 : b
  );
  return {
    over: used.map((use, r) => {
      const beyond = use - amount[r];
      return highest[r] === Infinity && beyond > roundingOf(amount[r], use) ? beyond : 0;
    }),
    open: atLeastZero(used.map((use, r) => amount[r] - use)),
    lacking: atLeastZero(sponsored.map((n, g) => Math.min(minSponsored[g], maxSponsored[g]) - n)),
    excess: atLeastZero(sponsored.map((n, g) => n - maxSponsored[g])),
    overMixed: atLeastZero(mixed.map((n, g) => n - maxMixed[g])),
    unbalanced: atLeastZero(balance.map((b) => -b)),
    mayLeave: atLeastZero(sponsored.map((n, g) => n - minSponsored[g])),
    mayEnter: atLeastZero(sponsored.map((n, g) => maxSponsored[g] - n)),
    toSpare: atLeastZero(balance.map((b, g) => share[g] > 0 ? b : Infinity)),
    mayMix: atLeastZero(mixed.map((n, g) => maxMixed[g] - n)),
  };
}

/** What moves may do with slots. */
export interface SlotRoom {
  /** Uint8Array, length slots: 1 where all that an offer counts toward has room for one more. */
  readonly enterable: Uint8Array;
  /** Uint8Array: 1 where giving up an offer leaves every least with what it asks for. */
  readonly leavable: Uint8Array;
  /** Float64Array: what giving it up costs, where it is not {@link leavable}. */
  readonly stay: Float64Array;
  /** Int32Array: a row that the slot's offers overfill, −1: none. */
  readonly overfills: Int32Array;
  /** Float64Array: what an offer counts toward that row. */
  readonly gives: Float64Array;
}

/** What the room in rows means for slots. */
export function slotRoomOf(problem: DualProblem, room: Room): SlotRoom {
  const { items, instance: { cap } } = problem, contract = contractOfSlots(problem);
  const slots = contract.length, highest = highestPrices(problem);
  const enterable = new Uint8Array(slots).fill(1), leavable = new Uint8Array(slots).fill(1);
  const stay = new Float64Array(slots), gives = new Float64Array(slots).fill(1);
  const overfills = new Int32Array(slots).fill(-1);
  const look = (s: number, r: number, coefficient: number) => {
    const open = room.open[r] >= Math.abs(coefficient) * (1 - ROUNDING);
    if (coefficient > 0) {
      if (!open) enterable[s] = 0;
      const before = overfills[s];
      if (room.over[r] > 0 && (before < 0 || room.over[r] > room.over[before])) {
        overfills[s] = r;
        gives[s] = coefficient;
      }
    } else if (coefficient < 0 && !open) {
      leavable[s] = 0;
      stay[s] -= coefficient * Math.min(highest[r], problem.shortfallPrice);
    }
  };
  for (let s = 0; s < slots; s++) {
    look(s, contract[s], 1);
    if (items === null) continue;
    for (let e = items.start[s]; e < items.start[s + 1]; e++) {
      look(s, cap.length + items.row[e], items.coefficient[e]);
    }
  }
  return { enterable, leavable, stay, overfills, gives };
}

/** How much of the rules that must hold is broken. */
export function brokenRules({ over, excess, overMixed, unbalanced }: Room): number {
  return sum(over) + sum(excess) + sum(overMixed) + sum(unbalanced);
}

/** The room in which no contract may be entered, and so nobody is asked to become sponsored. */
export function closed(room: Room): Room {
  return { ...room, open: room.open.map(() => 0), lacking: room.lacking.map(() => 0) };
}

/** Limits may count less than one for an offer: what is left of them counts as room from here on. */
const LEAST_SPARE = 1;

/** The prices of what is used up; what has room costs nothing. */
export function stillPriced(prices: Prices, room: Room): Prices {
  const without = (price: Float64Array, spare: Float64Array, least = 1) =>
    price.map((p, at) => spare[at] >= least ? 0 : p);
  return {
    contract: without(prices.contract, room.open),
    ...(prices.limit !== undefined && {
      limit: without(prices.limit, room.open.subarray(prices.contract.length), LEAST_SPARE),
    }),
    minSponsored: without(prices.minSponsored, room.mayLeave),
    maxSponsored: without(prices.maxSponsored, room.mayEnter),
    // What an offer can take of a balance is less than 1.
    assignmentRatio: without(prices.assignmentRatio, room.toSpare),
    mixedShare: without(prices.mixedShare, room.mayMix),
  };
}

/** Σ price × what is left unused. */
export function worthOfUnused(room: Room, prices: Prices): number {
  let worth = 0;
  const add = (price: Float64Array, spare: Float64Array) =>
    price.forEach((p, at) => worth += p > 0 ? p * spare[at] : 0);
  add(prices.contract, room.open);
  if (prices.limit !== undefined) add(prices.limit, room.open.subarray(prices.contract.length));
  add(prices.minSponsored, room.mayLeave);
  add(prices.assignmentRatio, room.toSpare);
  add(prices.mixedShare, room.mayMix);
  return worth;
}

/** Σ of an array. */
export function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
