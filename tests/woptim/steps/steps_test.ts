/** Splits in whole steps, beside all there are. */
import { fc } from "../../../lib/deps/fast_check.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { assert, assertEquals, assertThrows } from "../../../lib/deps/std_assert.ts";
import { split, splitArrays } from "../../../lib/woptim/split.ts";
import { Steps } from "../../../lib/woptim/steps/steps.ts";
import { runs } from "../../support/arbitrary_split.ts";
import { modelDiscontent, type SplitCase } from "../../support/split_qp.ts";

/** Σ discontent of `counts` steps each. */
function objectiveOf(problem: SplitCase, step: number, counts: readonly number[]): number {
  return counts.reduce((sum, k, i) => sum + modelDiscontent(problem, i, k * step), 0);
}

/** The least Σ discontent of all ways to divide `total` steps with least ≤ count ≤ most. */
function bruteForce(
  problem: SplitCase,
  step: number,
  total: number,
  least: readonly number[],
  most: readonly number[],
): number {
  const n = least.length;
  const counts = new Array<number>(n).fill(0);
  let best = Infinity;
  const place = (i: number, left: number) => {
    if (i === n - 1) {
      if (left < least[i] || left > most[i]) return;
      counts[i] = left;
      best = Math.min(best, objectiveOf(problem, step, counts));
      return;
    }
    for (let k = least[i]; k <= Math.min(most[i], total + 40); k++) {
      counts[i] = k;
      place(i + 1, left - k);
    }
  };
  place(0, total);
  return best;
}

/** Bounds in steps that the documentation promises, worked out in whole hundredths. */
function stepBounds(problem: SplitCase, step: number) {
  const hundredths = (x: number) => Math.round(x * 100);
  const s = hundredths(step);
  const least: number[] = [], most: number[] = [];
  problem.lower.forEach((l, i) => {
    const up = Math.ceil(hundredths(l) / s), down = Math.floor(hundredths(problem.upper[i]) / s);
    least.push(Math.min(up, down));
    most.push(Math.max(up, down));
  });
  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
  const total = hundredths(problem.total) / s;
  if (total > sum(most)) {
    return {
      status: "total_too_high",
      least,
      most: most.map(() => total + 40),
    };
  }
  if (total < sum(least)) {
    const floor = !problem.allowNegative && problem.lower.every((l) => l >= 0) ? 0 : -12;
    return { status: "total_too_low", least: least.map(() => floor), most };
  }
  return { status: "feasible", least, most };
}

const person = fc.record({
  lower: fc.integer({ min: -4, max: 12 }),
  width: fc.integer({ min: 0, max: 16 }),
  target: fc.integer({ min: -8, max: 30 }),
});

/** Small splits with numbers in quarters of a step. */
const steppedSplit = fc.record({
  people: fc.array(person, { minLength: 1, maxLength: 4 }),
  step: fc.constantFrom(1, 0.5, 0.04, 3),
  total: fc.integer({ min: 0, max: 14 }),
  gamma: fc.constantFrom(0.2, 1),
  tMin: fc.constantFrom(0.5, 2),
  absolute: fc.boolean(),
  negative: fc.boolean(),
}).map(({ people, step, total, gamma, tMin, absolute, negative }) => {
  const units = (quarters: number) => Math.round(quarters * step * 25) / 100;
  const lower = people.map((p) => units(negative ? p.lower : Math.abs(p.lower)));
  return {
    step,
    problem: {
      total: Math.round(total * step * 100) / 100,
      lower,
      upper: people.map((p, i) => units(Math.round(lower[i] / step * 4) + p.width)),
      target: people.map((p) => units(p.target)),
      gamma,
      tMin,
      absolute,
      allowNegative: false,
    },
  };
});

Deno.test("no other way to divide in steps is better (brute force)", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(steppedSplit, ({ problem, step }) => {
      const bounds = stepBounds(problem, step);
      // Below zero there is no end of ways to divide: see the exchange test.
      fc.pre(bounds.least.every((k) => k > -12));
      const { units, status, objective } = splitArrays(problem, { ...problem, step });
      seen.add(status);
      assertEquals(status, bounds.status);
      const counts = Array.from(units, (x) => Math.round(x / step));
      counts.forEach((k, i) => {
        assertEquals(units[i], Math.round(k * step * 100) / 100);
        assert(bounds.least[i] <= k && k <= bounds.most[i], `person ${i} gets ${k} steps`);
      });
      assertEquals(counts.reduce((a, b) => a + b, 0), Math.round(problem.total / step));
      const best = bruteForce(
        problem,
        step,
        Math.round(problem.total / step),
        bounds.least,
        bounds.most,
      );
      assert(Math.abs(objective - objectiveOf(problem, step, counts)) <= 1e-12 * (1 + objective));
      assert(objective <= best + 1e-12 * (1 + best), `${objective}, but ${best} can be had`);
    }),
    runs(3000),
  );
  assertEquals([...seen].sort(), ["feasible", "total_too_high", "total_too_low"]);
});

