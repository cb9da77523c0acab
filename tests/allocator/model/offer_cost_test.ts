import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { highestOfLimits, largestOfferCost } from "../../../lib/allocator/model/offer_cost.ts";
import { limitedDrop } from "../../support/limited_drop.ts";

Deno.test("the largest cost of an offer has every limit that may be missed, hard ones left out", () => {
  const { instance } = limitedDrop(3, [
    { limit: "hard", atMost: 5 },
    { limit: "own", counts: "weight", atMost: 2, price: 3 },
    { limit: "least", atLeast: 4 },
  ]);
  const { rows } = instance.limits!;
  // A pair weighs at most 4, and counts as one unit of the least.
  assertEquals(largestOfferCost(rows, highestOfLimits(rows, 10)), 4 * 3 + 10);
  assertEquals(largestOfferCost(rows, highestOfLimits(rows, 10), 2), 4 * 2 + 2);
  assertEquals(largestOfferCost(rows, highestOfLimits(rows, 0)), 4 * 3);
});
