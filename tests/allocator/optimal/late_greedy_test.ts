import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { anyPrices, assertFeasible, randomProblem } from "../../support/recovered.ts";
import { Holdings } from "../../../lib/allocator/optimal/recovery/holdings.ts";
import { compileDualProblem } from "../../../lib/allocator/optimal/dual/dual_problem.ts";
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { fastBoundAt } from "../../../lib/allocator/optimal/passes/fast_bound.ts";
import { prove } from "../../../lib/allocator/optimal/joint/proof.ts";
import { recover } from "../../../lib/allocator/optimal/recovery/recover.ts";
import { solveGreedy } from "../../../lib/allocator/greedy/greedy.ts";
import { takeGreedyIfBetter } from "../../../lib/allocator/optimal/late_greedy.ts";
import { takeOffers } from "../../../lib/allocator/optimal/recovery/take_offers.ts";

Deno.test("where a gap is left, the result is the better one of the price solver's and greedy's", async () => {
  const taken = { greedy: 0, own: 0 };
  for (let seed = 1; seed <= 40; seed++) {
    const [problem] = randomProblem(seed), prices = anyPrices(problem, seed + 1000);
    const { bound } = await prove(problem, { prices, bound: fastBoundAt(problem, prices) });
    const greedy = solveGreedy(problem.instance, problem.policy).objective;
    const own = await recover(problem, prices, { noise: 0, enough: Infinity });
    for (const holdings of [new Holdings(problem), own]) {
      const before = holdings.objective();
      takeGreedyIfBetter({ bound, holdings }, { msForGreedy: Infinity, cutShort: false });
      const after = holdings.objective();
      assertFeasible(holdings, `seed ${seed}`);
      assert(Math.abs(after - Math.max(before, greedy)) < 1e-9, `seed ${seed}: ${after}`);
      taken[after > before ? "greedy" : "own"]++;
    }
  }
  assert(taken.greedy > 10 && taken.own > 10, JSON.stringify(taken));
});

Deno.test("where the greedy solver has no time for an offer, the result stays", () => {
  const [problem] = randomProblem(1), holdings = new Holdings(problem);
  takeGreedyIfBetter({ holdings, bound: 100 }, { msForGreedy: 0, cutShort: true });
  assertEquals(holdings.count.every((n) => n === 0), true);
});

Deno.test("a run that was cut short misses no more minima than greedy, unless the price of a miss was asked for", () => {
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
        const holdings = new Holdings(problem), other = new Holdings(problem);
        for (let u = 0; u < 3; u++) holdings.setBundle(u, Int32Array.of(2 * u + 1), 1);
        const own = holdings.objective();
        takeOffers(other, solveGreedy(instance, policy));
        takeGreedyIfBetter({ holdings, bound: 100 }, { msForGreedy: Infinity, cutShort });
        const name = `score ${worth}, price ${asked}, cut short ${cutShort}`;
        if (cutShort && asked === null) assertEquals(holdings.shortfall(), other.shortfall(), name);
        else assertEquals(holdings.objective(), Math.max(own, other.objective()), name);
        assertFeasible(holdings, name);
      }
    }
  }
});
