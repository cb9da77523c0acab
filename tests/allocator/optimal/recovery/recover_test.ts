import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { solveIlp } from "../../../../lib/allocator/ilp/ilp.ts";
import { recover, relieveBySwaps } from "../../../../lib/allocator/optimal/recovery/recover.ts";
import { argmaxBundles } from "../../../../lib/allocator/optimal/recovery/argmax_bundles.ts";
import { anyPrices, assertFeasible, randomProblem } from "../../../support/recovered.ts";

Deno.test("paths only ever improve on it, from any prices", async () => {
  for (let seed = 1; seed <= 40; seed++) {
    const [problem, policy] = randomProblem(seed);
    const prices = anyPrices(problem, seed + 1000);
    const options = { noise: 0, enough: Infinity };
    const quick = await recover(problem, prices, { ...options, hurry: () => true });
    const full = await recover(problem, prices, options);
    assertFeasible(quick, `seed ${seed}, in a hurry`);
    assertFeasible(full, `seed ${seed}`);
    const best = (await solveIlp(problem.instance, policy)).objective;
    assert(full.objective() <= best + 1e-7, `seed ${seed}: above the optimum`);
  }
});

Deno.test("recovery that leaves improving to chains keeps every rule, and loses no less than one that goes on", async () => {
  let less = 0;
  for (let seed = 1; seed <= 40; seed++) {
    const [problem] = randomProblem(seed), prices = anyPrices(problem, seed);
    const worth = async (chainsFirst: boolean) => {
      const found = await recover(problem, prices, { noise: 0, enough: Infinity, chainsFirst });
      assertFeasible(found, `seed ${seed}`);
      return found.objective();
    };
    const [left, improved] = [await worth(true), await worth(false)];
    assert(left <= improved + 1e-9, `seed ${seed}: ${left} and ${improved}`);
    if (left < improved - 1e-9) less++;
  }
  assert(less > 0);
});

Deno.test("swaps relieve caps while every user keeps its shape", async () => {
  let relieved = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const [problem] = randomProblem(seed), prices = anyPrices(problem, seed);
    const assignment = argmaxBundles(problem, prices, 0);
    const shapes = [assignment.count.slice(), assignment.sponsored.slice()];
    const over = assignment.overload();
    await relieveBySwaps(assignment, prices, {});
    assertEquals([assignment.count, assignment.sponsored], shapes, `seed ${seed}`);
    assert(assignment.overload() <= over, `seed ${seed}`);
    if (assignment.overload() < over) relieved++;
  }
  assert(relieved > 20, `${relieved} relieved`);
});
