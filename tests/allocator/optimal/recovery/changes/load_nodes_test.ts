import { assert, assertEquals } from "../../../../../lib/deps/std_assert.ts";
import type { LimitInput } from "../../../../../lib/allocator/drop/instance/limit_family.ts";
import { argmaxBundles } from "../../../../../lib/allocator/optimal/recovery/argmax_bundles.ts";
import { LoadNodes } from "../../../../../lib/allocator/optimal/recovery/changes/load_nodes.ts";
import type { Transfers } from "../../../../../lib/allocator/optimal/recovery/changes/shortest_path.ts";
import { minimiseDual } from "../../../../../lib/allocator/optimal/search/minimise_dual.ts";
import { randomProblem } from "../../../../support/random_problem.ts";

const LIMITS: Record<string, LimitInput[]> = {
  money: [
    { limit: "budget", per: "contract_address", counts: "expected_cost", atMost: 2.5 },
    { limit: "market", per: "group_id", atMost: 30 },
  ],
  markets: [{ limit: "market", per: "contract_address+group_id", atMost: 4 }],
  "soft and least": [
    { limit: "least", per: "contract_address", atLeast: 6 },
    { limit: "soft", where: { is_sponsored: true }, atMost: 20, price: 0.2 },
    { limit: "market", per: "group_id", atMost: 30 },
  ],
};

/** The transfers in the lists of all nodes, but of rows with one slot, through which nothing passes: [node, other node, cost]. */
function listed(nodes: LoadNodes, { start, end, to, cost, list }: Transfers) {
  return Array.from({ length: nodes.count }, (_, v) => {
    list(v);
    if (v >= nodes.slots && start[v + 1] - start[v] < 2) return [];
    return Array.from(to.slice(start[v], end[v]), (other, i) => [v, other, cost[start[v] + i]]);
  }).flat();
}

/** What nodes say of costs and transfers, each time it is called. */
function saidBy(nodes: LoadNodes) {
  const forward = nodes.transfers()!, backward = nodes.transfers(true)!;
  const slots = Array.from({ length: nodes.slots }, (_, s) => s);
  return () => {
    nodes.update();
    forward.begin();
    return {
      more: slots.map((s) => nodes.costOfMore(s)),
      less: slots.map((s) => nodes.costOfLess(s)),
      transfers: listed(nodes, forward),
      backward: listed(nodes, backward),
    };
  };
}

const inOrder = (transfers: number[][]) => transfers.sort((a, b) => a[0] - b[0] || a[1] - b[1]);

for (const [name, inputs] of Object.entries(LIMITS)) {
  Deno.test(`costs that follow the changes of users are those of new nodes: ${name}`, async () => {
    let changed = 0;
    for (let seed = 1; seed <= 4; seed++) {
      const problem = randomProblem({ seed, users: 60, contracts: 8, groups: 3 }, inputs);
      const { prices } = await minimiseDual(problem);
      const assignment = argmaxBundles(problem, prices, 0);
      const best = Array.from(assignment.count, (_, u) => assignment.bundleOf(u).slice());
      const said = saidBy(new LoadNodes(assignment, prices));
      let before = said();
      for (let step = 0; step < 60; step++) {
        // Users give up their bundles, and get them back.
        const u = (step * 7 + seed) % 60,
          bundle = Math.floor(step / 2) % 3 === 0 ? best[u] : [];
        assignment.setBundle(u, Int32Array.from(bundle), bundle.length);
        const now = said();
        const turned = now.backward.map(([v, other, cost]) => [other, v, cost]);
        assertEquals(inOrder(turned), inOrder(now.transfers));
        assertEquals(
          now,
          saidBy(new LoadNodes(assignment, prices))(),
          `seed ${seed}, step ${step}`,
        );
        if (JSON.stringify(now) !== JSON.stringify(before)) changed++;
        before = now;
      }
    }
    assert(changed >= 10 && changed < 230, `${changed} changes`);
  });
}
