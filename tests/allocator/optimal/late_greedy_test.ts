import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { anyPrices, assertFeasible, randomProblem } from "../../support/recovered.ts";
import { Holdings } from "../../../lib/allocator/optimal/recovery/holdings.ts";
import {
  compileDualProblem,
  zeroPrices,
} from "../../../lib/allocator/optimal/dual/dual_problem.ts";
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { Drop } from "../../../lib/allocator/drop/drop.ts";
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
    for (const holdings of [new Holdings(problem), own]) {
      const before = holdings.objective();
      const compared = { ...found, holdings, comparedWithGreedy: true };
      takeGreedyIfBetter(compared, { msForGreedy: Infinity, cutShort: false });
      assertEquals(holdings.objective(), before, `seed ${seed}: compared before`);
      takeGreedyIfBetter({ ...found, holdings }, { msForGreedy: Infinity, cutShort: false });
      const after = holdings.objective();
      assertFeasible(holdings, `seed ${seed}`);
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
  const holdings = new Holdings(problem);
  const found = { proof, bound: proof.bound, warnings: [], finished: false, holdings };
  takeGreedyIfBetter(found, { msForGreedy: 0, cutShort: true });
  assertEquals(holdings.count.every((n) => n === 0), true);
});

Deno.test("the greedy solver's allocation that was made before is taken where it is better, though no time is left", async () => {
  const [problem] = randomProblem(1), prices = anyPrices(problem, 1);
  const proof = await prove(problem, { prices, bound: fastBoundAt(problem, prices) });
  const holdings = new Holdings(problem);
  const greedy = solveGreedy(problem.instance, problem.policy);
  const found = { proof, bound: proof.bound, warnings: [], finished: false, holdings, greedy };
  takeGreedyIfBetter(found, { msForGreedy: 0, cutShort: true });
  assert(greedy.offerPair.length > 0);
  assertEquals(holdings.count.reduce((sum, n) => sum + n, 0), greedy.offerPair.length);
});

Deno.test("a run that was cut short misses no more minima than greedy, unless the price of a miss was asked for", async () => {
  const users = ["u", "v", "w"];
  for (const worth of [-50, -2, 0.5]) {
    const { instance } = Drop.from({
      users: users.map((id) => ({ id, group: "g" })),
      contracts: [{ id: "s", cap: 2, sponsored: true }, { id: "n", cap: 3, sponsored: false }],
      groups: [{ id: "g", ratio: 1 }],
      pairs: users.flatMap((user) => [
        { user, contract: "s", score: worth },
        { user, contract: "n", score: 1 },
      ]),
    });
    for (const asked of [null, 1]) {
      for (const cutShort of [true, false]) {
        // At a price of 1 a miss is cheaper than what meeting it costs.
        const policy = { ...defaultPolicy, covW: [], shortfallPrice: asked };
        const problem = compileDualProblem(instance, policy, { price: 1 });
        const prices = zeroPrices(problem);
        const proof = await prove(problem, { prices, bound: fastBoundAt(problem, prices) });
        const holdings = new Holdings(problem);
        for (let u = 0; u < 3; u++) holdings.setBundle(u, Int32Array.of(2 * u + 1), 1);
        const own = holdings.objective();
        const greedy = solveGreedy(instance, policy);
        const found = { proof, bound: proof.bound, warnings: [], finished: false, holdings };
        const compared = { ...found, comparedWithGreedy: true };
        takeGreedyIfBetter(compared, { msForGreedy: Infinity, cutShort });
        const takes = cutShort && asked === null;
        const name = `score ${worth}, price ${asked}, cut short ${cutShort}`;
        assertEquals(holdings.shortfall(), takes ? greedy.shortfall : 3, name);
        if (!takes) assertEquals(holdings.objective(), own, name);
        assertFeasible(holdings, name);
      }
    }
  }
});
