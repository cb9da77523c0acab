import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import { boundAt } from "../../../../lib/allocator/optimal/dual/bound.ts";
import {
  compileDualProblem,
  zeroPrices,
} from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { fastBoundAt } from "../../../../lib/allocator/optimal/passes/fast_bound.ts";
import { UserScan } from "../../../../lib/allocator/optimal/passes/user_scan.ts";
import { generateInstance } from "../../../../lib/generate/generate_instance.ts";

Deno.test("the fast bound is the bound, to the last bit", () => {
  const instance = generateInstance({ users: 21_000, contracts: 30, groups: 4, pairs: 5, seed: 3 });
  for (const policy of [defaultPolicy, { ...defaultPolicy, model: "coverage" as const }]) {
    const problem = compileDualProblem(instance, policy), prices = zeroPrices(problem);
    prices.contract.forEach((_, c) => prices.contract[c] = problem.unit * (c % 7) / 4);
    if (policy.model === "uniform") prices.minSponsored.fill(problem.unit / 3);
    assert(UserScan.forBundles(problem) !== null, "else both are the same code");
    assertEquals(fastBoundAt(problem, prices), boundAt(problem, prices), policy.model);
  }
});
