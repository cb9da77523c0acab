import { assert, assertAlmostEquals } from "../../../../lib/deps/std_assert.ts";
import type { Instance } from "../../../../lib/allocator/drop/instance/instance.ts";
import { boundAt } from "../../../../lib/allocator/optimal/dual/bound.ts";
import { compileDualProblem } from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { minimiseDual } from "../../../../lib/allocator/optimal/search/minimise_dual.ts";
import { defaultPolicy, type Policy } from "../../../../lib/allocator/model/policy.ts";
import { bruteForce } from "../../../support/brute_force.ts";
import { bundleBound } from "../../../support/bundle_lp.ts";
import { randomInstance } from "../../../support/random_instance.ts";
import { randomPolicy } from "../../../support/random_policy.ts";
import { tried } from "../../../support/effort.ts";

/** The bound found, once it is known to be what its prices prove and no less than what is possible. */
async function soundBound(instance: Instance, policy: Policy): Promise<number> {
  const problem = compileDualProblem(instance, policy);
  const { bound, prices, finished } = await minimiseDual(problem);
  assert(finished);
  assertAlmostEquals(boundAt(problem, prices), bound, 1e-9 * Math.max(1, Math.abs(bound)));
  for (const list of Object.values(prices)) {
    assert((list as Float64Array).every((price) => price >= 0 && price < Infinity));
  }
  assert(prices.minSponsored.every((price) => price <= problem.shortfallPrice));
  return bound;
}

Deno.test("no bound is below the optimum, whatever the policy", async () => {
  for (let seed = 0; seed < tried(20, 60); seed++) {
    const policy = randomPolicy(seed, true);
    const instance = randomInstance({
      seed,
      users: 6,
      contracts: 7,
      groups: 1 + seed % 3,
      scoreStep: seed % 2 === 0 ? 0.1 : 0.001,
      negativeShare: seed % 5 === 0 ? 0.2 : 0,
      brands: 3,
    });
    const { objective } = bruteForce(instance, policy);
    const bound = await soundBound(instance, policy);
    assert(bound >= objective - 1e-9, `seed ${seed}: ${bound} < ${objective}`);
  }
});

Deno.test("the bound is the least that prices can prove: the optimum of the bundle LP", async () => {
  for (let seed = 100; seed < tried(120, 150); seed++) {
    const policy = randomPolicy(seed);
    const instance = randomInstance({
      seed,
      users: 40,
      contracts: 8,
      groups: 1 + seed % 4,
      scoreStep: seed % 3 === 0 ? 0.1 : 0.001,
      negativeShare: seed % 5 === 0 ? 0.2 : 0,
    });
    const least = await bundleBound(instance, policy);
    const bound = await soundBound(instance, policy);
    // With a handful of users per group D has few and large pieces, and α meets a kink rather than a minimum.
    const coarse = compileDualProblem(instance, policy).countsOffers;
    const room = (coarse ? 1e-2 : 1e-5) * Math.max(1, Math.abs(least));
    assert(bound >= least - 1e-7 * Math.abs(least), `seed ${seed}: ${bound} < ${least}`);
    assert(bound <= least + room, `seed ${seed}: ${bound} > ${least}`);
  }
});

Deno.test("one more unit of a cap never lowers the bound", async () => {
  for (const model of ["coverage", "uniform"] as const) {
    const instance = randomInstance({ seed: 5, users: 60, contracts: 8, groups: 3 });
    const policy: Policy = { ...defaultPolicy, model };
    const before = await soundBound(instance, policy);
    for (let c = 0; c < instance.cap.length; c++) {
      const cap = instance.cap.slice();
      cap[c]++;
      const after = await soundBound({ ...instance, cap }, policy);
      assert(after >= before - 1e-5 * Math.abs(before), `${model}, contract ${c}`);
    }
  }
});
