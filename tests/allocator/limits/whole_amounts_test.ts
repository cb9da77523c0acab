import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { itemsOf, toleranceOf, withWholeAmounts } from "../../../lib/allocator/limits/items.ts";
import type { LimitInput } from "../../../lib/allocator/drop/drop.ts";
import { limitedDrop } from "../../support/limited_drop.ts";
import { wholeAmounts } from "../../../lib/allocator/limits/whole_amounts.ts";

/** The amount of one limit on money, where offers cost these numbers by turns. */
function amountOf(costs: readonly number[], limit: Omit<LimitInput, "limit">): number {
  const { instance } = limitedDrop(1, [], { users: 4, contracts: 4 });
  const pairs = [];
  for (let p = 0; p < instance.score.length; p++) {
    const cost = costs[instance.contract[p] % costs.length];
    const user = instance.start.findLastIndex((first) => first <= p);
    pairs.push({
      user: `u${user}`,
      contract: `c${instance.contract[p]}`,
      score: 0.5,
      attributes: { cost },
    });
  }
  const { limits } = limitedDrop(1, [{ limit: "money", counts: "cost", ...limit }], {
    users: 4,
    contracts: 4,
    further: {
      pairs,
      contracts: Array.from({ length: 4 }, (_, c) => ({ id: `c${c}`, cap: 4, sponsored: c < 2 })),
    },
  }).instance;
  const { rows } = limits!, items = itemsOf(rows, 10);
  const lowered = withWholeAmounts(items, rows).amount[0];
  assertEquals(lowered, wholeAmounts(rows, toleranceOf(items.amount, items))[0]);
  return lowered;
}

Deno.test("an amount is lowered to a multiple of what offers count", () => {
  assertEquals(amountOf([4], { atMost: 15 }), 12);
  assertEquals(amountOf([4, 6], { atMost: 15 }), 14);
  assertEquals(amountOf([0.3], { atMost: 1 }), 0.9);
  assertEquals(amountOf([2.5, 7.5], { atMost: 9.99 }), 7.5);
  assertEquals(amountOf([9], { atMost: 8 }), 0);
});

Deno.test("an amount stays where offers can add up to it, as far as rounding tells", () => {
  assertEquals(amountOf([4, 7], { atMost: 15 }), 15);
  assertEquals(amountOf([0.1], { atMost: 0.3 }), 0.3);
  // Three offers of 0.1 are let pass here, as they exceed the amount by rounding alone.
  const nearly = 0.3 - 1e-12;
  assertEquals(amountOf([0.1], { atMost: nearly }), nearly);
  assertEquals(amountOf([Math.SQRT2], { atMost: 4 }), 4);
});

Deno.test("what may be exceeded or missed at a price keeps its amount: each part of a unit costs", () => {
  assertEquals(amountOf([4], { atMost: 15, price: 0.1 }), 15);
  assertEquals(amountOf([4], { atLeast: 15 }), -15);
});

Deno.test("no offers of a drop within the amounts are beyond the lowered ones", () => {
  let lowered = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const limits: LimitInput[] = [
      { limit: "budget", per: "contract_address", counts: "cost", atMost: "budget" },
      { limit: "weight", per: "city", counts: "weight", atMost: 3 + (seed % 7) },
    ];
    const { rows } = limitedDrop(seed, limits).instance.limits!;
    const items = itemsOf(rows, 10), { amount } = withWholeAmounts(items, rows);
    amount.forEach((own, r) => {
      // Every sum that offers can have, by what they count: all multiples of some up to the amount.
      const counts = new Set<number>();
      rows.row.forEach((row, e) => row === r && counts.add(rows.coefficient[e]));
      const sums = new Set([0]);
      for (const sum of sums) {
        for (const count of counts) {
          if (count > 0 && sum + count <= rows.amount[r]) sums.add(sum + count);
        }
      }
      assert(Math.max(...sums) <= own && own <= rows.amount[r], `seed ${seed}, row ${r}`);
      if (own < rows.amount[r]) lowered++;
    });
  }
  assert(lowered > 20, `${lowered} lowered`);
});
