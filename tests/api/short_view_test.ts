import { inspect } from "node:util";
import { assert, assertEquals } from "../../lib/deps/std_assert.ts";
import { allocate, Drop, whatIf } from "../../mod.ts";

/** A drop of so many users, each of whom may have the tea. */
function dropOf(users: number): Drop {
  const ids = Array.from({ length: users }, (_, u) => `user-${u}`);
  return Drop.from({
    users: ids.map((id) => ({ id, group: "north" })),
    contracts: [{ id: "tea", cap: users - 1, sponsored: true }],
    groups: [{ id: "north", ratio: 0.5 }],
    pairs: ids.map((user) => ({ user, contract: "tea", score: 0.5 })),
    limits: [{ limit: "tea", atMost: 1500 }],
  });
}

Deno.test("what holds columns is printed as its figures, in Deno and Node.js, and as JSON", async () => {
  const drop = dropOf(2000), allocation = await allocate(drop, { solver: "greedy" });
  const scenarios = await whatIf(drop, [{ name: "as it is" }]);
  const printed = { drop, allocation, scenarios, solved: scenarios.solved };
  for (const [name, value] of Object.entries(printed)) {
    for (const text of [Deno.inspect(value), inspect(value), JSON.stringify(value)]) {
      assert(text.length < 2500, `${name} is printed in ${text.length} letters: ${text}`);
      assert(text.includes("2000"), text);
    }
  }
  assert(Deno.inspect(drop).startsWith("Drop {"));
  assert(Deno.inspect({ allocation }).includes("allocation: Allocation {"));
});

Deno.test("the JSON of a drop has its sizes, that of an allocation the figures of a summary", async () => {
  const drop = dropOf(2000), allocation = await allocate(drop);
  const { input, ...sizes } = JSON.parse(JSON.stringify(drop));
  assertEquals(sizes, { users: 2000, contracts: 1, groups: 1, pairs: 2000, limits: 1 });
  assertEquals(input, JSON.parse(JSON.stringify(drop.input)));
  const { assignments, users_without_offers, score, gap } = JSON.parse(JSON.stringify(allocation));
  assertEquals([assignments, users_without_offers, score], [1500, 500, 750]);
  assertEquals(gap, allocation.gap);
});

Deno.test("copies and comparisons of an allocation have its fields alone", async () => {
  const allocation = await allocate(dropOf(3));
  assertEquals(Object.keys({ ...allocation }).includes("toJSON"), false);
  assertEquals(structuredClone(allocation).offerPair, allocation.offerPair);
});
