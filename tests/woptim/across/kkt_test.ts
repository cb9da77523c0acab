/** The conditions that make an answer the best one (Karush, Kuhn, Tucker), and others that it has for it. */
import { fc } from "../../../lib/deps/fast_check.ts";
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { type ColumnSplit, splitArrays } from "../../../lib/woptim/split.ts";
import { arbitrarySplit, runs } from "../../support/arbitrary_split.ts";
import { exactSum } from "../../support/exact_sum.ts";
import { randomSplit, SPLIT_KINDS } from "../../support/random_split.ts";
import {
  modelBounds,
  modelDiscontent,
  modelWeight,
  type SplitCase,
} from "../../support/split_qp.ts";

const EPSILON = 2 ** -52;

/** The derivative of a person's discontent, and how far off it may be when units are off by a few last bits. */
function derivative(
  problem: SplitCase,
  i: number,
  x: number,
  sumOfUnits: number,
): { value: number; noise: number } {
  const { lower, upper, target, gamma } = problem;
  const l = lower[i], u = upper[i], t = target[i];
  const terms = [2 * gamma * modelWeight(t, problem) * (x - t)];
  if (x < l) terms.push(2 * modelWeight(l, problem) * (x - l));
  if (x > u) terms.push(2 * modelWeight(u, problem) * (x - u));
  const weight = gamma * modelWeight(t, problem) + modelWeight(l, problem) +
    modelWeight(u, problem);
  const sizes = Math.abs(t) + Math.abs(l) + Math.abs(u) + sumOfUnits + 2 ** 6 * Math.abs(x);
  return { value: terms.reduce((a, b) => a + b, 0), noise: 64 * EPSILON * weight * sizes };
}

/** Throws unless the answer is within the hard bounds and nobody could trade units with anybody for the better. */
function assertBest(problem: SplitCase, result: ColumnSplit): void {
  const { units, multiplier, status } = result;
  const { least, most } = modelBounds(problem, status);
  // Somebody at a bound may have left it by a last bit of the total.
  const sumOfUnits = units.reduce((sum, x) => sum + Math.abs(x), 0);
  const bit = 2 * EPSILON * sumOfUnits;
  units.forEach((x, i) => {
    assert(least[i] <= x && x <= most[i], `person ${i}: ${x} is not in [${least[i]}, ${most[i]}]`);
    const { value, noise } = derivative(problem, i, x, sumOfUnits);
    const slack = noise + 64 * EPSILON * Math.abs(multiplier);
    if (x < most[i] - bit) assert(value >= multiplier - slack, `person ${i}: more is better`);
    if (x > least[i] + bit) assert(value <= multiplier + slack, `person ${i}: less is better`);
  });
}

for (const magnitudes of [[1], [1, 0.01, 1000], [1e12, 1], [1e-9], [1, 1e-9, 0.01, 1000, 1e12]]) {
  Deno.test(`every split meets the KKT conditions, units of ${magnitudes.join(", ")}`, () => {
    fc.assert(
      fc.property(
        arbitrarySplit({ magnitudes }),
        (problem) => assertBest(problem, splitArrays(problem, problem)),
      ),
      runs(1500),
    );
  });
}

for (const kind of SPLIT_KINDS) {
  Deno.test(`of so many people that a sample is asked first, too: ${kind}`, () => {
    for (let seed = 0; seed < 5; seed++) {
      const problem = randomSplit(kind, seed, 700 + 800 * seed);
      assertBest(problem, splitArrays(problem, problem));
    }
  });
}

Deno.test("where nobody of the sample has a choice, the others are asked", () => {
  const n = 4001;
  const free = (i: number) => i % 97 === 5;
  const lower = Float64Array.from({ length: n }, (_, i) => i % 7);
  const upper = lower.map((l, i) => free(i) ? l + 1 + i % 5 : l);
  const target = lower.map((l, i) => l + i % 3);
  const low = exactSum(lower), high = exactSum(upper);
  for (const total of [low + 0.4 * (high - low), 1.5 * high, 0.5 * low]) {
    const options = { gamma: 0.2, tMin: 0.5, absolute: false, allowNegative: false };
    const problem = {
      ...options,
      total,
      lower: [...lower],
      upper: [...upper],
      target: [...target],
    };
    assertBest(problem, splitArrays(problem, options));
  }
});

/** Whether anybody can take a last bit without leaving a hard bound. */
function hasFreePeople(problem: SplitCase, { units, status }: ColumnSplit): boolean {
  const { least, most } = modelBounds(problem, status);
  return units.some((x, i) => least[i] < x && x < most[i]);
}

Deno.test("units add up to the total to the last bit", () => {
  fc.assert(
    fc.property(arbitrarySplit({ magnitudes: [1, 0.01, 1000] }), (made) => {
      const problem = { ...made, allowNegative: false };
      const result = splitArrays(problem, problem);
      fc.pre(hasFreePeople(problem, result));
      assertEquals(exactSum(result.units), problem.total);
    }),
    runs(3000),
  );
});

