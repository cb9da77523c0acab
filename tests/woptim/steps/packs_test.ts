/** Steps of several sizes, leftovers and fractions, beside a plain dynamic program over everything. */
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { InputError, UsageError } from "../../../lib/base/errors.ts";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "../../../lib/deps/std_assert.ts";
import { split, splitArrays } from "../../../lib/woptim/split.ts";
import { modelDiscontent, type SplitCase } from "../../support/split_qp.ts";

/** The least Σ discontent for each number of whole units, person by person and step by step; units are whole. */
function leastCosts(problem: SplitCase, step: number[], least: number[], most: number[]): number[] {
  const total = Math.floor(problem.total);
  let costs = Array.from({ length: total + 1 }, (_, units) => units === 0 ? 0 : Infinity);
  step.forEach((size, i) => {
    const next = costs.map(() => Infinity);
    for (let k = least[i]; k * size <= total && k <= most[i]; k++) {
      const own = modelDiscontent(problem, i, k * size);
      for (let units = k * size; units <= total; units++) {
        next[units] = Math.min(next[units], costs[units - k * size] + own);
      }
    }
    costs = next;
  });
  return costs;
}

function packCase(seed: number, sizes: number[]) {
  const random = seededRandom(seed);
  const n = 2 + random.below(6);
  const step = Array.from({ length: n }, () => sizes[random.below(sizes.length)]);
  const lower = step.map(() => random.below(12));
  const upper = lower.map((l) => l + random.below(24));
  const target = lower.map(() => random.below(60) / 2);
  const low = lower.reduce((a, b) => a + b, 0), high = upper.reduce((a, b) => a + b, 0);
  const total = random.below(3) === 0
    ? random.below(high + 20)
    : low + random.below(high - low + 1);
  const problem: SplitCase = {
    total,
    lower,
    upper,
    target,
    gamma: [0.2, 1][seed % 2],
    tMin: 0.5,
    absolute: seed % 3 === 0,
    allowNegative: false,
  };
  return { problem, step };
}

/** Bounds in steps, rounded inward, or to both sides where no multiple lies between them. */
function countsOf({ lower, upper }: SplitCase, step: number[], status: string) {
  const least: number[] = [], most: number[] = [];
  step.forEach((size, i) => {
    const up = Math.ceil(lower[i] / size), down = Math.floor(upper[i] / size);
    least.push(status === "total_too_low" ? 0 : Math.min(up, down));
    most.push(status === "total_too_high" ? Infinity : Math.max(up, down));
  });
  return { least, most };
}

for (const [what, sizes] of [["nested", [1, 2, 4, 12]], ["any", [2, 3, 4, 5, 6]]] as const) {
  Deno.test(`steps of ${what} sizes: nothing is better, and as little as can be is left (dynamic program)`, () => {
    const seen = new Set<string>();
    let leftovers = 0;
    for (let seed = 1; seed <= 1500; seed++) {
      const { problem, step } = packCase(seed, [...sizes]);
      const found = splitArrays({ ...problem, step }, { ...problem, leftover: true });
      const at = `seed ${seed}: ${JSON.stringify({ ...problem, step })}: ${found.units}`;
      seen.add(found.status);
      const { least, most } = countsOf(problem, step, found.status);
      found.units.forEach((x, i) => {
        const k = x / step[i];
        assert(Number.isInteger(k) && least[i] <= k && k <= most[i], `person ${i}: ${at}`);
      });
      const given = found.units.reduce((a, b) => a + b, 0);
      const costs = leastCosts(problem, step, least, most);
      const reached = costs.findLastIndex((cost) => cost < Infinity);
      assertEquals([given, found.leftover], [reached, problem.total - reached], at);
      assertAlmostEquals(found.objective, costs[reached], 1e-9 * (1 + found.objective), at);
      if (found.leftover! > 0) leftovers++;
    }
    assertEquals(seen.size, 3);
    assert(leftovers > 20);
  });
}

