/** Splits of numbers that are very large, very small, or both: an answer that adds up, or an error in a moment. */
import { InputError, UsageError } from "../../../lib/base/errors.ts";
import { assert, assertEquals, assertThrows } from "../../../lib/deps/std_assert.ts";
import { split } from "../../../lib/woptim/split.ts";
import { splitTotals } from "../../../lib/woptim/totals.ts";
import type { Requirement } from "../../../lib/woptim/problem/problem.ts";

const units = (problem: Parameters<typeof split>[0], options: Parameters<typeof split>[1] = {}) =>
  split(problem, options).people.map(({ units }) => units);

Deno.test("whole steps where prices in doubles tell billions of them not apart", () => {
  const far = { name: "far", interval: [3.46, null] as const, target: 1e100 };
  const near = { name: "near", interval: [6.93, null] as const, target: "lower" as const };
  const total = 55_000_000, step = 0.01;
  // The price that leaves the first one indifferent to a step is the same for all of its steps.
  assertEquals(units({ total, requirements: [far, near] }, { step }), [54999993.07, 6.93]);
  const open = { interval: [null, null] as const };
  for (const target of [1e100, 7e50, -3e99, -1e100]) {
    const both = [{ name: "a", ...open, target }, { name: "b", ...open, target }];
    const third = { name: "c", interval: [5, 100] as const, target: 2.56 };
    const own = target > 0 ? 5 : 100, rest = (total - own) / 2;
    assertEquals(units({ total, requirements: [...both, third] }, { step }), [rest, rest, own]);
  }
  const wide = { name: "wide", interval: [1 / 3, 1e100] as const, target: 8 };
  assertEquals(units({ total, requirements: [wide, far, near] }, { step }), [
    0.34,
    54999992.73,
    6.93,
  ]);
});

Deno.test("numbers so small that they vanish are refused by name, as is what can't be divided by", () => {
  const person = { name: "ann", interval: [0, 4] as const, target: 1 };
  for (
    const [change, what] of [
      [{ target: 5e-324 }, 'target is "5e-324", expected 0 or a number from ±1e-100 to ±1e100'],
      [{ interval: [1e-310, 4] }, 'interval is "[1e-310, 4]", expected [lower, upper], each 0 or'],
      [{ interval: [0, 1e-101] }, 'interval is "[0, 1e-101]", expected [lower, upper], each 0 or'],
      [{ interval: [0, 1e-100], target: "center" }, 'target is "center", expected 0 or a number'],
      [{ fixed: -1e-200 }, 'fixed is "-1e-200", expected 0 or a number from ±1e-100 to ±1e100'],
    ] as [Partial<Requirement>, string][]
  ) {
    const of = { total: 3, requirements: [{ ...person, ...change }] };
    assertThrows(() => split(of), InputError, `requirements[0].${what}`);
  }
  const of = { total: 3, requirements: [person] };
  const amount = "expected 0 or a number from 1e-100 to 1e100";
  assertThrows(() => split({ ...of, total: 5e-324 }), InputError, `total is "5e-324", ${amount}`);
  const columns = { lower: [0], upper: [4], target: [1] };
  assertThrows(() => splitTotals(columns, [1e-101]), UsageError, `total is 1e-101, ${amount}`);
  for (const name of ["gamma", "tMin", "step", "coin"]) {
    const least = `${name} is 1e-308, expected a number from 1e-100 to 1e100`;
    assertThrows(() => split(of, { [name]: 1e-308 }), UsageError, least);
  }
  assertEquals(units({ total: 1e-100, requirements: [{ ...person, target: -0 }] }), [1e-100]);
});

Deno.test("a total that doubles can't make of numbers too far apart is an error", () => {
  const of = {
    total: 39,
    requirements: [
      { name: "p0", interval: [1e-100, null] as const, target: 1e100, weight: 0.001 },
      { name: "p1", interval: [1 / 3, 1e100] as const, target: 1e9, orZero: true },
    ],
  };
  const error = assertThrows(() => split(of, { gamma: 10 }), InputError);
  assert(error.message.startsWith('total is "39", expected amounts and targets less far apart'));
});
