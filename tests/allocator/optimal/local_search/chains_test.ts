import { assert, assertAlmostEquals, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { Drop, type LimitInput } from "../../../../lib/allocator/drop/drop.ts";
import type { Instance } from "../../../../lib/allocator/drop/instance/instance.ts";
import { solveIlp } from "../../../../lib/allocator/ilp/ilp.ts";
import { defaultPolicy, type Policy } from "../../../../lib/allocator/model/policy.ts";
import { improveByChains } from "../../../../lib/allocator/optimal/local_search/chains.ts";
import { Allowance } from "../../../../lib/allocator/optimal/programs/allowance.ts";
import { SharedRows } from "../../../../lib/allocator/optimal/local_search/shared_rows.ts";
import { boundAt } from "../../../../lib/allocator/optimal/dual/bound.ts";
import {
  compileDualProblem,
  zeroPrices,
} from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { Holdings } from "../../../../lib/allocator/optimal/recovery/holdings.ts";
import { BundleChooser } from "../../../../lib/allocator/optimal/recovery/bundle_chooser.ts";
import { recover } from "../../../../lib/allocator/optimal/recovery/recover.ts";
import { minimiseDual } from "../../../../lib/allocator/optimal/search/minimise_dual.ts";
import { noPause } from "../../../../lib/base/pause.ts";
import { limitedDrop } from "../../../support/limited_drop.ts";
import { randomInstance } from "../../../support/random_instance.ts";
import { randomPolicy } from "../../../support/random_policy.ts";

const FREELY = { stop: () => false, pause: noPause };

const LIMITS: readonly LimitInput[] = [
  { limit: "weights", per: "contract_address", counts: "weight", atMost: 7 },
  { limit: "costs", per: "brand_id+city", counts: "cost", atMost: 8 },
  { limit: "least", where: { city: "oslo" }, atLeast: 4 },
];

/** A small drop, under limits where the seed is odd, and a policy. */
function smallCase(seed: number): [Instance, Policy] {
  return seed % 2 === 1
    ? [limitedDrop(seed, LIMITS, { users: 14, contracts: 5 }).instance, defaultPolicy]
    : [
      randomInstance({ seed, users: 25, contracts: 7, groups: 2, brands: 3 }),
      randomPolicy(seed, true),
    ];
}

Deno.test("an objective is the bound of any prices less regrets and what the shared rows lose", async () => {
  for (let seed = 1; seed <= 40; seed++) {
    const [instance, policy] = smallCase(seed);
    const problem = compileDualProblem(instance, policy);
    const { prices } = await minimiseDual(problem);
    const holdings = await recover(problem, prices, { noise: 0, enough: Infinity });
    const chooser = new BundleChooser(holdings, prices, false);
    const rows = new SharedRows(holdings, prices);
    let lost = 0;
    for (let u = 0; u < instance.group.length; u++) {
      lost += chooser.bestValue(u) - chooser.valueHeld(u);
    }
    rows.left.forEach((left, r) =>
      lost += left >= 0 ? rows.price[r] * left : -rows.beyond[r] * left
    );
    const bound = boundAt(problem, prices);
    assertAlmostEquals(bound - lost, holdings.objective(), 1e-6, `seed ${seed}`);
  }
});

Deno.test("chains, and wider ones, keep what was kept, never lose, and often reach the optimum from a hasty start", async () => {
  let open = 0;
  const won = [0, 0], optimal = [0, 0];
  for (let seed = 1; seed <= 40; seed++) {
    const [instance, policy] = smallCase(seed);
    const problem = compileDualProblem(instance, policy);
    const { prices, bound } = await minimiseDual(problem);
    const options = { noise: 0, enough: Infinity, hurry: () => true };
    const holdings = await recover(problem, prices, options);
    const before = holdings.objective(), { slots, count } = holdings;
    assert(holdings.isFeasible());
    const optimum = (await solveIlp(instance, policy)).objective;
    const isOpen = before < optimum - 1e-6;
    if (isOpen) open++;
    for (const widens of [false, true]) {
      const own = new Holdings(problem, { slots: slots.slice(), count: count.slice() });
      await improveByChains(own, prices, { widest: bound - before, widens, ...FREELY });
      assert(own.isFeasible(), `seed ${seed}`);
      const after = own.objective();
      assert(after >= before - 1e-9, `seed ${seed}: ${after} after ${before}`);
      assert(after <= optimum + 1e-6, `seed ${seed}`);
      if (isOpen && after > before + 1e-9) won[Number(widens)]++;
      if (isOpen && after > optimum - 1e-6) optimal[Number(widens)]++;
    }
  }
  assert(open >= 15, `${open} open`);
  for (const better of won) assert(better >= 0.7 * open, `${better} of ${open} better`);
  for (const best of optimal) assert(best >= 0.4 * open, `${best} of ${open} optimal`);
});

Deno.test("a circle of three users who hold one another's best offer is turned, a budget used to the last cent", async () => {
  const contracts = ["a", "b", "c"];
  const cost = (u: number, c: number) => 1 + (u === c ? 0.25 : 0);
  const drop = Drop.from({
    users: contracts.map((_, u) => ({ id: `u${u}`, group: "g" })),
    contracts: contracts.map((id) => ({ id, cap: 1, sponsored: false, brand: "b" })),
    groups: [{ id: "g", ratio: 0 }],
    pairs: contracts.flatMap((contract, c) =>
      contracts.map((_, u) => ({
        user: `u${u}`,
        contract,
        score: u === c ? 0.9 : u === (c + 1) % 3 ? 0.8 : 0.1,
        attributes: { cost: cost(u, c) },
      }))
    ),
    limits: [{ limit: "money", per: "contract_address", counts: "cost", atMost: 1.25 }],
  });
  const { instance } = drop;
  const problem = compileDualProblem(instance, { ...defaultPolicy, k: 1, covW: [] });
  const holdings = new Holdings(problem);
  const pairOf = (u: number, c: number) => instance.start[u] + c;
  for (let u = 0; u < 3; u++) holdings.setBundle(u, Int32Array.of(pairOf(u, (u + 2) % 3)), 1);
  const prices = { ...zeroPrices(problem), limit: Float64Array.of(0.1, 0.1, 0.1) };
  prices.contract.fill(0.5);
  const widest = boundAt(problem, prices) - holdings.objective();
  await improveByChains(holdings, prices, { widest, ...FREELY });
  assertAlmostEquals(holdings.objective(), 2.7, 1e-9);
  for (let u = 0; u < 3; u++) assertEquals([...holdings.bundleOf(u)], [pairOf(u, u)]);
});

Deno.test("where all users tie, the few whose offer fits what is left of a budget are found among thousands who do the same", async () => {
  // At 0.1 a unit of money an offer is worth as much as none, to whomever. Users of the dearer offer come last.
  for (const users of [2000, 40_000]) {
    const cost = (u: number) => u < users - users / 100 ? 2 : 3;
    const drop = Drop.from({
      users: Array.from({ length: users }, (_, u) => ({ id: `u${100_000 + u}`, group: "g" })),
      contracts: [{ id: "a", cap: users, sponsored: false }],
      groups: [{ id: "g", ratio: 0 }],
      pairs: Array.from({ length: users }, (_, u) => ({
        user: `u${100_000 + u}`,
        contract: "a",
        score: cost(u) / 10,
        attributes: { cost: cost(u) },
      })),
      limits: [{ limit: "money", counts: "cost", atMost: 101 }],
    });
    const problem = compileDualProblem(drop.instance, { ...defaultPolicy, k: 1, covW: [] });
    const holdings = new Holdings(problem);
    for (let u = 0; u < 50; u++) holdings.setBundle(u, Int32Array.of(u), 1);
    const prices = { ...zeroPrices(problem), limit: Float64Array.of(0.1) };
    const widest = boundAt(problem, prices) - holdings.objective();
    assertAlmostEquals(widest, 0.1, 1e-9);
    await improveByChains(holdings, prices, { widest, ...FREELY });
    assertAlmostEquals(holdings.objective(), 10.1, 1e-9, `${users} users`);
    assert(holdings.isFeasible());
  }
});

Deno.test("where more users tie than there is room for, each way to gain is found, whoever must change for it", async () => {
  // Of each contract ten are held by users who would do as well without, and one more user would gain by it.
  const contracts = 500, users = 50, held = 10;
  const names = Array.from({ length: contracts }, (_, c) => `c${c}`);
  const pairs = names.flatMap((contract, c) =>
    Array.from({ length: users }, (_, i) => ({
      user: `u${100_000 + c * users + i}`,
      contract,
      score: i < users - 1 ? 1 : 2,
    }))
  );
  const drop = Drop.from({
    users: pairs.map(({ user }) => ({ id: user, group: "g" })),
    contracts: names.map((id) => ({ id, cap: held, sponsored: false })),
    groups: [{ id: "g", ratio: 0 }],
    pairs,
  });
  const problem = compileDualProblem(drop.instance, { ...defaultPolicy, k: 1, covW: [] });
  const holdings = new Holdings(problem), prices = zeroPrices(problem);
  prices.contract.fill(1);
  for (let u = 0; u < contracts * users; u++) {
    if (u % users < held) holdings.setBundle(u, Int32Array.of(u), 1);
  }
  const bound = boundAt(problem, prices), widest = bound - holdings.objective();
  assertAlmostEquals(widest, contracts, 1e-9);
  await improveByChains(holdings, prices, { widest, ...FREELY });
  assertAlmostEquals(holdings.objective(), bound, 1e-9);
  assert(holdings.isFeasible());
});

Deno.test("users whose best bundles are clear take hardly any of the time that a search is allowed", async () => {
  const users = 60_000, ids = Array.from({ length: users }, (_, u) => `u${100_000 + u}`);
  const drop = Drop.from({
    users: ids.map((id) => ({ id, group: "g" })),
    contracts: [
      { id: "scarce", cap: 1, sponsored: false },
      { id: "ample", cap: users, sponsored: false },
    ],
    groups: [{ id: "g", ratio: 0 }],
    pairs: ids.map((user, u) =>
      u < 2 ? { user, contract: "scarce", score: 1 + u } : { user, contract: "ample", score: 5 }
    ),
  });
  const problem = compileDualProblem(drop.instance, { ...defaultPolicy, k: 1, covW: [] });
  const holdings = new Holdings(problem), prices = zeroPrices(problem);
  prices.contract[drop.instance.contracts.indexOf("scarce")] = 1;
  for (let u = 0; u < users; u++) if (u !== 1) holdings.setBundle(u, Int32Array.of(u), 1);
  const allowance = new Allowance(0.5);
  await improveByChains(holdings, prices, { widest: 1, allowance, ...FREELY });
  assertEquals(holdings.objective(), 5 * (users - 2) + 2);
});

Deno.test("chains stop when asked to, with what they have", async () => {
  const instance = randomInstance({ seed: 8, users: 25, contracts: 7, groups: 2 });
  const problem = compileDualProblem(instance, randomPolicy(8));
  const { prices, bound } = await minimiseDual(problem);
  const holdings = await recover(problem, prices, {
    noise: 0,
    enough: Infinity,
    hurry: () => true,
  });
  const before = holdings.slots.slice();
  const widest = bound - holdings.objective();
  await improveByChains(holdings, prices, { widest, stop: () => true, pause: noPause });
  assertEquals(holdings.slots, before);
});
