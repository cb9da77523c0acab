import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { leastMissing } from "../../../lib/allocator/check/least_missing.ts";
import type { LimitInput } from "../../../lib/allocator/drop/drop.ts";
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
