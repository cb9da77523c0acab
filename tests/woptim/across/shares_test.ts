/** Max-min fair shares and shares in proportion: known answers, brute force in whole steps, what must hold on random ones. */
import { fc } from "../../../lib/deps/fast_check.ts";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "../../../lib/deps/std_assert.ts";
import {
  type MethodOptions,
  splitArraysBy,
  splitBy,
} from "../../../lib/woptim/methods/split_by.ts";
import { maxMin } from "../../../lib/woptim/methods/max_min.ts";
import { proportional } from "../../../lib/woptim/methods/proportional.ts";
import { Steps } from "../../../lib/woptim/steps/steps.ts";
import { exactSum } from "../../support/exact_sum.ts";

function columns(total: number, people: [lower: number, target: number, upper: number][]) {
  const [lower, target, upper] = [0, 1, 2].map((k) => Float64Array.from(people, (p) => p[k]));
  return { total, lower, target, upper };
}

Deno.test("max-min: CPU shares as textbooks have them", () => {
  // Demands 2, 2.6, 4 and 5 of a capacity of 10.
  const demands = columns(10, [2, 2.6, 4, 5].map((d) => [0, d, Infinity]));
  const { units, level } = splitArraysBy("max-min", demands);
  [2, 2.6, 2.7, 2.7].forEach((x, i) => assertAlmostEquals(units[i], x, 1e-15));
  assertAlmostEquals(level!, 2.7, 1e-15);
  // Demands 4, 2, 10 and 4 with weights 2.5, 4, 0.5 and 1, capacity 16.
  const weighted = {
    ...columns(16, [4, 2, 10, 4].map((d) => [0, d, Infinity])),
    weight: Float64Array.of(2.5, 4, 0.5, 1),
  };
  const answer = maxMin.divide(weighted, undefined);
  assertEquals([...answer.units], [4, 2, 6, 4]);
});

Deno.test("max-min: lower bounds first, then targets, then upper bounds, then more", () => {
  const people: [number, number, number][] = [[2, 4, 8], [0, 6, 6], [1, 1, 10]];
  const at = (total: number) => [...splitArraysBy("max-min", columns(total, people)).units];
  assertEquals(at(0), [0, 0, 0]);
  assertEquals(at(2), [1, 0, 1]);
  assertEquals(at(3), [2, 0, 1]);
  assertEquals(at(6), [2.5, 2.5, 1]);
  assertEquals(at(11), [4, 6, 1]);
  assertEquals(at(14), [4, 6, 4]);
  assertEquals(at(24), [8, 6, 10]);
  assertEquals(at(27), [8.5, 8.5, 10]);
});

Deno.test("proportional: pro rata with floors and ceilings", () => {
  const claims = columns(100, [[0, 100, 100], [0, 200, 200], [0, 300, 300]]);
  assertEquals([...splitArraysBy("proportional", { ...claims, total: 300 }).units], [50, 100, 150]);
  // The Talmud's estate, by the rule of proportion.
  assertEquals(splitArraysBy("proportional", claims).level, 1 / 6);
  const bounded = columns(100, [[30, 1, 50], [0, 1, 20], [0, 2, Infinity]]);
  assertEquals([...splitArraysBy("proportional", bounded).units], [30, 20, 50]);
  const status = (total: number) => splitArraysBy("proportional", { ...bounded, total }).status;
  assertEquals([status(20), status(100)], ["total_too_low", "feasible"]);
  const low = splitArraysBy("proportional", columns(3, [[2, 1, 5], [4, 2, 5]]));
  assertEquals([...low.units], [1, 2]);
});

Deno.test("shares: what can't be divided, and options that a method doesn't take", () => {
  const none = columns(3, [[0, 0, 5], [0, 0, 5]]);
  assertThrows(() => splitArraysBy("proportional", none), Error, "a number above 0 for somebody");
  assertThrows(
    () => splitArraysBy("proportional", columns(3, [[0, 1, 5]]), { step: 1 }),
    Error,
    "step is not an option of the method proportional",
  );
  const options = { allowNegative: true } as MethodOptions;
  assertThrows(
    () => splitArraysBy("max-min", columns(3, [[0, 1, 5]]), options),
    Error,
    "allowNegative is not an option of the method max-min",
  );
  assertThrows(
    () => splitArraysBy("max-min", columns(3, [[-2, 1, 5]])),
    Error,
    "lower[0] is",
  );
  // An open lower bound is 0.
  const open = splitBy("max-min", {
    total: 3,
    requirements: [{ name: "ann", interval: [null], target: 1 }],
  });
  assertEquals(open.people[0].units, 3);
  assertEquals(open.people[0].lower, 0);
});

const amount = (most: number) => fc.integer({ min: 0, max: most * 1e6 }).map((n) => n / 1e6);
const person = fc.record({
  lower: fc.oneof(fc.constant(0), amount(10)),
  room: fc.oneof(fc.constant(Infinity), fc.constant(0), amount(10)),
  place: amount(2),
  weight: fc.oneof(fc.constant(1), fc.constantFrom(1e-3, 0.5, 2, 1e3)),
});
const problem = fc.record({
  people: fc.array(person, { minLength: 1, maxLength: 30 }),
  part: fc.oneof(fc.constant(0), fc.double({ min: 0.001, max: 1.5, noNaN: true })),
});

