import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { noAttributes } from "../../../../lib/allocator/drop/instance/attributes.ts";
import {
  limitFamilies,
  type LimitInput,
} from "../../../../lib/allocator/drop/instance/limit_family.ts";
import { compileLimits } from "../../../../lib/allocator/drop/limits/limit_rows.ts";
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import { compileDualProblem } from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { firstPoint } from "../../../../lib/allocator/optimal/dual/price_point.ts";
import { DualPass, wholeCapacities } from "../../../../lib/allocator/optimal/passes/dual_pass.ts";
import { soleTeam } from "../../../../lib/allocator/optimal/passes/worker_team.ts";
import {
  minimiseInTrustRegion,
  radiiBlocks,
} from "../../../../lib/allocator/optimal/search/trust_region.ts";
import { noPause } from "../../../../lib/base/pause.ts";
import { generateInstance } from "../../../../lib/generate/generate_instance.ts";

/** D after a stage of a tolerance on a drop of 6,000 users under limits, and whether groups have radii of their own. */
async function stageUnder(limits: readonly LimitInput[], tolerance: number) {
  const free = generateInstance({ users: 6000, contracts: 150, groups: 4, pairs: 12, seed: 1 });
  const compiled = compileLimits(free, limitFamilies(limits), noAttributes());
  const problem = compileDualProblem({ ...free, limits: compiled }, defaultPolicy);
  const pass = new DualPass(problem, soleTeam(problem)), point = firstPoint(problem);
  await minimiseInTrustRegion(pass, wholeCapacities(problem), point, {
    stop: () => false,
    pause: noPause,
    radius: problem.unit,
    leastRadius: 1e-4 * problem.unit,
    tolerance,
    mostPasses: 200,
    screens: false,
    noise: 0,
  });
  const { value } = pass.evaluate(point, wholeCapacities(problem), 0);
  return { hasRadii: radiiBlocks(pass) !== null, value };
}

Deno.test("a stage comes near the least D, whether groups have radii of their own or not", async () => {
  const ofMarkets = { limit: "brand in market", per: "brand_id+group_id", atMost: 15 };
  const ofAll = { limit: "sponsored", where: { is_sponsored: true }, atMost: 1000 };
  for (const limit of [ofMarkets, ofAll]) {
    const found = await stageUnder([limit], 1e-5), best = await stageUnder([limit], 1e-9);
    assertEquals(found.hasRadii, limit === ofMarkets);
    const above = (found.value - best.value) / Math.abs(best.value);
    assert(above >= 0 && above < 1e-3, `${above} above for ${limit.limit}`);
  }
});
