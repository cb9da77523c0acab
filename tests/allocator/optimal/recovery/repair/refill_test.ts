import { assertEquals } from "../../../../../lib/deps/std_assert.ts";
import {
  compileDualProblem,
  zeroPrices,
} from "../../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { Drop } from "../../../../../lib/allocator/drop/drop.ts";
import { defaultPolicy } from "../../../../../lib/allocator/model/policy.ts";
import { Holdings } from "../../../../../lib/allocator/optimal/recovery/holdings.ts";
import { refill } from "../../../../../lib/allocator/optimal/recovery/repair/refill.ts";

/** Six users who tie: each could have any of three sponsored contracts, of which there are two each. */
const TYING = Drop.from({
  users: ["a", "b", "c", "d", "e", "f"].map((id) => ({ id, group: "g" })),
  contracts: ["x", "y", "z"].map((id) => ({ id, cap: 2, sponsored: true })),
  groups: [{ id: "g", ratio: 0 }],
  pairs: ["a", "b", "c", "d", "e", "f"].flatMap((user) =>
    ["x", "y", "z"].map((contract) => ({ user, contract, score: 1 }))
  ),
});

Deno.test("units that are left go to those who make most of each at its price, not to those who take most", () => {
  const problem = compileDualProblem(TYING.instance, defaultPolicy, { price: 10 });
  const prices = zeroPrices(problem), holdings = new Holdings(problem);
  // What a single sponsored offer is worth, so nobody gains at the prices: a score, a user's first offer, and the bonus.
  prices.contract.fill(1 + defaultPolicy.covW[0] + defaultPolicy.sponsoredBonus);
  refill(holdings, prices, () => false);
  assertEquals([...holdings.count], [1, 1, 1, 1, 1, 1]);
  // At no price those who take three add most.
  const free = new Holdings(problem);
  refill(free, zeroPrices(problem), () => false);
  assertEquals([...free.count], [3, 3, 0, 0, 0, 0]);
});

Deno.test("units that nobody gains by at their price are given out too, and nothing once it is to stop", () => {
  const problem = compileDualProblem(TYING.instance, defaultPolicy, { price: 10 });
  const dear = zeroPrices(problem), holdings = new Holdings(problem);
  dear.contract.fill(5);
  refill(holdings, dear, () => true);
  assertEquals(holdings.objective(), 0);
  refill(holdings, dear, () => false);
  assertEquals([...holdings.load], [2, 2, 2]);
});
