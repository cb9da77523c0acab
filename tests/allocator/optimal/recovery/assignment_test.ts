import { assertAlmostEquals, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { Assignment } from "../../../../lib/allocator/optimal/recovery/assignment.ts";
import { atShortfallPrice } from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { argmaxBundles } from "../../../../lib/allocator/optimal/recovery/argmax_bundles.ts";
import { anyPrices, randomProblem } from "../../../support/recovered.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";

Deno.test("a copy at another shortfall price knows what counting it anew tells", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const [problem] = randomProblem(seed), random = seededRandom(seed);
    const assignment = argmaxBundles(problem, anyPrices(problem, seed), 0);
    // Some of what it has added up is out of date.
    for (let u = 0; u < assignment.count.length; u++) {
      if (random.below(4) === 0) assignment.setBundle(u, new Int32Array(problem.k), 0);
      if (random.below(20) === 0) assignment.objective();
    }
    const dearer = atShortfallPrice(problem, 2 * problem.shortfallPrice);
    const columns = () => ({
      slots: assignment.slots.slice(),
      count: assignment.count.slice(),
    });
    const copy = new Assignment(dearer, columns(), assignment);
    const counted = new Assignment(dearer, columns());
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
    const assignment = new Assignment(problem), none = new Int32Array(k);
    const isKept = assignment.isFeasible();
    for (let u = 0; u < assignment.count.length && isKept; u++) {
      // All pairs at once, the sponsored ones first, as many as there is room for.
      const n = Math.min(k, start[u + 1] - start[u]);
      const pairs = Int32Array.from({ length: n }, (_, t) => start[u] + t);
      if (assignment.mayHave(u, pairs, n)) continue;
      assignment.setBundle(u, pairs, n);
      assertEquals(assignment.isFeasible(), false, `seed ${seed}`);
      assignment.setBundle(u, none, 0);
      assertEquals(assignment.isFeasible(), true, `seed ${seed}`);
      odd++;
    }
  }
  assertEquals(odd > 20, true, `${odd}`);
});
