import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { anyPrices, assertFeasible, randomProblem } from "../../support/recovered.ts";
import { Assignment } from "../../../lib/allocator/optimal/recovery/assignment.ts";
import { fastBoundAt } from "../../../lib/allocator/optimal/passes/fast_bound.ts";
import { prove } from "../../../lib/allocator/optimal/joint/proof.ts";
import { recover } from "../../../lib/allocator/optimal/recovery/recover.ts";
import { solveGreedy } from "../../../lib/allocator/greedy/greedy.ts";
import { takeGreedyIfBetter } from "../../../lib/allocator/optimal/late_greedy.ts";

Deno.test("far from the bound, the result is the better one of the price solver's and greedy's, whether time ran out or not", async () => {
  const taken = { greedy: 0, own: 0 };
  for (let seed = 1; seed <= 40; seed++) {
    const [problem] = randomProblem(seed), prices = anyPrices(problem, seed + 1000);
    const proof = await prove(problem, { prices, bound: fastBoundAt(problem, prices) });
    const found = { proof, bound: proof.bound, warnings: [], finished: false };
    const greedy = solveGreedy(problem.instance, problem.policy).objective;
    const own = await recover(problem, prices, { noise: 0, enough: Infinity });
    for (const assignment of [new Assignment(problem), own]) {
      const before = assignment.objective();
      const compared = { ...found, assignment, comparedWithGreedy: true };
      takeGreedyIfBetter(compared, { msForGreedy: Infinity });
      assertEquals(assignment.objective(), before, `seed ${seed}: compared before`);
      takeGreedyIfBetter({ ...found, assignment }, { msForGreedy: Infinity });
      const after = assignment.objective();
      assertFeasible(assignment, `seed ${seed}`);
      const far = proof.bound - Math.max(before, greedy) > 1e-3 * Math.abs(proof.bound);
      if (far) assert(Math.abs(after - Math.max(before, greedy)) < 1e-9, `seed ${seed}: ${after}`);
      taken[after > before ? "greedy" : "own"]++;
    }
  }
  assert(taken.greedy > 10 && taken.own > 10, JSON.stringify(taken));
});

Deno.test("where the greedy solver has no time for an offer, the result stays", async () => {
  const [problem] = randomProblem(1), prices = anyPrices(problem, 1);
  const proof = await prove(problem, { prices, bound: fastBoundAt(problem, prices) });
  const assignment = new Assignment(problem);
  const found = { proof, bound: proof.bound, warnings: [], finished: false, assignment };
  takeGreedyIfBetter(found, { msForGreedy: 0 });
  assertEquals(assignment.count.every((n) => n === 0), true);
});
