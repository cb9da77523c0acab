/** Shares that allow no offer are counted and named: nothing else says why nobody of theirs gets anything. */
import { assertEquals } from "../../../../lib/deps/std_assert.ts";
import { Drop, type LimitInput } from "../../../../lib/allocator/drop/drop.ts";
import { allocate } from "../../../../lib/api/allocate.ts";
import { inputNotes } from "../../../../lib/report/facts/preview/input_notes.ts";

/** All of the north are new users, of the south one is. */
function dropWith(limit: Partial<LimitInput>): Drop {
  const users = [["ann", "north", "new"], ["bob", "south", "new"], ["cy", "south", "old"]];
  return Drop.from({
    users: users.map(([id, group, plan]) => ({ id, group, attributes: { plan } })),
    contracts: ["tea", "bun"].map((id) => ({
      id,
      cap: 3,
      sponsored: false,
      attributes: { cost: id === "tea" ? 0.5 : 0.75 },
    })),
    groups: [{ id: "north", ratio: 0 }, { id: "south", ratio: 0 }],
    pairs: users.flatMap(([user]) =>
      ["tea", "bun"].map((contract) => ({ user, contract, score: 1 }))
    ),
    limits: [{ limit: "new", shareOf: "offers", ...limit }],
  });
}

const where = { plan: "new" }, per = "group_id";
const cases: [string, Partial<LimitInput>, string[]][] = [
  ["all of a group count", { per, atMost: 0.5, where }, ["new (group_id=north)"]],
  ["of all together some don't", { atMost: 0.5, where }, []],
  ["a share of all is none", { per, atMost: 1, where }, []],
  ["none at all, where others are allowed", { atMost: 0, where }, []],
  ["none at all, where there are no others", { per, atMost: 0, where }, ["new (group_id=north)"]],
  ["it may be broken at a price", { per, atMost: 0.5, price: 1, where }, []],
  ["a least", { per, atLeast: 0.5, where }, []],
  ["costs above their mean", { counts: "cost", atMost: 0.4 }, ["new"]],
  ["costs on both sides of it", { counts: "cost", atMost: 0.6 }, []],
];

for (const [name, limit, expected] of cases) {
  Deno.test(`closed shares: ${name}`, async () => {
    const drop = dropWith(limit), closed = drop.input.closed_shares;
    assertEquals(closed?.examples ?? [], expected);
    assertEquals(
      inputNotes(drop.input).some((note) => note.includes("no offer")),
      closed !== undefined,
    );
    if (closed === undefined) return;
    const north = limit.per === undefined ? ["ann", "bob", "cy"] : ["ann"];
    assertEquals(closed.pairs, 2 * north.length);
    const found = await allocate(drop, { k: 2 });
    for (const user of north) assertEquals(found.offersOf(user), []);
  });
}

Deno.test("closed shares are named in a note, with how many pairs count more than they allow", () => {
  assertEquals(inputNotes(dropWith({ per, atMost: 0.5, where }).input), [
    "limits: 1 share allows no offer, as each of its 2 eligible pairs counts more than that: new (group_id=north)",
  ]);
});
