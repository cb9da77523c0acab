/** Limits that stand against a pair. */
import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { allocate } from "../../../lib/api/allocate.ts";
import { explain } from "../../../lib/api/explain.ts";
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";

Deno.test("a limit that a pair adds nothing to does not stand against it, whatever its price", async () => {
  const users = ["ann", "bob", "cyd"].map((id) => ({ id, group: "north" }));
  const drop = Drop.from({
    users,
    contracts: [{ id: "tea", cap: 1, sponsored: false }, { id: "cake", cap: 9, sponsored: false }],
    groups: [{ id: "north", ratio: 0 }],
    pairs: users.flatMap(({ id: user }) => [
      { user, contract: "tea", score: 0.1, attributes: { cost: 0 } },
      { user, contract: "cake", score: 0.9, attributes: { cost: 1 } },
    ]),
    limits: [
      // All of the offers: tea counts 1 less a share of 1, which is nothing.
      {
        limit: "all tea",
        atLeast: 1,
        shareOf: "offers",
        where: { contract_address: "tea" },
        price: 0.3,
      },
      { limit: "mean", counts: "cost", atMost: 0, shareOf: "offers", price: 0.2 },
    ],
  });
  const allocation = await allocate(drop, { k: 2, gap: 0 });
  for (const { id } of users) {
    for (const option of explain(drop, allocation, { user: id }).options) {
      const names = (option.limits ?? []).map(({ limit, price }) => `${limit} ${price}`).sort();
      const isCake = option.contract_address === "cake";
      assertEquals(names, isCake ? ["all tea 0.3", "mean 0.2"] : [], option.contract_address);
      assert(!isCake || option.taken);
    }
  }
});
