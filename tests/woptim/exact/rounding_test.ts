import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { ExactSum } from "../../../lib/woptim/exact/exact_sum.ts";
import { settleRounding } from "../../../lib/woptim/exact/rounding.ts";
import { splitArrays } from "../../../lib/woptim/split.ts";

const open = (n: number) => ({
  floor: new Float64Array(n).fill(-Infinity),
  ceiling: new Float64Array(n).fill(Infinity),
});

Deno.test("what is missing is shared by all who have as many: those alike stay alike", () => {
  const units = Float64Array.of(3.4999999999999996, 3.4999999999999996, 1);
  settleRounding(8, units, open(3));
  assertEquals([...units], [3.5, 3.5, 1]);
});

// A last bit of 3.25. Somebody who is fixed below 0 makes totals small enough to hold some.
const BIT = 2 ** -51;

Deno.test("what is too little to share goes to the first, a last bit each", () => {
  const units = Float64Array.of(-32, ...new Array(10).fill(3.25));
  const bounds = open(11);
  bounds.floor[0] = bounds.ceiling[0] = -32;
  settleRounding(0.5 - 3 * BIT, units, bounds);
  const few = new Array(3).fill(3.25 - BIT);
  assertEquals([...units], [-32, ...few, ...new Array(7).fill(3.25)]);
});

Deno.test("who may not take more is left out, and a bound is kept", () => {
  const units = Float64Array.of(-9, 3.25, 3.25, 3.25), bounds = open(4);
  bounds.floor[0] = bounds.ceiling[0] = -9;
  bounds.ceiling[1] = 3.25;
  settleRounding(0.75 + 2 * BIT, units, bounds);
  assertEquals([...units], [-9, 3.25, 3.25 + BIT, 3.25 + BIT]);
});

Deno.test("people alike differ by one last bit at most, and the sum is the total", () => {
  const random = seededRandom(1);
  for (let k = 0; k < 3000; k++) {
    const alike = 2 + random.below(8), others = random.below(5), n = alike + others;
    const wish = (of: () => number, own: number) =>
      Float64Array.from({ length: n }, (_, i) => i < alike ? own : of());
    const lower = wish(() => random.next(), 0);
    const upper = lower.map((l, i) => i < alike ? 20 : l + 9 * random.next());
    const target = lower.map((l, i) => i < alike ? 5 : (l + upper[i]) / 2);
    const total = alike * 10 * random.next() + 3 * others;
    const { units } = splitArrays({ total, lower, upper, target });
    const own = units.slice(0, alike), most = Math.max(...own);
    assert(most - Math.min(...own) <= Number.EPSILON * most, [...units].join());
    assertEquals(ExactSum.of(units).value(), total);
  }
});
