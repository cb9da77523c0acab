import { allocate } from "../../../../lib/api/allocate.ts";
import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";
import type { BranchNode } from "../../../../lib/allocator/model/allocation.ts";
import { compileDualProblem } from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { Drop } from "../../../../lib/allocator/drop/drop.ts";
import { oddDrop } from "../../../fuzz/odd_drop.ts";
import { ownCase } from "../../../support/certified_cases.ts";
import { proveByCases } from "../../../../lib/allocator/optimal/cases/branches.ts";

function casesOf(node: BranchNode): number {
  if ("prices" in node) return 1;
  const [one, other] = "pair" in node ? [node.made, node.notMade] : [node.atMost, node.atLeast];
  return casesOf(one) + casesOf(other);
}

async function provenByCases(seed: number, limits: boolean) {
  const odd = oddDrop(seed, "small", limits), drop = Drop.from(odd.drop);
  const { policy, objective, prices, offerPair, shortfallPrice } = await allocate(drop, odd.policy);
  const problem = compileDualProblem(drop.instance, policy, { price: shortfallPrice });
  const options = { pairs: offerPair, isPinned: () => false, stop: () => false };
  return { objective, proof: (await proveByCases(problem, prices!, objective, options))! };
}

Deno.test("a search whose cases all stay as far open as the whole is given up after a few dozen", async () => {
  // 37 users whose scores are all 0: 131 cases had none closed when the work was done.
  const { proof: { branches, bound }, objective } = await provenByCases(124, true);
  assert(bound > objective);
  assertEquals(casesOf(branches.tree), 32);
});

Deno.test("a search that closes its cases goes on to the end", async () => {
  // Of its first 50 cases nine are open.
  const { proof: { branches, bound }, objective } = await provenByCases(135, false);
  assertEquals(bound, objective);
  assert(casesOf(branches.tree) > 32);
});

Deno.test("a search that stays above the bound of prices at which users keep their own limits is given up", async () => {
  // Cases have prices for these limits: they begin a hundred times as far from the objective, and end 30 times as far.
  const { drop, rules } = ownCase(58);
  const { policy, objective, pricesBound, prices, offerPair, shortfallPrice } = await allocate(
    drop,
    rules,
  );
  const problem = compileDualProblem(drop.instance, policy, { price: shortfallPrice });
  const options = { pairs: offerPair, isPinned: () => false, stop: () => false };
  const found = await proveByCases(problem, prices!, objective, { ...options, known: pricesBound });
  assertEquals(casesOf(found!.branches.tree), 64);
});

Deno.test("a search that begins above that bound goes on where it comes to an end", async () => {
  // It is above it with its first 160 cases.
  const { drop, rules } = ownCase(79);
  const { objective, pricesBound, branches } = await allocate(drop, rules);
  assertEquals(pricesBound, objective);
  assert(casesOf(branches!.tree) > 160);
});
