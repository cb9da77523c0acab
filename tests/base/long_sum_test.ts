import { LongSum } from "../../lib/base/long_sum.ts";
import { assert, assertEquals } from "../../lib/deps/std_assert.ts";

Deno.test("LongSum: a million terms that are alike, whose rounding all goes one way", () => {
  const sum = new LongSum();
  let plain = 0;
  for (let i = 0; i < 1_000_000; i++) {
    sum.add(0.1);
    plain += 0.1;
  }
  assertEquals(sum.value, 100_000);
  assert(plain > 100_000 + 1e-7);
});

Deno.test("LongSum: terms that are larger than the sum so far, and nothing", () => {
  const sum = new LongSum();
  assertEquals(sum.value, 0);
  for (const term of [1, 1e100, 1, -1e100]) sum.add(term);
  assertEquals(sum.value, 2);
});
