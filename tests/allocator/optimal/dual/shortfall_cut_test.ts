import { assert, assertAlmostEquals, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { allocate } from "../../../../lib/api/allocate.ts";
import { boundAt } from "../../../../lib/allocator/optimal/dual/bound.ts";
import { compileDualProblem } from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { liftPrices } from "../../../../lib/allocator/optimal/dual/lift_prices.ts";
import { minimiseDual } from "../../../../lib/allocator/optimal/search/minimise_dual.ts";
import { beginCut } from "../../../../lib/allocator/optimal/dual/shortfall_cut.ts";
import type { LimitInput } from "../../../../lib/allocator/drop/drop.ts";
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import { limitedDrop } from "../../../support/limited_drop.ts";

/** Minima that limits keep out of reach: few offers of each brand in each market, of some kinds alone, or what they weigh. */
const FAMILIES: readonly (readonly LimitInput[])[] = [
  [{ limit: "market", per: "brand_id+group_id", atMost: 1 }],
  [{ limit: "tier", per: "tier", where: { is_sponsored: true }, atMost: 1 }],
  [{ limit: "weight", per: "contract_address", counts: "weight", atMost: 4 }],
  [
    { limit: "market", per: "brand_id+group_id", atMost: 1 },
    { limit: "least", per: "contract_address", atLeast: 2 },
  ],
  [
    { limit: "soft", per: "brand_id", atMost: 1, price: 0.2 },
    { limit: "new", where: { kind: "new" }, atMost: 2 },
  ],
];
const GROUPS = [{ id: "north", ratio: 0.9 }, { id: "south", ratio: 0.7 }];

Deno.test("a cut read off prices never says more is missed than must be, and lifts bounds to a higher price", async () => {
  let exact = 0, missed = 0;
  for (let seed = 1; seed <= 30; seed++) {
    const limits = FAMILIES[seed % FAMILIES.length];
    const drop = limitedDrop(seed, limits, { further: { groups: GROUPS } });
    const { instance } = drop;
    const low = compileDualProblem(instance, defaultPolicy, { price: 3 });
    const { prices, bound } = await minimiseDual(low);
    const cuts = beginCut(low, prices), cut = await cuts.best();
    // At this price nothing shows beside what is missed.
    const policy = { ...defaultPolicy, shortfallPrice: 1e4 };
    const best = await allocate(drop, { ...policy, solver: "ilp" });
    const least = best.shortfall + (best.limitShortfall ?? 0);
    assert(cut.total <= least + 1e-6, `seed ${seed}: ${cut.total} of ${least}`);
    if (cut.total > least - 1e-6) exact++;
    // A search that ends with the first cut that proves all proves no less.
    assertAlmostEquals((await cuts.best({ missed: least })).total, cut.total, 1e-6);
    // Without time the first cut has to do.
    const hurried = await cuts.best({ isLate: () => true });
    assert(hurried.total <= cut.total && hurried.total >= 0);
    missed += least;
    const high = compileDualProblem(instance, policy);
    const lifted = boundAt(high, liftPrices(high, prices, 3, cut.point));
    assert(lifted >= best.objective - 1e-6, `seed ${seed}`);
    // Where the cut proves a whole number by rounding up, its prices prove a little less.
    const expected = bound - (1e4 - 3) * (cut.total - 1);
    assert(lifted <= expected + 1e-6 * Math.abs(expected) + 1e-6, `seed ${seed}: ${lifted}`);
  }
  assert(missed > 30, "there is much to miss");
  assert(exact >= 20, `${exact} of 30 cuts are exact`);
});

Deno.test("what limits keep out of reach is proven at the price asked for, whatever it is", async () => {
  const drop = limitedDrop(5, FAMILIES[0], { users: 24, further: { groups: GROUPS } });
  const found = await Promise.all(
    [null, 50, 1e6].map((shortfallPrice) => allocate(drop, { shortfallPrice })),
  );
  assert(found[0].shortfall > 0);
  for (const { gap, shortfall } of found) {
    assertEquals(shortfall, found[0].shortfall);
    assert(gap! < 1e-6, `gap ${gap}`);
  }
  // The same offers, counted at another price.
  const worth = found.map(({ objective, shortfall, shortfallPrice }) =>
    objective + shortfall * shortfallPrice
  );
  for (const one of worth) assertAlmostEquals(one, worth[0], 1e-6);
});

Deno.test("the cut knows the caps of contracts that leasts ask more of than they have, sponsored or not", async () => {
  for (let seed = 1; seed <= 6; seed++) {
    const { instance } = limitedDrop(seed, [
      { limit: "least", per: "contract_address", atLeast: 9 },
      { limit: "market", per: "brand_id+group_id", atMost: 40 },
    ], { users: 60 });
    const problem = compileDualProblem(instance, defaultPolicy, { price: 30 });
    const { prices } = await minimiseDual(problem);
    const { total } = await beginCut(problem, prices).best();
    // All 60 users are eligible for most contracts, and may have three offers.
    assertEquals(total, instance.cap.reduce((sum, cap) => sum + 9 - cap, 0), `seed ${seed}`);
  }
});
