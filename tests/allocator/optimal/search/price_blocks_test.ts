import { assertEquals } from "../../../../lib/deps/std_assert.ts";
import { Drop, type DropInput } from "../../../../lib/allocator/drop/drop.ts";
import type { LimitInput } from "../../../../lib/allocator/drop/instance/limit_family.ts";
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import { compileDualProblem } from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { priceBlocks } from "../../../../lib/allocator/optimal/search/price_blocks.ts";

/** Two contracts for each of four users in two groups, and a third contract for users of the first one. */
function blocksUnder(limits: readonly LimitInput[], groupOf = ["g", "g", "h", "h"]) {
  const pair = (user: number, contract: string) => ({ user: `u${user}`, contract, score: 1 });
  const input: DropInput = {
    users: groupOf.map((group, u) => ({ id: `u${u}`, group })),
    contracts: ["a", "b", "c"].map((id) => ({ id, cap: 4, sponsored: false, brand: "x" })),
    groups: [{ id: "g", ratio: 0 }, { id: "h", ratio: 0 }],
    pairs: groupOf.flatMap((group, u) =>
      ["a", "b", "c"].slice(0, group === "g" ? 3 : 2).map((c) => pair(u, c))
    ),
    limits,
  };
  return priceBlocks(compileDualProblem(Drop.from(input).instance, defaultPolicy));
}

Deno.test("a row that users of one group alone count toward is that group's, and no other row is", () => {
  const blocks = blocksUnder([
    { limit: "brand in market", per: "brand_id+group_id", atMost: 1 },
    { limit: "brand", per: "brand_id", atMost: 1 },
    { limit: "least of c", where: { contract_address: "c" }, atLeast: 1 },
  ])!;
  assertEquals([...blocks.groupOf.subarray(0, 3)], [-1, -1, -1], "caps");
  assertEquals([...blocks.groupOf.subarray(3)].sort(), [-1, 0, 0, 1]);
  assertEquals([...blocks.groups], [0, 1]);
});

Deno.test("without two groups that have rows of their own there are no blocks", () => {
  const inMarkets = { limit: "brand in market", per: "brand_id+group_id", atMost: 1 };
  assertEquals(blocksUnder([{ limit: "brand", per: "brand_id", atMost: 1 }]), null);
  assertEquals(blocksUnder([inMarkets], ["g", "g", "g", "g"]), null);
  assertEquals(blocksUnder([]), null);
});