Deno.test("packs of nested sizes at a size where nobody can count them all one by one", () => {
  // Everybody's target is a multiple of the own pack, and the total is theirs.
  const n = 3000, random = seededRandom(5);
  const step = Array.from({ length: n }, () => [1, 10, 1000, 50_000][random.below(4)]);
  const target = step.map((size) => size * (1 + random.below(1e6)));
  const total = target.reduce((a, b) => a + b, 0);
  const columns = {
    total,
    lower: target.map(() => 0),
    upper: target.map(() => null),
    target,
    step,
  };
  assertEquals([...splitArrays(columns).units], target);
});

Deno.test("what is left over is said, or refused", () => {
  const columns = { total: 10.5, lower: [0, 0], upper: [9, 9], target: [5, 5] };
  const { units, leftover } = splitArrays(columns, { step: 1, leftover: true });
  assertEquals([[...units], leftover], [[5, 5], 0.5]);
  assertEquals(
    splitArrays({ ...columns, total: 0.7 }, { step: 0.2, leftover: true }).leftover,
    0.1,
  );
  assertThrows(
    () => splitArrays({ ...columns, step: [4, 8] }),
    InputError,
    'total is "10.5", expected whole steps within the bounds, which make up 8 (leftover leaves the rest undivided)',
  );
  // No one sees beforehand what 4 and 6 make up.
  assertEquals(splitArrays({ ...columns, total: 9, step: [4, 6] }).leftover, 1);
});

Deno.test("the price is for what is handed out", () => {
  const requirements = ["ann", "ben"].map((name) => ({
    name,
    interval: [0, 9] as const,
    target: 5,
  }));
  const { people } = split({ total: 10.5, price: 7, requirements }, { step: 1, leftover: true });
  assertEquals(people.map((p) => p.payment), [3.5, 3.5]);
});

Deno.test("a third is a step: fractions are counted exactly", () => {
  const columns = { total: 10, lower: [0, 0, 0], upper: [9, 9, 9], target: [3, 3, 4] };
  const thirds = splitArrays({ ...columns, target: [1, 1, 1] }, { step: "1/3" });
  assertEquals([...thirds.units], [10 / 3, 10 / 3, 10 / 3]);
  const sevenths = splitArrays({ ...columns, total: 1e6 }, { step: "2/7" });
  const counts = [...sevenths.units].map((x) => Math.round(x * 7 / 2));
  assertEquals(counts.reduce((a, b) => a + b, 0), 3_500_000);
  counts.forEach((k, i) => assertEquals(sevenths.units[i], 2 * k / 7));
  // A half and a third are multiples of a sixth.
  const mixed = splitArrays({ ...columns, total: 2, step: ["1/2", "1/3", "1/3"] });
  assertEquals([mixed.leftover, mixed.increment], [0, 1 / 6]);
  for (const step of ["1/0", "0/3", "-1/3", "a/b", "1/3/3", "1e-200/1e200"]) {
    assertThrows(() => splitArrays(columns, { step }), UsageError, "or a fraction such as");
  }
});

Deno.test("what steps of one's own can't do is said in one line", () => {
  const columns = { total: 10, lower: [0, null], upper: [9, 9], target: [5, 5] };
  assertThrows(
    () => splitArrays({ ...columns, step: [1, null] }),
    InputError,
    "step[1] is missing",
  );
  assertThrows(
    () => splitArrays({ ...columns, step: [2, 3] }),
    InputError,
    'step is "2, 3", expected steps that divide one another, or lower bounds for everybody that the total can meet',
  );
  // Of a total below the lower bounds these do not hold, and amounts may be below 0 here.
  assertThrows(
    () =>
      splitArrays({ ...columns, total: 3, lower: [4, 6], step: [2, 3] }, { allowNegative: true }),
    InputError,
    "or lower bounds for everybody that the total can meet",
  );
  assertThrows(
    () => splitArrays({ ...columns, step: [2, 4], priority: [1, 2] }),
    InputError,
    "steps of different sizes and priority can't be combined",
  );
  assertThrows(
    () => splitArrays({ ...columns, lower: [0, 0], total: 1e9, step: [2, 3], upper: [null, null] }),
    InputError,
    "or at most 10000000 times 1 to divide above the lower bounds",
  );
});

