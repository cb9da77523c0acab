/** What offers are worth: figures of few digits stay figures of few digits. */
import { allocate } from "../../../lib/api/allocate.ts";
import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { assertEquals } from "../../../lib/deps/std_assert.ts";

Deno.test("the objective of scores in thousandths is the decimal that they add up to", async () => {
  const random = seededRandom(7);
  const groups = [{ id: "g0", ratio: 0.3 }, { id: "g1", ratio: 0.5 }];
  const users = Array.from({ length: 12 }, (_, i) => ({ id: `u${i}`, group: `g${i % 2}` }));
  const contracts = [0, 1, 2, 3, 4].map((i) => ({ id: `c${i}`, cap: 4, sponsored: i < 2 }));
  for (const solver of ["optimal", "greedy"] as const) {
    for (let drop = 0; drop < 20; drop++) {
      const pairs = users.flatMap(({ id: user }) =>
        contracts.map(({ id: contract }) => ({
          user,
          contract,
          score: random.below(1001) / 1000,
        }))
      );
      const allocation = await allocate(Drop.from({ users, contracts, groups, pairs }), { solver });
      // In units of 1e-4, with worth of 0.0003, 0.0006 and 0.001 for offers and a bonus of 0.001.
      const held = new Map<string, { offers: number; sponsored: boolean }>();
      let score = 0, units = 0;
      for (const { user, contract, score: own } of allocation.offers()) {
        const so = held.get(user) ?? { offers: 0, sponsored: false };
        held.set(user, {
          offers: so.offers + 1,
          sponsored: so.sponsored || contract === "c0" || contract === "c1",
        });
        score += Math.round(1000 * own);
      }
      for (const { offers, sponsored } of held.values()) {
        units += [0, 3, 9, 19][offers] + (sponsored ? 10 : 0);
      }
      assertEquals(allocation.score, score / 1000);
      assertEquals(allocation.objective, (10 * score + units) / 10_000);
    }
  }
});
