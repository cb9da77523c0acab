import { Drop, type LimitInput } from "../../../lib/allocator/drop/drop.ts";
import type { Instance } from "../../../lib/allocator/drop/instance/instance.ts";
import { privateRules } from "../../../lib/allocator/limits/private_rules.ts";
import { allowsShape, defaultPolicy, type Policy } from "../../../lib/allocator/model/policy.ts";
import { excessOfRows, useOfPairs } from "../../../lib/allocator/model/row_use.ts";
import { kOfUser } from "../../../lib/allocator/model/user_k.ts";
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { limitedDrop } from "../../support/limited_drop.ts";

const BRANDS: LimitInput = { limit: "brands", per: "user_id+brand_id", atMost: 1 };

/** Limits that are rules about users' bundles, with how many rows are then left. */
const PRIVATE: readonly (readonly [limits: readonly LimitInput[], left: number])[] = [
  [[BRANDS], 0],
  [[{ ...BRANDS, atMost: 2 }], 0],
  [[{ limit: "few", per: "user_id", atMost: 2 }], 0],
  [[{ limit: "tiered", per: "user_id", atMost: "tier_k" }], 0],
  [[{ limit: "each", per: "user_id+group_id+brand_id", atMost: 1 }], 0],
  [[{ limit: "sponsored", per: "user_id", atMost: 1, where: { is_sponsored: true } }], 0],
  [[{ limit: "cheap", per: "user_id+cost", atMost: 1 }], 0],
  // Both rules at once; of two about the same brands the stricter one.
  [[BRANDS, { limit: "few", per: "user_id", atMost: 2 }], 0],
  [[{ ...BRANDS, atMost: 2 }, { ...BRANDS, limit: "other" }], 0],
  // What is shared stays.
  [[{ limit: "all", per: "brand_id", atMost: 4 }, BRANDS], 2],
  [[BRANDS, { limit: "cost", counts: "cost", atMost: 20 }], 1],
];

/** A drop with these limits, whose users have a column of amounts. */
function dropOf(seed: number, limits: readonly LimitInput[]): Instance {
  return limitedDrop(seed, limits, {
    contracts: 6,
    further: {
      users: Array.from({ length: 8 }, (_, u) => ({
        id: `u${u}`,
        group: u % 2 === 0 ? "north" : "south",
        attributes: { tier_k: 1 + u % 3, city: u % 2 === 0 ? "oslo" : "rome" },
      })),
    },
  }).instance;
}

/** The sets of pairs of user `u` that a drop and a policy allow, as far as the user alone is asked. */
function allowedSets(instance: Instance, policy: Policy, u: number): string[] {
  const { start, middle, contract, brand, limits } = instance, sets: string[] = [];
  for (let set = 0; set < 2 ** (start[u + 1] - start[u]); set++) {
    const pairs: number[] = [];
    for (let p = start[u]; p < start[u + 1]; p++) if ((set >> (p - start[u])) & 1) pairs.push(p);
    const own = { ...policy, k: kOfUser(instance, policy, u) };
    const sponsored = pairs.filter((p) => p < middle[u]).length;
    if (!allowsShape(own, sponsored, pairs.length - sponsored)) continue;
    const brands = pairs.map((p) => brand![contract[p]]), most = policy.maxPerBrand ?? Infinity;
    if (brands.some((b) => brands.filter((other) => other === b).length > most)) continue;
    const rows = limits?.rows;
    if (rows && excessOfRows(rows, useOfPairs(rows, pairs), 1).broken.length > 0) continue;
    sets.push(pairs.join());
  }
  return sets;
}

Deno.test("private rules: a user may have the same bundles as under the limits", () => {
  for (const [kind, [limits, left]] of PRIVATE.entries()) {
    for (let seed = 1; seed <= 12; seed++) {
      const instance = dropOf(seed, limits), what = `seed ${seed}, ${limits[0].limit} (${kind})`;
      const own: Partial<Policy> = [{}, { model: "coverage" } as const, { k: 2 }][seed % 3];
      const policy: Policy = { ...defaultPolicy, shortfallPrice: 5, ...own };
      const found = privateRules(instance, policy);
      assert(found !== null, what);
      assertEquals(found.instance.limits?.rows.amount.length ?? 0, left, what);
      for (let u = 0; u < instance.group.length; u++) {
        assertEquals(
          allowedSets(found.instance, found.policy, u),
          allowedSets(instance, policy, u),
          `${what}, user ${u}`,
        );
      }
    }
  }
});

