import { settledInUnits } from "../../../../lib/allocator/check/exact/settled.ts";
import { Units } from "../../../../lib/allocator/check/exact/units.ts";
import { assertEquals } from "../../../../lib/deps/std_assert.ts";

const counted = Uint8Array.of(1, 0, 1);

/**
 * Pair 0 is made, pair 1 not, each at 10; of pairs 0 and 2 at most 1 are made, at 4; of group 1 2 to 3 users are sponsored, at
 * 0.5 and 2.07.
 */
const ofCase = settledInUnits({
  made: new Map([[0, true], [1, false]]),
  price: 10,
  counts: [
    { counted, side: "at_most", amount: 1, price: 4 },
    { group: 1, side: "at_least", amount: 2, price: 0.5 },
    { group: 1, side: "at_most", amount: 3, price: 2.07 },
  ],
}, new Units(1));

Deno.test("settled: offers count more or less by the prices of what is settled about them, cut to units", () => {
  assertEquals([0, 1, 2].map(ofCase.more), [100n - 40n, -100n, -40n]);
});

Deno.test("settled: sponsored users of a group count its prices, and leave so much of its numbers or break them", () => {
  assertEquals([0, 1].map(ofCase.becoming), [0n, 5n - 20n]);
  assertEquals([1, 2, 3, 4].map((users) => ofCase.left(1, users)), [null, 20n, 5n, null]);
  assertEquals([0, 9].map((users) => ofCase.left(0, users)), [0n, 0n]);
});

Deno.test("settled: the bound has price times amount of all that is settled", () => {
  assertEquals(ofCase.worth, -100n + 40n - 2n * 5n + 3n * 20n);
});
