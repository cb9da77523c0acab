import { assert } from "../../../../lib/deps/std_assert.ts";
import { argmaxAndBound } from "../../../../lib/allocator/optimal/recovery/argmax_bundles.ts";
import { boundAt } from "../../../../lib/allocator/optimal/dual/bound.ts";
import { zeroPrices } from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { anyPrices, assertFeasible, randomProblem } from "../../../support/recovered.ts";

Deno.test("what can be had at once keeps every hard rule, and the bound that comes with it is that of the prices", () => {
  for (let seed = 1; seed <= 150; seed++) {
    const [problem] = randomProblem(seed);
    for (const prices of [anyPrices(problem, seed), zeroPrices(problem)]) {
      const { holdings, bound } = argmaxAndBound(problem, prices);
      assertFeasible(holdings, `seed ${seed}`);
      const expected = boundAt(problem, prices);
      assert(Math.abs(bound - expected) <= 1e-9 * (1 + Math.abs(expected)), `seed ${seed}`);
    }
  }
});
