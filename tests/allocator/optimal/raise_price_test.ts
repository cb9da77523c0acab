import { allocate } from "../../../lib/api/allocate.ts";
import { exactCertificate } from "../../../lib/api/certificate.ts";
import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { solveOptimal } from "../../../lib/allocator/optimal/optimal.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { assert, assertAlmostEquals, assertEquals } from "../../../lib/deps/std_assert.ts";

Deno.test("where minima are missed, prices at which users keep their own limits prove it at the price asked for too", async () => {
  for (const seed of [2, 5]) {
    const random = seededRandom(seed), users = 60;
    const contracts = Array.from({ length: 14 }, (_, c) => ({
      id: `c${c}`,
      cap: 8,
      sponsored: c < 5,
      attributes: { hours: 4 + 2 * random.below(3) },
    }));
    const { instance } = Drop.from({
      users: Array.from({ length: users }, (_, u) => ({ id: `u${u}`, group: "g" })),
      contracts,
      groups: [{ id: "g", ratio: 0.9 }],
      pairs: Array.from(
        { length: users },
        (_, u) =>
          contracts.filter(() => random.next() < 0.6).map(({ id }) => ({
            user: `u${u}`,
            contract: id,
            score: random.next(),
          })),
      ).flat(),
      limits: [{ limit: "hours", per: "user_id", counts: "hours", atMost: 13 }],
    });
    const found = await solveOptimal(instance, { ...defaultPolicy, k: 4 });
    const certificate = exactCertificate(instance, found);
    assert(found.shortfall > 10 && found.ownLimitsKept, `seed ${seed}`);
    // What is claimed is what the checker finds.
    assertAlmostEquals(found.pricesBound!, certificate.bound, 1e-9);
    assert(certificate.own_limits_kept && certificate.gap <= 1e-9, `${certificate.gap}`);
  }
});

Deno.test("a shortfall price that was raised in vain, as limits have prices that might outweigh it, is not what the objective is counted in", async () => {
  const users = ["u", "v", "w"].map((id) => ({ id, group: "g" }));
  for (const per of ["", "user_id"]) {
    for (const price of [100, 1e6, 1e12]) {
      const drop = Drop.from({
        users,
        contracts: [{ id: "c", cap: 3, sponsored: true }],
        groups: [{ id: "g", ratio: 1 }],
        pairs: users.map(({ id }) => ({
          user: id,
          contract: "c",
          score: 1,
          attributes: { w: 2.3 },
        })),
        limits: [
          // Prices of this one let part of an offer be given, so they don't prove how many users must be missing.
          { limit: "most", per, counts: "w", atMost: per === "" ? 4.1 : 1 },
          { limit: "dear", atMost: 9, price },
        ],
      });
      const greedy = await allocate(drop, { solver: "greedy" });
      for (const solver of ["optimal", "ilp"] as const) {
        const { shortfallPrice, shortfall, objective } = await allocate(drop, { solver });
        assertEquals([shortfallPrice, shortfall], [greedy.shortfallPrice, greedy.shortfall]);
        assert(objective >= greedy.objective, `${solver}: ${objective}`);
      }
    }
  }
});

Deno.test("leasts out of reach are proven to be, and the rest is the optimum, whatever scores are beside them", async () => {
  const scores: Record<string, (random: () => number) => number> = {
    // Few are thousands of times as large as most, and with them the shortfall price.
    heavy: (random) =>
      Math.exp(3 * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(7 * random())),
    equal: () => 1,
    five: (random) => 1 + Math.floor(5 * random()),
  };
  for (const [kind, score] of Object.entries(scores)) {
    const generator = seededRandom(1), random = () => generator.next();
    const users = 120, contracts = 10, cap = 10, least = 50;
    const drop = Drop.from({
      users: Array.from({ length: users }, (_, u) => ({ id: `u${u}`, group: `g${u % 4}` })),
      contracts: Array.from({ length: contracts }, (_, c) => ({
        id: `c${c}`,
        cap,
        sponsored: c % 3 === 0,
        brand: `b${c % 4}`,
      })),
      groups: Array.from({ length: 4 }, (_, g) => ({ id: `g${g}`, ratio: 0.3 })),
      pairs: Array.from({ length: users * 6 }, (_, p) => ({
        user: `u${p % users}`,
        contract: `c${(p % users + Math.floor(p / users) * 3) % contracts}`,
        score: score(random),
      })),
      limits: [{ limit: "least", per: "contract_address", atLeast: least }],
    });
    const found = await allocate(drop, { solver: "optimal" });
    assertEquals(found.limitShortfall, contracts * (least - cap), kind);
    assert(found.gap! < 1e-6, `${kind}: ${found.gap}`);
    assert(exactCertificate(drop.instance, found).gap < 1e-6, kind);
  }
});
