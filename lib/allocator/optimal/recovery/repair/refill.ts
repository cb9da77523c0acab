/**
 * Uses units that are left: users change to better bundles of contracts with room.
 *
 * @module
 */
import { WORTH_ROUNDING } from "../../../../base/numbers/rounding.ts";
import type { Prices } from "../../../model/allocation.ts";
import type { Holdings } from "../holdings.ts";
import { BundleChooser } from "../bundle_chooser.ts";
import { SPONSORED, UNSPONSORED } from "../../dual/bundle_kernel.ts";
import { hasTypes, zeroPrices } from "../../dual/dual_problem.ts";

/** Most rounds; each lets users take what others have freed. */
const ROUNDS = 3;
/** How many users are handled between two questions whether to stop. */
const STEPS = 2048;

/** Units are given out first at this share of their prices: who ties between an offer and none takes it. */
const BELOW = 1 - 1e-4;

/**
 * Lets users change to bundles of contracts with room: first, at the prices, those who make most of each unit, as much may be left where
 * nearly all users tie, and then those to whom a bundle adds most. Every change improves the objective. It ends when nobody gains, the
 * rounds are over, or `stop` is true. `prices`: those that bundles were chosen at.
 */
export function refill(holdings: Holdings, prices: Prices, stop: () => boolean): void {
  const free: Prices = zeroPrices(holdings.problem);
  const low = (column: Float64Array) => column.map((price) => BELOW * price);
  const { contract, limit } = prices;
  const dear = { ...free, contract: low(contract), ...(limit && { limit: low(limit) }) };
  for (const at of [dear, free]) giveOut(holdings, at, stop);
}

/** One of the two passes of {@link refill}: bundles are chosen at the prices `at`, those who gain most by them first. */
function giveOut(holdings: Holdings, at: Prices, stop: () => boolean): void {
  if (stop()) return;
  const { problem } = holdings;
  const { instance: { group } } = problem;
  // At prices of 0 a bundle's value is what it adds to the objective; a chooser within the caps counts missed minima too.
  const chooser = new BundleChooser(holdings, at, true);
  const kinds = hasTypes(problem) ? [UNSPONSORED, SPONSORED] : [UNSPONSORED];

  const least = WORTH_ROUNDING * problem.unit;
  /** What the bundle chosen gains at the prices, 0 if it doesn't improve the objective: several of its offers may count toward one limit. */
  const gain = (u: number): number => {
    const gained = chooser.value - chooser.valueHeld(u);
    if (gained <= least) return 0;
    return holdings.gainOf(u, chooser.pairs, chooser.count) > least ? gained : 0;
  };

  for (let round = 0; round < ROUNDS; round++) {
    if (!chooser.hasOpen() || stop()) return;
    const candidates: { u: number; kind: number; gain: number }[] = [];
    for (let u = 0; u < group.length; u++) {
      // If time runs out, the users looked at so far still change.
      if (u % STEPS === STEPS - 1 && stop()) break;
      if (!chooser.hasOpenFor(u)) continue;
      let best = least, bestKind = -1;
      for (const kind of kinds) {
        if (!chooser.choose(u, { kind })) continue;
        const value = gain(u);
        if (value > best) {
          best = value;
          bestKind = kind;
        }
      }
      if (bestKind >= 0) candidates.push({ u, kind: bestKind, gain: best });
    }
    if (candidates.length === 0) return;
    candidates.sort((a, b) => b.gain - a.gain || a.u - b.u);
    for (const [i, { u, kind }] of candidates.entries()) {
      if (i % STEPS === STEPS - 1 && stop()) return;
      if (chooser.choose(u, { kind }) && gain(u) > least) chooser.give(u);
    }
  }
}
