/** Splits against exact fractions: open bounds, bounds of any size, whole steps at any magnitude. */
import { faultOfSplit } from "../../fuzz/splits.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { assert, assertAlmostEquals, assertEquals } from "../../../lib/deps/std_assert.ts";
import { splitArrays } from "../../../lib/woptim/split.ts";
import {
  betterExchange,
  type RationalCase,
  rationalObjective,
  rationalUnits,
  toNumber,
} from "../../support/rational_split.ts";

const OPTIONS = { gamma: 0.2, tMin: 0.5, absolute: false, allowNegative: false };

Deno.test("no limit is no number: 1e100 and open bounds give the answer of any bound that is not reached", () => {
  for (const top of [1e100, 1e75, 1e65, Infinity]) {
    const { units, objective, multiplier } = splitArrays({
      total: 2.6,
      lower: [0.4, 0.2],
      upper: [top, 2.2],
      target: [0.4, 2.2],
    });
    assertEquals([...units], [0.4, 2.2]);
    assert(objective < 1e-15 && Math.abs(multiplier) < 1e-12, `${objective} ${multiplier}`);
  }
});

Deno.test("units and standing are those of exact fractions, to 12 digits of each, at magnitudes 1e-12 … 1e15", () => {
  for (let seed = 1; seed <= 3000; seed++) assertEquals(faultOfSplit(seed), null);
});

Deno.test("who is at a bound stays there, though sums of huge and tiny units do not add up in doubles", () => {
  const { units } = splitArrays({
    total: 1.524e-9,
    lower: [6.116e-13, 2.868e12, null],
    upper: [null, null, 3973000],
    target: [6.411e12, 4.066, 9.361e-6],
  });
  assertEquals([...units], [6.116e-13, 2.868e12, -2.868e12]);
  const small = splitArrays({
    total: 0.06751,
    lower: [0.09128, null, null, 2.27e-9, null],
    upper: [0.09128, 2.119, 2486, 9.391, 242.9],
    target: [2.902, 9.691, 7454000, 8.397, 1.493],
  }, { absolute: true });
  assertEquals(small.units[3], 2.27e-9);
});

/** A random split in steps around a magnitude. */
function steppedCase(seed: number): { split: RationalCase; step: number } {
  const random = seededRandom(seed);
  const power = random.below(16) - 3;
  const step = [0.01, 0.1, 1, 0.25, 0.05][random.below(5)];
  const places = 2;
  const number = () => Number((random.next() * 10 ** power).toFixed(places));
  const n = 2 + random.below(5);
  const lower: number[] = [], upper: number[] = [], target: number[] = [];
  for (let i = 0; i < n; i++) {
    const ends = [number(), number()].sort((a, b) => a - b);
    lower.push(Math.round(ends[0]));
    upper.push(random.below(6) === 0 ? Infinity : Math.round(ends[1]) + 1);
    target.push(random.below(3) === 0 && i > 0 ? target[0] : number());
    if (random.below(3) === 0 && i > 0) [lower[i], upper[i]] = [lower[0], upper[0]];
  }
  const total = Math.round(number() * (1 + random.below(n)));
  return { split: { ...OPTIONS, total, lower, upper, target }, step };
}

Deno.test("no whole step is better elsewhere, and ties are the first's, at magnitudes 1e-3 … 1e12", () => {
  const wrong: string[] = [];
  for (let seed = 1; seed <= 1500; seed++) {
    const { split, step } = steppedCase(seed);
    const { units, status } = splitArrays(split, { ...split, step });
    const count = (x: number) => Number.isFinite(x) ? Math.round(x / step) : x;
    const least = split.lower as number[], most = split.upper as number[];
    const found = betterExchange(
      split,
      step,
      units,
      least.map((l) => status === "total_too_low" ? 0 : count(l)),
      most.map((u) => status === "total_too_high" ? Infinity : count(u)),
    );
    if (found !== null) wrong.push(`seed ${seed}: ${found}`);
  }
  assertEquals(wrong, []);
});

Deno.test("one unit more and less is computed, at kinks too", () => {
  // At the kink the derivative towards more is not the one towards less, and bounds turn soft at Σ upper.
  const columns = { total: 2, lower: [0, 0], upper: [2, 10], target: [2, 0] };
  const at = (total: number) => {
    const split = { ...OPTIONS, ...columns, total };
    return toNumber(rationalObjective(split, rationalUnits(split)));
  };
  for (const total of [2, 0.5, 1, 11.5, 12, 13]) {
    const { more, less } = splitArrays({ ...columns, total });
    assertAlmostEquals(more!, at(total + 1) - at(total), 1e-12);
    if (total < 1) assertEquals(less, null);
    else assertAlmostEquals(less!, at(total - 1) - at(total), 1e-12);
  }
  const whole = splitArrays({ ...columns, total: 2 }, { step: 1 });
  const next = splitArrays({ ...columns, total: 3 }, { step: 1 });
  assertAlmostEquals(whole.more!, next.objective - whole.objective, 1e-12);
  assertAlmostEquals(next.less!, whole.objective - next.objective, 1e-12);
});

Deno.test("ties of decimal steps go to the first person", () => {
  const { units } = splitArrays(
    { total: 0.5, lower: [0, 0], upper: [100, 100], target: [0.1, 0.3] },
    { step: 0.1 },
  );
  assertEquals([...units], [0.2, 0.3]);
});
