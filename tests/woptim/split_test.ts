/** Splits that can be worked out by hand, and what is refused. */
import { InputError, UsageError } from "../../lib/base/errors.ts";
import { assert, assertEquals, assertThrows } from "../../lib/deps/std_assert.ts";
import { seededRandom } from "../../lib/base/numbers/random.ts";
import { split, splitArrays, type SplitProblem } from "../../split.ts";
import type { Requirement } from "../../types.ts";
import { exactSum } from "../support/exact_sum.ts";

const person = (
  name: string,
  lower: number,
  upper: number,
  target: Requirement["target"],
): Requirement => ({ name, interval: [lower, upper], target });

Deno.test("the replaced program's example has its result", () => {
  const result = split({
    total: 70,
    price: 10,
    requirements: [person("alice", 30, 40, "upper"), person("bob", 30, 40, "lower")],
  });
  assertEquals(result, {
    total: 70,
    price: 10,
    status: "feasible",
    amount: 0,
    objective: 0,
    more: 0.2 / 30,
    less: 0.2 * (1 / 40),
    multiplier: 0,
    people: [
      {
        name: "alice",
        units: 40,
        target: 40,
        lower: 30,
        upper: 40,
        inside: true,
        ...{ distance: 0, discontent: 0, share: 40 / 7, payment: 5.71 },
      },
      {
        name: "bob",
        units: 30,
        target: 30,
        lower: 30,
        upper: 40,
        inside: true,
        ...{ distance: 0, discontent: 0, share: 30 / 7, payment: 4.29 },
      },
    ],
  });
});

Deno.test("misses count in proportion, or as they are", () => {
  const problem = {
    total: 9,
    requirements: [person("a", 0, 8, 4), person("b", 0, 8, "upper")],
  };
  // Targets 4 and 8, three units short: in proportion one and two, or one and a half each.
  assertEquals(split(problem).people.map((p) => p.units), [3, 6]);
  assertEquals(split(problem, { absolute: true }).people.map((p) => p.units), [2.5, 6.5]);
  // From 10 on all weigh the same.
  assertEquals(split(problem, { tMin: 10 }).people.map((p) => p.units), [2.5, 6.5]);
});

Deno.test("target words stand for ends and middle of the interval", () => {
  const { people } = split({
    total: 12,
    requirements: [
      person("l", 2, 6, "lower"),
      person("c", 2, 6, "center"),
      person("u", 2, 6, "upper"),
    ],
  });
  assertEquals(people.map((p) => [p.target, p.units]), [[2, 2], [4, 4], [6, 6]]);
});

Deno.test("above Σ upper all upper bounds lose their hard form, and units jump", () => {
  const lower = [0, 0], upper = [2, 10], target = [2, 0];
  const at = (total: number) => splitArrays({ total, lower, upper, target }, { absolute: true });
  assertEquals([at(12).status, at(12).amount, ...at(12).units], ["feasible", 0, 2, 10]);
  const above = at(12.5);
  assertEquals([above.status, above.amount], ["total_too_high", 0.5]);
  // γ(x−2)² + (x−2)₊² + γ y² + (y−10)₊² with x + y = 12.5 is least at x = 3.5, y = 9.
  assert(Math.abs(above.units[0] - 3.5) < 1e-14 && Math.abs(above.units[1] - 9) < 1e-14);
});

Deno.test("below Σ lower units stay above zero, unless negative ones are allowed", () => {
  const columns = { total: 1, lower: [4, 4], upper: [9, 9], target: [4, 12] };
  const none = splitArrays(columns, { absolute: true });
  assertEquals([none.status, none.amount, ...none.units], ["total_too_low", 7, 0, 1]);
  const negative = splitArrays(columns, { absolute: true, allowNegative: true });
  // h(x) = 1.2 x − 4 − 0.2 t: equal at x₁ = x₂ − 4/3.
  assert(Math.abs(negative.units[0] + 1 / 6) < 1e-15);
  // A lower bound below zero lets everybody go below zero.
  const below = splitArrays({ ...columns, total: 0, lower: [-1, 4] }, { absolute: true });
  assert(below.status === "total_too_low" && below.units[0] < 0);
});

