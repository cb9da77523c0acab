import { assertEquals } from "../../lib/deps/std_assert.ts";
import { Drop, whatIf } from "../../mod.ts";

Deno.test("a what-if as JSON is the comparison, without drops and offers", async () => {
  const drop = Drop.from({
    users: [{ id: "ann", group: "north" }],
    contracts: [{ id: "tea", cap: 1, sponsored: true }],
    groups: [{ id: "north", ratio: 0 }],
    pairs: [{ user: "ann", contract: "tea", score: 0.5 }],
  });
  const made = await whatIf(drop, [{ name: "as it is" }, { name: "none", capScale: { tea: 0 } }]);
  assertEquals(JSON.parse(JSON.stringify(made)), JSON.parse(JSON.stringify(made.facts)));
  assertEquals(made.solved.length, 2);
});
