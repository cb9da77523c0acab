/**
 * Makes a change for the users whom it costs least: how caps, limits and minima are repaired.
 *
 * @module
 */
import type { BundleChooser } from "../bundle_chooser.ts";

/** Whether time has run out; what is not repaired by then is left to later steps. */
export type Late = () => boolean;

/** There is time. */
export const never: Late = () => false;

/** How many users are handled between two looks at the clock. */
const STEPS = 1024;

/** This many candidates more than twice as many as are needed are listed before the list is cut. */
const FEW = 64;

/** Where users come in the order of what is expected of them, so many are looked at before the first look at whether they are enough. */
const FIRST_LOOKS = 32;

/** A user, what the change costs it by unit, and how many units it brings. */
interface Candidate {
  readonly u: number;
  readonly cost: number;
  readonly units: number;
}

/** Orders by cost. Not by difference: that of two infinite costs is NaN. */
function byCost(a: Candidate, b: Candidate): number {
  return a.cost < b.cost ? -1 : a.cost > b.cost ? 1 : a.u - b.u;
}

/** What the last of the cheapest candidates that bring so many units costs by unit; Infinity where all bring less. Sorts them. */
function costOfLast(candidates: Candidate[], needed: number): number {
  candidates.sort(byCost);
  let units = 0;
  for (const { cost, units: own } of candidates) if ((units += own) >= needed) return cost;
  return Infinity;
}

/** A change to make to some users. */
export interface Change {
  /** Whether another change is needed. */
  needed(): boolean;
  /** Whether user `u` can make it. @default () => true */
  applies?(u: number): boolean;
  /** Chooses the bundle that user `u` would change to. Returns whether there is one. */
  choose(u: number): boolean;
  /**
   * A lower bound on what the change costs user `u`: those whom it costs too much for sure are not looked at. @default () => −Infinity
   */
  leastCost?(u: number): number;
  /**
   * How many changes are enough, if each one that is chosen can be made when its turn comes: then no more are listed. @default Infinity
   */
  enough?: number;
  /**
   * What the change is expected to cost user `u` by unit, at least, and how many units are needed. Users must come in this order: no more
   * are looked at once those before bring enough at less. @default all are looked at
   */
  expected?: { costOf(u: number): number; readonly units: number };
  /** How much the bundle chosen for `u` helps; costs are compared per unit of it. @default 1 */
  perUnit?(u: number): number;
  /** Changes that cost more are not made. @default Infinity */
  most?: number;
  /** Whether users without such a bundle give up everything, as a last resort. @default false */
  forced?: boolean;
  /** Called now and then: whether to leave the rest as it is. @default never */
  late?: Late;
}

/** Makes a change for the users whom it costs least, as long as it is needed. Each bundle is chosen again when the change is made. */
export function changeCheapest(
  users: Iterable<number>,
  chooser: BundleChooser,
  {
    needed,
    applies = () => true,
    choose,
    leastCost = () => -Infinity,
    enough = Infinity,
    expected,
    perUnit = () => 1,
    most = Infinity,
    forced = false,
    late = never,
  }: Change,
): void {
  const candidates: Candidate[] = [];
  let looks = 0, nextCount = FIRST_LOOKS, tooMuch = forced ? Infinity : most;
  for (const u of users) {
    // If time runs out, the choice is among the users looked at so far.
    if (++looks % STEPS === 0 && late()) break;
    if (expected !== undefined && looks === nextCount) {
      if (expected.costOf(u) >= costOfLast(candidates, expected.units)) break;
      // Each count sorts all candidates, so the next one comes after a share of those looked at.
      nextCount += Math.max(FIRST_LOOKS, looks >> 2);
    }
    if (!applies(u) || leastCost(u) > tooMuch) continue;
    const found = choose(u);
    const units = perUnit(u);
    const cost = found ? (chooser.valueHeld(u) - chooser.value) / units : Infinity;
    if (found ? cost <= most : forced) candidates.push({ u, cost, units });
    if (candidates.length > 2 * enough + FEW) {
      candidates.sort(byCost).length = enough;
      tooMuch = candidates[enough - 1].cost;
    }
  }
  candidates.sort(byCost);
  for (const [i, { u }] of candidates.entries()) {
    if (!needed() || i % STEPS === STEPS - 1 && late()) return;
    if (choose(u)) chooser.give(u);
    else if (forced) chooser.clear(u);
  }
}
