import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { orderOf } from "../../../lib/base/arrays/order_of.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";

Deno.test("places come in ascending order of their numbers, the earlier first among equals", () => {
  const random = seededRandom(1);
  for (let seed = 0; seed < 300; seed++) {
    // Few numbers, so that many are equal; and stretches of any length.
    const most = 1 + random.below(12), stretch = 1 + random.below(9);
    const numbers = Float64Array.from({ length: seed % 60 }, () => random.below(most) - 2);
    for (let i = 0; i < numbers.length; i += stretch) numbers.subarray(i, i + stretch).sort();
    const expected = [...numbers.keys()].sort((a, b) => numbers[a] - numbers[b] || a - b);
    assertEquals([...orderOf(numbers)], expected, `case ${seed}`);
  }
});
