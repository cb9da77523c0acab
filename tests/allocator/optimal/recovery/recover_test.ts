import { assert } from "../../../../lib/deps/std_assert.ts";
import { solveIlp } from "../../../../lib/allocator/ilp/ilp.ts";
import { recover } from "../../../../lib/allocator/optimal/recovery/recover.ts";
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
