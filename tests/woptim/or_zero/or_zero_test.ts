/** Nothing at all, or at least the lower bound: beside all choices there are, each split in exact fractions. */
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { InputError } from "../../../lib/base/errors.ts";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "../../../lib/deps/std_assert.ts";
import { solvePrice } from "../../../lib/woptim/price/multiplier.ts";
import { resolveOptions } from "../../../lib/woptim/problem/options.ts";
import { chooseOrZero } from "../../../lib/woptim/or_zero/or_zero.ts";
import { People } from "../../../lib/woptim/price/people.ts";
import type { Requirement } from "../../../lib/woptim/problem/problem.ts";
import { split, splitArrays } from "../../../lib/woptim/split.ts";
import {
  compare,
  plus,
  type Rational,
  rational,
  type RationalCase,
  rationalObjective,
  rationalStatus,
  rationalUnits,
  toNumber,
} from "../../support/rational_split.ts";
import { modelDiscontent, type SplitCase } from "../../support/split_qp.ts";

function orZeroCase(seed: number): RationalCase & { orZero: number[]; weight: number[] } {
  const random = seededRandom(seed);
  const number = (most: number) => Number((random.next() * most).toFixed(1));
  const n = 2 + random.below(5);
  const lower: number[] = [], upper: number[] = [], target: number[] = [], orZero: number[] = [];
  for (let i = 0; i < n; i++) {
    const low = number(6), like = random.below(4) === 0 && i > 0;
    lower.push(like ? lower[i - 1] : low);
    upper.push(
      like ? upper[i - 1] : random.below(8) === 0 ? Infinity : Number((low + number(4)).toFixed(1)),
    );
    target.push(like ? target[i - 1] : number(10));
    orZero.push(random.below(4) === 0 ? 0 : 1);
  }
  return {
    total: number(5 * n),
    lower,
    upper,
    target,
    orZero,
    weight: lower.map((_, i) => i % 2 === 0 ? 1 : [1, 3][seed % 2]),
    gamma: [0.2, 1][seed % 2],
    tMin: 0.5,
    absolute: seed % 3 === 0,
    allowNegative: false,
  };
}

/** The least objective of all choices, in fractions; null where no choice makes the total. */
function bestOfAll(given: ReturnType<typeof orZeroCase>): Rational | null {
  const { lower, upper, orZero } = given;
  const l = Array.from(lower), u = Array.from(upper);
  const status = rationalStatus({ ...given, lower: l.map((x, i) => orZero[i] ? 0 : x) });
  const who = orZero.flatMap((flag, i) => flag === 1 && l[i] > 0 ? [i] : []);
  let best: Rational | null = null;
  for (let subset = 0; subset < 2 ** who.length; subset++) {
    const isOut = (i: number) => who.includes(i) && (subset >> who.indexOf(i) & 1) === 0;
    const floor = l.map((x, i) =>
      isOut(i) || status === "total_too_low" && !who.includes(i) ? 0 : x
    );
    const ceiling = u.map((x, i) => isOut(i) ? 0 : status === "total_too_high" ? Infinity : x);
    const sum = (values: number[]) => values.map(rational).reduce(plus, rational(0));
    const total = rational(given.total);
    if (compare(sum(floor), total) > 0) continue;
    if (ceiling.every(Number.isFinite) && compare(sum(ceiling), total) < 0) continue;
    const hard = { ...given, hard: { floor, ceiling } };
    const value = rationalObjective(hard, rationalUnits(hard));
    if (best === null || compare(value, best) < 0) best = value;
  }
  return best;
}

Deno.test("no other choice of who gets nothing is better (all of them, in exact fractions)", () => {
  let impossible = 0;
  const seen = new Set<string>();
  for (let seed = 1; seed <= 500; seed++) {
    const given = orZeroCase(seed), best = bestOfAll(given);
    const at = `seed ${seed}: ${JSON.stringify(given)}`;
    if (best === null) {
      impossible++;
      assertThrows(
        () => splitArrays(given, given),
        InputError,
        "expected units that add up with nothing",
        at,
      );
      continue;
    }
    const { units, objective, status, gap = 0 } = splitArrays(given, given);
    seen.add(status);
    assertEquals(gap, 0, at);
    assertAlmostEquals(
      units.reduce((a, b) => a + b, 0),
      given.total,
      1e-12 * (1 + given.total),
      at,
    );
    units.forEach((x, i) => assert(given.orZero[i] === 0 || x === 0 || x >= given.lower[i], at));
    const least = toNumber(best);
    assert(Math.abs(objective - least) <= 1e-9 * (1 + least), `${objective}, not ${least}: ${at}`);
  }
  assert(impossible > 20 && impossible < 250, `${impossible}`);
  assertEquals(seen.size, 3);
});

