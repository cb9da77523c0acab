import { assert, assertEquals } from "../../../../../lib/deps/std_assert.ts";
import { IdPool } from "../../../../../lib/base/ids/ids.ts";
import { noAttributes } from "../../../../../lib/allocator/drop/instance/attributes.ts";
import { limitFamilies } from "../../../../../lib/allocator/drop/instance/limit_family.ts";
import { compileLimits } from "../../../../../lib/allocator/drop/limits/limit_rows.ts";
import {
  compileDualProblem,
  zeroPrices,
} from "../../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { argmaxBundles } from "../../../../../lib/allocator/optimal/recovery/argmax_bundles.ts";
import type { Holdings } from "../../../../../lib/allocator/optimal/recovery/holdings.ts";
import { BundleChooser } from "../../../../../lib/allocator/optimal/recovery/bundle_chooser.ts";
import {
  giveUpExcess,
  repairCaps,
} from "../../../../../lib/allocator/optimal/recovery/repair/cap_repair.ts";
import { defaultPolicy } from "../../../../../lib/allocator/model/policy.ts";
import { randomInstance } from "../../../../support/random_instance.ts";

const USERS = 2000;

/** All users hold their best bundles, a few more of each contract than a limit allows. `beyond`: how many more. */
function beyondLimits(seed: number, beyond: number): Holdings {
  const free = randomInstance({ seed, users: USERS, contracts: 4, groups: 2 });
  const cap = free.cap.map(() => USERS);
  const wanted = argmaxBundles(
    ...bestOf(compileDualProblem({ ...free, cap }, defaultPolicy)),
  ).load;
  const families = free.contracts.map((id, c) => ({
    limit: `most of ${id}`,
    atMost: Math.max(0, wanted[c] - beyond),
    where: { contract_address: id },
  }));
  const limits = compileLimits(free, limitFamilies(families), noAttributes());
  return argmaxBundles(...bestOf(compileDualProblem({ ...free, cap, limits }, defaultPolicy)));
}

function bestOf(problem: ReturnType<typeof compileDualProblem>) {
  return [problem, zeroPrices(problem), 0] as const;
}

Deno.test("of many holders those whose bundle leads by least are enough, and lose as little as all looked at", () => {
  let fewer = 0;
  for (let seed = 1; seed <= 5; seed++) {
    const repaired = [true, false].map((knowsLeads) => {
      const holdings = beyondLimits(seed, 2);
      assert(holdings.leads !== null && holdings.overload() > 0);
      if (holdings.load.some((load) => load > 200 + 50 * 2)) fewer++;
      if (!knowsLeads) holdings.leads = null;
      const chooser = new BundleChooser(holdings, zeroPrices(holdings.problem), true);
      repairCaps(holdings, chooser);
      return holdings;
    });
    assertEquals(repaired[0].overload(), 0);
    const [some, all] = repaired.map((holdings) => holdings.objective());
    assert(some >= all - 1e-3 * Math.abs(all), `seed ${seed}: ${some}, ${all}`);
  }
  assert(fewer > 0, "no row had more holders than are looked at first");
});

Deno.test("who holds nothing of a contract any more does not disturb who loses least by giving it up", () => {
  // The first contract has no room, so user v goes over to the third, and has given up the second by that too.
  const instance = {
    users: IdPool.from(["u", "v", "w"]),
    contracts: ["first", "second", "third"],
    sponsoredContracts: 2,
    cap: Float64Array.of(0, 1, 3),
    brand: null,
    brands: [],
    groups: ["g"],
    ratio: Float64Array.of(0),
    groupSize: Uint32Array.of(3),
    group: Uint32Array.of(0, 0, 0),
    start: Uint32Array.of(0, 1, 4, 5),
    middle: Uint32Array.of(1, 3, 5),
    contract: Uint16Array.of(1, 0, 1, 2, 1),
    score: Float64Array.of(5, 1, 0.1, 0.8, 0.2),
  };
  const policy = { ...defaultPolicy, covW: [], sponsoredBonus: 0 };
  const holdings = argmaxBundles(...bestOf(compileDualProblem(instance, policy)));
  assertEquals([...holdings.load], [1, 3, 0]);
  const chooser = new BundleChooser(holdings, zeroPrices(holdings.problem), true);
  repairCaps(holdings, chooser);
  assertEquals([...holdings.count], [1, 1, 0]);
  assertEquals(holdings.objective(), 5 + 0.8);
});

Deno.test("what is beyond many limits is given up without a look at all users for each of them", () => {
  const free = randomInstance({ seed: 4, users: 500, contracts: 6, groups: 2 });
  const cap = free.cap.map(() => 500);
  const families = limitFamilies([
    { limit: "one a user", per: "user_id", atMost: 1 },
    { limit: "of the first", where: { contract_address: free.contracts[0] }, atMost: 40 },
  ]);
  const limits = compileLimits(free, families, noAttributes());
  const problem = compileDualProblem({ ...free, cap, limits }, defaultPolicy);
  const holdings = argmaxBundles(...bestOf(problem)), before = holdings.count.slice();
  const use = holdings.limits!, { countOf } = use;
  assert(use.broken().length > 100);
  let looks = 0;
  use.countOf = (p, r) => {
    looks++;
    return countOf.call(use, p, r);
  };
  giveUpExcess(holdings, new BundleChooser(holdings, zeroPrices(problem), true));
  assertEquals(use.broken(), []);
  assert(holdings.count.some((offers, u) => offers === 1 && before[u] === 1));
  const offers = before.reduce((sum, n) => sum + n, 0);
  assert(looks < 10 * offers, `${looks} looks at ${offers} offers`);
});
