import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "../../../lib/deps/std_assert.ts";
import { allocate, type AllocateOptions } from "../../../lib/api/allocate.ts";
import { alternates } from "../../../lib/api/alternates.ts";
import { UsageError } from "../../../lib/base/errors.ts";
import { Drop, type DropInput } from "../../../lib/allocator/drop/drop.ts";
import { applyScenario } from "../../../lib/allocator/explain/whatif.ts";
import { allowsShape, defaultPolicy, policyFrom } from "../../../lib/allocator/model/policy.ts";
import { limitedDrop } from "../../support/limited_drop.ts";
import { randomInstance } from "../../support/random_instance.ts";

function dropOf(seed: number): Drop {
  const instance = randomInstance({
    seed,
    users: 60,
    contracts: 14,
    groups: 3,
    brands: 3,
    capShare: 2,
  });
  return new Drop(instance, { elig: {} } as never);
}

const POLICIES: AllocateOptions[] = [
  {},
  { model: "coverage", maxPerBrand: 1 },
  { mixTail: true, k: 3 },
  { k: 2, covMode: "shortfall", enforceAssignmentRatio: true },
];

Deno.test("alternates: not given, in the order of score less price, and each may take the place of an offer", async () => {
  for (const [i, options] of POLICIES.entries()) {
    const drop = dropOf(10 + i), { instance } = drop;
    const allocation = await allocate(drop, options);
    const policy = policyFrom(options), prices = allocation.pricesById()!;
    const found = [...alternates(drop, allocation, { perUser: 4 })];
    assert(found.length > 20, `policy ${i}: ${found.length}`);
    const users = Map.groupBy(found, ({ user }) => user);
    for (const [user, own] of users) {
      const given = allocation.offersOf(user);
      assert(own.length <= 4 && given.length > 0);
      assertEquals(own.map(({ rank }) => rank), own.map((_, n) => n + 1));
      for (const [n, one] of own.entries()) {
        assert(!given.some(({ contract }) => contract === one.contract), `${user} has it`);
        assert(n === 0 || own[n - 1].netValue >= one.netValue);
        const bonus = policy.model === "coverage" && one.sponsored ? policy.sponsoredBonus : 0;
        if (!policy.enforceAssignmentRatio) {
          const net = one.score - prices.contracts.get(one.contract)! + bonus;
          assert(Math.abs(net - one.netValue) < 1e-9, `${net} ${one.netValue}`);
        }
        const brandOf = (id: string) => instance.brand![instance.contracts.indexOf(id)];
        const fits = given.some((gone) => {
          const after = [...given.filter((offer) => offer !== gone), one];
          const s = after.filter(({ sponsored }) => sponsored).length;
          const same = after.filter((o) => brandOf(o.contract) === brandOf(one.contract)).length;
          return allowsShape(policy, s, after.length - s) &&
            (policy.maxPerBrand === null || same <= policy.maxPerBrand);
        });
        assert(fits, `policy ${i}: ${user} ${one.contract}`);
      }
    }
  }
});

Deno.test("alternates: none that nobody can have, by a cap of 0 or a hard limit that allows no offer like it", async () => {
  const contracts = ["a", "b", "c", "d", "e"];
  const input: DropInput = {
    users: [{ id: "u", group: "g" }, { id: "v", group: "g" }],
    contracts: contracts.map((id) => ({ id, cap: 5, sponsored: true })),
    groups: [{ id: "g", ratio: 0 }],
    pairs: ["u", "v"].flatMap((user) =>
      contracts.map((contract, i) => ({ user, contract, score: 0.9 - i / 10 }))
    ),
  };
  const first = async (drop: Drop) => {
    const allocation = await allocate(drop, { k: 1 });
    const found = [...alternates(drop, allocation, { perUser: 9 })];
    return found.filter(({ user }) => user === "u").map(({ contract }) => contract);
  };
  assertEquals(await first(Drop.from(input)), ["b", "c", "d", "e"]);
  const limits = [
    { limit: "none", atMost: 0, where: { contract_address: "c" } },
    { limit: "dear", atMost: 0, price: 0.01, where: { contract_address: "d" } },
    { limit: "some", atLeast: 2, where: { contract_address: "e" } },
  ];
  const limited = Drop.from({ ...input, limits });
  const { instance } = applyScenario(limited.instance, defaultPolicy, {
    name: "x",
    setCap: { b: 0 },
    limitScale: { some: 0 },
  });
  assertEquals(await first(new Drop(instance, limited.input)), ["d", "e"]);
  const previous = [{ user: "u", contract: "a" }, { user: "v", contract: "b" }];
  const same = Drop.from({ ...input, previous }, { maxChanged: 0 });
  assertEquals(await first(same), []);
});

