/** What is said of who has a unit, a place in a limit or in a minimum, and why: its price, or a pin. */
import { allocate, Drop, explain } from "../../../mod.ts";
import { assertEquals } from "../../../lib/deps/std_assert.ts";

/** Users u, v and w would rather have water; the group's minimum of 1 and a least of 1 ask for tea. */
async function explained(pins: { user: string; contract: string }[], ratio = 1 / 3) {
  const users = ["u", "v", "w"];
  const drop = Drop.from({
    users: users.map((id) => ({ id, group: "g" })),
    contracts: [{ id: "tea", cap: 2, sponsored: true }, { id: "water", cap: 9, sponsored: false }],
    groups: [{ id: "g", ratio }],
    pairs: users.flatMap((user, i) => [
      { user, contract: "tea", score: 0.2 + i / 10 },
      { user, contract: "water", score: 0.9 },
    ]),
    limits: [{ limit: "some tea", atLeast: 1, where: { contract_address: "tea" } }],
    pins,
  });
  const allocation = await allocate(drop, { k: 1 });
  const group = explain(drop, allocation, { group: "g" });
  const contract = explain(drop, allocation, { contract: "tea" });
  const { row } = explain(drop, allocation, { limit: "some tea" });
  return {
    byChoice: group.sponsored_by_choice,
    byMinimum: group.sponsored_by_minimum,
    freed: group.dearest.map((one) => one.user_id),
    next: group.next.map((one) => one.user_id),
    barely: contract.barely.map((one) => one.user_id),
    only: row!.barely.map((one) => one.user_id),
  };
}

Deno.test("explain: a pin is why its user has the offer, not a minimum, a limit or a price", async () => {
  const free = await explained([]);
  assertEquals([free.byChoice, free.byMinimum], [0, 1]);
  assertEquals(free.freed, ["w"]);
  const pinned = await explained([{ user: "u", contract: "tea" }]);
  assertEquals([pinned.byChoice, pinned.byMinimum], [1, 0]);
  assertEquals([pinned.freed, pinned.barely, pinned.only], [[], [], []]);
  assertEquals(pinned.next.toSorted(), ["v", "w"]);
  // Without the minimum the limit asks for the offer.
  assertEquals((await explained([], 0)).only, ["w"]);
  assertEquals((await explained([{ user: "u", contract: "tea" }], 0)).only, []);
});

Deno.test("explain: who has a pin of the other type is not taken next by a higher minimum", async () => {
  const { next } = await explained([{ user: "v", contract: "water" }]);
  assertEquals(next.includes("v"), false);
});

Deno.test("explain: who got a unit that is worth no more than a limit's price could take it or leave it", async () => {
  const drop = Drop.from({
    users: ["u", "v"].map((id) => ({ id, group: "g" })),
    contracts: [{ id: "tea", cap: 2, sponsored: true }],
    groups: [{ id: "g", ratio: 0 }],
    pairs: ["u", "v"].map((user) => ({ user, contract: "tea", score: 1 })),
    limits: [{ limit: "one", atMost: 1 }],
  });
  const allocation = await allocate(drop, { covW: [], sponsoredBonus: 0 });
  const told = explain(drop, allocation, { contract: "tea" });
  assertEquals([told.price, told.assigned, told.demand_at_zero], [0, 1, 0]);
  assertEquals(told.indifferent_at_price, 1);
});

Deno.test("explain: who has all that one may have by pins wants nothing else, at no price", async () => {
  const users = ["u", "v", "w"];
  const drop = Drop.from({
    users: users.map((id) => ({ id, group: "g" })),
    contracts: [{ id: "tea", cap: 1, sponsored: true }, { id: "water", cap: 9, sponsored: false }],
    groups: [{ id: "g", ratio: 0 }],
    pairs: users.flatMap((user, i) => [
      { user, contract: "tea", score: 0.9 - i / 10 },
      { user, contract: "water", score: 0.1 },
    ]),
    limits: [{ limit: "some tea", atMost: 1, where: { contract_address: "tea" } }],
    pins: [{ user: "u", contract: "water" }],
  });
  const allocation = await allocate(drop, { k: 1 });
  const tea = explain(drop, allocation, { contract: "tea" });
  assertEquals([tea.eligible_users, tea.demand_at_zero], [3, 2]);
  assertEquals([...tea.nearly, ...tea.barely].map((one) => one.user_id).toSorted(), ["v", "w"]);
  const { row } = explain(drop, allocation, { limit: "some tea" });
  assertEquals([...row!.nearly, ...row!.barely].some((one) => one.user_id === "u"), false);
  const { best_sponsored, best_unsponsored } = explain(drop, allocation, { user: "u" });
  assertEquals(best_sponsored, null);
  assertEquals(best_unsponsored! > 0, true);
});
