/**
 * What offers of slots pay and use: of caps, and of the rows of limits.
 *
 * @module
 */
import { COUNT_ROUNDING } from "../../base/numbers/rounding.ts";
import type { Prices } from "../../allocator/model/allocation.ts";
import type { DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";

/** How many slots a problem has: contracts, where there are no limits. */
export function slotCount({ items, instance }: DualProblem): number {
  return items?.contract.length ?? instance.cap.length;
}

/** How many of them are of sponsored contracts; they come first. */
export function sponsoredSlots({ items, instance: { sponsoredContracts } }: DualProblem): number {
  if (items === null) return sponsoredContracts;
  return items.contract.filter((c) => c < sponsoredContracts).length;
}

/** Uint32Array, length slots: contract of each. */
export function contractOfSlots({ items, instance: { cap } }: DualProblem): Uint32Array {
  return items?.contract ?? Uint32Array.from(cap.keys());
}

/** From a number of each row (caps, then limits) one of each slot: Σ coefficient × number. */
function addedBySlot(problem: DualProblem, ofRow: ArrayLike<number>): Float64Array {
  const { items, instance: { cap } } = problem;
  if (items === null) return Float64Array.from(cap, (_, c) => ofRow[c]);
  const { contract, start, row, coefficient } = items;
  return Float64Array.from(contract, (c, s) => {
    let sum = ofRow[c];
    for (let e = start[s]; e < start[s + 1]; e++) {
      sum += coefficient[e] * ofRow[cap.length + row[e]];
    }
    return sum;
  });
}

/** Float64Array, length slots: what an offer pays. */
export function netPrices(problem: DualProblem, { contract, limit }: Prices): Float64Array {
  return addedBySlot(problem, [...contract, ...(limit ?? [])]);
}

/** Float64Array, length rows: what offers use, from how many each slot has. */
export function usedBySlots(problem: DualProblem, offers: Float64Array): Float64Array {
  const { items, instance: { cap } } = problem;
  const used = new Float64Array(cap.length + (items?.amount.length ?? 0));
  offers.forEach((n, s) => {
    if (n === 0) return;
    if (items === null) used[s] += n;
    else {
      used[items.contract[s]] += n;
      for (let e = items.start[s]; e < items.start[s + 1]; e++) {
        used[cap.length + items.row[e]] += n * items.coefficient[e];
      }
    }
  });
  return used;
}

/** Float64Array, length rows: how much may be used. */
export function amountsOf({ items, instance: { cap } }: DualProblem): Float64Array {
  return Float64Array.from([...cap, ...(items?.amount ?? [])]);
}

/** Float64Array, length rows: what a unit beyond costs; Infinity: there may be none. */
export function highestPrices({ items, instance: { cap } }: DualProblem): Float64Array {
  return Float64Array.from([...cap.map(() => Infinity), ...(items?.highest ?? [])]);
}

/** Σ over limits that may be missed of the units beyond them × what a unit costs. */
export function penaltyOf(problem: DualProblem, used: Float64Array): number {
  const amount = amountsOf(problem), highest = highestPrices(problem);
  let penalty = 0;
  used.forEach((use, r) => {
    const beyond = use - amount[r];
    if (highest[r] < Infinity && beyond > roundingOf(amount[r], use)) {
      penalty += highest[r] * beyond;
    }
  });
  return penalty;
}

/** How far off a sum may be by rounding: 0 for whole numbers. */
export function roundingOf(amount: number, use: number): number {
  return Number.isInteger(amount) && Number.isInteger(use)
    ? 0
    : COUNT_ROUNDING * (Math.abs(amount) + Math.abs(use));
}
