/** Arbitrary splits for properties: any size of number, any standing of the total. */
import { fc } from "../../lib/deps/fast_check.ts";
import type { SplitCase } from "./split_qp.ts";

/** A person's numbers as shares and sizes, which shrink towards 1 unit. */
const person = (magnitudes: readonly number[]) =>
  fc.record({
    lower: fc.integer({ min: 0, max: 40 }),
    width: fc.integer({ min: 0, max: 40 }),
    target: fc.integer({ min: -10, max: 90 }),
    size: fc.constantFrom(...magnitudes),
  });

/** So many runs of a property, the same ones every time: a test that fails now and then is no test. */
export function runs(numRuns: number): { numRuns: number; seed: number } {
  return { numRuns, seed: 20261121 };
}

/** What {@link arbitrarySplit} may make. */
export interface ArbitraryOptions {
  /** Sizes of a unit, drawn for each person. @default 1e-9, 0.01, 1, 1000 and 1e12 */
  readonly magnitudes?: readonly number[];
  /** Most people. @default 12 */
  readonly people?: number;
}

/** Any split: bounds from zero up, targets in or outside the interval, total below, among and above the bounds. */
export function arbitrarySplit(options: ArbitraryOptions = {}): fc.Arbitrary<SplitCase> {
  const { magnitudes = [1, 0.01, 1000, 1e-9, 1e12], people = 12 } = options;
  return fc.record({
    people: fc.array(person(magnitudes), { minLength: 1, maxLength: people }),
    // −1 … 0: that share of Σ lower; 0 … 1: between the sums; 1 … 2: that share of Σ upper.
    place: fc.oneof(fc.constantFrom(0, 1, -1), fc.double({ min: -1, max: 2, noNaN: true }))
      // Totals of 1e-300 units are left to others.
      .map((place) => Math.abs(place) < 1e-15 ? 0 : place),
    gamma: fc.constantFrom(0.2, 0.01, 1, 5),
    tMin: fc.constantFrom(0.5, 0.3, 10),
    absolute: fc.boolean(),
    allowNegative: fc.boolean(),
  }).map(({ people, place, ...options }) => {
    const lower = people.map((p) => p.lower * p.size);
    const upper = people.map((p) => (p.lower + p.width) * p.size);
    const target = people.map((p) => p.target * p.size);
    const low = sum(lower), high = sum(upper);
    const total = place < 0
      ? low * (1 + place)
      : place <= 1
      ? low + place * (high - low)
      : high * place;
    return { ...options, total, lower, upper, target };
  });
}

function sum(values: number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
