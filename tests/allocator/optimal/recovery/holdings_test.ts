import { assertAlmostEquals, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { Holdings } from "../../../../lib/allocator/optimal/recovery/holdings.ts";
import { atShortfallPrice } from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { argmaxBundles } from "../../../../lib/allocator/optimal/recovery/argmax_bundles.ts";
import { anyPrices, randomProblem } from "../../../support/recovered.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";

Deno.test("a copy at another shortfall price knows what counting it anew tells", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const [problem] = randomProblem(seed), random = seededRandom(seed);
    const holdings = argmaxBundles(problem, anyPrices(problem, seed), 0);
    // Some of what it has added up is out of date.
    for (let u = 0; u < holdings.count.length; u++) {
      if (random.below(4) === 0) holdings.setBundle(u, new Int32Array(problem.k), 0);
      if (random.below(20) === 0) holdings.objective();
    }
    const dearer = atShortfallPrice(problem, 2 * problem.shortfallPrice);
    const columns = () => ({
      slots: holdings.slots.slice(),
      count: holdings.count.slice(),
    });
    const copy = new Holdings(dearer, columns(), holdings);
    const counted = new Holdings(dearer, columns());
    for (const name of ["load", "sponsored", "counts"] as const) {
      assertEquals(copy[name], counted[name], `seed ${seed}: ${name}`);
    }
    counted.limits?.used.forEach((used, r) =>
      assertAlmostEquals(copy.limits!.used[r], used, 1e-9, `seed ${seed}`)
    );
    assertAlmostEquals(copy.objective(), counted.objective(), 1e-9, `seed ${seed}`);
    assertEquals(copy.isFeasible(), counted.isFeasible(), `seed ${seed}`);
  }
});

Deno.test("a shape that a user may not have breaks a rule, whoever else has changed and whatever was added up before", () => {
  let odd = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const [problem] = randomProblem(seed), { instance: { start }, k } = problem;
    const holdings = new Holdings(problem), none = new Int32Array(k);
    const isKept = holdings.isFeasible();
    for (let u = 0; u < holdings.count.length && isKept; u++) {
      // All pairs at once, the sponsored ones first, as many as there is room for.
      const n = Math.min(k, start[u + 1] - start[u]);
      const pairs = Int32Array.from({ length: n }, (_, t) => start[u] + t);
      if (holdings.mayHave(u, pairs, n)) continue;
      holdings.setBundle(u, pairs, n);
      assertEquals(holdings.isFeasible(), false, `seed ${seed}`);
      holdings.setBundle(u, none, 0);
      assertEquals(holdings.isFeasible(), true, `seed ${seed}`);
      odd++;
    }
  }
  assertEquals(odd > 20, true, `${odd}`);
});
