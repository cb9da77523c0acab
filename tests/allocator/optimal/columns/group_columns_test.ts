import { assert, assertAlmostEquals, assertEquals } from "../../../../lib/deps/std_assert.ts";
import type { Instance } from "../../../../lib/allocator/drop/instance/instance.ts";
import { solveIlp } from "../../../../lib/allocator/ilp/ilp.ts";
import { type Prices, relativeGap } from "../../../../lib/allocator/model/allocation.ts";
import { defaultPolicy, type Policy } from "../../../../lib/allocator/model/policy.ts";
import { generateColumns } from "../../../../lib/allocator/optimal/columns/column_generation.ts";
import { GroupColumns } from "../../../../lib/allocator/optimal/columns/group_columns.ts";
import { dive } from "../../../../lib/allocator/optimal/columns/group_dive.ts";
import { boundAt } from "../../../../lib/allocator/optimal/dual/bound.ts";
import { compileDualProblem } from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { prove } from "../../../../lib/allocator/optimal/joint/proof.ts";
import { Holdings } from "../../../../lib/allocator/optimal/recovery/holdings.ts";
import { recover, relieveBySwaps } from "../../../../lib/allocator/optimal/recovery/recover.ts";
import { minimiseDual } from "../../../../lib/allocator/optimal/search/minimise_dual.ts";
import { solveOptimal } from "../../../../lib/allocator/optimal/optimal.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";
import { generateInstance } from "../../../../lib/generate/generate_instance.ts";
import { randomInstance } from "../../../support/random_instance.ts";
import { tried } from "../../../support/effort.ts";

/** A drop of small groups with an assignment ratio, some with mixed users or a maximum too. */
function tiedCase(seed: number): [Instance, Policy] {
  const instance = randomInstance({
    seed,
    users: 24,
    contracts: 7,
    groups: 4 + (seed % 5),
    brands: seed % 3 === 0 ? 3 : 0,
    capShare: seed % 2 === 0 ? 0.8 : 0.3,
  });
  return [instance, {
    ...defaultPolicy,
    enforceAssignmentRatio: true,
    mixTail: seed % 2 === 0,
    ...(seed % 4 === 1 && { maxSponsoredRatio: 0.7 }),
    ...(seed % 3 === 0 && { maxPerBrand: 1 }),
  }];
}

/** The prices of a problem, each moved by up to a share of an offer's size. */
function moved(prices: Prices, unit: number, seed: number): Prices {
  const random = seededRandom(seed);
  return {
    ...prices,
    contract: prices.contract.map((price) =>
      Math.max(0, price + 0.2 * unit * (random.next() - 0.5))
    ),
  };
}

Deno.test("choices for whole groups bound the optimum at any prices, no looser than the proof of the same prices", async () => {
  for (let seed = 1; seed <= tried(12, 24); seed++) {
    const [instance, policy] = tiedCase(seed);
    const problem = compileDualProblem(instance, policy);
    const optimum = (await solveIlp(instance, policy)).objective;
    const { prices } = await minimiseDual(problem);
    const groups = new GroupColumns(problem, prices);
    for (let at = 0; at < 3; at++) {
      const start = at === 0 ? prices : moved(prices, problem.unit, 10 * seed + at);
      const priced = await groups.price(start);
      const room = 1e-9 * (1 + Math.abs(optimum));
      assert(priced.bound >= optimum - room, `seed ${seed}`);
      // The group's own prices are as good or better, and nothing else is claimed than what anybody can recompute.
      const found = { prices: priced.prices, bound: boundAt(problem, priced.prices) };
      const proof = await prove(problem, found);
      assertAlmostEquals(priced.bound, proof.bound, 1e-7, `seed ${seed}`);
      assert(found.bound <= boundAt(problem, start) + room, `seed ${seed}`);
      assertEquals(priced.prices.contract, start.contract);
      // The best column of each group is worth what the block is said to be.
      groups.columns.forEach((columns, g) => {
        const best = Math.max(...columns.map((c) => groups.valueOf(g, c, priced.prices)));
        assertAlmostEquals(best, priced.worth[g], 1e-7, `seed ${seed}, group ${g}`);
      });
    }
  }
});

Deno.test("the proof that groups find is that of the same prices, whatever was found for them before", async () => {
  for (let seed = 1; seed <= tried(5, 12); seed++) {
    const [instance, policy] = tiedCase(seed);
    const problem = compileDualProblem(instance, policy);
    const { prices } = await minimiseDual(problem), groups = new GroupColumns(problem, prices);
    for (let at = 0; at < 3; at++) {
      const tried = at === 0 ? prices : moved(prices, problem.unit, 10 * seed + at);
      const found = await groups.prove({ prices: tried });
      const proof = await prove(problem, { prices: tried, bound: boundAt(problem, tried) });
      assertAlmostEquals(found.bound, proof.bound, 1e-9, `seed ${seed}`);
      assertEquals(found.shape === undefined, proof.shape === undefined);
      found.loss.forEach((loss, g) => assertAlmostEquals(loss, proof.loss[g], 1e-9));
      // A shape for every user of the same groups: that of the best choice, of which there may be several.
      assertEquals(found.shape?.map((s) => s < 0 ? 1 : 0), proof.shape?.map((s) => s < 0 ? 1 : 0));
      await groups.price(tried);
    }
  }
});

