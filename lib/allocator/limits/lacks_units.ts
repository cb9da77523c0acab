/**
 * Whether minima or leasts are out of reach whatever users are given, as contracts have too few units.
 *
 * @module
 */
import { sumOf } from "../../base/arrays/sum_of.ts";
import { usersByGroup } from "../drop/instance/group_users.ts";
import type { Instance } from "../drop/instance/instance.ts";
import { cellsOf, type LimitRows } from "../drop/instance/limits.ts";
import type { GroupRules } from "./kinds/group_rules.ts";

/**
 * Whether sponsored contracts have fewer units than the groups' minima ask for users, or contracts fewer than a least at the shortfall
 * price asks for, or all leasts of a limit together. A yes is proven; a no is none. A pass over what offers count.
 */
export function lacksUnits(
  { cap, sponsoredContracts, limits }: Instance,
  { sponsored }: GroupRules,
): boolean {
  const own = (number: number) => number;
  if (sumOf(cap.subarray(0, sponsoredContracts), own) < sumOf(sponsored.least, own)) return true;
  if (limits === undefined || !limits.rows.price.some(Number.isNaN)) return false;
  const { rows } = limits, least = rows.price.map((p, r) => Number.isNaN(p) ? -rows.amount[r] : 0);
  const familyOf = (r: number) => rows.family[r];
  const ofFamily = new Float64Array(limits.families.length);
  least.forEach((units, r) => ofFamily[familyOf(r)] += units);
  const isAbove = (units: Float64Array, most: Float64Array) =>
    units.some((asked, i) => asked > most[i]);
  const counts = countsOf(rows);
  return isAbove(least, reachable(rows.price, counts, cap, least.length, (r) => r)) ||
    isAbove(ofFamily, reachable(rows.price, counts, cap, ofFamily.length, familyOf));
}

/** Float64Array, length sets of rows: the most that the units of all contracts count toward leasts at the shortfall price in each. */
function reachable(
  price: Float64Array,
  { contract, start, row, most: mostOfOffer }: Counts,
  cap: Float64Array,
  sets: number,
  setOf: (row: number) => number,
): Float64Array {
  const most = new Float64Array(sets), best = new Float64Array(sets);
  // The contract that `best`, the most that an offer of it counts, is of.
  const of = new Int32Array(sets).fill(-1);
  // The items or cells, listed by contract as users are by group.
  for (const i of usersByGroup(contract, cap.length).user) {
    const c = contract[i];
    for (let e = start[i]; e < start[i + 1]; e++) {
      if (!Number.isNaN(price[row[e]])) continue;
      const set = setOf(row[e]), counted = mostOfOffer[e];
      if (of[set] !== c) [of[set], best[set]] = [c, 0];
      if (counted <= best[set]) continue;
      most[set] += cap[c] * (counted - best[set]);
      best[set] = counted;
    }
  }
  return most;
}

/** What offers count toward leasts, by item or by cell of items. */
interface Counts extends Pick<LimitRows, "contract" | "start" | "row"> {
  /** Float64Array, as `row`: the most that an offer of the item or cell counts. */
  readonly most: Float64Array;
}

/** What offers count by cells, which are far fewer than items, where there are some. */
function countsOf(rows: LimitRows): Counts {
  const cells = cellsOf(rows);
  if (cells === null) return { ...rows, most: rows.coefficient.map((count) => -count) };
  const { cell, number, start, factor, fixed } = cells, largest = new Float64Array(start.length);
  for (let i = 0; i < cell.length; i++) {
    if (number[i] > largest[cell[i]]) largest[cell[i]] = number[i];
  }
  const most = new Float64Array(fixed.length);
  for (let i = 0; i + 1 < start.length; i++) {
    for (let e = start[i]; e < start[i + 1]; e++) {
      most[e] = (factor[e] < 0 ? largest[i] : 0) - fixed[e];
    }
  }
  return { ...cells, most };
}
