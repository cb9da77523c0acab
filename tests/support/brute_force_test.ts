import { assertAlmostEquals, assertEquals } from "../../lib/deps/std_assert.ts";
import { defaultPolicy } from "../../lib/allocator/model/policy.ts";
import { bruteForce } from "./brute_force.ts";
import { randomInstance } from "./random_instance.ts";
import { IdPool } from "../../lib/base/ids/ids.ts";
import type { Instance } from "../../lib/allocator/drop/instance/instance.ts";

/** Two users of one group, one sponsored contract with one unit and one unsponsored contract with two. */
const twoUsers: Instance = {
  users: IdPool.from(["a", "b"]),
  contracts: ["s", "t"],
  sponsoredContracts: 1,
  cap: Float64Array.of(1, 2),
  brand: Uint32Array.of(0, 0),
  brands: ["x"],
  groups: ["g"],
  ratio: Float64Array.of(0.5),
  groupSize: Uint32Array.of(2),
  group: Uint32Array.of(0, 0),
  start: Uint32Array.of(0, 2, 4),
  middle: Uint32Array.of(1, 3),
  contract: Uint16Array.of(0, 1, 0, 1),
  score: Float64Array.of(0.5, 0.25, 0.75, 0.125),
};
const plain = { ...defaultPolicy, covW: [], sponsoredBonus: 0 };

Deno.test("brute force: known optima of a drop small enough for a person", () => {
  // coverage: b takes s, both take t.
  assertEquals(
    bruteForce(twoUsers, { ...plain, model: "coverage" }).objective,
    0.75 + 0.25 + 0.125,
  );
  // uniform: b takes s and nothing else, a takes t.
  assertEquals(bruteForce(twoUsers, plain).objective, 0.75 + 0.25);
  assertEquals(bruteForce(twoUsers, plain).offers, [[1], [2]]);
  // A brand at most once: under coverage b must choose.
  const once = { ...plain, model: "coverage" as const, maxPerBrand: 1 };
  assertEquals(bruteForce(twoUsers, once).objective, 0.75 + 0.25);
  // Nobody may be short of the minimum of two; one unit lacks one user.
  const all = { ...twoUsers, ratio: Float64Array.of(1) };
  assertEquals(bruteForce(all, { ...plain, shortfallPrice: 10 }).objective, 0.75 + 0.25 - 10);
  // Half the offers must be sponsored: one of each.
  const guarded = { ...plain, enforceAssignmentRatio: true };
  assertEquals(bruteForce(twoUsers, guarded).objective, 0.75 + 0.25);
  const strict = { ...guarded, ratioSlack: -0.1 };
  assertEquals(bruteForce(twoUsers, strict).objective, 0.75);
  // Mixing allowed for the last of two slots, for half of the users, then for none.
  const mix = { ...plain, k: 2, mixTail: true };
  assertEquals(bruteForce(twoUsers, mix).objective, 0.75 + 0.25 + 0.125);
  assertEquals(bruteForce(twoUsers, { ...mix, maxMixedShare: 0 }).objective, 0.75 + 0.25);
});

Deno.test("brute force: more freedom is never worth less", () => {
  for (let seed = 1; seed <= 10; seed++) {
    const instance = randomInstance({ seed, users: 4, contracts: 4, groups: 2 });
    const coverage = bruteForce(instance, { ...plain, model: "coverage" }).objective;
    const uniform = bruteForce(instance, { ...plain, shortfallPrice: 0 }).objective;
    const minima = bruteForce(instance, plain).objective;
    const most = bruteForce(instance, { ...plain, maxSponsoredRatio: 0.5 }).objective;
    assertEquals([coverage >= uniform, uniform >= minima, minima >= most], [true, true, true]);
    const mixed = { ...plain, mixTail: true, thirdSlotOnlyMixing: false, sponsoredFirstRounds: 1 };
    assertEquals(bruteForce(instance, mixed).objective >= minima - 1e-12, true);
    // Coverage weights add what the number of offers says.
    const weighted = bruteForce(instance, { ...plain, model: "coverage", covW: [100, 100, 100] });
    const count = weighted.offers.flat().length;
    const score = weighted.offers.flat().reduce((sum, p) => sum + instance.score[p], 0);
    assertAlmostEquals(weighted.objective, score + 100 * count, 1e-9);
  }
});
