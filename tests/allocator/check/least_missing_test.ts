import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { leastMissing } from "../../../lib/allocator/check/least_missing.ts";
import { Drop, type LimitInput } from "../../../lib/allocator/drop/drop.ts";
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { allocate } from "../../../lib/api/allocate.ts";
import { issueCertificate } from "../../../lib/api/certificate.ts";
import { limitedDrop } from "../../support/limited_drop.ts";

/** Minima that limits keep out of reach, beside leasts that lack units themselves, and prices that may be paid instead. */
const FAMILIES: readonly (readonly LimitInput[])[] = [
  [{ limit: "market", per: "brand_id+group_id", atMost: 1 }],
  [{ limit: "weight", per: "contract_address", counts: "weight", atMost: 4 }],
  [
    { limit: "market", per: "brand_id+group_id", atMost: 1 },
    { limit: "least", per: "contract_address", atLeast: 2 },
  ],
  [
    { limit: "soft", per: "brand_id", atMost: 1, price: 0.2 },
    { limit: "new", where: { kind: "new" }, atMost: 2 },
  ],
  [
    { limit: "sum", counts: "weight", where: { is_sponsored: true }, atMost: 2.5 },
    { limit: "heavy", counts: "weight", per: "group_id", atLeast: 2.5 },
  ],
];
const GROUPS = [{ id: "north", ratio: 0.9 }, { id: "south", ratio: 0.7 }];

Deno.test("a certificate's prices never prove more missing than must be, and mostly all of it", async () => {
  let exact = 0, drops = 0;
  for (let seed = 1; seed <= 20; seed++) {
    const limits = FAMILIES[seed % FAMILIES.length];
    const pins = seed % 3 === 0 ? { pins: [{ user: "u1", contract: "c4" }] } : {};
    const drop = limitedDrop(seed, limits, { further: { groups: GROUPS, ...pins } });
    const found = await allocate(drop);
    const certificate = issueCertificate(drop, found);
    const policy = { ...defaultPolicy, shortfallPrice: found.shortfallPrice };
    const proven = leastMissing(drop.instance, policy, certificate);
    // At this price nothing shows beside what is missed.
    const best = await allocate(drop, { solver: "ilp", shortfallPrice: 1e4 });
    const least = best.shortfall + (best.limitShortfall ?? 0);
    assert(proven <= least + 1e-6, `seed ${seed}: ${proven} of ${least}`);
    if (least === 0) continue;
    drops++;
    if (proven > least - 1e-6) exact++;
  }
  assert(drops >= 10, `${drops} drops`);
  assert(exact >= 0.6 * drops, `${exact} of ${drops} are exact`);
});

Deno.test("prices that are not allowed prove nothing missing", async () => {
  const drop = limitedDrop(5, FAMILIES[0], { further: { groups: GROUPS } });
  const found = await allocate(drop), certificate = issueCertificate(drop, found);
  const policy = { ...defaultPolicy, shortfallPrice: found.shortfallPrice };
  assert(leastMissing(drop.instance, policy, certificate) > 0);
  const wrong = [
    { ...certificate, contracts: { ...certificate.contracts, nobody: 1 } },
    { ...certificate, shortfall_price: 0 },
    { ...certificate, contracts: {}, groups: {}, limits: [] },
  ];
  for (const one of wrong) assertEquals(leastMissing(drop.instance, policy, one), 0);
});

/**
 * Two users who must all be sponsored, and one unit for them: one is missing. Others may have as much as they must. Beside them
 * a contract of 20 units that nobody lacks, so that a price of it proves less.
 */
function oneIsMissing(limits: readonly LimitInput[] = []): Drop {
  const pair = (user: string, contract: string) => ({ user, contract, score: 0.5 });
  return Drop.from({
    users: [
      ...["ann", "bob"].map((id) => ({ id, group: "north" })),
      ...["cat", "dan", "eve"].map((id) => ({ id, group: "south" })),
    ],
    contracts: [
      { id: "tea", cap: 1, sponsored: true, attributes: { weight: 1 } },
      { id: "pie", cap: 9, sponsored: true, attributes: { weight: 1 } },
      { id: "bun", cap: 20, sponsored: false, attributes: { weight: 0.5 } },
    ],
    groups: [{ id: "north", ratio: 1 }, { id: "south", ratio: 0.3 }],
    pairs: [
      ...["ann", "bob"].map((user) => pair(user, "tea")),
      ...["cat", "dan", "eve"].map((user) => pair(user, "pie")),
      ...["ann", "bob", "cat", "dan", "eve"].map((user) => pair(user, "bun")),
    ],
    limits,
  });
}

