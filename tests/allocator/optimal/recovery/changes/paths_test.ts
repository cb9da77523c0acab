import { assert, assertEquals } from "../../../../../lib/deps/std_assert.ts";
import { Holdings } from "../../../../../lib/allocator/optimal/recovery/holdings.ts";
import {
  compileDualProblem,
  zeroPrices,
} from "../../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { defaultPolicy } from "../../../../../lib/allocator/model/policy.ts";
import { IdPool } from "../../../../../lib/base/ids/ids.ts";
import { argmaxBundles } from "../../../../../lib/allocator/optimal/recovery/argmax_bundles.ts";
import { minimiseDual } from "../../../../../lib/allocator/optimal/search/minimise_dual.ts";
import { noPause } from "../../../../../lib/base/pause.ts";
import { Paths } from "../../../../../lib/allocator/optimal/recovery/changes/paths.ts";
import { randomInstance } from "../../../../support/random_instance.ts";
import { randomProblem } from "../../../../support/random_problem.ts";

Deno.test("a user who holds nothing takes one sponsored offer, or gives its only one up, without further changes of types", async () => {
  const instance = {
    users: IdPool.from(["u", "v", "w"]),
    contracts: ["a", "b", "c"],
    sponsoredContracts: 3,
    cap: new Float64Array(3).fill(1),
    brand: null,
    brands: [],
    groups: ["g"],
    ratio: Float64Array.of(0),
    groupSize: Uint32Array.of(3),
    group: new Uint32Array(3),
    start: Uint32Array.of(0, 2, 4, 5),
    middle: Uint32Array.of(2, 4, 5),
    contract: Uint16Array.of(0, 1, 0, 2, 2),
    score: new Float64Array(5).fill(1),
  };
  const policy = { ...defaultPolicy, k: 2, covW: [1, 0.1], sponsoredBonus: 0 };
  const problem = compileDualProblem(instance, policy), prices = zeroPrices(problem);
  prices.contract.fill(0.5);
  const improve = (holdings: Holdings) =>
    new Paths(holdings, prices, Infinity, "of offers", noPause).improve(100, () => false);
  const holdings = new Holdings(problem);
  holdings.setBundle(0, Int32Array.of(0, 1), 2);
  holdings.setBundle(2, Int32Array.of(4), 1);
  await improve(holdings);
  assertEquals(holdings.objective(), 6);
  // And back, where two offers of one user are worth more.
  const rising = compileDualProblem(instance, { ...policy, covW: [0, 1] });
  const other = new Holdings(rising);
  [1, 2, 4].forEach((pair, u) => other.setBundle(u, Int32Array.of(pair), 1));
  await improve(other);
  assertEquals(other.objective(), 4);
});

Deno.test("where many users decide each limit's price, all that is overloaded is relieved, and what has room is filled", async () => {
  let over = 0, filled = 0;
  for (let seed = 1; seed <= 30; seed++) {
    const problem = randomProblem({ seed, users: 250, contracts: 4, groups: 2 }, [
      { limit: "market", per: "contract_address+group_id", atMost: 25 },
    ]);
    const { prices } = await minimiseDual(problem);
    // Prices that are too low leave more overloaded.
    const low = { ...prices, limit: prices.limit!.map((price) => 0.9 * price) };
    const best = argmaxBundles(problem, low, 0);
    const paths = new Paths(best, prices, Infinity, "of offers", noPause);
    const overload = best.overload();
    over += overload;
    await paths.fill(() => false);
    assert(best.overload() <= overload, `seed ${seed}: overload ${best.overload()}`);
    assert(await paths.relieve(1000, () => false), `seed ${seed}: overload ${best.overload()}`);
    // Users leave rows that are full.
    for (let u = 0; u < 250; u += 20) best.setBundle(u, new Int32Array(), 0);
    const before = best.objective();
    const fresh = new Paths(best, prices, Infinity, "of offers", noPause);
    const gained = await fresh.fill(() => false);
    assertEquals(best.overload(), 0, `seed ${seed}`);
    assert(Math.abs(best.objective() - before - gained) < 1e-9, `seed ${seed}: gained ${gained}`);
    if (gained > 0) filled++;
  }
  assert(over > 50 && filled > 20, `${over} overloaded, ${filled} drops filled`);
});

Deno.test("what no cheap change relieves is relieved by dearer ones of those who hold it", async () => {
  let over = 0;
  for (let seed = 1; seed <= 20; seed++) {
    const instance = randomInstance({ seed, users: 100, contracts: 5, groups: 2 });
    const problem = compileDualProblem(instance, defaultPolicy);
    const { prices } = await minimiseDual(problem);
    const low = { ...prices, contract: prices.contract.map((price) => 0.9 * price) };
    const best = argmaxBundles(problem, low, 0);
    over += best.overload();
    // No change is cheap enough for the graph at first.
    const paths = new Paths(best, prices, -Infinity, "of offers", noPause);
    assert(await paths.relieve(1000, () => false), `seed ${seed}: overload ${best.overload()}`);
  }
  assert(over > 50, `${over} overloaded`);
});
