import { WorthSum } from "../../../lib/allocator/check/worth_sum.ts";
import { LongSum } from "../../../lib/base/numbers/long_sum.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { assertEquals } from "../../../lib/deps/std_assert.ts";

Deno.test("WorthSum: terms that are alike, and the same bits as the solvers' sums", () => {
  const alike = new WorthSum();
  for (let i = 0; i < 1_000_000; i++) alike.add(0.1);
  assertEquals(alike.value, 100_000);
  const random = seededRandom(1), sum = new WorthSum(), other = new LongSum();
  for (let i = 0; i < 10_000; i++) {
    const term = (random.next() - 0.3) * 10 ** random.below(8);
    sum.add(term);
    other.add(term);
    assertEquals(sum.value, other.value);
  }
});
