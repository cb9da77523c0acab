import { assert, assertEquals } from "../../../../../lib/deps/std_assert.ts";
import { argmaxBundles } from "../../../../../lib/allocator/optimal/recovery/argmax_bundles.ts";
import {
  ChangeGraph,
  type Changes,
} from "../../../../../lib/allocator/optimal/recovery/changes/change_graph.ts";
import { seededRandom } from "../../../../../lib/base/numbers/random.ts";
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

Deno.test("once stale edges are dropped none is left on top of its heap, whoever changed and however", () => {
  let dropped = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const [problem] = randomProblem(seed), prices = anyPrices(problem, seed);
    const holdings = argmaxBundles(problem, prices, 0), random = seededRandom(seed);
    const graph = new ChangeGraph(holdings, prices, Infinity, "of types"), { heaps } = graph;
    const tops = () => {
      const all = heaps.leaving.flatMap((own) => own.map((h) => heaps.top(h)));
      return all.filter((e) => e >= 0);
    };
    for (let step = 0; step < 40; step++) {
      const edges = tops();
      if (edges.length === 0) break;
      const e = edges[Math.floor(edges.length * random.next())], u = graph.userOf(e);
      if (step % 10 === 9) graph.bar(e);
      else if (step % 5 !== 4) graph.apply(e);
      else {
        holdings.setBundle(u, new Int32Array(0), 0);
        graph.changed(u);
      }
      dropped += tops().filter((other) => graph.isStale(other)).length;
      graph.dropStale();
      assert(!tops().some((other) => graph.isStale(other)), `seed ${seed}, step ${step}`);
    }
  }
  assert(dropped > 1000, `${dropped} dropped`);
});
