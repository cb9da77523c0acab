import { LongSum } from "../../../lib/base/numbers/long_sum.ts";
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";

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

Deno.test("LongSum: the decimal that is meant, and no other number where the sum is known better", () => {
  const sumOf = (...terms: number[]) => {
    const sum = new LongSum();
    for (const term of terms) sum.add(term);
    return sum;
  };
  assertEquals(sumOf().decimal, 0);
  assertEquals(sumOf(0.1, 0.2).decimal, 0.3);
  assertEquals(sumOf(1e15 + 3, 4).decimal, 1e15 + 7);
  assertEquals(sumOf(1e20, 1e-3, -1e20).decimal, 1e-3);
  // A number of 17 digits is what it is.
  assertEquals(sumOf(0.12345678901234568).decimal, 0.12345678901234568);
});

Deno.test("LongSum: numbers of a column at given places add up as one by one, to the last bit", () => {
  const random = seededRandom(1);
  const column = Float64Array.from(
    { length: 500 },
    () => (random.next() - 0.5) * 10 ** (40 * random.next() - 20),
  );
  const at = Uint32Array.from({ length: 2000 }, () => Math.floor(random.next() * column.length));
  const single = new LongSum(), atOnce = new LongSum();
  for (const [from, to] of [[0, 3], [3, 3], [3, 1999], [1999, 2000]]) {
    for (let i = from; i < to; i++) single.add(column[at[i]]);
    atOnce.addAt(column, at, from, to);
    assertEquals([atOnce.value, atOnce.decimal], [single.value, single.decimal]);
  }
});
