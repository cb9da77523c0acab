import { demandsOf } from "../../../../lib/allocator/check/demands.ts";
import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { solveIlp } from "../../../../lib/allocator/ilp/ilp.ts";
import {
  argmaxAndBound,
  argmaxBundles,
} from "../../../../lib/allocator/optimal/recovery/argmax_bundles.ts";
import type { Assignment } from "../../../../lib/allocator/optimal/recovery/assignment.ts";
import { boundAt } from "../../../../lib/allocator/optimal/dual/bound.ts";
import { keepsBrands } from "../../../../lib/allocator/optimal/recovery/brand_limit.ts";
import {
  compileDualProblem,
  type DualProblem,
  zeroPrices,
} from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { ChangeGraph } from "../../../../lib/allocator/optimal/recovery/changes/change_graph.ts";
import { EdgeHeaps } from "../../../../lib/allocator/optimal/recovery/changes/edge_heaps.ts";
import { usersByGroup } from "../../../../lib/allocator/drop/instance/group_users.ts";
import { areChainsFirst, recover } from "../../../../lib/allocator/optimal/recovery/recover.ts";
import { repair } from "../../../../lib/allocator/optimal/recovery/repair/repair.ts";
import { PathFinder } from "../../../../lib/allocator/optimal/recovery/changes/shortest_path.ts";
import { defaultPolicy, type Policy } from "../../../../lib/allocator/model/policy.ts";
import { seededRandom } from "../../../../lib/base/random.ts";
import { limitedDrop } from "../../../support/limited_drop.ts";
import { randomCase } from "../../../support/random_case.ts";

function randomProblem(seed: number): [DualProblem, Policy] {
  const [instance, policy] = randomCase(seed);
  return [compileDualProblem(instance, policy), policy];
}

/** Prices that have nothing to do with the drop: recovery must cope with any. */
function anyPrices(problem: DualProblem, seed: number) {
  const random = seededRandom(seed), prices = zeroPrices(problem);
  const draw = () => random.next() < 0.5 ? 0 : 0.3 * random.next();
  const { rules, shortfallPrice } = problem, demands = demandsOf(problem.instance, problem.policy);
  prices.contract.forEach((_, c) => prices.contract[c] = draw());
  for (let g = 0; g < prices.minSponsored.length; g++) {
    if (rules.sponsored.least[g] > 0) prices.minSponsored[g] = Math.min(draw(), shortfallPrice);
    if (rules.sponsored.most[g] < Infinity) prices.maxSponsored[g] = draw();
    if (demands[g].share !== null) prices.assignmentRatio[g] = draw();
    if (demands[g].mixed !== null) prices.mixedShare[g] = draw();
  }
  return prices;
}

/** Recounts everything from the bundles. */
function assertFeasible(assignment: Assignment, what: string): void {
  const { problem: { instance, policy, rules, k }, slots, count } = assignment;
  const demands = demandsOf(instance, policy);
  const load = new Float64Array(instance.cap.length);
  const sponsoredUsers = new Float64Array(instance.groups.length);
  const mixedUsers = sponsoredUsers.slice(), balance = sponsoredUsers.slice();
  for (let u = 0; u < count.length; u++) {
    const pairs = slots.slice(u * k, u * k + count[u]), g = instance.group[u];
    assertEquals(new Set(pairs).size, pairs.length, `${what}: a pair twice`);
    assert(pairs.every((p) => p >= instance.start[u] && p < instance.start[u + 1]), what);
    assert(keepsBrands(assignment.problem, pairs, pairs.length), `${what}: brands`);
    for (const p of pairs) load[instance.contract[p]]++;
    if (policy.model === "coverage") continue;
    const sponsored = pairs.filter((p) => p < instance.middle[u]).length;
    assert(assignment.shapeOf(u, sponsored, pairs.length - sponsored) >= 0, `${what}: shape`);
    if (sponsored > 0) sponsoredUsers[g]++;
    if (sponsored > 0 && sponsored < pairs.length) mixedUsers[g]++;
    balance[g] += sponsored - (demands[g].share ?? 0) * pairs.length;
  }
  assertEquals(assignment.load, load, `${what}: loads`);
  load.forEach((n, c) => assert(n <= instance.cap[c], `${what}: cap`));
  for (let g = 0; g < balance.length; g++) {
    assert(sponsoredUsers[g] <= rules.sponsored.most[g], `${what}: maximum`);
    assert(mixedUsers[g] <= (demands[g].mixed ?? Infinity), `${what}: mixed users`);
    if (demands[g].share !== null) assert(balance[g] >= -1e-9, `${what}: assignment ratio`);
  }
}

Deno.test("repair makes any prices' bundles keep every hard rule, and stays below their bound", () => {
  for (let seed = 1; seed <= 150; seed++) {
    const [problem] = randomProblem(seed);
    const prices = anyPrices(problem, seed);
    const { group, groups } = problem.instance;
    const assignment = argmaxBundles(problem, prices, 0);
    repair(assignment, prices, usersByGroup(group, groups.length));
    assertFeasible(assignment, `seed ${seed}`);
    assert(assignment.objective() <= boundAt(problem, prices) + 1e-9, `seed ${seed}`);
  }
});

Deno.test("what can be had at once keeps every hard rule, and the bound that comes with it is that of the prices", () => {
  for (let seed = 1; seed <= 150; seed++) {
    const [problem] = randomProblem(seed);
    for (const prices of [anyPrices(problem, seed), zeroPrices(problem)]) {
      const { assignment, bound } = argmaxAndBound(problem, prices);
      assertFeasible(assignment, `seed ${seed}`);
      const expected = boundAt(problem, prices);
      assert(Math.abs(bound - expected) <= 1e-9 * (1 + Math.abs(expected)), `seed ${seed}`);
    }
  }
});

