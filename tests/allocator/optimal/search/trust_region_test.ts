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

/** D after a stage on a drop of 6,000 users under limits, and how many evaluations it took. */
async function stageUnder(limits: readonly LimitInput[], leastGain?: number) {
  const free = generateInstance({ users: 6000, contracts: 150, groups: 4, pairs: 12, seed: 1 });
  const compiled = compileLimits(free, limitFamilies(limits), noAttributes());
  const problem = compileDualProblem({ ...free, limits: compiled }, defaultPolicy);
  const pass = new DualPass(problem, soleTeam(problem)), point = firstPoint(problem);
  await minimiseInTrustRegion(pass, wholeCapacities(problem), point, {
    stop: () => false,
    pause: noPause,
    radius: problem.unit,
    leastRadius: 1e-4 * problem.unit,
    tolerance: 1e-6,
    mostPasses: 60,
    screens: false,
    noise: 0,
    ...(leastGain !== undefined && { leastGain }),
  });
  const { passes } = pass, hasRadii = radiiBlocks(pass) !== null;
  return { passes, hasRadii, value: pass.evaluate(point, wholeCapacities(problem), 0).value };
}

Deno.test("where groups have radii of their own a stage ends when two steps gain little, and D is as good but for that", async () => {
  const limits = [{ limit: "brand in market", per: "brand_id+group_id", atMost: 15 }];
  const all = await stageUnder(limits), early = await stageUnder(limits, 1e-3);
  assert(all.hasRadii);
  assert(early.passes < all.passes, `${early.passes} of ${all.passes}`);
  const above = early.value - all.value;
  assert(above >= 0 && above < 0.01 * Math.abs(all.value), `${above} of ${all.value}`);
});

Deno.test("where they have none, what steps gain ends no stage", async () => {
  const limits = [{ limit: "sponsored", where: { is_sponsored: true }, atMost: 1000 }];
  const all = await stageUnder(limits), same = await stageUnder(limits, 1e-3);
  assertEquals(all.hasRadii, false);
  assertEquals(same, all);
});
