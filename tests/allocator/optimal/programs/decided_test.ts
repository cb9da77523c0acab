import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { noAttributes } from "../../../../lib/allocator/drop/instance/attributes.ts";
import { limitFamilies } from "../../../../lib/allocator/drop/instance/limit_family.ts";
import { compileLimits } from "../../../../lib/allocator/drop/limits/limit_rows.ts";
import { Decided } from "../../../../lib/allocator/optimal/programs/decided.ts";
import { compileDualProblem } from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { argmaxBundles } from "../../../../lib/allocator/optimal/recovery/argmax_bundles.ts";
import { LAST_NOISE } from "../../../../lib/allocator/optimal/search/homotopy.ts";
import { minimiseDual } from "../../../../lib/allocator/optimal/search/minimise_dual.ts";
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";
import { randomInstance } from "../../../support/random_instance.ts";

Deno.test("users are decided alike whether it is known how far their bundles lead or not", async () => {
  let decided = 0, changed = 0;
  for (let seed = 1; seed <= 16; seed++) {
    const free = randomInstance({ seed, users: 90, contracts: 10, groups: 3 });
    const families = limitFamilies([{
      limit: "each",
      per: "contract_address+group_id",
      atMost: 4,
    }]);
    const limits = compileLimits(free, families, noAttributes());
    const instance = seed % 2 === 0 ? free : { ...free, limits };
    const policy = seed % 4 < 2 ? defaultPolicy : { ...defaultPolicy, maxPerBrand: 1 };
    const problem = compileDualProblem(instance, policy);
    const { prices } = await minimiseDual(problem);
    const assignment = argmaxBundles(problem, prices, LAST_NOISE * problem.unit);
    assert(assignment.leads !== null);
    const random = seededRandom(seed);
    for (let u = 0; u < 90; u++) {
      if (random.next() < 0.8 || assignment.count[u] === 0) continue;
      // As a repair does: some users hold less, and do not lead any more.
      assignment.setBundle(u, assignment.bundleOf(u), assignment.count[u] - 1);
      changed++;
    }
    const known = new Decided(assignment, prices);
    assignment.leads = null;
    const unknown = new Decided(assignment, prices);
    for (const regret of [0, 0.01, 0.1, 1].map((share) => share * problem.unit)) {
      for (let u = 0; u < 90; u++) {
        const isDecided = known.isDecided(u, regret), what = `seed ${seed}, user ${u}, ${regret}`;
        assertEquals(isDecided, unknown.isDecided(u, regret), what);
        if (isDecided) decided++;
      }
    }
    for (let u = 0; u < 90; u++) assertEquals(known.best(u), unknown.best(u));
  }
  assert(decided > 1000 && changed > 100, `${decided} times decided, ${changed} changed`);
});
