/**
 * Repairs a type of which more units are held than all its contracts have, while the other type has some left.
 *
 * @module
 */
import type { BundleChooser } from "../bundle_chooser.ts";
import { changeCheapest, type Late } from "./cheapest_changes.ts";
import { SPONSORED, UNSPONSORED } from "../../dual/bundle_kernel.ts";
import { hasTypes } from "../../dual/dual_problem.ts";
import type { Holdings } from "../holdings.ts";

/** A change that costs more by unit, in units of an offer's size, is not made: giving the unit up may cost less. */
const MOST = 0.01;

/** Whether more units of a type are held than its contracts have in all, while the other type has some left. */
export function isTypeExceeded(holdings: Holdings): boolean {
  if (!hasTypes(holdings.problem)) return false;
  const excess = excessByType(holdings);
  return Math.max(...excess) > 0 && Math.min(...excess) < 0;
}

/**
 * Changes the type of the users who lose least by it until no type is exceeded (see {@link isTypeExceeded}), as swaps within a type
 * can't relieve its contracts then. Where many users tie between types, it is left to chance which they take. Groups keep their minima
 * and maxima of sponsored users.
 *
 * @param chooser a chooser that looks beyond the caps
 */
export function repairTypes(holdings: Holdings, chooser: BundleChooser, late: Late): void {
  if (!isTypeExceeded(holdings)) return;
  const { problem, counts: { sponsoredUsers }, count, sponsored } = holdings;
  const { instance: { group }, rules } = problem;
  let excess = excessByType(holdings);
  const [from, kind] = excess[SPONSORED] > 0 ? [SPONSORED, UNSPONSORED] : [UNSPONSORED, SPONSORED];
  const mayChange = (u: number) => {
    const has = sponsoredUsers[group[u]], { most, least } = rules.sponsored;
    return kind === SPONSORED
      ? sponsored[u] === 0 && has < most[group[u]]
      : sponsored[u] > 0 && has > least[group[u]];
  };
  changeCheapest(group.keys(), chooser, {
    // Asked before each change; while users are only looked at nothing changes.
    needed: () => (excess = excessByType(holdings))[from] > 0,
    choose: (u) => mayChange(u) && chooser.choose(u, { kind }) && chooser.count <= -excess[kind],
    leastCost: (u) => chooser.leastCostOfType(u),
    enough: excess[from],
    perUnit: (u) => Math.max(1, kind === SPONSORED ? count[u] : sponsored[u]),
    most: MOST * problem.unit,
    late,
  });
}

/** By kind: how many more units of a type are held than its contracts have; below 0 where some are left. */
function excessByType({ load, problem: { instance } }: Holdings): [number, number] {
  const { cap, sponsoredContracts } = instance, excess: [number, number] = [0, 0];
  for (let c = 0; c < cap.length; c++) {
    excess[c < sponsoredContracts ? SPONSORED : UNSPONSORED] += load[c] - cap[c];
  }
  return excess;
}