Deno.test("status is exact: decimals as written, doubles as they are", () => {
  const status = (total: number, bounds: number[]) =>
    splitArrays({ total, lower: bounds, upper: bounds, target: bounds }).status;
  // In binary these sums lie beside the total; as people wrote them, they are the total.
  assertEquals(status(0.8, [0.7, 0.1]), "feasible");
  assertEquals(status(0.3, [0.1, 0.1, 0.1]), "feasible");
  assertEquals(status(1, new Array(10).fill(0.1)), "feasible");
  assertEquals(status(2 ** -23, [2 ** -24, 2 ** -24]), "feasible");
  assertEquals(status(0.8000000000000002, [0.7, 0.1]), "total_too_high");
  assertEquals(status(0.7999999999999998, [0.7, 0.1]), "total_too_low");
  assertEquals(status(1e12 + 0.0009765625, [1e12, 0.0009765625]), "feasible");
  assertEquals(status(1e12 + 0.0010986328125, [1e12, 0.0009765625]), "total_too_high");
});

Deno.test("bounds that divisions and sums came to are kept where they add up but for rounding", () => {
  const thirds = [1 / 3, 1 / 3, 1 / 3], zeros = [0, 0, 0];
  // In doubles, and as decimals, three of these are less than 1.
  const least = splitArrays({ total: 1, lower: zeros, upper: thirds, target: [0, 0.3, 1] });
  assertEquals([least.status, [...least.units]], ["feasible", thirds]);
  const { status } = splitArrays({ total: 1, lower: thirds, upper: [1, 1, 1], target: zeros });
  assertEquals(status, "feasible");
  for (const n of [7, 49, 1000]) {
    const share = new Float64Array(n).fill(1 / n), open = new Float64Array(n);
    assertEquals(
      splitArrays({ total: 1, lower: open, upper: share, target: open }).status,
      "feasible",
    );
    assertEquals(
      splitArrays({ total: 1, lower: share, upper: share, target: open }).status,
      "feasible",
    );
  }
  // Sums of doubles, which lie beside the exact ones.
  for (const bounds of [[0.1, 0.2], [0.7, 0.1, 0.3], [1 / 3, 2 / 7, 0.1]]) {
    const total = bounds.reduce((sum, bound) => sum + bound, 0);
    const upper = splitArrays({ total, lower: bounds.map(() => 0), upper: bounds, target: bounds });
    const lower = splitArrays({ total, lower: bounds, upper: bounds.map(() => 9), target: bounds });
    assertEquals([upper.status, lower.status], ["feasible", "feasible"], String(bounds));
  }
  // More than rounding.
  const short = splitArrays({
    total: 1,
    lower: zeros,
    upper: [0.333333333333333, ...thirds.slice(1)],
    target: zeros,
  });
  assertEquals(short.status, "total_too_high");
  const people = thirds.map((upper, i) => ({
    name: `p${i}`,
    interval: [0, upper] as const,
    target: 0,
    ...(i < 2 && { group: "two" }),
  }));
  const grouped = split({
    total: 1,
    requirements: people,
    groups: [{ name: "two", interval: [0, 2 / 3] }],
  });
  assertEquals(grouped.status, "feasible");
});

