/** Stages of a split by a method: between two marks, or just at one. */
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { splitBy } from "../../../lib/woptim/methods/split_by.ts";
import { stageOf } from "../../../lib/woptim/methods/stages.ts";

Deno.test("a total is between the marks around it, or just at the one that it is the sum of", () => {
  const marks = [[0, 0], [0.1, 0.2], [3, Infinity]].map((mark) => Float64Array.from(mark));
  const open = new Float64Array(2).fill(Infinity);
  const [none, low, high] = marks;
  const cases: [number, Float64Array, Float64Array][] = [
    [0, none, low],
    [0.2, none, low],
    // As decimals the two add up to it, though not as doubles.
    [0.3, low, low],
    [0.4, low, high],
    [1e9, low, high],
  ];
  for (const [total, floor, ceiling] of cases) {
    assertEquals(stageOf(total, marks), { floor, ceiling }, `${total}`);
  }
  assertEquals(stageOf(0.4, marks.slice(0, 2)), { floor: low, ceiling: open });
});

Deno.test("max-min and proportional: a total that is the sum of the bounds of one side gives everybody theirs, whatever the claims", () => {
  const random = seededRandom(1);
  for (let round = 0; round < 500; round++) {
    const unit = [1, 10, 100][round % 3], n = 1 + random.below(5);
    const requirements = Array.from({ length: n }, (_, i) => {
      const lower = random.below(5) / unit, upper = lower + random.below(5) / unit;
      const interval = [lower, Number(upper.toFixed(2))] as const;
      return { name: `p${i}`, interval, target: random.below(3) / unit };
    });
    for (const side of [0, 1]) {
      const bounds = requirements.map(({ interval }) => interval[side]);
      const total = Number(bounds.reduce((sum, x) => sum + x, 0).toFixed(2));
      for (const method of ["max-min", "proportional"] as const) {
        const { people, status } = splitBy(method, { total, requirements });
        assertEquals([status, people.map(({ units }) => units)], ["feasible", bounds]);
      }
    }
  }
});
