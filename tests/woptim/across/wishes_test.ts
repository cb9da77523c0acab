/** Weights, last time's amounts and fixed people, against exact fractions. */
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { InputError } from "../../../lib/base/errors.ts";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "../../../lib/deps/std_assert.ts";
import type { SplitOptions } from "../../../lib/woptim/problem/options.ts";
import type { SplitProblem } from "../../../lib/woptim/problem/problem.ts";
import { split, splitArrays } from "../../../lib/woptim/split.ts";
import {
  betterExchange,
  type RationalCase,
  rationalObjective,
  rationalUnits,
  toNumber,
} from "../../support/rational_split.ts";

/** A random split whose people have weights, previous and fixed amounts, or some of these. */
function wishesCase(seed: number, digits = 2): RationalCase {
  const random = seededRandom(seed);
  const number = (most: number) => Number((random.next() * most).toFixed(digits));
  const n = 1 + random.below(8);
  const lower: number[] = [], upper: number[] = [], target: number[] = [];
  const weight: number[] = [], previous: number[] = [], fixed: number[] = [];
  for (let i = 0; i < n; i++) {
    const ends = [number(20), number(20)].sort((a, b) => a - b);
    lower.push(random.below(8) === 0 ? -Infinity : ends[0]);
    upper.push(random.below(6) === 0 ? Infinity : ends[1]);
    target.push(number(25));
    weight.push([1, 2, 0.5, 7, 1000, 1e-3][random.below(6)]);
    previous.push(random.below(3) === 0 ? NaN : number(25));
    fixed.push(random.below(5) === 0 ? number(4) : NaN);
  }
  const taken = fixed.reduce((sum, x) => sum + (Number.isNaN(x) ? 0 : x), 0);
  const total = Number(
    (taken + number(fixed.every((x) => !Number.isNaN(x)) ? 0 : 12 * n)).toFixed(digits),
  );
  return {
    total,
    lower,
    upper,
    target,
    weight,
    previous,
    fixed,
    changeWeight: [0, 0.3, 5][random.below(3)],
    gamma: [0.2, 1][random.below(2)],
    tMin: 0.5,
    absolute: random.below(3) === 0,
    allowNegative: random.below(4) === 0,
  };
}

Deno.test("units with weights, previous and fixed amounts are those of exact fractions", () => {
  for (let seed = 1; seed <= 1500; seed++) {
    const given = wishesCase(seed);
    const { units, objective } = splitArrays(given, given);
    const at = `seed ${seed}: ${JSON.stringify(given)}: ${units}`;
    const exact = rationalUnits(given);
    exact.map(toNumber).forEach((x, i) => {
      assert(
        Math.abs(units[i] - x) <= 1e-12 * (1 + given.total),
        `person ${i} should get ${x}: ${at}`,
      );
    });
    assertAlmostEquals(
      objective,
      toNumber(rationalObjective(given, exact)),
      1e-9 * (1 + objective),
      at,
    );
  }
});

Deno.test("whole steps with weights and previous amounts: none is better elsewhere, ties are the first's", () => {
  for (let seed = 1; seed <= 800; seed++) {
    const given: RationalCase = { ...wishesCase(seed, 0), fixed: undefined };
    const step = [1, 0.5, 0.25][seed % 3];
    const { units, status } = splitArrays(given, { ...given, step });
    const count = (x: number) => x / step;
    const lowest = !given.allowNegative && Array.from(given.lower).every((l) => l >= 0)
      ? 0
      : -Infinity;
    const least = Array.from(given.lower, (l) => status === "total_too_low" ? lowest : count(l));
    const most = Array.from(given.upper, (u) => status === "total_too_high" ? Infinity : count(u));
    assertEquals(betterExchange(given, step, units, least, most), null, `seed ${seed}`);
  }
});

