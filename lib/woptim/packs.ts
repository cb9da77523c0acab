/**
 * Splits in steps of several sizes: packs.
 *
 * @module
 */
import { InputError } from "../base/errors.ts";
import {
  commonDivisor,
  floorDivide,
  type Fraction,
  fractionOf,
  lowest,
  toDouble,
} from "./fraction.ts";
import { bestFill } from "./pack_fill.ts";
import type { People } from "./people.ts";
import { StepCosts } from "./step_costs.ts";
import { cheaperThan } from "./step_split.ts";
import { Steps } from "./steps.ts";
import {
  BundledStream,
  compareStepCosts,
  MergedStream,
  PersonStream,
  type StepCost,
  type Stream,
} from "./streams.ts";

/** The people whose steps have one size. */
export interface PackClass {
  steps: Steps;
  /** Units of the step, in the unit that all sizes are multiples of. */
  size: number;
  people: number[];
}

/** Sizes of steps, and the unit that all of them are multiples of: the largest such. */
export interface Packs {
  unit: Fraction;
  /** Smallest size first. */
  classes: PackClass[];
  /** Whether each size is a multiple of the one before. */
  areNested: boolean;
}

/** Sorts people by the size of their steps. Throws {@link InputError} where sizes are too far apart to count. */
export function packsOf(sizes: readonly Fraction[]): Packs {
  const people = new Map<string, { step: Fraction; people: number[] }>();
  sizes.forEach((given, i) => {
    const step = lowest(given), key = `${step.n}/${step.d}`;
    const same = people.get(key);
    if (same === undefined) people.set(key, { step, people: [i] });
    else same.people.push(i);
  });
  const kinds = [...people.values()];
  const unit = kinds.map(({ step }) => step).reduce((a, b) =>
    lowest({ n: commonDivisor(a.n * b.d, b.n * a.d), d: a.d * b.d })
  );
  const classes = kinds.map(({ step, people }) => {
    const size = Number(step.n * unit.d / (step.d * unit.n));
    if (size > 2 ** 31) {
      throw InputError.at({
        column: "step",
        value: new Steps(step).label,
        expected: `at most ${2 ** 31} times ${
          new Steps(unit).label
        }, which all steps are multiples of`,
      });
    }
    return { steps: new Steps(step), size, people };
  }).sort((a, b) => a.size - b.size);
  const areNested = classes.every(({ size }, d) => d === 0 || size % classes[d - 1].size === 0);
  return { unit, classes, areNested };
}

/** Bounds in steps, length people; infinite where there are none. */
export interface PackBounds {
  least: Float64Array;
  most: Float64Array;
}

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
  const available = unitsIn(total, packs.unit);
  const counts = new Float64Array(people.count);
  const reached = packs.areNested
    ? nestedSplit(people, packs, bounds, available, start, counts)
    : bestFill(people, packs, bounds, available, counts);
  const { n, d } = packs.unit, given = fractionOf(total);
  const left = { n: given.n * d - BigInt(reached) * n * given.d, d: given.d * d };
  return { counts, leftover: toDouble(left) };
}

/** Whole `unit`s in a total. */
function unitsIn(total: number, unit: Fraction): number {
  const { n, d } = fractionOf(total);
  const count = Number(floorDivide(n * unit.d, d * unit.n));
  if (count > Number.MAX_SAFE_INTEGER) {
    throw InputError.at({
      column: "total",
      value: String(total),
      expected: `at most ${Number.MAX_SAFE_INTEGER} steps of ${new Steps(unit).label}`,
    });
  }
  return count;
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

/** Takes the bundles that cost less than `worth` and gives back those that don't: the number taken, less that given back. */
function takeCheaper(stream: Stream, worth: number): number {
  const limit: StepCost = { value: worth, error: 0, exact: () => fractionOf(worth) };
  let taken = 0;
  for (let next; (next = stream.peek(1)) !== null && compareStepCosts(next, limit) < 0;) {
    stream.move(1);
    taken++;
  }
  if (taken > 0) return taken;
  for (let last; (last = stream.peek(-1)) !== null && compareStepCosts(last, limit) >= 0;) {
    stream.move(-1);
    taken--;
  }
  return taken;
}

/** Moves by `steps`, up or down, as far as there are any; returns how many were moved. */
function moveBy(stream: MergedStream, steps: number): number {
  const sign = steps < 0 ? -1 : 1;
  let moved = 0;
  for (; moved !== steps && stream.peek(sign) !== null; moved += sign) stream.move(sign);
  return moved;
}

/** Moves up, or else down, until what is left of `missing` units is a multiple of `next`; returns the units moved. */
function align(stream: MergedStream, missing: number, size: number, next: number): number {
  const up = ((missing % next) + next) % next / size;
  if (up === 0) return 0;
  const moved = moveBy(stream, up);
  return size * (moved === up ? up : moved + moveBy(stream, up - next / size - moved));
}
