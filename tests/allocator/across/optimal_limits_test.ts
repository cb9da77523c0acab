import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { allocate } from "../../../lib/api/allocate.ts";
import { check } from "../../../lib/api/check.ts";
import { certificateOf } from "../../../lib/allocator/model/certificate.ts";
import { Drop, type LimitInput } from "../../../lib/allocator/drop/drop.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";

/** A drop of some hundred users; pairs have an expected cost. */
function drop(users: number, limits: readonly LimitInput[]): Drop {
  const random = seededRandom(users);
  const contracts = Array.from({ length: 12 }, (_, c) => ({
    id: `c${c}`,
    cap: Math.ceil(users * (0.15 + 0.2 * random.next())),
    sponsored: c % 3 === 0,
    brand: `b${c % 4}`,
    attributes: { category: `k${c % 2}` },
  }));
  const people = Array.from({ length: users }, (_, u) => ({
    id: `u${u}`,
    group: `g${random.below(5)}`,
    attributes: { segment: `s${u % 3}` },
  }));
  return Drop.from({
    users: people,
    contracts,
    groups: [0, 1, 2, 3, 4].map((g) => ({ id: `g${g}`, ratio: 0.3 })),
    pairs: people.flatMap(({ id: user }) =>
      contracts.filter(() => random.next() < 0.6).map(({ id }) => ({
        user,
        contract: id,
        score: random.next(),
        attributes: { expected_cost: Number((4 * random.next()).toFixed(2)) },
      }))
    ),
    limits,
  });
}

const MARKETS: LimitInput = { limit: "brand in market", per: "brand_id+group_id", atMost: 20 };
const KINDS: Readonly<Record<string, readonly LimitInput[]>> = {
  "brands in markets": [MARKETS],
  "least deliveries, some out of reach": [
    { limit: "least", per: "contract_address", where: { segment: "s1" }, atLeast: 30 },
  ],
  "budgets in money": [
    { limit: "money", per: "contract_address", counts: "expected_cost", atMost: 90 },
  ],
  "a share of offers": [
    { limit: "share", per: "group_id", shareOf: "offers", where: { category: "k1" }, atMost: 0.4 },
  ],
  "a most at a price": [
    { limit: "soft", per: "brand_id", where: { segment: ["s0", "s1"] }, atMost: 60, price: 0.2 },
  ],
  "all of them": [
    MARKETS,
    { limit: "least", where: { segment: "s1", category: "k0" }, atLeast: 120 },
    { limit: "money", per: "brand_id", counts: "expected_cost", atMost: 250 },
    { limit: "soft", per: "segment", atMost: 180, price: 0.1 },
  ],
};

/** What the drop comes to without limits. */
const free = await allocate(drop(160, []));

for (const [kind, limits] of Object.entries(KINDS)) {
  Deno.test(`optimal keeps ${kind}: feasible, certified by the checker, near its bound, no worse than greedy`, async () => {
    const under = drop(160, limits);
    const allocation = await allocate(under, { timeout: 20 });
    const certificate = certificateOf(under.instance, allocation);
    const report = check(under, allocation, { certificate });
    assert(report.feasible, "every hard rule is kept");
    assert(report.certificate!.certified, report.certificate!.problems.join("; "));
    assert(allocation.gap! <= 5e-3, `gap ${allocation.gap}`);
    const greedy = await allocate(under, { solver: "greedy" });
    assert(greedy.objective <= allocation.objective);
    // Limits cost something here, so they are not just passed over.
    assert(free.objective > allocation.objective);
  });
}

Deno.test("limits that nothing comes near change nothing but the certificate's list", async () => {
  const loose = await allocate(drop(160, [
    { limit: "loose", per: "brand_id+group_id", atMost: 1000 },
    { limit: "met", per: "segment", atLeast: 1 },
  ]));
  assertEquals(loose.objective, free.objective);
  assertEquals(loose.prices!.limit!.every((price) => price === 0), true);
});

Deno.test("under limits the same bytes for any workers, and in a second run", async () => {
  const under = drop(
    14_000,
    KINDS["all of them"].map((limit) =>
      typeof limit.atMost === "number"
        ? { ...limit, atMost: 30 * limit.atMost }
        : { ...limit, atLeast: 30 * (limit.atLeast as number) }
    ),
  );
  const [one, two, again] = [
    await allocate(under, { workers: 1, gap: 1e-2 }),
    await allocate(under, { workers: 2, gap: 1e-2 }),
    await allocate(under, { workers: 2, gap: 1e-2 }),
  ];
  for (const other of [two, again]) {
    assertEquals(other.bound, one.bound);
    assertEquals(other.prices, one.prices);
    assertEquals(other.offerPair, one.offerPair);
  }
});

Deno.test("users of two kinds under budgets: the optimum is proven, as numbers of pairs that are the same count alike", async () => {
  const users = 1500, contracts = 12;
  const two = Drop.from({
    users: Array.from({ length: users }, (_, u) => ({ id: `u${u}`, group: "all" })),
    contracts: Array.from({ length: contracts }, (_, c) => ({
      id: `c${c}`,
      cap: users,
      sponsored: false,
      attributes: { budget: users / 8 + c / 10 },
    })),
    groups: [{ id: "all", ratio: 0 }],
    pairs: Array.from({ length: users * contracts }, (_, p) => {
      const u = Math.floor(p / contracts), c = p % contracts, kind = u % 2;
      return {
        user: `u${u}`,
        contract: `c${c}`,
        score: (17 + 7 * c + 31 * kind * c) % 50 / 100,
        attributes: { cost: (113 + 57 * c + 91 * kind * (c + 1)) % 400 / 100 + 0.5 },
      };
    }),
    limits: [{ limit: "budget", per: "contract_address", counts: "cost", atMost: "budget" }],
  });
  const { gap, objective } = await allocate(two, { k: 1, covW: [] });
  assertEquals([gap, Number(objective.toFixed(6))], [0, 366.05]);
});
