import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertRejects,
} from "../../../lib/deps/std_assert.ts";
import { solveIlp } from "../../../lib/allocator/ilp/ilp.ts";
import { MAX_ILP_PAIRS } from "../../../lib/allocator/ilp/ilp_model.ts";
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { UsageError } from "../../../lib/base/errors.ts";
import { bruteForce } from "../../support/brute_force.ts";
import { randomInstance } from "../../support/random_instance.ts";
import { randomPolicy } from "../../support/random_policy.ts";

Deno.test("HiGHS on the whole model finds the optimum of brute force, for every model and policy", async () => {
  let withShortfall = 0, mixed = 0;
  for (let seed = 1; seed <= 120; seed++) {
    const brands = seed % 3 === 0 ? 3 : 0;
    const instance = randomInstance({
      seed,
      users: 2 + (seed % 5),
      contracts: 5 + (seed % 3),
      groups: 1 + (seed % 2),
      density: 0.5,
      capShare: seed % 2 === 0 ? 0.3 : 0.8,
      negativeShare: seed % 4 === 0 ? 0.3 : 0,
      scoreStep: seed % 5 === 0 ? 0.1 : 0.001,
      brands,
    });
    const policy = randomPolicy(seed, brands > 0);
    const found = await solveIlp(instance, policy);
    assertAlmostEquals(
      found.objective,
      bruteForce(instance, policy).objective,
      1e-7,
      `seed ${seed}`,
    );
    assert(found.bound !== null && found.bound >= found.objective && !found.timedOut);
    if (found.shortfall > 0) withShortfall++;
    if (policy.mixTail && policy.model === "uniform") mixed++;
  }
  // The draw covers what it is meant to cover.
  assert(
    withShortfall > 10 && mixed > 10,
    `${withShortfall} with a shortfall, ${mixed} with mixing`,
  );
});

Deno.test("scores of any scale are solved alike", async () => {
  const instance = randomInstance({ seed: 5, users: 6, contracts: 6, groups: 2 });
  const policy = { ...defaultPolicy, covW: [], sponsoredBonus: 0 };
  const { objective } = await solveIlp(instance, policy);
  for (const scale of [1e-9, 1e9]) {
    const scaled = { ...instance, score: instance.score.map((s) => s * scale) };
    const found = await solveIlp(scaled, policy);
    // P is a power of ten of its own, so shortfalls scale with it only in that drop's units.
    assertEquals(found.shortfall, 0);
    assertAlmostEquals(found.objective / scale, objective, 1e-9);
  }
});

Deno.test("a drop past the size that HiGHS can do is refused in one line", async () => {
  const small = randomInstance({ seed: 1, users: 4, contracts: 4, groups: 1 });
  const score = new Float64Array(MAX_ILP_PAIRS + 1);
  const error = await assertRejects(
    () => solveIlp({ ...small, score }, defaultPolicy),
    UsageError,
    "at most",
  );
  assertEquals(error.message.split("\n").length, 1);
});
