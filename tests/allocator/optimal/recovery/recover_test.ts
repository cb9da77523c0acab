import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { Assignment } from "../../../../lib/allocator/optimal/recovery/assignment.ts";
import {
  compileDualProblem,
  zeroPrices,
} from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import { IdPool } from "../../../../lib/base/ids.ts";
import { improveAlongPaths, recover } from "../../../../lib/allocator/optimal/recovery/recover.ts";
import { solveIlp } from "../../../../lib/allocator/ilp/ilp.ts";
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

Deno.test("a user who holds nothing takes one sponsored offer, where its best bundle would take others' offers too", async () => {
  const instance = {
    users: IdPool.from(["u", "v", "w"]),
    contracts: ["a", "b", "c"],
    sponsoredContracts: 3,
    cap: new Float64Array(3).fill(1),
    brand: null,
    brands: [],
    groups: ["g"],
    ratio: Float64Array.of(0),
    groupSize: Uint32Array.of(3),
    group: new Uint32Array(3),
    start: Uint32Array.of(0, 2, 4, 5),
    middle: Uint32Array.of(2, 4, 5),
    contract: Uint16Array.of(0, 1, 0, 2, 2),
    score: new Float64Array(5).fill(1),
  };
  const policy = { ...defaultPolicy, k: 2, covW: [1, 0.1], sponsoredBonus: 0 };
  const problem = compileDualProblem(instance, policy), prices = zeroPrices(problem);
  prices.contract.fill(0.5);
  const assignment = new Assignment(problem);
  assignment.setBundle(0, Int32Array.of(0, 1), 2);
  assignment.setBundle(2, Int32Array.of(4), 1);
  await improveAlongPaths(assignment, prices, { noise: 0, enough: Infinity });
  assertEquals(assignment.objective(), 6);
  // And back, where two offers of one user are worth more.
  const rising = compileDualProblem(instance, { ...policy, covW: [0, 1] });
  const other = new Assignment(rising);
  [1, 2, 4].forEach((pair, u) => other.setBundle(u, Int32Array.of(pair), 1));
  await improveAlongPaths(other, prices, { noise: 0, enough: Infinity });
  assertEquals(other.objective(), 4);
});
