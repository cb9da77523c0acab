import { assert, assertEquals } from "../../../../../lib/deps/std_assert.ts";
import type { LimitInput } from "../../../../../lib/allocator/drop/instance/limit_family.ts";
import { SPONSORED, UNSPONSORED } from "../../../../../lib/allocator/optimal/dual/bundle_kernel.ts";
import {
  compileDualProblem,
  zeroPrices,
} from "../../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { argmaxBundles } from "../../../../../lib/allocator/optimal/recovery/argmax_bundles.ts";
import { BundleChooser } from "../../../../../lib/allocator/optimal/recovery/bundle_chooser.ts";
import { whoMayGain } from "../../../../../lib/allocator/optimal/recovery/repair/may_gain.ts";
import { minimiseDual } from "../../../../../lib/allocator/optimal/search/minimise_dual.ts";
import { defaultPolicy } from "../../../../../lib/allocator/model/policy.ts";
import { randomInstance } from "../../../../support/random_instance.ts";
import { randomProblem } from "../../../../support/random_problem.ts";

const LIMITS: Record<string, LimitInput[]> = {
  money: [{ limit: "budget", per: "contract_address", counts: "expected_cost", atMost: 2.5 }],
  markets: [{ limit: "market", per: "contract_address+group_id", atMost: 4 }],
  "soft and least": [
    { limit: "least", per: "contract_address", atLeast: 6 },
    { limit: "soft", where: { is_sponsored: true }, atMost: 20, price: 0.2 },
  ],
};

for (const [name, inputs] of Object.entries(LIMITS)) {
  Deno.test(`who is said to gain nothing finds no better bundle: ${name}`, async () => {
    let passedOver = 0, gaining = 0;
    for (let seed = 1; seed <= 12; seed++) {
      const problem = randomProblem({ seed, users: 80, contracts: 10, groups: 3 }, inputs);
      const { prices } = await minimiseDual(problem);
      const assignment = argmaxBundles(problem, prices, 0);
      // As after a repair: some users hold less, which leaves room.
      const none = new Int32Array(problem.k);
      for (let u = seed % 20; u < 80; u += 20) assignment.setBundle(u, none, 0);
      const least = 1e-12 * problem.unit, mayGain = whoMayGain(assignment, prices, least);
      assert(mayGain !== null);
      const chooser = new BundleChooser(assignment, zeroPrices(problem), true);
      for (let u = 0; u < 80; u++) {
        const gains = [UNSPONSORED, SPONSORED].some((kind) =>
          chooser.choose(u, { kind }) &&
          assignment.gainOf(u, chooser.pairs, chooser.count) > 2 * least
        );
        if (gains) gaining++;
        if (mayGain(u)) continue;
        passedOver++;
        assertEquals(gains, false, `seed ${seed}, user ${u}`);
      }
    }
    assert(passedOver > 100 && gaining > 100, `${passedOver} passed over, ${gaining} gain`);
  });
}

Deno.test("nothing is said at other prices than those that bundles were chosen at", async () => {
  const drop = { seed: 1, users: 20, contracts: 4, groups: 1 };
  const problem = randomProblem(drop, LIMITS.markets);
  const { prices } = await minimiseDual(problem);
  const assignment = argmaxBundles(problem, prices, 0);
  assertEquals(whoMayGain(assignment, { ...prices }, 0), null);
  const plain = compileDualProblem(randomInstance(drop), defaultPolicy);
  assertEquals(whoMayGain(argmaxBundles(plain, prices, 0), prices, 0), null);
});
