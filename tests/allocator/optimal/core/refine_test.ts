import { assertEquals } from "../../../../lib/deps/std_assert.ts";
import { allocate } from "../../../../lib/api/allocate.ts";
import { Drop } from "../../../../lib/allocator/drop/drop.ts";
import { type Random, seededRandom } from "../../../../lib/base/numbers/random.ts";
import { RefineSteps } from "../../../../lib/allocator/optimal/core/refine_steps.ts";
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

/** Users who each may have some of the contracts, one in so many sponsored, with whole scores of `grade`. */
function graded(
  { users, contracts, options, cap, oneIn, seed }: Record<
    "users" | "contracts" | "options" | "cap" | "oneIn" | "seed",
    number
  >,
  grade: (random: Random) => number,
): Drop {
  const random = seededRandom(seed), user: number[] = [], contract: number[] = [];
  for (let u = 0; u < users; u++) {
    const own = new Set<number>();
    while (own.size < options) own.add(random.below(contracts));
    user.push(...Array.from(own, () => u));
    contract.push(...own);
  }
  return Drop.from({
    users: {
      ids: Array.from({ length: users }, (_, u) => `u${u}`),
      group: new Uint32Array(users),
    },
    contracts: Array.from({ length: contracts }, (_, c) => ({
      id: `c${c}`,
      cap,
      sponsored: c % oneIn === 0,
    })),
    groups: [{ id: "g", ratio: 0.3 }],
    pairs: {
      user: Uint32Array.from(user),
      contract: Uint32Array.from(contract),
      score: Float64Array.from(user, () => grade(random)),
    },
  });
}

Deno.test("grades that tie: paths win a few offers' worth by themselves, and the search over types what is much for the users", async () => {
  const { searchTies } = RefineSteps.prototype;
  let searches = 0;
  RefineSteps.prototype.searchTies = function () {
    searches++;
    return searchTies.call(this);
  };
  try {
    const searched = async (drop: Drop) => {
      searches = 0;
      const { gap } = await hurried(UNHURRIED, () => allocate(drop));
      assertEquals(gap! <= 1e-6, true, `a gap of ${gap}, ${searches} searches`);
      return searches;
    };
    for (const seed of [1, 2, 3]) {
      const large = { users: 5000, contracts: 20, options: 10, cap: 200, oneIn: 2, seed };
      assertEquals(await searched(graded(large, (random) => 1 + random.below(5))), 0);
    }
    const small = { users: 1200, contracts: 300, options: 25, cap: 6, oneIn: 3, seed: 1 };
    assertEquals(await searched(graded(small, (random) => random.below(10) < 3 ? 1 : 0)), 1);
  } finally {
    RefineSteps.prototype.searchTies = searchTies;
  }
});
