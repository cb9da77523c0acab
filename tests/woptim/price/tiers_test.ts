/** Priority tiers, against exact fractions and all ways there are. */
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { assert, assertEquals, assertThrows } from "../../../lib/deps/std_assert.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { split, splitArrays } from "../../../lib/woptim/split.ts";
import { type RationalCase, rationalUnits, toNumber } from "../../support/rational_split.ts";
import { modelDiscontent, type SplitCase } from "../../support/split_qp.ts";

/** What the people of a tier weigh where only the first tier that differs is to count, in exact fractions. */
const FAR = 1e40;

function tieredCase(seed: number): RationalCase & { priority: number[] } {
  const random = seededRandom(seed);
  const number = (most: number) => Number((random.next() * most).toFixed(1));
  const n = 2 + random.below(6);
  const lower: number[] = [], upper: number[] = [], target: number[] = [], priority: number[] = [];
  for (let i = 0; i < n; i++) {
    const ends = [number(10), number(10)].sort((a, b) => a - b);
    lower.push(random.below(10) === 0 ? -Infinity : ends[0]);
    upper.push(random.below(6) === 0 ? Infinity : ends[1]);
    target.push(number(12));
    priority.push([1, 2, 2, 5][random.below(4)]);
  }
  return {
    total: number(8 * n),
    lower,
    upper,
    target,
    priority,
    gamma: 0.2,
    tMin: 0.5,
    absolute: seed % 3 === 0,
    allowNegative: seed % 4 === 0,
  };
}

Deno.test("tiers are settled one after the other, as weights without end would have it (exact fractions)", () => {
  const seen = new Set<string>();
  for (let seed = 1; seed <= 1200; seed++) {
    const given = tieredCase(seed);
    const { units, status } = splitArrays(given, given);
    seen.add(status);
    // Each tier weighs so much more than the next that no gain of the next makes up for a loss of its own.
    const weight = given.priority.map((tier) => FAR ** (5 - tier));
    rationalUnits({ ...given, weight }).map(toNumber).forEach((x, i) => {
      assert(
        Math.abs(units[i] - x) <= 1e-10,
        `seed ${seed}: person ${i} should get ${x}: ${JSON.stringify(given)}: ${units}`,
      );
    });
  }
  assertEquals(seen.size, 3);
});

/** The least discontents by tier of all ways to divide `total` steps, compared at the first tier that differs. */
function best(
  problem: SplitCase,
  priority: number[],
  step: number,
  least: number[],
  most: number[],
) {
  const n = least.length, total = Math.round(problem.total / step);
  let found: number[] | undefined;
  const counts = new Array<number>(n).fill(0);
  const place = (i: number, left: number) => {
    if (i < n) {
      for (let k = least[i]; k <= Math.min(most[i], total + 30); k++) {
        counts[i] = k;
        place(i + 1, left - k);
      }
      return;
    }
    if (left !== 0) return;
    const value = vector(problem, priority, counts.map((k) => k * step));
    if (found === undefined || isLess(value, found)) found = value;
  };
  place(0, total);
  return found!;
}

function vector(problem: SplitCase, priority: number[], units: ArrayLike<number>): number[] {
  const value = [0, 0, 0];
  priority.forEach((tier, i) => value[tier - 1] += modelDiscontent(problem, i, units[i]));
  return value;
}

function isLess(a: number[], b: number[]): boolean {
  for (let i = 0; i < a.length; i++) if (Math.abs(a[i] - b[i]) > 1e-9) return a[i] < b[i];
  return false;
}

Deno.test("whole steps by tiers: nothing is better at the first tier that differs (brute force)", () => {
  for (let seed = 1; seed <= 700; seed++) {
    const random = seededRandom(seed);
    const n = 2 + random.below(3), step = [1, 0.5][random.below(2)];
    const lower = Array.from({ length: n }, () => random.below(4) * step);
    const upper = lower.map((l) => l + random.below(5) * step);
    // Targets between two steps, where the next step costs its tier nothing at all.
    const target = lower.map(() => random.below(13) * step / 2);
    const priority = lower.map(() => 1 + random.below(3));
    const total = random.below(14) * step;
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
    const { units, status } = splitArrays({ ...problem, priority }, { ...problem, step });
    const least = lower.map((l) => status === "total_too_low" ? 0 : l / step);
    const most = upper.map((u) => status === "total_too_high" ? Infinity : u / step);
    assertEquals(units.reduce((a, b) => a + b, 0), total);
    units.forEach((x, i) => assert(least[i] <= x / step && x / step <= most[i]));
    const own = vector(problem, priority, units);
    const bound = best(problem, priority, step, least, most);
    assert(
      !isLess(bound, own),
      `seed ${seed}: ${JSON.stringify(problem)} ${priority}: ${units}: ${own} > ${bound}`,
    );
  }
});

Deno.test("the first tier has its targets, the second what is left above the lower bounds", () => {
  const requirements = [
    { name: "shop", interval: [10, 60] as const, target: 50, priority: 2 },
    { name: "clinic", interval: [20, 60] as const, target: 50, priority: 1 },
    { name: "school", interval: [10, 60] as const, target: 30, priority: 1 },
  ];
  const units = (total: number) => split({ total, requirements }).people.map((p) => p.units);
  assertEquals(units(100), [20, 50, 30]);
  assertEquals(units(90), [10, 50, 30]);
  // The second tier fills up first; what is left then goes to the first, in proportion to its targets.
  assertEquals(units(150), [60, 56.25, 33.75]);
  assertEquals(units(70)[0], 10);
});

Deno.test("as many tiers as people: 100,000 are no burden", () => {
  const n = 100_000, all = (x: number) => new Float64Array(n).fill(x);
  const priority = Float64Array.from({ length: n }, (_, i) => 1 + (i * 7919) % n);
  const { units } = splitArrays({
    total: 1.5 * n,
    lower: all(1),
    upper: all(3),
    target: all(2),
    priority,
  });
  assertEquals(units.every((x, i) => x === (priority[i] <= n / 2 ? 2 : 1)), true);
});

Deno.test("a tier that is no whole number is refused", () => {
  assertThrows(
    () => splitArrays({ total: 1, lower: [0], upper: [1], target: [1], priority: [1.5] }),
    InputError,
    'priority[0] is "1.5", expected a whole number from 1 to 1000000',
  );
});