Deno.test("private rules: rows that are left count what they counted", () => {
  for (let seed = 1; seed <= 10; seed++) {
    const limits: LimitInput[] = [
      { limit: "budget", per: "group_id", counts: "weight", atMost: 9 },
      BRANDS,
      { limit: "least", per: "brand_id", atLeast: 3, where: { kind: "new" } },
    ];
    const instance = dropOf(seed, limits), { rows } = instance.limits!;
    const found = privateRules(instance, defaultPolicy)!, left = found.instance.limits!.rows;
    for (let p = 0; p < instance.score.length; p++) {
      const all = useOfPairs(rows, [p]).used, own = useOfPairs(left, [p]).used;
      found.placeOf.forEach((place, r) => {
        const user = instance.group.findIndex((_, u) => p < instance.start[u + 1]);
        if (place < 0) assert(all[r] === 0 || found.ownerOf[r] === user);
        else {
          assertEquals(own[place], all[r]);
          assertEquals(left.key[place], rows.key[r]);
          assertEquals([left.amount[place], left.price[place]], [rows.amount[r], rows.price[r]]);
        }
      });
    }
  }
});

Deno.test("private rules: limits that say more than such a rule stay as they are", () => {
  const few: LimitInput = { limit: "few", per: "user_id", atMost: 2 };
  const kept: [LimitInput, Partial<Policy>?][] = [
    [{ ...BRANDS, price: 0.5 }],
    [{ limit: "some", per: "user_id+brand_id", atLeast: 1 }],
    [{ ...BRANDS, atMost: 1.5 }],
    [{ limit: "shared", per: "brand_id", atMost: 4 }],
    [{ limit: "hours", per: "user_id", counts: "weight", atMost: 4 }],
    [{ ...few, atMost: 0.5, shareOf: "offers", where: { kind: "new" } }],
    // Contracts are in a row together for some users only, or users differ in what counts.
    [{ limit: "kinds", per: "user_id+kind", atMost: 1 }],
    [{ ...BRANDS, where: { city: "oslo" } }],
    // A mixed bundle may have offers of a brand in both types.
    [BRANDS, { mixTail: true }],
    [few, { mixTail: true }],
    [BRANDS, { maxPerBrand: 2 }],
  ];
  for (const [limit, own = {}] of kept) {
    const instance = dropOf(3, [limit]);
    assertEquals(privateRules(instance, { ...defaultPolicy, ...own }), null, limit.limit);
  }
  assertEquals(privateRules(dropOf(3, [few]), { ...defaultPolicy, maxPerBrand: 1 })?.policy.k, 3);
  const { limits: _, ...without } = dropOf(3, [BRANDS]);
  assertEquals(privateRules(without, defaultPolicy), null);
});

Deno.test("private rules: a k of users means more than the most offers where lacking ones cost, and where it lowers the shortfall price", () => {
  const few: LimitInput = { limit: "few", per: "user_id", atMost: 1 };
  const drop = dropOf(1, [few]);
  const byK = privateRules(drop, defaultPolicy)!;
  assertEquals([...byK.instance.k!], Array(8).fill(1));
  assertEquals(byK.policy.maxPerBrand, null);
  assert(byK.isOwnK.every((is) => is === 1));
  // A bundle of 40 is worth much more than one of what the limit allows.
  const large = { ...drop, k: new Int32Array(8).fill(40) };
  const cases: [Instance, Partial<Policy>][] = [
    [drop, { covMode: "shortfall", shortfallPenalty: 0.1 }],
    [large, {}],
  ];
  for (const [instance, own] of cases) {
    const found = privateRules(instance, { ...defaultPolicy, ...own })!;
    assertEquals([found.instance.k, found.policy.maxPerBrand], [instance.k, 1]);
    assertEquals(new Set(found.instance.brand!).size, 1);
    assert(found.isOwnK.every((is) => is === 0));
  }
});

Deno.test("private rules: of limits of few users nothing is said", () => {
  const { instance } = Drop.from({
    users: Array.from({ length: 100 }, (_, u) => ({
      id: `u${u}`,
      group: "g",
      attributes: { vip: u < 4 ? "yes" : "no" },
    })),
    contracts: ["a", "b"].map((id) => ({ id, cap: 9, sponsored: false, brand: "b" })),
    groups: [{ id: "g", ratio: 0 }],
    pairs: Array.from({ length: 200 }, (_, p) => ({
      user: `u${p >> 1}`,
      contract: p % 2 === 0 ? "a" : "b",
      score: 1,
    })),
    limits: [{ limit: "one", per: "user_id", atMost: 1, where: { vip: "yes" } }],
  });
  assertEquals(privateRules(instance, defaultPolicy), null);
});
