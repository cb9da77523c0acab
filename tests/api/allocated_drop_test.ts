import { assert, assertEquals, assertThrows } from "../../lib/deps/std_assert.ts";
import { Drop } from "../../lib/allocator/drop/drop.ts";
import { certificateOf } from "../../lib/allocator/model/certificate.ts";
import { allocate } from "../../lib/api/allocate.ts";
import { diff } from "../../lib/api/diff.ts";
import { whatIf } from "../../lib/api/whatif.ts";
import { UsageError } from "../../lib/base/errors.ts";
import { limitedDrop } from "../support/limited_drop.ts";

const LIMITS = [{ limit: "few of a brand", per: ["brand_id"], atMost: 4 }];

Deno.test("offers by ids are those of the columns, user by user, best first", async () => {
  const drop = limitedDrop(4, LIMITS, { users: 30, contracts: 6 });
  const { instance } = drop;
  const allocation = await allocate(drop);
  const offers = [...allocation.offers()];
  assertEquals(offers.length, allocation.offerPair.length);
  offers.forEach((offer, o) => {
    const p = allocation.offerPair[o], c = instance.contract[p];
    const u = allocation.offerStart.findLastIndex((start) => start <= o);
    assertEquals(offer, {
      user: instance.users.at(u),
      contract: instance.contracts[c],
      score: instance.score[p],
      sponsored: c < instance.sponsoredContracts,
      group: instance.groups[instance.group[u]],
    });
  });
  for (const user of instance.users.toArray()) {
    assertEquals(allocation.offersOf(user), offers.filter((offer) => offer.user === user));
  }
  assertThrows(() => allocation.offersOf("u999"), UsageError, 'user is "u999", expected a user');
});

Deno.test("what-if's allocations are read by ids, too, and compared", async () => {
  const drop = limitedDrop(4, LIMITS, { users: 30, contracts: 6 });
  const { solved } = await whatIf(drop, [{ name: "as it is" }, { name: "one each", k: 1 }]);
  const [before, after] = solved.map(({ allocation }) => allocation);
  assertEquals([...before.offers()], [...(await allocate(drop)).offers()]);
  const { facts } = diff(before, after);
  assertEquals(facts.after.offers, [...after.offers()].length);
});

Deno.test("prices by ids are the certificate's", async () => {
  const drop = limitedDrop(4, LIMITS, { users: 30, contracts: 6 });
  const allocation = await allocate(drop);
  const certificate = certificateOf(drop.instance, allocation);
  const prices = allocation.pricesById()!;
  assertEquals([...prices.contracts.keys()], drop.instance.contracts);
  for (const [id, price] of prices.contracts) assertEquals(certificate.contracts[id] ?? 0, price);
  for (const [id, price] of prices.groups) {
    assertEquals(certificate.groups[id]?.min_sponsored ?? 0, price.minSponsored);
  }
  assert(prices.limits.length > 0);
  assertEquals(prices.limits, certificate.limits);
  assertEquals((await allocate(drop, { solver: "greedy" })).pricesById(), null);
});

Deno.test("the methods are no fields: copies, JSON and comparisons do not see them", async () => {
  const allocation = await allocate(Drop.from({
    users: [{ id: "ann", group: "g" }],
    contracts: [{ id: "tea", cap: 1, sponsored: false }],
    groups: [{ id: "g", ratio: 0 }],
    pairs: [{ user: "ann", contract: "tea", score: 1 }],
  }));
  assert(!Object.keys(allocation).includes("offers"));
  assertEquals(structuredClone({ ...allocation }).score, 1);
});