Deno.test("nothing or at least the lower bound in whole steps (all ways there are)", () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = seededRandom(seed), n = 2 + random.below(3);
    const lower = Array.from({ length: n }, () => 1 + random.below(4));
    const upper = lower.map((l) => l + random.below(4));
    const target = lower.map(() => random.below(16) / 2);
    const total = random.below(upper.reduce((a, b) => a + b, 0) + 1);
    const problem: SplitCase = {
      total,
      lower,
      upper,
      target,
      gamma: 0.2,
      tMin: 0.5,
      absolute: seed % 2 === 0,
      allowNegative: false,
    };
    let best = Infinity;
    const place = (i: number, left: number, cost: number) => {
      if (i === n) {
        if (left === 0) best = Math.min(best, cost);
        return;
      }
      for (let k = 0; k <= Math.min(left, upper[i]); k++) {
        if (k === 0 || k >= lower[i]) place(i + 1, left - k, cost + modelDiscontent(problem, i, k));
      }
    };
    place(0, total, 0);
    const run = () =>
      splitArrays({ ...problem, orZero: lower.map(() => true) }, { ...problem, step: 1 });
    if (best === Infinity) assertThrows(run, InputError, "add up");
    else {assertAlmostEquals(
        run().objective,
        best,
        1e-9 * (1 + best),
        `seed ${seed}: ${JSON.stringify(problem)}`,
      );}
  }
});

Deno.test("200 people who get nothing or at least their lower bound: the best is found, and known to be", () => {
  for (const kind of ["random", "alike", "narrow"]) {
    const random = seededRandom(7), n = 200;
    const lower = Array.from({ length: n }, () => kind === "alike" ? 5 : 3 + 6 * random.next());
    const upper = lower.map((l) => kind === "narrow" ? l * 1.05 : l + 4);
    const target = lower.map((l, i) =>
      l + (upper[i] - l) * (kind === "alike" ? 0.5 : random.next())
    );
    const total = 0.43 * lower.reduce((a, b) => a + b, 0);
    const { units, gap } = splitArrays({
      total,
      lower,
      upper,
      target,
      orZero: lower.map(() => true),
    });
    assertEquals(gap, 0, kind);
    assertAlmostEquals(units.reduce((a, b) => a + b, 0), total, 1e-9);
    units.forEach((x, i) => assert(x === 0 || x >= lower[i]));
  }
});

Deno.test("a search that ends before it is sure says how far from the best it may be, and no less", () => {
  let unsure = 0, unknown = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const random = seededRandom(seed), n = 12;
    const lower = Float64Array.from({ length: n }, () => 3 + 6 * random.next());
    const upper = lower.map((l) => l * 1.05), target = lower.map((l) => l + random.next());
    const total = (0.3 + 0.4 * random.next()) * lower.reduce((a, b) => a + b, 0);
    const columns = { total, lower, upper, target };
    const people = new People(columns, { floor: lower, ceiling: upper }, resolveOptions());
    const all = new Uint8Array(n).fill(1);
    const found = chooseOrZero(people, all, total, undefined, { responses: 0, additions: 0 });
    assert(
      found !== null,
      "some choice makes the total, and where none was found that is not sure",
    );
    if (found === undefined) {
      unknown++;
      continue;
    }
    const kept = (bounds: Float64Array) => bounds.map((b, i) => found.taken[i] ? b : 0);
    const { units, objective } = splitArrays({ ...columns, orZero: [...all] });
    const own = new People(columns, { floor: kept(lower), ceiling: kept(upper) }, resolveOptions());
    const best = new Float64Array(n);
    solvePrice(own, total, best);
    const value = own.discontent(best).reduce((a, b) => a + b, 0);
    assert(units.some((x) => x === 0));
    assert(value >= objective * (1 - 1e-12), `${value} < ${objective}`);
    assert(
      value * (1 - found.gap) <= objective * (1 + 1e-12),
      `${found.gap}: ${value}, best ${objective}`,
    );
    if (found.gap > 0) unsure++;
  }
  assert(unsure > 3 && unknown > 3, `${unsure} ${unknown}`);
});

Deno.test("who may get nothing by the interval has no choice to make", () => {
  const requirements = [
    { name: "ann", interval: [0, 4] as const, target: 3, orZero: true },
    { name: "ben", interval: [3, 4] as const, target: 3, orZero: true },
  ];
  assertEquals(split({ total: 2, requirements }).people.map((p) => p.units), [2, 0]);
});

