import { assert, assertAlmostEquals, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { boundAt } from "../../../../lib/allocator/optimal/dual/bound.ts";
import {
  compileDualProblem,
  zeroPrices,
} from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import { generateInstance } from "../../../../lib/generate/generate_instance.ts";
import { solveOptimal } from "../../../../lib/allocator/optimal/optimal.ts";
import { type Prices, pricesOfKinds } from "../../../../lib/allocator/model/allocation.ts";
import { withoutNoise } from "../../../../lib/allocator/optimal/search/without_noise.ts";
import { alikeUsers } from "../../../support/alike_users.ts";

/** A drop in which all scores are the same. */
function alike(users: number, score: number) {
  const instance = generateInstance({ users, seed: 1 });
  instance.score.fill(score);
  return instance;
}

/** Prices, each with something added. */
function beside(prices: Prices, by: (i: number) => number): Prices {
  const moved = (column: Float64Array) => column.map((price, i) => price + by(i));
  return { contract: moved(prices.contract), ...pricesOfKinds((name) => moved(prices[name])) };
}

Deno.test("equal scores in a drop too large for programs: allocation and bound are the optimum", async () => {
  for (const score of [0, 1]) {
    const instance = alike(12_000, score);
    assert(instance.score.length > 300_000);
    const { gap } = await solveOptimal(instance, { ...defaultPolicy, model: "coverage" });
    assertEquals(gap, 0);
  }
});

Deno.test("prices beside the grid of scores and weights are rounded to it", async () => {
  const instance = alike(2000, 0.5);
  const { prices } = await solveOptimal(instance, defaultPolicy);
  const problem = compileDualProblem(instance, defaultPolicy);
  const best = { prices: prices!, bound: boundAt(problem, prices!) };
  assertEquals(withoutNoise(problem, best, false), best);
  const noisy = beside(best.prices, (i) => 1e-6 * (i % 3) * problem.unit);
  const found = withoutNoise(problem, { prices: noisy, bound: boundAt(problem, noisy) }, false);
  assertAlmostEquals(found.bound, best.bound, 1e-9);
  found.prices.contract.forEach((price, c) =>
    assertAlmostEquals(price, best.prices.contract[c], 1e-12)
  );
});

Deno.test("prices are rounded to parts of the grid where a weight is that of three offers", () => {
  const users = 30, contracts = 3;
  const cap = new Float64Array(contracts).fill(15);
  const instance = alikeUsers(users, [0.5, 0.5, 0.5], { cap });
  const problem = compileDualProblem(instance, { ...defaultPolicy, covW: [0, 0, 0.001] });
  // Fifteen users get all three contracts, at prices at which that is worth nothing.
  const best = 15 * 1.501, price = 0.5 + 0.001 / 3;
  const noisy = Float64Array.from({ length: contracts }, (_, c) => price + 1e-6 * (c - 1));
  const prices = { ...zeroPrices(problem), contract: noisy };
  const found = withoutNoise(problem, { prices, bound: boundAt(problem, prices) }, false);
  assertAlmostEquals(found.bound, best, 1e-12);
});

Deno.test("prices of scores with many decimals stay as they are, or lose the tiny ones", async () => {
  const instance = generateInstance({ users: 500, seed: 1 });
  const { prices } = await solveOptimal(instance, defaultPolicy);
  const problem = compileDualProblem(instance, defaultPolicy);
  const noisy = beside(prices!, (i) => 1e-6 * (i % 3) * problem.unit);
  const given = { prices: noisy, bound: boundAt(problem, noisy) };
  assertEquals(withoutNoise(problem, given, false), given);
  const tidied = withoutNoise(problem, given, true);
  assert(tidied.bound < given.bound);
  assert(tidied.prices.contract.every((price) => price === 0 || price > 1e-4 * problem.unit));
});