Deno.test("no step is better moved from one person to another, in larger splits too", () => {
  const larger = fc.record({
    people: fc.array(person, { minLength: 2, maxLength: 60 }),
    step: fc.constantFrom(1, 0.5, 0.25),
    place: fc.double({ min: 0, max: 1.5, noNaN: true }),
    absolute: fc.boolean(),
    allowNegative: fc.boolean(),
  });
  fc.assert(
    fc.property(larger, ({ people, step, place, absolute, allowNegative }) => {
      const lower = people.map((p) => Math.abs(p.lower) * 0.75);
      const upper = people.map((p, i) => lower[i] + p.width * 0.75);
      const most = Math.floor(upper.reduce((a, b) => a + b, 0) * place / step);
      const problem: SplitCase = {
        total: most * step,
        lower,
        upper,
        target: people.map((p) => p.target),
        gamma: 0.2,
        tMin: 0.5,
        absolute,
        allowNegative,
      };
      const { units, status } = splitArrays(problem, { ...problem, step });
      const bounds = stepBounds(problem, step);
      const floor = status !== "total_too_low"
        ? bounds.least.map((k) => k * step)
        : bounds.least.map(() => allowNegative ? -Infinity : 0);
      const ceiling = bounds.most.map((k) => status === "total_too_high" ? Infinity : k * step);
      const cost = (i: number, x: number) => modelDiscontent(problem, i, x);
      let cheapest = Infinity, dearest = -Infinity;
      units.forEach((x, i) => {
        if (x < ceiling[i]) cheapest = Math.min(cheapest, cost(i, x + step) - cost(i, x));
        if (x > floor[i]) dearest = Math.max(dearest, cost(i, x) - cost(i, x - step));
      });
      assert(dearest <= cheapest + 1e-10 * (1 + Math.abs(dearest)), `${dearest} > ${cheapest}`);
    }),
    runs(1000),
  );
});

Deno.test("whole slices of a pizza", () => {
  const { people, status } = split({
    total: 13,
    requirements: [
      { name: "ann", interval: [2, 4], target: 3 },
      { name: "ben", interval: [3, 6], target: "upper" },
      { name: "cleo", interval: [1, 3], target: "lower" },
      { name: "dan", interval: [0, 2], target: "center" },
    ],
  }, { step: 1 });
  assertEquals(status, "feasible");
  assertEquals(people.map((p) => p.units), [4, 6, 2, 1]);
});

Deno.test("of steps that cost the same, the first people's are taken", () => {
  const same = (n: number) => new Array(n).fill(1);
  for (let total = 0; total <= 14; total++) {
    const columns = { total, lower: same(7), upper: same(7), target: same(7) };
    const { units } = splitArrays(columns, { step: 1 });
    assertEquals(Array.from(units), same(7).map((_, i) => Math.floor((total + 6 - i) / 7)));
  }
});

Deno.test("bounds are rounded inward; an interval without a multiple opens to its neighbours", () => {
  const problem = { total: 4, lower: [0.5, 1.2], upper: [2.5, 1.8], target: [1, 1.5] };
  const { units, status } = splitArrays(problem, { step: 1 });
  assertEquals([status, ...units], ["feasible", 2, 2]);
  const low = splitArrays({ ...problem, total: 1 }, { step: 1 });
  assertEquals([low.status, low.amount, ...low.units], ["total_too_low", 1, 0, 1]);
});

Deno.test("steps are decimals: three tenths are three steps of 0.1", () => {
  const tenths = new Steps(0.1);
  assertEquals([tenths.count(0.3), tenths.count(0.3, true)], [3, 3]);
  assertEquals([tenths.count(0.7), tenths.count(0.7, true)], [7, 7]);
  assertEquals([tenths.count(0.35), tenths.count(0.35, true)], [3, 4]);
  assertEquals([tenths.count(-0.35), tenths.count(-0.35, true)], [-4, -3]);
  assertEquals([tenths.count(0.30000000000000004), tenths.count(0.30000000000000004, true)], [
    3,
    4,
  ]);
  assertEquals([1, 3, 7, 57].map((k) => new Steps(0.01).units(k)), [0.01, 0.03, 0.07, 0.57]);
  assertEquals(new Steps(1e-30).units(7), 7e-30);
  assertEquals(new Steps(2.5).units(3), 7.5);
});

Deno.test("a total that is no multiple of the step is an error", () => {
  const problem = { lower: [0], upper: [9], target: [4] };
  for (const [total, step] of [[1.5, 1], [0.35, 0.1], [0.30000000000000004, 0.1], [1, 0.3]]) {
    assertThrows(
      () => splitArrays({ ...problem, total }, { step }),
      InputError,
      `total is "${total}", expected a multiple of the step ${step} (leftover leaves the rest undivided)`,
    );
  }
  for (const [total, step] of [[0.3, 0.1], [0.07, 0.01], [2.5, 0.5], [0, 1]]) {
    assertEquals([...splitArrays({ ...problem, total }, { step }).units], [total]);
  }
  assertThrows(
    () => splitArrays({ ...problem, total: 1e17 }, { step: 1 }),
    InputError,
    "expected at most 9007199254740991 steps of 1",
  );
});
