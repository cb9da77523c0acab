import { assert } from "../../../../lib/deps/std_assert.ts";
import { compileDualProblem } from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import { solveGreedy } from "../../../../lib/allocator/greedy/greedy.ts";
import { minimiseDual } from "../../../../lib/allocator/optimal/search/minimise_dual.ts";
import { solveOptimal } from "../../../../lib/allocator/optimal/optimal.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";
import { generateInstance } from "../../../../lib/generate/generate_instance.ts";

Deno.test("prices are found where scores differ by eighteen powers of ten", async () => {
  const free = generateInstance({ users: 1000, contracts: 40, groups: 4, pairs: 15, seed: 7 });
  const random = seededRandom(7);
  const score = free.score.map(() => 10 ** (-9 + 18 * random.next()));
  const instance = { ...free, score, plainScore: undefined };
  const { objective } = await solveOptimal(instance, defaultPolicy);
  assert(objective >= solveGreedy(instance, defaultPolicy).objective);
  const { bound } = await minimiseDual(compileDualProblem(instance, defaultPolicy));
  assert(bound >= objective * (1 - 1e-12));
  assert(bound - objective < 1e-4 * objective, `${bound} proves ${objective}`);
});
