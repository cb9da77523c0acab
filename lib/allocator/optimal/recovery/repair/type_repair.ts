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
  const sponsored = excessOf(holdings, SPONSORED), others = excessOf(holdings, UNSPONSORED);
  return Math.max(sponsored, others) > 0 && Math.min(sponsored, others) < 0;
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
  const [from, kind] = excessOf(holdings, SPONSORED) > 0
    ? [SPONSORED, UNSPONSORED]
    : [UNSPONSORED, SPONSORED];
  const mayChange = (u: number) => {
    const has = sponsoredUsers[group[u]], { most, least } = rules.sponsored;
    return kind === SPONSORED
      ? sponsored[u] === 0 && has < most[group[u]]
      : sponsored[u] > 0 && has > least[group[u]];
  };
  const hasRoom = () => chooser.count <= -excessOf(holdings, kind);
  changeCheapest(group.keys(), chooser, {
    needed: () => excessOf(holdings, from) > 0,
    choose: (u) => mayChange(u) && chooser.choose(u, { kind }) && hasRoom(),
    leastCost: (u) => chooser.leastCostOfType(u),
    enough: excessOf(holdings, from),
    perUnit: (u) => Math.max(1, kind === SPONSORED ? count[u] : sponsored[u]),
    most: MOST * problem.unit,
    late,
  });
}

/** How many more units of a type are held than its contracts have; below 0 where some are left. */
function excessOf({ load, problem: { instance } }: Holdings, kind: number): number {
  const { cap, sponsoredContracts } = instance;
  const [start, end] = kind === SPONSORED
    ? [0, sponsoredContracts]
    : [sponsoredContracts, cap.length];
  let excess = 0;
  for (let c = start; c < end; c++) excess += load[c] - cap[c];
  return excess;
}
