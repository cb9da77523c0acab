import { assertEquals } from "../../../../lib/deps/std_assert.ts";
import { compileDualProblem } from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import { isQuickFlow } from "../../../../lib/allocator/optimal/flow/flow_network.ts";
import { denseDrop } from "../../../support/dense_drop.ts";

Deno.test("a large drop with types starts from a flow where users have many options, and only there", () => {
  const many = compileDualProblem(denseDrop(60, 1800, 1), { ...defaultPolicy, k: 60 });
  assertEquals(isQuickFlow(many), true);
  const few = compileDualProblem(denseDrop(3200, 32, 10), defaultPolicy);
  assertEquals(isQuickFlow(few), false);
});
