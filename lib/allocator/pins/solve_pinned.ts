/**
 * Any solver on a drop with pins.
 *
 * @module
 */
import { type Instance, userCount } from "../drop/instance.ts";
import type { Pins } from "../drop/pins.ts";
import { type Allocation, type Prices, relativeGap } from "../model/allocation.ts";
import { offersFromSlots, valueOfOffers } from "../model/offers.ts";
import { groupRules, largestBundle, mostOffers, type Policy } from "../model/policy.ts";
import { pinNotHeld, refuseConflicts } from "./pin_conflicts.ts";
import { type PinnedDrop, withoutPins } from "./pinned_drop.ts";

/** Times that a bonus is raised where a pin was given up for something else, and by how much. */
const RAISES = 4, RAISE = 1000;
/** How much sums may be off by rounding, relative to what is summed. */
const ROUNDING = 1e-12;
/** Relative to what a bundle is worth, what rounding may hide. */
const FEW_DIGITS = 1e-6;

/**
 * Solves a drop with pins: the drop without them that stands for it is solved, and told in the drop's own terms.
 *
 * @param solve solves a drop without pins
 * @throws {InputError} for pins that contradict a rule, or that can't all be given
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
    const found = told(instance, policy, drop, await solve(drop));
    const missing = firstMissing(pins, found.offerPair);
    if (missing < 0) return found;
    if (raised === RAISES || found.timedOut) {
      throw pinNotHeld(instance, pins, missing, found.solver);
    }
  }
}

/** The first pin that offers lack; −1: none. */
function firstMissing({ pair }: Pins, offerPair: Uint32Array): number {
  const given = new Set(offerPair);
  return pair.findIndex((p) => !given.has(p));
}

/** What was found, in terms of the drop with pins. */
function told(
  instance: Instance,
  policy: Policy,
  drop: PinnedDrop,
  found: Allocation,
): Allocation {
  const offers = offersOf(instance, policy, drop, found);
  const { minSponsored } = groupRules(instance, policy);
  const value = valueOfOffers(instance, policy, offers, minSponsored, found.shortfallPrice);
  const { objective } = value, room = ROUNDING * (drop.bonus + Math.abs(objective));
  // Beside very large bonuses doubles have few digits left: then the bound is as much higher as they may have lost.
  const isExact = room <= FEW_DIGITS * largestBundle(instance, policy);
  const boundOf = (bound: number) => {
    const own = bound - drop.bonus;
    if (!isExact) return Math.max(objective, own) + room;
    return own <= objective + room ? objective : own;
  };
  const bound = found.bound === null ? null : boundOf(found.bound);
  const { prices, pricesBound, shortfallReasons } = found;
  return {
    ...found,
    ...offers,
    ...value,
    bound,
    gap: bound === null ? null : relativeGap(bound, objective),
    prices: prices && pricesOf(instance, drop, prices),
    ...(pricesBound !== undefined && { pricesBound: boundOf(pricesBound) }),
    ...(shortfallReasons && {
      shortfallReasons: shortfallReasons.map((reason) => ({
        ...reason,
        contracts: reason.contracts.map((c) => drop.contractOf[c]).filter((c) => c >= 0),
      })),
    }),
  };
}

/** Offers of the pairs that those found stand for, in the order of the drop. */
function offersOf(
  instance: Instance,
  policy: Policy,
  { pairOf }: PinnedDrop,
  { offerStart, offerPair }: Allocation,
) {
  const users = userCount(instance), k = mostOffers(instance, policy);
  const slots = new Uint32Array(users * k), count = new Uint16Array(users);
  for (let u = 0; u < users; u++) {
    for (let o = offerStart[u]; o < offerStart[u + 1]; o++) {
      slots[u * k + count[u]++] = pairOf[offerPair[o]];
    }
  }
  return offersFromSlots(instance, k, slots, count);
}

/** Prices of the drop's own contracts: those of pinned pairs are 0, as nobody else wants them. */
function pricesOf(instance: Instance, { contractOf }: PinnedDrop, prices: Prices): Prices {
  const contract = new Float64Array(instance.contracts.length);
  contractOf.forEach((c, i) => c >= 0 && (contract[c] = prices.contract[i]));
  return { ...prices, contract };
}

/** Prices of the drop with pins, for the one that stands for it. */
export function pricesWithoutPins({ contractOf }: PinnedDrop, prices: Prices): Prices {
  const contract = Float64Array.from(contractOf, (c) => c >= 0 ? prices.contract[c] : 0);
  return { ...prices, contract };
}

/**
 * The relative gap of the drop without pins that is `gap` of the drop with them: bonuses make the bound larger.
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