Deno.test("units of any size and sign add up to the total within half a last bit of the largest", () => {
  fc.assert(
    fc.property(arbitrarySplit(), (problem) => {
      const result = splitArrays(problem, problem);
      fc.pre(hasFreePeople(problem, result));
      const largest = result.units.reduce((most, x) => Math.max(most, Math.abs(x)), problem.total);
      const missing = exactSum([problem.total, ...result.units.map((x) => -x)]);
      assert(Math.abs(missing) <= EPSILON / 2 * largest, `${missing} is missing`);
    }),
    runs(3000),
  );
});

Deno.test("discontent and objective are the model's", () => {
  fc.assert(
    fc.property(arbitrarySplit(), (problem) => {
      const { units, discontent, objective } = splitArrays(problem, problem);
      let sum = 0;
      units.forEach((x, i) => {
        const expected = modelDiscontent(problem, i, x);
        assert(Math.abs(discontent[i] - expected) <= 1e-14 * expected, `person ${i}`);
        sum += expected;
      });
      assert(Math.abs(objective - sum) <= 1e-13 * sum);
    }),
    runs(500),
  );
});

Deno.test("the multiplier is what one more unit changes, to first order", () => {
  fc.assert(
    fc.property(arbitrarySplit({ magnitudes: [1] }), (problem) => {
      const here = splitArrays(problem, problem);
      const step = 1e-7;
      const there = splitArrays({ ...problem, total: problem.total + step }, problem);
      fc.pre(here.status === there.status);
      const change = (there.objective - here.objective) / step;
      assert(
        Math.abs(change - here.multiplier) <= 1e-5 * (1 + here.objective),
        `${here.multiplier}, but one more unit changes ${change}`,
      );
    }),
    runs(1000),
  );
});

Deno.test("while the status stays, a larger total gives nobody less", () => {
  fc.assert(
    fc.property(
      arbitrarySplit(),
      fc.double({ min: 1e-9, max: 0.5, noNaN: true }),
      (problem, more) => {
        const total = problem.total * (1 + more) + (problem.total === 0 ? more : 0);
        const less = splitArrays(problem, problem),
          larger = splitArrays({ ...problem, total }, problem);
        fc.pre(less.status === larger.status);
        const size = less.units.reduce((most, x) => Math.max(most, Math.abs(x)), total);
        less.units.forEach((x, i) =>
          assert(
            larger.units[i] >= x - 16 * EPSILON * size,
            `person ${i}: ${larger.units[i]} < ${x}`,
          )
        );
      },
    ),
    runs(2000),
  );
});

/** Whether the total misses a sum of bounds by so little that it takes the decimals to decide. */
function isNearTie({ total, lower, upper }: SplitCase): boolean {
  return [lower, upper].some((bounds) => {
    const sum = exactSum(bounds);
    return total !== sum && Math.abs(total - sum) < 1e-12 * (total + sum);
  });
}

Deno.test("a power of two changes units, not the split", () => {
  fc.assert(
    fc.property(
      arbitrarySplit({ magnitudes: [1, 2 ** -7, 2 ** 10] }),
      fc.integer({ min: -30, max: 30 }),
      (problem, power) => {
        fc.pre(!isNearTie(problem));
        const factor = 2 ** power;
        const times = (values: number[]) => values.map((v) => v * factor);
        const scaled = {
          ...problem,
          total: problem.total * factor,
          lower: times(problem.lower),
          upper: times(problem.upper),
          target: times(problem.target),
          // In proportion, the number below which all weigh the same is in units too.
          tMin: problem.tMin * factor,
        };
        const here = splitArrays(problem, problem), there = splitArrays(scaled, scaled);
        assertEquals(Array.from(there.units), times(Array.from(here.units)));
        assertEquals(there.status, here.status);
        const growth = problem.absolute ? factor ** 2 : factor;
        assertEquals(there.objective, here.objective * growth);
        assertEquals(there.multiplier, here.multiplier * growth / factor);
      },
    ),
    runs(1000),
  );
});

Deno.test("the order of the people does not matter but for last bits", () => {
  fc.assert(
    fc.property(arbitrarySplit(), (made) => {
      // Huge units of both signs that cancel leave nothing but last bits.
      const problem = { ...made, allowNegative: false };
      const turned = {
        ...problem,
        lower: problem.lower.toReversed(),
        upper: problem.upper.toReversed(),
        target: problem.target.toReversed(),
      };
      const here = splitArrays(problem, problem).units;
      const there = splitArrays(turned, turned).units.toReversed();
      here.forEach((x, i) => assert(Math.abs(x - there[i]) <= 32 * EPSILON * problem.total));
    }),
    runs(500),
  );
});

Deno.test("nobody small has to hold what rounding left of the large", () => {
  fc.assert(
    fc.property(arbitrarySplit({ magnitudes: [1e12, 1], people: 40 }), (made) => {
      const problem = { ...made, absolute: false };
      const { lower, upper, target, gamma } = problem;
      const { units, multiplier } = splitArrays(problem, problem);
      units.forEach((x, i) => {
        if (x <= lower[i] || x >= upper[i] || target[i] > 1e6) return;
        const wanted = target[i] + multiplier / (2 * gamma * modelWeight(target[i], problem));
        assert(Math.abs(x - wanted) <= 1e-7 * Math.max(1, x), `person ${i}: ${x}, not ${wanted}`);
      });
    }),
    runs(2000),
  );
});