Deno.test("shares: the sum is the total, and nobody could get more but from somebody with less", () => {
  let compared = 0;
  fc.assert(
    fc.property(problem, ({ people, part }) => {
      const lower = Float64Array.from(people, (p) => p.lower);
      const upper = Float64Array.from(people, (p) => p.lower + p.room);
      const target = Float64Array.from(people, (p) => p.lower + p.place * Math.min(p.room, 10));
      const weight = Float64Array.from(people, (p) => p.weight);
      const most = upper.reduce((sum, u, i) => sum + Math.min(u, 2 * target[i] + 1), 0);
      const total = part * most;
      for (const method of [maxMin, proportional]) {
        const rate = method === maxMin ? weight : weight.map((w, i) => w * target[i]);
        if (rate.every((r) => r === 0)) continue;
        let units: Float64Array;
        try {
          ({ units } = method.divide({ total, lower, upper, target, weight }, undefined));
        } catch (error) {
          assert(rate.includes(0) && method === proportional, String(error));
          continue;
        }
        const missing = exactSum([total, ...units.map((x) => -x)]);
        assert(Math.abs(missing) <= 2 * Number.EPSILON * total, `${missing} of ${total}`);
        const wanted = target.map((t, i) => Math.min(upper[i], Math.max(lower[i], t)));
        const marks = method === maxMin ? [lower, wanted, upper] : [lower, upper];
        // Within the stage: at most a rounding past the mark above, unless all others are at it.
        const near = (x: number) => 1e-9 * (1 + x);
        for (const mark of marks) {
          const over = units.some((x, i) => x > mark[i] + near(x));
          const under = units.some((x, i) => rate[i] > 0 && x < mark[i] - near(mark[i]));
          assert(!(over && under), "all reach a mark before anybody passes it");
        }
        const free = (i: number) =>
          marks.every((mark) => Math.abs(units[i] - mark[i]) > near(units[i])) && units[i] > 0;
        const levels = people.flatMap((_, i) => free(i) ? [units[i] / rate[i]] : []);
        for (const level of levels) {
          assertAlmostEquals(level / levels[0], 1, 1e-9);
          compared++;
        }
      }
    }),
    { numRuns: 500, seed: 5 },
  );
  assert(compared > 1000, `${compared}`);
});

Deno.test("max-min in whole steps is the leximin vector of all, the first in order among equals", () => {
  const small = fc.record({
    people: fc.array(
      fc.record({
        lower: fc.integer({ min: 0, max: 2 }),
        target: fc.integer({ min: 0, max: 4 }),
        room: fc.integer({ min: 0, max: 4 }),
        weight: fc.constantFrom(1, 2, 3, 0.5),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    total: fc.integer({ min: 0, max: 12 }),
  });
  fc.assert(
    fc.property(small, ({ people, total }) => {
      const lower = Float64Array.from(people, (p) => p.lower);
      const upper = Float64Array.from(people, (p) => p.lower + p.room);
      const target = Float64Array.from(people, (p) => p.target);
      const weight = Float64Array.from(people, (p) => p.weight);
      const input = { total, lower, upper, target, weight };
      const { units, tie } = maxMin.divide(input, new Steps(1));
      const wanted = target.map((t, i) => Math.min(upper[i], Math.max(lower[i], t)));
      const marks = [lower.map(() => 0), lower, wanted, upper, lower.map(() => total + 9)];
      const sum = (mark: Float64Array) => mark.reduce((a, b) => a + b, 0);
      const stage = marks.findIndex((mark, k) => k > 0 && total <= sum(mark));
      const all = [...vectors(total, marks[stage - 1], marks[stage])];
      const best = all.reduce((a, b) => leximin(b, weight, a) > 0 ? b : a);
      assertEquals(leximin([...units], weight, best), 0, `${units} is worse than ${best}`);
      const equal = all.filter((vector) => leximin(vector, weight, best) === 0);
      assertEquals(tie !== null, equal.length > 1, `${units}: ${JSON.stringify(equal)}`);
    }),
    { numRuns: 600, seed: 6 },
  );
});

function* vectors(
  total: number,
  least: Float64Array,
  most: Float64Array,
  at = 0,
): Generator<number[]> {
  if (at === least.length) {
    if (total === 0) yield [];
    return;
  }
  for (let n = least[at]; n <= Math.min(most[at], total); n++) {
    for (const rest of vectors(total - n, least, most, at + 1)) yield [n, ...rest];
  }
}

/** Above 0 where a is the better vector per weight, below where b is. Weights are such that quotients are exact enough. */
function leximin(a: number[], weight: Float64Array, b: number[]): number {
  const [x, y] = [a, b].map((v) => v.map((n, i) => n / weight[i] * 6).sort((p, q) => p - q));
  const at = x.findIndex((value, i) => Math.abs(value - y[i]) > 1e-9);
  return at < 0 ? 0 : x[at] - y[at];
}
