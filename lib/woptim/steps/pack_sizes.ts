/**
 * Steps of several sizes, sorted.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import { commonDivisor, type Fraction, lowest } from "../exact/fraction.ts";
import { Steps } from "./steps.ts";

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