Deno.test("who may get nothing by the interval in whole steps has no choice to make", () => {
  // No whole number lies in [0.4, 0.5]: it is widened to 0 … 1.
  const ann = { name: "ann", interval: [0.4, 0.5] as const, target: 8, orZero: true };
  const ben = { name: "ben", interval: [0, 1] as const, target: 1 };
  const of = (total: number, requirements: Requirement[]) =>
    split({ total, requirements }, { step: 1 }).people.map(({ units }) => units);
  assertEquals(of(4, [ann]), [4]);
  assertEquals(of(1, [ann]), [1]);
  // 1 … 3 for ann by hand: 0.2 / 8 (8 − x)² + 2 (x − 0.5)² + 0.2 (y − 1)² + (y − 1)² is least at 1 of 4.
  assertEquals(of(4, [ann, ben]), [1, 3]);
});

Deno.test("in steps, a search ends where prices lead to more steps than count exactly", () => {
  // At the price that the heavy one asks for, the light one would take 10^18 steps.
  const columns = { total: 10, lower: [2, 3], upper: [null, null], target: [4, 6], orZero: [1, 1] };
  const light = splitArrays({ ...columns, weight: [1e9, 1e-9] }, { step: 1 });
  assertEquals([[...light.units], light.gap], [[4, 6], 0]);
  // So many steps of 10^15 that no double is one more than another.
  const far = { lower: [0, 4e15], upper: [1e15, null], target: [0, 2e15], orZero: [0, 1] };
  assertEquals([...splitArrays({ ...far, total: 12e15 }, { step: 1e15 }).units], [0, 12e15]);
});

Deno.test("beside people who get nothing, those with open bounds get what is left at any weight", () => {
  // Who gets nothing moves at no price, and ben's bounds are out of reach: there is no breakpoint at all.
  for (const weight of [1e-6, 0.01, 1, 100, 1e6]) {
    const ann = { name: "ann", interval: [1.3, 5.7] as const, target: 7.8, weight, orZero: true };
    const ben = { name: "ben", interval: [0.7] as const, target: 2.9, orZero: true };
    for (const total of [0, 0.7, 2.4, 2.5, 2.9, 5, 40]) {
      for (const step of [undefined, 0.1]) {
        const { people, objective, gap } = split({ total, requirements: [ann, ben] }, { step });
        const units = people.map((person) => person.units);
        assertAlmostEquals(units[0] + units[1], total, 1e-12, `${weight} ${total}: ${units}`);
        assertEquals(gap, 0);
        // Nothing for one of them, and the rest for the other, is no better.
        for (const [x, y] of [[0, total], [total, 0]]) {
          if (x > 0 && (x < 1.3 || x > 5.7) || y > 0 && y < 0.7) continue;
          const other = weight * (0.2 / 7.8 * (x - 7.8) ** 2 + Math.max(0, 1.3 - x) ** 2 / 1.3) +
            0.2 / 2.9 * (y - 2.9) ** 2 + Math.max(0, 0.7 - y) ** 2 / 0.7;
          assert(
            objective <= other * (1 + 1e-9) + 1e-12,
            `${weight} ${total}: ${objective} ${other}`,
          );
        }
      }
    }
  }
});

Deno.test("what was asked for is left as it was", () => {
  const columns = {
    total: 5,
    lower: new Float64Array([4, 4]),
    upper: new Float64Array([5, 5]),
    target: new Float64Array([4, 4]),
  };
  assertEquals([...splitArrays({ ...columns, orZero: [1, 1] }).units], [5, 0]);
  assertEquals([columns.lower, columns.upper].map((b) => [...b]), [[4, 4], [5, 5]]);
});

Deno.test("or_zero with priority or steps of one's own is refused in one line", () => {
  const columns = { total: 4, lower: [3, 3], upper: [4, 4], target: [3, 3], orZero: [1, 1] };
  assertThrows(
    () => splitArrays({ ...columns, priority: [1, 2] }),
    InputError,
    "or_zero and priority can't be combined: give one of them",
  );
  assertThrows(
    () => splitArrays({ ...columns, step: [1, 2] }),
    InputError,
    "or_zero and steps of people's own can't be combined: give one of them",
  );
});

Deno.test("in steps, more people may get nothing than a call takes arguments", () => {
  const n = 150_000, of = (value: number) => new Float64Array(n).fill(value);
  const { units, status } = splitArrays(
    { total: 2 * n, lower: of(2), upper: of(5), target: of(3), orZero: of(1) },
    { step: 1 },
  );
  assertEquals(status, "feasible");
  assertEquals(units.reduce((sum, x) => sum + x, 0), 2 * n);
});