/** What these prices prove missing, a missing user costing 10. */
function provenBy(
  drop: Drop,
  { tea, bun = 0, north }: { tea: number; bun?: number; north: number },
): number {
  return leastMissing(drop.instance, { ...defaultPolicy, shortfallPrice: 10 }, {
    shortfall_price: 10,
    contracts: { tea, bun },
    groups: { north: { min_sponsored: north } },
    limits: [],
  });
}

Deno.test("prices prove what is missing as they are, and rounded to none or all of what a missing user costs", () => {
  const drop = oneIsMissing();
  assertEquals(provenBy(drop, { tea: 10, north: 10 }), 1);
  // A small price that has nothing to do with it is rounded away, and a large one from the largest share on.
  assertEquals(provenBy(drop, { tea: 10, bun: 1, north: 10 }), 1);
  assertEquals(provenBy(drop, { tea: 9.5, bun: 9.2, north: 9.5 }), 1);
  // Four tenths of a user are a user.
  assertEquals(provenBy(drop, { tea: 4, north: 4 }), 1);
  assertEquals(provenBy(drop, { tea: 4, bun: 1, north: 4 }), 0);
});

Deno.test("where users keep their own limits, what these allow proves units without any price of theirs", () => {
  const drop = Drop.from({
    users: ["ann", "bob", "cat"].map((id) => ({ id, group: "all" })),
    contracts: ["pie", "tea"].map((id) => ({ id, cap: 9, sponsored: false })),
    groups: [{ id: "all", ratio: 0 }],
    pairs: ["ann", "bob", "cat"].flatMap((user) =>
      ["pie", "tea"].map((contract) => ({ user, contract, score: 0.5 }))
    ),
    limits: [
      { limit: "one", per: "user_id", atMost: 1 },
      { limit: "least", per: "contract_address", atLeast: 2 },
    ],
  });
  const least = ["pie", "tea"].map((contract_address) => ({
    limit: "least",
    values: { contract_address },
    side: "at_least" as const,
    price: 9.6,
  }));
  const certificate = { shortfall_price: 10, contracts: {}, groups: {}, limits: least };
  const units = (own_limits_kept?: boolean) =>
    leastMissing(drop.instance, { ...defaultPolicy, shortfallPrice: 10 }, {
      ...certificate,
      ...(own_limits_kept !== undefined && { own_limits_kept }),
    });
  // Three users can have three of the four that are asked for; without that rule they could have all.
  assertEquals([units(), units(false), units(true)], [0, 0, 1]);
});

Deno.test("where a missing user costs nothing, no prices prove any missing", () => {
  const free = { shortfall_price: 0, contracts: {}, groups: {}, limits: [] };
  const policy = { ...defaultPolicy, shortfallPrice: 0 };
  assertEquals(leastMissing(oneIsMissing().instance, policy, free), 0);
});

Deno.test("parts of units count as whole ones only where nothing can lack a part", () => {
  const prices = { tea: 4, north: 4 };
  const hard = oneIsMissing([{ limit: "weight", counts: "weight", atMost: 2.5 }]);
  assertEquals(provenBy(hard, prices), 1);
  const least = oneIsMissing([{ limit: "half a bun", where: { weight: 0.5 }, atLeast: 0.5 }]);
  assertEquals(provenBy(least, prices), 0.4);
});

Deno.test("limits of single users prove what is missing by their prices, also where the certificate's bound keeps them", () => {
  const { instance } = Drop.from({
    users: [{ id: "u", group: "g" }, { id: "v", group: "g" }],
    contracts: [{ id: "c", cap: 2, sponsored: false }],
    groups: [{ id: "g", ratio: 0 }],
    pairs: [{ user: "u", contract: "c", score: 1 }, { user: "v", contract: "c", score: 1 }],
    limits: [{ limit: "three", per: "user_id", atLeast: 3 }],
  });
  const certificate = {
    contracts: {},
    groups: {},
    limits: ["u", "v"].map((user_id) => ({
      limit: "three",
      values: { user_id },
      side: "at_least" as const,
      price: 10,
    })),
    shortfall_price: 10,
  };
  for (const own_limits_kept of [true, false]) {
    const own = { ...certificate, own_limits_kept };
    assertEquals(leastMissing(instance, { ...defaultPolicy, shortfallPrice: 10 }, own), 4);
  }
});
