/**
 * Solves a drop with pins by any solver.
 *
 * @module
 */
import { TimeoutError } from "../../base/errors.ts";
import type { Instance } from "../drop/instance/instance.ts";
import type { Pins } from "../drop/instance/pins.ts";
import type { Allocation, BranchNode, Prices } from "../model/allocation.ts";
import { largestBundle, type Policy } from "../model/policy.ts";
import { translatedAllocation } from "../model/translated_allocation.ts";
import { pinNotHeld, refuseConflicts } from "./pin_conflicts.ts";
import { type PinnedDrop, withoutPins } from "./pinned_drop.ts";
import { WORTH_ROUNDING } from "../../base/numbers/rounding.ts";

/** How often the bonus is raised at most if a pin was given up for something else, and by which factor. */
const RAISES = 4, RAISE = 1000;
/** Rounding up to this part of a bundle's worth is harmless. */
const FEW_DIGITS = 1e-6;

/**
 * Solves a drop with pins: solves its stand-in without pins (`pinned_drop.ts`) and translates the result back.
 *
 * @param solve solves the stand-in
 * @throws {InputError} for pins that contradict a rule, or that can't all be given
 * @throws {TimeoutError} where time ran out before all pins were held
 */
export async function solvePinned(
  instance: Instance,
  policy: Policy,
  solve: (drop: PinnedDrop) => Allocation | Promise<Allocation>,
): Promise<Allocation> {
  const pins = instance.pins!;
  refuseConflicts(instance, policy, pins);
  for (let raised = 0;; raised++) {
    const drop = withoutPins(instance, policy, pins, RAISE ** raised);
    const found = translatedBack(instance, policy, drop, await solve(drop));
    const missing = firstMissing(pins, found.offerPair);
    if (missing < 0) return found;
    if (found.timedOut) {
      throw new TimeoutError("no allocation that holds all pins was found in time");
    }
    if (raised === RAISES) throw pinNotHeld(instance, pins, missing, found.solver);
  }
}

/** The first pin that offers lack; −1: none. */
function firstMissing({ pair }: Pins, offerPair: Uint32Array): number {
  const given = new Set(offerPair);
  return pair.findIndex((p) => !given.has(p));
}

/** Translates the result for the stand-in back to the drop with pins. */
function translatedBack(
  instance: Instance,
  policy: Policy,
  drop: PinnedDrop,
  found: Allocation,
): Allocation {
  const { pairOf, bonus, contractOf } = drop, { prices, shortfallReasons, branches } = found;
  // Beside a very large bonus doubles have few digits left for the rest: then the bound is raised by what rounding may have lost.
  const fewDigits = FEW_DIGITS * largestBundle(instance, policy);
  const own = translatedAllocation(instance, policy, found, pairOf, (bound, { objective }) => {
    const room = WORTH_ROUNDING * (bonus + Math.abs(objective)), unpinned = bound - bonus;
    if (room > fewDigits) return Math.max(objective, unpinned) + room;
    return unpinned <= objective + room ? objective : unpinned;
  });
  return {
    ...own,
    prices: prices && pricesOf(instance, drop, prices),
    ...(branches !== undefined && {
      branches: { price: branches.price, tree: caseOf(instance, drop, branches.tree) },
    }),
    ...(shortfallReasons && {
      shortfallReasons: shortfallReasons.map((reason) => ({
        ...reason,
        contracts: reason.contracts.map((c) => contractOf[c]).filter((c) => c >= 0),
      })),
    }),
  };
}

/** The prices of the drop's own contracts; those of the contracts made for pins are left out. */
function pricesOf(instance: Instance, { contractOf }: PinnedDrop, prices: Prices): Prices {
  const contract = new Float64Array(instance.contracts.length);
  contractOf.forEach((c, i) => c >= 0 && (contract[c] = prices.contract[i]));
  return { ...prices, contract };
}

/** The cases with the drop's own pairs and prices. No case is about pinned pairs. */
function caseOf(instance: Instance, drop: PinnedDrop, node: BranchNode): BranchNode {
  if ("prices" in node) return { ...node, prices: pricesOf(instance, drop, node.prices) };
  if ("of" in node) {
    const { of, most, atMost, atLeast } = node;
    return {
      of: "sponsoredUsersOf" in of
        ? of
        : { ...of, contracts: of.contracts?.map((c) => drop.contractOf[c]) ?? null },
      most,
      atMost: caseOf(instance, drop, atMost),
      atLeast: caseOf(instance, drop, atLeast),
    };
  }
  return {
    pair: drop.pairOf[node.pair],
    made: caseOf(instance, drop, node.made),
    notMade: caseOf(instance, drop, node.notMade),
  };
}

/** Prices of the drop with pins as prices of its stand-in; those of contracts made for pins are 0. */
export function pricesWithoutPins({ contractOf }: PinnedDrop, prices: Prices): Prices {
  const contract = Float64Array.from(contractOf, (c) => c >= 0 ? prices.contract[c] : 0);
  return { ...prices, contract };
}

/**
 * The relative gap of the stand-in that corresponds to `gap` of the drop with pins: bonuses make the stand-in's bound larger.
 */
export function gapWithoutPins(instance: Instance, { bonus }: PinnedDrop, gap: number): number {
  const { start, score, group } = instance;
  let sum = 0;
  for (let u = 0; u < group.length; u++) {
    let best = 0;
    for (let p = start[u]; p < start[u + 1]; p++) best = Math.max(best, Math.abs(score[p]));
    sum += best;
  }
  return sum === 0 ? gap : gap * sum / (sum + bonus);
}
