/**
 * Takes overloaded contracts back to their caps: the holders who lose least by it get their next best bundle.
 *
 * @module
 */
import type { Assignment } from "./assignment.ts";
import type { BundleChooser } from "./bundle_chooser.ts";

/**
 * Moves users off the overloaded contracts, one contract after another, to bundles of contracts with capacity left.
 * No contract gets overloaded by it, so one round is enough. An assignment ratio may be left broken where giving up
 * a sponsored offer is all that a user can do.
 *
 * @param chooser one that keeps to the caps
 */
export function repairCaps(assignment: Assignment, chooser: BundleChooser): void {
  const { instance: { cap, contract }, k } = assignment.problem;
  const holders = overloadedHolders(assignment);
  for (let c = 0; c < cap.length; c++) {
    if (assignment.load[c] <= cap[c]) continue;
    chooser.ban(c);
    const candidates: { u: number; cost: number }[] = [];
    for (const u of holders.get(c)!) {
      const cost = chooser.choose(u) ? chooser.valueHeld(u) - chooser.value : Infinity;
      candidates.push({ u, cost });
    }
    // Infinity − Infinity is no order.
    candidates.sort((a, b) => a.cost < b.cost ? -1 : a.cost > b.cost ? 1 : a.u - b.u);
    for (const { u } of candidates) {
      if (assignment.load[c] <= cap[c]) break;
      if (holds(u, c)) {
        if (chooser.choose(u)) chooser.give(u);
        else chooser.clear(u);
      }
    }
    chooser.ban(-1);
  }

  function holds(u: number, c: number): boolean {
    for (let t = u * k; t < u * k + assignment.count[u]; t++) {
      if (contract[assignment.slots[t]] === c) return true;
    }
    return false;
  }
}

/** The users of each overloaded contract. */
function overloadedHolders(assignment: Assignment): Map<number, number[]> {
  const { instance: { cap, contract }, k } = assignment.problem;
  const holders = new Map<number, number[]>();
  for (let c = 0; c < cap.length; c++) if (assignment.load[c] > cap[c]) holders.set(c, []);
  if (holders.size === 0) return holders;
  for (let u = 0; u < assignment.count.length; u++) {
    for (let t = u * k; t < u * k + assignment.count[u]; t++) {
      holders.get(contract[assignment.slots[t]])?.push(u);
    }
  }
  return holders;
}