Deno.test("alternates: a user's own budget has room for each in place of an offer, and its price is no matter", async () => {
  let refused = 0, found = 0;
  for (let seed = 1; seed <= 8; seed++) {
    const drop = limitedDrop(seed, [
      { limit: "load", per: "user_id", counts: "weight", atMost: 5 },
      { limit: "brand", per: "user_id+brand_id", atMost: 1 },
    ], { users: 30, contracts: 9 });
    const { instance } = drop, { rows } = instance.limits!;
    const weightOf = (pair: number) => {
      const entries = rows.coefficient.subarray(
        rows.start[rows.item[pair]],
        rows.start[rows.item[pair] + 1],
      );
      return Math.max(...entries);
    };
    const allocation = await allocate(drop), prices = allocation.pricesById()!;
    const listed = Map.groupBy(alternates(drop, allocation, { perUser: 9 }), ({ user }) => user);
    instance.group.forEach((_, u) => {
      const given = allocation.offerPair.subarray(
        allocation.offerStart[u],
        allocation.offerStart[u + 1],
      );
      const own = listed.get(instance.users.at(u)) ?? [];
      for (let p = instance.start[u]; p < instance.start[u + 1]; p++) {
        if (given.length === 0 || given.includes(p)) continue;
        const contract = instance.contracts[instance.contract[p]];
        const net = instance.score[p] - prices.contracts.get(contract)!;
        const one = own.find((other) => other.contract === contract);
        const fits = Array.from(given).some((gone) => {
          const after = [...given.filter((q) => q !== gone), p];
          const brands = after.map((q) => instance.brand![instance.contract[q]]);
          return after.reduce((sum, q) => sum + weightOf(q), 0) <= 5 &&
            new Set(brands).size === after.length;
        });
        if (net > 1e-9) {
          // Types keep others out.
          if (one !== undefined) assert(fits, `seed ${seed}: ${one.user} ${contract}`);
          else if (!fits) refused++;
        }
        if (one !== undefined) {
          found++;
          assertAlmostEquals(one.netValue, net, 1e-9);
        }
      }
    });
  }
  assert(refused > 5 && found > 20, `${refused} ${found}`);
});

Deno.test("an option that is not worth its price is no alternate, and who got nothing has none", async () => {
  const drop = Drop.from({
    users: ["ann", "bob", "cyd"].map((id) => ({ id, group: "all" })),
    contracts: [{ id: "tea", cap: 1, sponsored: false }, { id: "bun", cap: 1, sponsored: false }],
    groups: [{ id: "all", ratio: 0 }],
    pairs: [
      { user: "ann", contract: "tea", score: 0.9 },
      { user: "ann", contract: "bun", score: 0.1 },
      { user: "bob", contract: "bun", score: 0.8 },
      { user: "cyd", contract: "bun", score: 0.7 },
    ],
  });
  const allocation = await allocate(drop, { k: 1, covW: [] });
  // Another bun costs 0.7 at least, which is what cyd would pay: too much for ann.
  assertEquals([...alternates(drop, allocation)], []);
});

Deno.test("alternates need prices, and a number of at least 1", async () => {
  const drop = dropOf(3);
  const greedy = await allocate(drop, { solver: "greedy" });
  assertThrows(() => alternates(drop, greedy), UsageError, "no prices");
  const found = await allocate(drop);
  assertThrows(() => alternates(drop, found, { perUser: 0 }), UsageError, "perUser");
});
