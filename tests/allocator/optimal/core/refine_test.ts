import { assertEquals } from "../../../../lib/deps/std_assert.ts";
import { allocate } from "../../../../lib/api/allocate.ts";
import { Drop } from "../../../../lib/allocator/drop/drop.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";
import { hurried, UNHURRIED } from "../../../support/hurried_clock.ts";

/** A tiny drop of several groups with few sponsored offers, of which an assignment ratio lets no more than some users' worth be made. */
function fewSponsored(seed: number): Drop {
  const random = seededRandom(seed), ratios = [1e-6, 0.1, 0.3, 0.5];
  const users = 4 + random.below(40), contracts = 3 + random.below(8), groups = 2 + random.below(6);
  const numbered = <T>(count: number, make: (n: number) => T) =>
    Array.from({ length: count }, (_, n) => make(n));
  return Drop.from({
    users: numbered(users, (u) => ({ id: `u${u}`, group: `g${random.below(groups)}` })),
    contracts: numbered(contracts, (c) => ({
      id: `c${c}`,
      cap: c === 0 ? 1 + random.below(3) : 2 + random.below(users),
      sponsored: c < 1 + random.below(3),
    })),
    groups: numbered(groups, (g) => ({ id: `g${g}`, ratio: ratios[random.below(4)] })),
    pairs: numbered(users, (u) =>
      numbered(contracts, (c) => ({
        user: `u${u}`,
        contract: `c${c}`,
        score: Math.round(100 * random.next()) / 100,
      })).filter(() => random.next() < 0.6)).flat(),
  });
}

Deno.test("where all that is left is worth an offer or so, a tiny drop is solved to its optimum all the same", async () => {
  for (const seed of [58, 133, 188]) {
    const drop = fewSponsored(seed);
    const policy = { k: 3, model: "uniform", enforceAssignmentRatio: true } as const;
    const { gap } = await hurried(UNHURRIED, () => allocate(drop, policy));
    assertEquals(gap! < 1e-9, true, `seed ${seed}: a gap of ${gap}`);
  }
});

/** Everybody may have everything: half of the contracts are sponsored, three offers of each, scores to three decimals. */
function dense(size: number, seed: number): Drop {
  const random = seededRandom(seed);
  const numbers = Array.from({ length: size }, (_, n) => n);
  const pairs = numbers.flatMap((u) =>
    numbers.map((c) => ({
      user: `u${u}`,
      contract: `c${c}`,
      score: Math.round(1000 * random.next()) / 1000,
    }))
  );
  return Drop.from({
    users: numbers.map((u) => ({ id: `u${u}`, group: "g" })),
    contracts: numbers.map((c) => ({ id: `c${c}`, cap: 3, sponsored: c < size / 2 })),
    groups: [{ id: "g", ratio: 0.3 }],
    pairs,
  });
}

Deno.test("a dense drop with types, at whose best prices many users hold fractions of both, is solved to its optimum", async () => {
  const { gap } = await hurried(UNHURRIED, () => allocate(dense(90, 2), {}));
  assertEquals(gap, 0);
});
