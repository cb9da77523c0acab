import { assert, assertEquals, assertThrows } from "../../lib/deps/std_assert.ts";
import { solveGreedy } from "../../lib/allocator/greedy.ts";
import { defaultPolicy } from "../../lib/allocator/policy.ts";
import { bruteForce } from "../support/brute_force.ts";
import { randomInstance } from "../support/random_instance.ts";

/** The options of a real run of the replaced tool. */
const production = {
  ...defaultPolicy,
  sponsoredFirstRounds: 3,
  enforceAssignmentRatio: true,
  maxMixedShare: 0,
};

Deno.test("greedy: never above the optimum, and equal to it where nothing is scarce", () => {
  for (let seed = 1; seed <= 40; seed++) {
    const instance = randomInstance({ seed, users: 5, contracts: 5, groups: 2 });
    for (const policy of [defaultPolicy, production]) {
      const optimum = bruteForce(instance, policy).objective;
      assert(solveGreedy(instance, policy).objective <= optimum + 1e-9, `seed ${seed}`);
    }
    const ample = { ...instance, cap: instance.cap.map(() => 5) };
    const coverage = { ...defaultPolicy, model: "coverage" as const, sponsoredBonus: 0 };
    const { objective } = solveGreedy(ample, coverage);
    assert(Math.abs(objective - bruteForce(ample, coverage).objective) < 1e-9, `seed ${seed}`);
  }
});

Deno.test("greedy: the same seed gives the same offers, another seed may not", () => {
  const instance = randomInstance({ seed: 7, users: 300, contracts: 20, groups: 9 });
  const first = solveGreedy(instance, production, { seed: 1, scarcityAlpha: 0.05 });
  assertEquals(solveGreedy(instance, production, { seed: 1, scarcityAlpha: 0.05 }), first);
  const others = [2, 3, 4].map((seed) => solveGreedy(instance, production, { seed }).offerPair);
  assert(others.some((offers) => offers.join() !== first.offerPair.join()));
});

Deno.test("greedy: out of time or stopped, it returns what it has and says so", () => {
  const instance = randomInstance({ seed: 7, users: 300, contracts: 20, groups: 9 });
  const whole = solveGreedy(instance, production);
  assertEquals(whole.timedOut, false);
  for (const control of [{ timeout: 0 }, { signal: AbortSignal.abort() }]) {
    const cut = solveGreedy(instance, production, control);
    assertEquals([cut.timedOut, cut.offerPair.length], [true, 0]);
    assert(cut.shortfall > 0);
  }
});

Deno.test("greedy: a negative weight of scarcity is refused", () => {
  const instance = randomInstance({ seed: 1, users: 3, contracts: 3, groups: 1 });
  assertThrows(() => solveGreedy(instance, production, { scarcityAlpha: -1 }), RangeError, "-1");
});
