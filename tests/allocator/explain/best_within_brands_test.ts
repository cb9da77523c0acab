/** What users would have if nothing were scarce, where brands have contracts of both types. */
import { assert, assertAlmostEquals, assertEquals } from "../../../lib/deps/std_assert.ts";
import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { allocate } from "../../../lib/api/allocate.ts";
import { explain } from "../../../lib/api/explain.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";

Deno.test("a brand that may be given once is worth its better contract, whatever their types", async () => {
  const drop = Drop.from({
    users: [{ id: "u", group: "g" }],
    contracts: [
      { id: "a", cap: 1, sponsored: true, brand: "x" },
      { id: "b", cap: 1, sponsored: false, brand: "x" },
      { id: "c", cap: 1, sponsored: false, brand: "y" },
    ],
    groups: [{ id: "g", ratio: 0 }],
    pairs: [["a", 1], ["b", 0.9], ["c", 0.1]].map(([contract, score]) => ({
      user: "u",
      contract: contract as string,
      score: score as number,
    })),
  });
  const policy = { model: "coverage", maxPerBrand: 1, covW: [] } as const;
  const allocation = await allocate(drop, policy);
  // 0.001 is the bonus of a sponsored offer.
  assertEquals(explain(drop, allocation, { user: "u" }).unlimited_value, 1 + 0.1 + 0.001);
});

Deno.test("where nothing is scarce, what users would have sums to the optimum of HiGHS", async () => {
  let mixed = 0;
  for (let seed = 0; seed < 30; seed++) {
    const random = seededRandom(seed), users = 4;
    const drop = Drop.from({
      users: Array.from({ length: users }, (_, u) => ({ id: `u${u}`, group: "g" })),
      contracts: Array.from({ length: 8 }, (_, c) => ({
        id: `c${c}`,
        cap: users,
        sponsored: random.below(2) === 0,
        brand: `b${random.below(3)}`,
      })),
      groups: [{ id: "g", ratio: 0 }],
      pairs: Array.from({ length: users * 8 }, (_, p) => ({
        user: `u${Math.floor(p / 8)}`,
        contract: `c${p % 8}`,
        score: random.below(1000) / 1000,
      })),
    });
    const policy = {
      model: seed % 2 === 0 ? "coverage" : "uniform",
      mixTail: true,
      k: 2 + random.below(3),
      maxPerBrand: 1 + random.below(2),
    } as const;
    const { objective } = await allocate(drop, { ...policy, solver: "ilp" });
    const allocation = await allocate(drop, policy);
    const explained = Array.from(
      { length: users },
      (_, u) => explain(drop, allocation, { user: `u${u}` }),
    );
    const sum = explained.reduce((sum, { unlimited_value }) => sum + unlimited_value, 0);
    assertAlmostEquals(sum, objective, 1e-9);
    mixed += explained.filter(({ type }) => type === "mixed").length;
  }
  assert(mixed > 20, `only ${mixed} mixed users`);
});
