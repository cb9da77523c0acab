import { assert } from "../../../../../lib/deps/std_assert.ts";
import { argmaxBundles } from "../../../../../lib/allocator/optimal/recovery/argmax_bundles.ts";
import { boundAt } from "../../../../../lib/allocator/optimal/dual/bound.ts";
import { usersByGroup } from "../../../../../lib/allocator/drop/instance/group_users.ts";
import { repair } from "../../../../../lib/allocator/optimal/recovery/repair/repair.ts";
import { anyPrices, assertFeasible, randomProblem } from "../../../../support/recovered.ts";

Deno.test("repair makes any prices' bundles keep every hard rule, and stays below their bound", () => {
  for (let seed = 1; seed <= 150; seed++) {
    const [problem] = randomProblem(seed);
    const prices = anyPrices(problem, seed);
    const { group, groups } = problem.instance;
    const holdings = argmaxBundles(problem, prices, 0);
    repair(holdings, prices, usersByGroup(group, groups.length));
    assertFeasible(holdings, `seed ${seed}`);
    assert(holdings.objective() <= boundAt(problem, prices) + 1e-9, `seed ${seed}`);
  }
});

Deno.test("repair that runs out of time at any moment keeps every hard rule, and not by taking all away", () => {
  let kept = 0, tried = 0;
  for (let seed = 1; seed <= 150; seed++) {
    const [problem] = randomProblem(seed);
    const prices = anyPrices(problem, seed);
    const { group, groups } = problem.instance;
    for (const looks of [0, 1, 2, 4, 7]) {
      const holdings = argmaxBundles(problem, prices, 0);
      let left = looks;
      repair(holdings, prices, usersByGroup(group, groups.length), () => left-- <= 0);
      assertFeasible(holdings, `seed ${seed}, ${looks} looks`);
      tried++;
      if (holdings.count.some((n) => n > 0)) kept++;
    }
  }
  assert(kept > 0.95 * tried, `${kept} of ${tried} hold anything`);
});
