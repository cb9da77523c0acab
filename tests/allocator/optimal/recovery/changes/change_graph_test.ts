import { assert, assertEquals } from "../../../../../lib/deps/std_assert.ts";
import { argmaxBundles } from "../../../../../lib/allocator/optimal/recovery/argmax_bundles.ts";
import {
  ChangeGraph,
  type Changes,
} from "../../../../../lib/allocator/optimal/recovery/changes/change_graph.ts";
import { anyPrices, randomProblem } from "../../../../support/recovered.ts";

Deno.test("a user whose bundle leads by more than edges cost has none, and nobody else is left out", () => {
  let leftOut = 0;
  for (let seed = 1; seed <= 80; seed++) {
    const [problem] = randomProblem(seed), prices = anyPrices(problem, seed);
    for (const noise of [0, 0.01 * problem.unit]) {
      const assignment = argmaxBundles(problem, prices, noise), { leads } = assignment;
      if (leads === null) continue;
      for (const threshold of [0.01, 0.1, 0.5]) {
        const edges = (known: boolean, changes: Changes) => {
          assignment.leads = known ? leads : null;
          const graph = new ChangeGraph(assignment, prices, threshold * problem.unit, changes);
          return Array.from({ length: graph.size }, (_, e) => graph.userOf(e));
        };
        for (const changes of ["swaps", "of offers", "of types"] as const) {
          assertEquals(edges(true, changes), edges(false, changes), `seed ${seed}`);
        }
        leftOut += leads.lead.filter((lead) => lead > threshold * problem.unit).length;
      }
      assignment.leads = leads;
      assignment.setBundle(0, new Int32Array(0), 0);
      assertEquals(leads.lead[0], 0);
    }
  }
  assert(leftOut > 100, `${leftOut} left out`);
});