for (
  const [n, perPerson, status] of [
    [1_000_000, 9, "feasible"],
    [100_000, 15, "total_too_high"],
    [100_000, 3, "total_too_low"],
  ] as const
) {
  Deno.test(`${n} people, ${status}`, () => {
    const random = seededRandom(3);
    const column = (make: (i: number) => number) =>
      Float64Array.from({ length: n }, (_, i) => make(i));
    const lower = column(() => random.next() * 10);
    const upper = column((i) => lower[i] + random.next() * 10);
    const target = column((i) => lower[i] + random.next() * (upper[i] - lower[i]));
    const result = splitArrays({ total: n * perPerson, price: n, lower, upper, target });
    assertEquals(result.status, status);
    assertEquals(exactSum(result.units), n * perPerson);
    assertEquals(exactSum(result.payment!.map((p) => Math.round(p * 100))), n * 100);
    // All who are free to move have the same derivative: the multiplier.
    const w = (v: number) => Math.min(1 / v, 2);
    let free = 0;
    for (let i = 0; i < n; i++) {
      const x = result.units[i], l = lower[i], u = upper[i], t = target[i];
      const least = status === "total_too_low" ? 0 : l;
      const most = status === "total_too_high" ? Infinity : u;
      if (x <= least || x >= most) continue;
      const derivative = 0.4 * w(t) * (x - t) - 2 * w(l) * Math.max(0, l - x) +
        2 * w(u) * Math.max(0, x - u);
      if (Math.abs(derivative - result.multiplier) > 1e-9) assert(false, `person ${i}`);
      free++;
    }
    assert(free > n / 10, `only ${free} people are free to move`);
  });
}

const GOOD: SplitProblem = { total: 3, requirements: [person("a", 1, 2, 1), person("b", 1, 2, 1)] };

Deno.test("what is wrong with a problem is said in one line", () => {
  const second = (change: Partial<Requirement>) => ({
    ...GOOD,
    requirements: [GOOD.requirements[0], { ...GOOD.requirements[1], ...change }],
  });
  const cases: [SplitProblem, string][] = [
    [{ ...GOOD, total: -1 }, 'total is "-1", expected 0 or a number from 1e-100 to 1e100'],
    [{ ...GOOD, total: NaN }, 'total is "NaN", expected 0 or a number from 1e-100 to 1e100'],
    [
      { ...GOOD, price: Infinity },
      'price is "Infinity", expected 0 or a number from ±1e-100 to ±1e100',
    ],
    [{ ...GOOD, requirements: [] }, 'requirements is "empty", expected at least one person'],
    [second({ name: "a" }), 'requirements[1].name is "a", expected a name that nobody else has'],
    [
      second({ interval: [2, 1] }),
      'requirements[1].interval is "[2, 1]", expected [lower, upper], each 0 or a number from ±1e-100 to ' +
      "±1e100, or null for no limit, the lower not above the upper",
    ],
    [
      second({ interval: [0, NaN] }),
      'requirements[1].interval is "[0, NaN]", expected [lower, upper], each 0 or a number from ±1e-100 to ' +
      "±1e100, or null for no limit, the lower not above the upper",
    ],
    [
      second({ target: "middle" as "center" }),
      'requirements[1].target is "middle", expected 0 or a number from ±1e-100 to ±1e100, "lower", "center" or "upper"',
    ],
    [
      second({ target: -Infinity }),
      'requirements[1].target is "-Infinity", expected 0 or a number from ±1e-100 to ±1e100, "lower", "center" or "upper"',
    ],
  ];
  for (const [problem, message] of cases) {
    assertEquals(assertThrows(() => split(problem), InputError).message, message);
  }
  const columns = { total: 1, lower: [0, 0], upper: [1, 1], target: [1, 1] };
  assertEquals(
    assertThrows(() => splitArrays({ ...columns, target: [1] }), InputError).message,
    "target has 1 number, expected 2, as lower has",
  );
  assertEquals(
    assertThrows(() => splitArrays({ ...columns, upper: [1, -1] }), InputError).message,
    'interval[1] is "[0, -1]", expected [lower, upper], each 0 or a number from ±1e-100 to ±1e100, or null for no limit, the lower not above the upper',
  );
});

