import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { defaultPolicy, type Policy } from "../../../../lib/allocator/model/policy.ts";
import { compileDualProblem } from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { nearBundles } from "../../../../lib/allocator/optimal/core/near_bundles.ts";
import { argmaxBundles } from "../../../../lib/allocator/optimal/recovery/argmax_bundles.ts";
import { BundleChooser } from "../../../../lib/allocator/optimal/recovery/bundle_chooser.ts";
import { minimiseDual } from "../../../../lib/allocator/optimal/search/minimise_dual.ts";
import { randomInstance } from "../../../support/random_instance.ts";

const POLICIES: Partial<Policy>[] = [{}, { mixTail: true }, { k: 1 }, { maxPerBrand: 1 }];

Deno.test("near bundles: a user who is known to lead has no other bundle near its own", async () => {
  let leading = 0;
  for (const given of POLICIES) {
    for (let seed = 1; seed <= 3; seed++) {
      const instance = randomInstance({ seed, users: 300, contracts: 20, groups: 3, brands: 4 });
      const problem = compileDualProblem(instance, { ...defaultPolicy, ...given });
      const { prices } = await minimiseDual(problem);
      const assignment = argmaxBundles(problem, prices, 1e-9);
      // Some have changed since, whose lead is not known any more.
      for (let u = 0; u < 300; u += 10) assignment.setBundle(u, new Int32Array(0), 0);
      const chooser = new BundleChooser(assignment, prices, false);
      for (const regret of [1e-3, 0.05, 0.5]) {
        for (let u = 0; u < 300; u++) {
          if (!chooser.leadsBy(u, regret)) continue;
          leading++;
          const best = chooser.bestValue(u);
          const near = nearBundles(assignment, chooser, u, best - regret, 100);
          assertEquals(
            near.map(({ pairs }) => pairs),
            [assignment.bundleOf(u).sort()],
            JSON.stringify(given),
          );
        }
      }
    }
  }
  assert(leading > 1000, `${leading} lead`);
});