Deno.test("totals in thirds are whole packs of a third, and so is what is left beside fixed thirds", () => {
  const sizes = ["1/3", "2/3", "5/3"];
  for (let thirds = 1; thirds <= 40; thirds++) {
    for (const fixed of [0, 2, 5]) {
      if (fixed >= thirds) continue;
      const { people, leftover, more, less } = split({
        total: thirds / 3,
        requirements: [
          { name: "ann", interval: [0, 40], target: 3, step: sizes[thirds % 3] },
          { name: "ben", interval: [0, 40], target: 1, step: "1/3" },
          { name: "cleo", interval: [0, 40], target: 1, fixed: fixed / 3, step: "1/3" },
        ],
      });
      const counts = people.map(({ units }) => Math.round(3 * units));
      assertEquals([leftover, counts.reduce((a, b) => a + b, 0)], [0, thirds]);
      assert(more !== null && more !== 0 && (less === null || less !== 0));
    }
  }
  // The same with one step for all.
  const inThirds = split({
    total: 10 / 3,
    requirements: [
      { name: "ann", interval: [0, 9], target: 1, fixed: 2 / 3 },
      { name: "ben", interval: [0, 9], target: 1 },
    ],
  }, { step: "1/3", leftover: true });
  assertEquals([inThirds.people[1].units, inThirds.leftover], [8 / 3, 0]);
});

Deno.test("what is left of thirds beside fixed amounts is thirds, however few digits rounding leaves of it", () => {
  for (let thirds = 1; thirds <= 20; thirds++) {
    for (const fixed of [0, 1, 7, 1000]) {
      for (const own of [undefined, "2/3"]) {
        const { people, leftover } = split({
          total: (3 * fixed + thirds) / 3,
          requirements: [
            { name: "ann", interval: [0, 40], target: 3, fixed },
            { name: "ben", interval: [0, 40], target: 1, step: own },
            { name: "cleo", interval: [0, 40], target: 1 },
          ],
        }, { step: "1/3" });
        const counts = people.map(({ units }) => 3 * units);
        assertEquals([leftover ?? 0, Math.round(counts[1] + counts[2])], [0, thirds]);
      }
    }
  }
  const { people } = split({
    total: 1,
    requirements: ["ann", "ben", "cleo"].map((name) => ({
      name,
      interval: [0, 1],
      target: 1,
      fixed: 1 / 3,
    })),
  });
  assertEquals(people.map(({ units }) => units), [1 / 3, 1 / 3, 1 / 3]);
});

Deno.test("of steps that cost the same the first person's is taken, in packs and in groups", () => {
  const wish = { interval: [0, 4] as const, target: 2 };
  for (const steps of [[1, 2], [2, 1]]) {
    const requirements = steps.map((step, i) => ({ ...wish, name: `p${i}`, step }));
    assertEquals(split({ total: 2, requirements }).people.map(({ units }) => units), [2, 0]);
  }
  const groups = [{ name: "outer" }, { name: "inner", group: "outer" }];
  for (const own of [["inner", "outer"], ["outer", "inner"], ["outer", null], ["inner", null]]) {
    for (const order of [own, own.toReversed()]) {
      const requirements = order.map((group, i) => ({ ...wish, name: `p${i}`, group }));
      const { people } = split({ total: 3, requirements, groups }, { step: 1 });
      assertEquals(people.map(({ units }) => units), [2, 1], `${order}`);
    }
  }
});