Deno.test("options out of range are refused", () => {
  const refused: [Parameters<typeof split>[1], string][] = [
    [{ gamma: 0 }, "gamma is 0, expected a number from 1e-100 to 1e100"],
    [{ tMin: -1 }, "tMin is -1, expected a number from 1e-100 to 1e100"],
    [{ step: 0 }, "step is 0, expected a number from 1e-100 to 1e100"],
    [{ gamma: NaN }, "gamma is NaN, expected a number from 1e-100 to 1e100"],
    [{ currencyDigits: 9 }, "currencyDigits is 9, expected a whole number from 0 to 8"],
    [{ currencyDigits: 0.5 }, "currencyDigits is 0.5, expected a whole number from 0 to 8"],
  ];
  for (const [options, message] of refused) {
    assertEquals(assertThrows(() => split(GOOD, options), UsageError).message, message);
  }
});

Deno.test("callers without types get one line that says where", () => {
  const ann = { name: "ann", interval: [0, 4], target: 2 };
  const of = (...requirements: unknown[]) => ({ total: 4, requirements });
  const cases: [unknown, string][] = [
    [null, 'the problem is "null", expected an object with total and requirements'],
    [{ ...of(ann), total: "4" }, 'total is "4", expected 0 or a number from 1e-100 to 1e100'],
    [{ requirements: [ann] }, "total is missing, expected 0 or a number from 1e-100 to 1e100"],
    [{ total: 4 }, "requirements is missing, expected a list of people"],
    [{ ...of(ann), price: "3" }, 'price is "3", expected 0 or a number from ±1e-100 to ±1e100'],
    [of(ann, null), 'requirements[1] is "null", expected an object with name, interval and target'],
    [of({ ...ann, name: " " }), 'requirements[0].name is " ", expected a name'],
    [of({ ...ann, name: 7 }), 'requirements[0].name is "7", expected a name'],
    [
      of(ann, { ...ann, name: "ann " }),
      'requirements[1].name is "ann ", expected a name that nobody else has',
    ],
    [of({ name: "a", target: 1 }), "requirements[0].interval is missing, expected [lower, upper]"],
    [of({ ...ann, interval: ["0", 1] }), 'requirements[0].interval is "[0, 1]", expected [lower'],
    [of({ name: "a", interval: [0, 1] }), "requirements[0].target is missing, expected 0 or"],
    [of({ ...ann, target: "2" }), 'requirements[0].target is "2", expected 0 or'],
    [
      of({ ...ann, interval: [0, null], target: "center" }),
      'requirements[0].target is "center", expected a number, as the interval is open',
    ],
  ];
  for (const [problem, message] of cases) {
    const found = assertThrows(() => split(problem as SplitProblem), InputError).message;
    assertEquals(found.slice(0, message.length), message);
  }
  const columns = { total: 1, lower: [0], upper: [null], target: [1] };
  assertEquals([...splitArrays(columns).units], [1]);
  for (
    const [change, message] of [
      [{ total: "1" }, 'total is "1"'],
      [{ lower: undefined }, "lower is missing, expected a list of numbers"],
      [{ target: ["1"] }, 'target[0] is "1", expected 0 or a number from ±1e-100 to ±1e100'],
      [
        { upper: ["x"] },
        'upper[0] is "x", expected 0 or a number from ±1e-100 to ±1e100, or blank for no limit',
      ],
    ] as [object, string][]
  ) {
    const bad = { ...columns, ...change } as Parameters<typeof splitArrays>[0];
    const found = assertThrows(() => splitArrays(bad), InputError).message;
    assertEquals(found.slice(0, message.length), message);
  }
  for (
    const options of [{ gamma: "0.2" }, { tMin: "1" }, { step: "1" }, { currencyDigits: "2" }, {
      coin: "1",
    }, { absolute: "no" }]
  ) {
    assertThrows(
      () => splitArrays(columns, options as unknown as Parameters<typeof split>[1]),
      UsageError,
    );
  }
});
