/**
 * Repairs overloaded caps and limits: the holders who lose least get their next best bundle.
 *
 * @module
 */
import type { Holdings } from "../holdings.ts";
import { cellsOf } from "../../../drop/instance/limits.ts";
import type { BundleChooser } from "../bundle_chooser.ts";
import { type Late, never } from "./cheapest_changes.ts";
import { changeLikeliest } from "./likely_changes.ts";

/** A cap or a hard limit. */
interface Limit {
  /** Its row: first the caps of contracts, then limits. */
  readonly row: number;
  /** By how much it is exceeded. */
  excess(): number;
  /** What an offer of pair `p` counts toward it. */
  countOf(p: number): number;
  /** Closes (true) or reopens (false) for the chooser what adds to it. */
  ban(on: boolean): void;
}

/**
 * Moves users off overloaded contracts and limits, one after another, to bundles that have room. None gets overloaded by it, so one
 * round is enough. A limit of a group may get broken if a user can only give up a sponsored offer.
 *
 * @param chooser a chooser within the caps
 * @param late called now and then: whether to leave the rest as it is
 */
export function repairCaps(
  holdings: Holdings,
  chooser: BundleChooser,
  late: Late = never,
): void {
  const { instance: { cap, contract } } = holdings.problem;
  const over: Limit[] = [];
  for (let c = 0; c < cap.length; c++) {
    if (holdings.load[c] <= cap[c]) continue;
    over.push({
      row: c,
      excess: () => Math.max(0, holdings.load[c] - cap[c]),
      countOf: (p) => contract[p] === c ? 1 : 0,
      ban: (on) => chooser.ban(on ? c : -1),
    });
  }
  const { limits } = holdings;
  for (const r of limits?.broken() ?? []) {
    over.push({
      row: cap.length + r,
      excess: () => limits!.excess(r),
      countOf: (p) => limits!.countOf(p, r),
      ban: (on) => chooser.banLimit(on ? r : -1),
    });
  }
  const holders = holdersOf(holdings, over.map(({ row }) => row));
  over.forEach((limit, i) => relieve(holdings, chooser, limit, holders[i], late));
}

/**
 * Takes everything away from users who hold something that adds to an exceeded limit, those with the least worth first, until
 * no limit is exceeded.
 */
export function giveUpExcess(holdings: Holdings, chooser: BundleChooser): void {
  const { limits, count, problem: { instance: { cap } } } = holdings;
  if (limits === null) return;
  // What is given up for one limit may also repair another one, or break a share.
  for (let isDone = false; !isDone;) {
    isDone = true;
    const broken = limits.broken(),
      holders = holdersOf(holdings, broken.map((r) => cap.length + r));
    broken.forEach((r, i) => {
      const own = holders[i].filter((u) => count[u] > 0)
        .map((u) => ({ u, worth: holdings.worth(u) }))
        .sort((a, b) => a.worth - b.worth || a.u - b.u);
      for (const { u } of own) {
        if (limits.excess(r) === 0) break;
        chooser.clear(u);
        isDone = false;
      }
    });
  }
}

/** Takes one limit back to its amount. */
function relieve(
  holdings: Holdings,
  chooser: BundleChooser,
  limit: Limit,
  holders: readonly number[],
  late: Late,
): void {
  // An earlier repair may have repaired this row already.
  const excess = limit.excess();
  if (excess === 0 || late()) return;
  const { k } = holdings.problem;
  /** How much the offers that user u holds count toward the limit. */
  const held = (u: number): number => {
    let sum = 0;
    for (let slot = u * k; slot < u * k + holdings.count[u]; slot++) {
      sum += Math.max(0, limit.countOf(holdings.slots[slot]));
    }
    return sum;
  };
  limit.ban(true);
  changeLikeliest(holdings, holders, chooser, {
    needed: () => limit.excess() > 0,
    applies: (u) => held(u) > 0,
    choose: (u) => chooser.choose(u),
    // A user who holds much frees much, but no more than the excess is of use.
    perUnit: (u) => Math.min(held(u), excess),
    units: excess,
    isOfType: false,
    forced: true,
    late,
  });
  limit.ban(false);
}

/** For each of the rows (first the caps of contracts, then limits), the users who hold something that adds to it. */
function holdersOf(holdings: Holdings, rows: readonly number[]): number[][] {
  const { k, instance: { contract, cap }, items, item } = holdings.problem;
  const holders: number[][] = rows.map(() => []);
  if (rows.length === 0) return holders;
  const cells = items === null ? null : cellsOf(items);
  const placeOf = new Int32Array(cap.length + (items?.amount.length ?? 0)).fill(-1);
  rows.forEach((row, place) => placeOf[row] = place);
  const note = (u: number, row: number) => {
    const own = holders[placeOf[row]];
    if (own !== undefined && own[own.length - 1] !== u) own.push(u);
  };
  for (let u = 0; u < holdings.count.length; u++) {
    for (let slot = u * k; slot < u * k + holdings.count[u]; slot++) {
      const p = holdings.slots[slot];
      if (placeOf[contract[p]] >= 0) note(u, contract[p]);
      if (items === null) continue;
      // The rows of cells are few enough to be at hand.
      const { start, row } = cells ?? items, at = cells === null ? item[p] : cells.cell[item[p]];
      for (let e = start[at], end = start[at + 1]; e < end; e++) {
        const r = cap.length + row[e];
        if (placeOf[r] < 0) continue;
        const counted = cells === null
          ? items.coefficient[e]
          : cells.fixed[e] + cells.factor[e] * cells.number[item[p]];
        if (counted > 0) note(u, r);
      }
    }
  }
  return holders;
}