Deno.test("repair that runs out of time at any moment keeps every hard rule, and not by taking all away", () => {
  let kept = 0, tried = 0;
  for (let seed = 1; seed <= 150; seed++) {
    const [problem] = randomProblem(seed);
    const prices = anyPrices(problem, seed);
    const { group, groups } = problem.instance;
    for (const looks of [0, 1, 2, 4, 7]) {
      const assignment = argmaxBundles(problem, prices, 0);
      let left = looks;
      repair(assignment, prices, usersByGroup(group, groups.length), () => left-- <= 0);
      assertFeasible(assignment, `seed ${seed}, ${looks} looks`);
      tried++;
      if (assignment.count.some((n) => n > 0)) kept++;
    }
  }
  assert(kept > 0.95 * tried, `${kept} of ${tried} hold anything`);
});

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

Deno.test("heaps give the cheapest edge, equal ones in order, and drop stale ones", () => {
  const heaps = new EdgeHeaps(2);
  const edges = [3, 1, 2, 1].map((cost) => heaps.add(0, 1, cost, 0));
  const [h] = heaps.leaving[0];
  assertEquals([heaps.top(h), heaps.cheapest[h], heaps.target[h]], [edges[1], 1, 1]);
  assert(heaps.dropStale(h, (e) => e === edges[1] || e === edges[3]));
  assertEquals([heaps.top(h), heaps.cheapest[h]], [edges[2], 2]);
  assert(heaps.dropStale(h, () => true));
  assertEquals([heaps.top(h), heaps.cheapest[h]], [-1, Infinity]);
});

Deno.test("the cheapest path has the ends' costs in it; a cycle has none", () => {
  const heaps = new EdgeHeaps(4);
  heaps.add(0, 1, 2, 0);
  heaps.add(1, 2, -3, 0);
  heaps.add(0, 2, 1, 0);
  const finder = new PathFinder(heaps);
  finder.startCost[0] = 5;
  finder.endCost[2] = 1;
  assertEquals(finder.find(Infinity, 1e-9), { cost: 5, heaps: [0, 1] });
  assertEquals(finder.find(5, 1e-9), null);
  heaps.add(2, 0, 0.5, 0);
  finder.endCost[2] = Infinity;
  assertEquals(finder.find(0, 1e-9)!.cost, -0.5);
});

Deno.test("a path passes on without edges where it may, and nodes' lists are filled once in a search", () => {
  const heaps = new EdgeHeaps(5);
  // From 0 by an edge to 1, without one to 2 or 3, and by an edge to 4; or by a dear edge at once.
  heaps.add(0, 1, 1, 0);
  heaps.add(2, 4, -2, 0);
  heaps.add(3, 4, 2, 0);
  heaps.add(0, 4, 4, 0);
  const listed: number[] = [];
  const start = Uint32Array.of(0, 0, 2, 2, 2, 2), end = start.slice(0, 5);
  const transfers = {
    start,
    end,
    to: Uint32Array.of(2, 3),
    cost: Float64Array.of(0.5, 0),
    begin: () => void (listed.length = 0),
    list: (node: number) => {
      if (node !== 1 || listed.includes(node)) return;
      listed.push(node);
      end[node] = start[node + 1];
    },
  };
  const finder = new PathFinder(heaps, transfers);
  finder.startCost[0] = 0;
  finder.endCost[4] = 0.25;
  // A path that ends with a transfer could have ended before it.
  finder.endCost[3] = -9;
  assertEquals(finder.findSeveral(Infinity, 1e-9, false), [{ cost: -0.25, heaps: [0, 1] }]);
  assertEquals(listed, [1]);
  transfers.cost[0] = Infinity;
  assertEquals(finder.findSeveral(Infinity, 1e-9, false), [{ cost: 3.25, heaps: [0, 2] }]);
});

Deno.test("a user whose bundle leads by more than edges cost has none, and nobody else is left out", () => {
  let leftOut = 0;
  for (let seed = 1; seed <= 80; seed++) {
    const [problem] = randomProblem(seed), prices = anyPrices(problem, seed);
    for (const noise of [0, 0.01 * problem.unit]) {
      const assignment = argmaxBundles(problem, prices, noise), { leads } = assignment;
      if (leads === null) continue;
      for (const threshold of [0.01, 0.1, 0.5]) {
        const edges = (known: boolean, typeChanges: boolean) => {
          assignment.leads = known ? leads : null;
          const graph = new ChangeGraph(assignment, prices, threshold * problem.unit, typeChanges);
          return Array.from({ length: graph.size }, (_, e) => graph.userOf(e));
        };
        for (const typeChanges of [false, true]) {
          assertEquals(edges(true, typeChanges), edges(false, typeChanges), `seed ${seed}`);
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

Deno.test("chains come before paths where limits count offers and twenty users or more decide each price", () => {
  const limited = (atMost: number, users: number, counts?: string) => {
    const limits = [{ limit: "few", per: "contract_address", atMost, ...(counts && { counts }) }];
    return compileDualProblem(limitedDrop(1, limits, { users, contracts: 3 }).instance, {
      ...defaultPolicy,
    });
  };
  assert(areChainsFirst(limited(5, 140)));
  assert(!areChainsFirst(limited(5, 100)), "too few users");
  assert(!areChainsFirst(limited(5, 140, "weight")), "offers weigh");
  assert(!areChainsFirst(randomProblem(1)[0]), "no limits");
});