Deno.test("twice the weight is as good as two people", () => {
  const columns = { lower: [0, 0], upper: [9, 9], target: [6, 6] };
  const two = splitArrays({ total: 9, ...columns, weight: [2, 1] });
  assertEquals([...two.units], [5, 4]);
});

Deno.test("a previous amount pulls, and only with a change weight", () => {
  const columns = { total: 10, lower: [0, 0], upper: [10, 10], target: [5, 5], previous: [8, 2] };
  assertEquals([...splitArrays(columns).units], [5, 5]);
  // By hand: the derivative of 0.04 (x − 5)² twice, (x − 8)² / 8 and (x − 8)² / 2, where the second has 10 − x.
  const { units } = splitArrays(columns, { changeWeight: 1 });
  const best = (2 * 0.04 * 5 + (1 / 8 + 1 / 2) * 8) / (2 * 0.04 + 1 / 8 + 1 / 2);
  assertAlmostEquals(units[0], best, 1e-12);
});

Deno.test("who is fixed has the amount, steps or not, and the others share the rest", () => {
  const people = (fixed: number | true) => [
    { name: "ann", interval: [0, 10] as const, target: 5, previous: 4.5, fixed },
    { name: "ben", interval: [0, 10] as const, target: 5 },
    { name: "cleo", interval: [0, 10] as const, target: 5 },
  ];
  const kept = split({ total: 12.5, requirements: people(true) }, { step: 1 });
  assertEquals(kept.people.map((p) => p.units), [4.5, 4, 4]);
  assertEquals(kept.people.map((p) => p.change), [0, null, null]);
  const message = 'total is "12", expected at least 20, what is fixed';
  const found = assertThrows(() => split({ total: 12, requirements: people(20) }), InputError);
  assertEquals(found.message, message);
});

Deno.test("what is said of a total is said of all of it, what is fixed included", () => {
  const remedy = "(leftover leaves the rest undivided)";
  const fixed = { name: "ann", interval: [0, 9] as const, target: 1, fixed: 0.25 };
  const ben = { name: "ben", interval: [0, 9] as const, target: 2 };
  const cases: [SplitProblem, SplitOptions, string][] = [
    [{ total: 7, requirements: [fixed, ben] }, { step: 1 }, `a multiple of the step 1 ${remedy}`],
    [
      {
        total: 7,
        requirements: [{ ...fixed, step: 2 }, { ...ben, step: 2 }, {
          ...ben,
          name: "cleo",
          step: 4,
        }],
      },
      {},
      `whole steps within the bounds, which make up 6 ${remedy}`,
    ],
    [
      { total: 7, requirements: [fixed, { ...ben, interval: [8, 9], orZero: true }] },
      {},
      "units that add up with nothing, or an amount within the interval, for those of or_zero",
    ],
  ];
  for (const [problem, options, expected] of cases) {
    const { message } = assertThrows(() => split(problem, options), InputError);
    assertEquals(message, `total is "7", expected ${expected} beside the 0.25 that are fixed`);
  }
});

Deno.test("what can't be fixed, weighed or pulled is said in one line", () => {
  const of = (more: object) => ({
    total: 4,
    requirements: [{ name: "ann", interval: [0, 9] as const, target: 2, ...more }],
  });
  const cases: [object, string][] = [
    [{ weight: 0 }, 'requirements[0].weight is "0", expected a number from 1e-15 to 1e15'],
    [{ weight: "2" }, 'requirements[0].weight is "2", expected a number'],
    [
      { previous: "x" },
      'requirements[0].previous is "x", expected 0 or a number from ±1e-100 to ±1e100',
    ],
    [{ fixed: 5 }, 'total is "4", expected 5, as everybody\'s amount is fixed'],
    [
      { fixed: true },
      'requirements[0].fixed is "true", expected a number, as there is no previous',
    ],
  ];
  for (const [more, message] of cases) {
    const found = assertThrows(() => split(of(more)), InputError).message;
    assertEquals(found.slice(0, message.length), message);
  }
});
