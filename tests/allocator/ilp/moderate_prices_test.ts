/** The ilp solver with limits whose own prices are far above all scores. */
import { assert, assertAlmostEquals, assertEquals } from "../../../lib/deps/std_assert.ts";
import { Drop, type LimitInput } from "../../../lib/allocator/drop/drop.ts";
import { goesBeyond, withPricesUpTo } from "../../../lib/allocator/ilp/moderate_prices.ts";
import { allocate } from "../../../lib/api/allocate.ts";

/** Three users, one of whom may have three offers, and four contracts, two of them sponsored. */
const SCORES = {
  u0: { c2: 0.75 },
  u1: { c0: 0, c1: 0.75, c2: 0.75 },
  u2: { c0: 0.25, c1: 0, c2: 0.75 },
};

function dropWith(limits: LimitInput[]): Drop {
  return Drop.from({
    users: [{ id: "u0", group: "g" }, { id: "u1", group: "g", k: 1 }, {
      id: "u2",
      group: "g",
      k: 3,
    }],
    contracts: [
      { id: "c0", cap: 3, sponsored: true },
      { id: "c1", cap: 5, sponsored: false },
      { id: "c2", cap: 1, sponsored: false },
    ],
    groups: [{ id: "g", ratio: 1 }],
    pairs: Object.entries(SCORES).flatMap(([user, scores]) =>
      Object.entries(scores).map(([contract, score]) => ({ user, contract, score }))
    ),
    limits,
  });
}

const RULES = { k: 1, model: "coverage" } as const;

Deno.test("ilp: a limit that costs a billion is kept, and the scores beside it still count", async () => {
  const drop = dropWith([{ limit: "at least three", atLeast: 3, price: 1e9 }]);
  const ilp = await allocate(drop, { ...RULES, solver: "ilp" });
  // u1 has c1; u2 all three: 0.75 + 1, the worth of 1 + 3 offers, the bonus of a sponsored one.
  assertAlmostEquals(ilp.objective, 1.75 + 0.0003 + 0.0019 + 0.001, 1e-12);
  assertEquals(ilp.gap, 0);
});

Deno.test("ilp: where a costly limit can't be kept, it is missed by as little as can be, and the bound holds", async () => {
  const drop = dropWith([{ limit: "too many", atLeast: 9, price: 1e9 }]);
  const ilp = await allocate(drop, { ...RULES, solver: "ilp" });
  const optimal = await allocate(drop, RULES);
  // Four offers at most: two users with one, and one with three, of whom two share c2.
  assertAlmostEquals(ilp.objective, -5e9 + 1.7532, 1e-3);
  assert(ilp.bound! >= optimal.objective && optimal.bound! >= ilp.objective);
});

Deno.test("ilp: only limits' own prices are lowered, and only those that are above", () => {
  const { instance } = dropWith([
    { limit: "hard", atMost: 5 },
    { limit: "least", atLeast: 1 },
    { limit: "cheap", atMost: 1, price: 2 },
    { limit: "dear", atMost: 2, price: 1e6 },
  ]);
  assertEquals(withPricesUpTo(instance, 1e7), null);
  const { rows } = withPricesUpTo(instance, 10)!.limits!;
  assertEquals([...rows.price], [Infinity, NaN, 2, 10]);
  const offers = (...pairs: number[]) => ({
    offerStart: Uint32Array.of(0, pairs.length, pairs.length, pairs.length),
    offerPair: Uint32Array.from(pairs),
  });
  assertEquals(goesBeyond(instance.limits!.rows, offers(0, 1), 10), false);
  assertEquals(goesBeyond(instance.limits!.rows, offers(0, 1, 2), 10), true);
  assertEquals(goesBeyond(instance.limits!.rows, offers(0, 1, 2), 1e7), false);
});
