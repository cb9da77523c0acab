import { assert, assertAlmostEquals, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { Allowance } from "../../../../lib/allocator/optimal/programs/allowance.ts";
import { Holdings } from "../../../../lib/allocator/optimal/recovery/holdings.ts";
import { compileDualProblem } from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { defaultPolicy, type Policy } from "../../../../lib/allocator/model/policy.ts";
import { generateColumns } from "../../../../lib/allocator/optimal/columns/column_generation.ts";
import type { LimitInput } from "../../../../lib/allocator/drop/drop.ts";
import { minimiseDual } from "../../../../lib/allocator/optimal/search/minimise_dual.ts";
import { OwnColumns } from "../../../../lib/allocator/optimal/columns/own_columns.ts";
import { ownLimits } from "../../../../lib/allocator/optimal/columns/own_limits.ts";
import { smoothColumns } from "../../../../lib/allocator/optimal/columns/smoothed_columns.ts";
import { solveIlp } from "../../../../lib/allocator/ilp/ilp.ts";
import { limitedDrop } from "../../../support/limited_drop.ts";
import { tried } from "../../../support/effort.ts";

/** Hours of each user, and what users share: a brand, and a least that can be missed at a price. */
const LIMITS: readonly LimitInput[] = [
  { limit: "hours", per: "user_id", counts: "weight", atMost: 4 },
  { limit: "brand", per: "brand_id", atMost: 9 },
  { limit: "some", per: "contract_address", atLeast: 3, price: 0.3 },
];

const POLICIES: readonly Partial<Policy>[] = [{}, { model: "coverage" }, {
  maxSponsoredRatio: 0.5,
}];

Deno.test("columns of single users: nearly the bound of the linear program, above the optimum, and a mixture of it", async () => {
  let drops = 0;
  for (let seed = 1; seed <= tried(3, 12); seed++) {
    const { instance } = limitedDrop(seed, LIMITS, { users: 16, contracts: 6 });
    const policy = { ...defaultPolicy, ...POLICIES[seed % POLICIES.length] };
    const problem = compileDualProblem(instance, policy);
    const { prices } = await minimiseDual(problem), own = ownLimits(problem, prices);
    if (own === null) continue;
    drops++;
    const stop = () => false, held = new Holdings(problem);
    const columns = () =>
      new OwnColumns(held, own, prices, { allowance: new Allowance(1e9), stop });
    const exact = columns(), given = columns();
    const first = await exact.price(exact.prices);
    const best = await generateColumns(exact, first, { objective: 0, stop });
    let spent = 0;
    const near = await smoothColumns(given, given.prices, { stop, spend: (s) => spent += s });
    assert(spent > 0);
    const room = 1e-9 * (1 + Math.abs(best.bound));
    assert(near.bound <= first.bound + room && near.bound >= best.bound - room, `seed ${seed}`);
    assert(
      near.bound <= best.bound + 5e-3 * Math.abs(best.bound),
      `seed ${seed}: ${near.bound}, ${best.bound}`,
    );
    assert(near.bound >= (await solveIlp(instance, policy)).objective - room, `seed ${seed}`);
    // The bound is what its prices prove.
    assertAlmostEquals((await columns().price(near.prices)).bound, near.bound, 1e-9);
    assertEquals(near.mixture.length, instance.group.length);
    near.mixture.forEach((bundles) =>
      assertAlmostEquals(bundles.reduce((sum, { times }) => sum + times, 0), 1, 1e-6)
    );
  }
  assert(drops >= tried(2, 8), `${drops} drops with limits of single users that matter`);
});

Deno.test("asked to stop at once, the prices stay and prove their bound", async () => {
  const { instance } = limitedDrop(1, LIMITS, { users: 16, contracts: 6 });
  const problem = compileDualProblem(instance, defaultPolicy);
  const { prices } = await minimiseDual(problem), own = ownLimits(problem, prices)!;
  let left = Infinity;
  const allowance = new Allowance(1e9), stop = () => left-- <= 0;
  const columns = new OwnColumns(new Holdings(problem), own, prices, { allowance, stop });
  const { bound } = await columns.price(columns.prices);
  assert(bound < Infinity);
  // After one look, that of the first evaluation.
  left = 1;
  const stopped = await smoothColumns(columns, columns.prices, { stop, spend() {} });
  assertEquals(stopped.bound, bound);
  assertEquals(stopped.mixture, []);
  // Before any: nothing is proven.
  left = 0;
  const before = await smoothColumns(columns, columns.prices, { stop, spend() {} });
  assertEquals([before.bound, before.prices], [Infinity, columns.prices]);
});