Deno.test("generated columns bring the bound down, and a dive gives every group a column that keeps its rules", async () => {
  let better = 0, optimal = 0;
  for (let seed = 1; seed <= 16; seed++) {
    const [instance, policy] = tiedCase(seed);
    const problem = compileDualProblem(instance, policy);
    const optimum = (await solveIlp(instance, policy)).objective;
    const first = await prove(problem, await minimiseDual(problem));
    const held = await recover(problem, first.prices, {
      noise: 0,
      enough: Infinity,
      hurry: () => true,
    });
    const groups = new GroupColumns(problem, first.prices);
    groups.hold(held);
    const stop = () => false, objective = held.objective();
    const best = await generateColumns(groups, first, { objective, stop, enough: 1e-9 });
    assert(best.bound >= optimum - 1e-7 && best.bound <= first.bound + 1e-7, `seed ${seed}`);
    if (best.bound < first.bound - 1e-7) better++;
    const holdings = new Holdings(problem);
    await dive(holdings, groups, best, { enough: 0, stop });
    await relieveBySwaps(holdings, best.prices, {});
    for (let g = 0; g < instance.groups.length; g++) {
      assert(holdings.othersKept(g), `seed ${seed}, group ${g}`);
    }
    if (holdings.isFeasible()) {
      assert(holdings.objective() <= optimum + 1e-7, `seed ${seed}`);
      if (holdings.objective() >= optimum - 1e-7) optimal++;
    }
  }
  assert(better >= 3 && optimal >= 8, `${better} better, ${optimal} optimal`);
});

Deno.test("a dive keeps caps whose price is many times an offer's size, and leaves none of their offers", async () => {
  // The program of seed 7 once took offers beyond such a cap: it paid no more than an offer's size for each, in either direction.
  for (const seed of [2, 6, 7]) {
    const instance = generateInstance({ users: 700, groups: 60, contracts: 40, seed });
    const problem = compileDualProblem(instance, {
      ...defaultPolicy,
      enforceAssignmentRatio: true,
    });
    const first = await prove(problem, await minimiseDual(problem));
    const options = { noise: 0, enough: Infinity, hurry: () => true };
    const held = await recover(problem, first.prices, options);
    const groups = new GroupColumns(problem, first.prices);
    groups.hold(held);
    const stop = () => false, enough = 5e-3;
    const search = { objective: held.objective(), stop, enough };
    const best = await generateColumns(groups, first, search);
    const holdings = new Holdings(problem);
    const lost = await dive(holdings, groups, best, { enough, stop });
    assert(lost >= 0 && lost < best.bound - held.objective(), `seed ${seed}`);
    const shapes = [holdings.count.slice(), holdings.sponsored.slice()];
    await relieveBySwaps(holdings, best.prices, {});
    assertEquals([holdings.count, holdings.sponsored], shapes, `seed ${seed}`);
    assertEquals(holdings.overload(), 0, `seed ${seed}`);
    const left = best.prices.contract.map((price, c) =>
      price > 2 * problem.unit ? instance.cap[c] - holdings.load[c] : 0
    );
    assertEquals(left, left.map(() => 0), `seed ${seed}`);
    // Half-way columns bring bounds that are as true, and no higher than the first.
    const again = new GroupColumns(problem, first.prices);
    again.hold(held);
    const halfWay = await generateColumns(again, first, { ...search, halfWay: true });
    assert(halfWay.bound >= holdings.objective() && halfWay.bound <= first.bound + 1e-9);
    const proof = await prove(problem, {
      prices: halfWay.prices,
      bound: boundAt(problem, halfWay.prices),
    });
    assertAlmostEquals(halfWay.bound, proof.bound, 1e-6, `seed ${seed}`);
  }
});

Deno.test("many groups with an assignment ratio: what is left open is small", async () => {
  for (const seed of [1, 2]) {
    const instance = generateInstance({ users: 700, groups: 60, contracts: 40, seed });
    const policy = { ...defaultPolicy, enforceAssignmentRatio: true };
    const { objective, bound } = await solveOptimal(instance, policy);
    // Prices of single users alone leave 1e-3 to 3e-3 here.
    assert(
      relativeGap(bound!, objective) <= 4e-4,
      `seed ${seed}: ${relativeGap(bound!, objective)}`,
    );
  }
});
