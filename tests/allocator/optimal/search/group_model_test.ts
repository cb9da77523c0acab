import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { compileDualProblem } from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { firstPoint } from "../../../../lib/allocator/optimal/dual/price_point.ts";
import { DualPass, wholeCapacities } from "../../../../lib/allocator/optimal/passes/dual_pass.ts";
import { soleTeam } from "../../../../lib/allocator/optimal/passes/worker_team.ts";
import { denseCross, groupModel } from "../../../../lib/allocator/optimal/search/group_model.ts";
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import { randomInstance } from "../../../support/random_instance.ts";

Deno.test("groups of which a sample has nobody have no part in its model, others have their limit's price", () => {
  const users = 60, stride = 6;
  const instance = randomInstance({ seed: 3, users, contracts: 6, groups: 30 });
  instance.ratio.fill(0.5);
  const policy = { ...defaultPolicy, enforceAssignmentRatio: true };
  const problem = compileDualProblem(instance, policy);
  const pass = new DualPass(problem, soleTeam(problem));
  pass.useSample(stride, 0);
  const whole = wholeCapacities(problem), seen = new Set<number>();
  for (let u = stride >> 1; u < instance.group.length; u += stride) seen.add(instance.group[u]);
  const counted = whole.others.map((own) => own.map((amount, g) => seen.has(g) ? amount : 0));
  const evaluation = pass.evaluate(firstPoint(problem), { ...whole, others: counted }, 1);
  const ones = new Float64Array(instance.groups.length).fill(1);
  const terms = {
    curvature: evaluation.curvature!,
    scale: 1,
    ridge: 0.1,
    ridges: null,
    damping: 0.01,
    radii: { row: new Float64Array(instance.cap.length).fill(1), others: [ones] },
    highest: new Float64Array(instance.cap.length).fill(Infinity),
  };
  const { layout } = pass;
  const crossOf = (g: number) => denseCross(layout, evaluation.curvature!.cross, g);
  let withBlock = 0;
  for (let g = 0; g < instance.groups.length; g++) {
    const { block, sponsored } = groupModel({ problem, layout, evaluation, terms, crossOf }, g);
    if (!seen.has(g)) assertEquals([block, sponsored], [null, null]);
    else if (block !== null) withBlock++;
  }
  assert(seen.size < instance.groups.length && withBlock > seen.size / 2);
});
