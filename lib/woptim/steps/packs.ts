/**
 * Splits in steps of several sizes: packs.
 *
 * @module
 */
import { fractionOf, toDouble } from "../exact/fraction.ts";
import { bestFill } from "./pack_fill.ts";
import type { PackBounds, PackClass, Packs } from "./pack_sizes.ts";
import type { People } from "../price/people.ts";
import { StepCosts } from "./step_costs.ts";
import { cheaperThan } from "./step_split.ts";
import { Steps } from "./steps.ts";
import {
  BundledStream,
  MergedStream,
  moveBy,
  PersonStream,
  type Stream,
  takeCheaper,
} from "./streams.ts";

/** A split in packs. */
export interface PackSplit {
  /** Steps that each person gets, each of the person's own size. */
  counts: Float64Array;
  /** Units that no whole steps could be made of. */
  leftover: number;
}

/**
 * The best split of as many of `total` units as whole steps within the bounds make up. `start` has the price and the units
 * of the continuous split.
 *
 * Where each size is a multiple of the one before, the greedy method of `splitInSteps` is exact with one more turn: whatever the
 * people with the smallest steps get in all, it differs from what they must get in all by a multiple of the next
 * size, or the total can't be met. So their steps, the cheapest first, are tied into bundles of that size; a bundle costs
 * what its steps do, and as these never fall, neither do the bundles'. Now they are one person more with steps of the next
 * size. And so on, up to the largest.
 *
 * Other sizes take a dynamic program over the total: see {@link bestFill}.
 */
export function splitInPacks(
  people: People,
  packs: Packs,
  bounds: PackBounds,
  total: number,
  start: { price: number; units: Float64Array },
): PackSplit {
  const unit = new Steps(packs.unit), available = unit.countOfTotal(total, true);
  const counts = new Float64Array(people.count);
  const reached = packs.areNested
    ? nestedSplit(people, packs, bounds, available, start, counts)
    : bestFill(people, packs, bounds, available, counts);
  // Of a total in thirds, what rounding left is no rest.
  if (unit.wholeOf(total).left === 0) {
    return { counts, leftover: unit.units(available - reached) };
  }
  const { n, d } = packs.unit, given = fractionOf(total);
  const rest = { n: given.n * d - BigInt(reached) * n * given.d, d: given.d * d };
  return { counts, leftover: toDouble(rest) };
}

/** Writes the best counts for nested sizes; returns the units handed out. */
function nestedSplit(
  people: People,
  { classes }: Packs,
  bounds: PackBounds,
  available: number,
  { price, units }: { price: number; units: Float64Array },
  counts: Float64Array,
): number {
  const total = mostOf(classes, bounds, available);
  const bundles: BundledStream[] = [];
  let sum = 0;
  let smaller: BundledStream | undefined;
  classes.forEach(({ steps, size, people: some }, d) => {
    const costs = new StepCosts(people, steps);
    const worth = 2 * price * steps.size;
    const { least, most } = bounds;
    const streams: Stream[] = some.map((i) => {
      const limit = { worth, orEqual: false };
      counts[i] = cheaperThan(limit, costs, i, bounds, steps.count(units[i]));
      sum += counts[i] * size;
      return new PersonStream(costs, counts, i, least[i], most[i]);
    });
    if (smaller !== undefined) {
      sum += size * takeCheaper(smaller, worth);
      streams.push(smaller);
    }
    const merged = new MergedStream(streams);
    const next = classes[d + 1]?.size;
    sum += next === undefined
      ? size * moveBy(merged, (total - sum) / size)
      : align(merged, total - sum, size, next);
    if (next === undefined) return;
    bundles.push(smaller = new BundledStream(merged, next / size));
  });
  // Bundles that were looked at and not taken go back, the largest first.
  for (const bundle of bundles.reverse()) bundle.settle();
  return total;
}

/** The most units, up to `available`, that whole steps within the bounds make up, where sizes are nested. */
function mostOf(classes: readonly PackClass[], bounds: PackBounds, available: number): number {
  // So many units up or down are as good as no bound.
  let far = Math.abs(available);
  const amounts = (some: readonly number[], limits: Float64Array, size: number) =>
    some.reduce((sum, i) => sum + limits[i] * size, 0);
  for (const { people, size } of classes) {
    for (const i of people) {
      far += 2 * size;
      for (const limit of [bounds.least[i], bounds.most[i]]) {
        if (Number.isFinite(limit)) far += Math.abs(limit) * size;
      }
    }
  }
  const ends = classes.map(({ people, size }) => ({
    size,
    low: Math.max(amounts(people, bounds.least, size), -Math.ceil(far / size) * size),
    high: Math.min(amounts(people, bounds.most, size), Math.ceil(far / size) * size),
  }));
  // Nothing is lost by giving as much as there is room for in the largest steps: smaller ones can stand in for none of them
  // that a larger one couldn't.
  let left = available - ends.reduce((sum, { low }) => sum + low, 0);
  for (const { size, low, high } of ends.toReversed()) {
    left -= Math.max(0, Math.min(high - low, Math.floor(left / size) * size));
  }
  return available - left;
}

/** Moves up, or else down, until what is left of `missing` units is a multiple of `next`; returns the units moved. */
function align(stream: MergedStream, missing: number, size: number, next: number): number {
  const up = ((missing % next) + next) % next / size;
  if (up === 0) return 0;
  const moved = moveBy(stream, up);
  return size * (moved === up ? up : moved + moveBy(stream, up - next / size - moved));
}
