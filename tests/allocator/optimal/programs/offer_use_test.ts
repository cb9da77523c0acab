import { assertAlmostEquals, assertEquals } from "../../../../lib/deps/std_assert.ts";
import {
  compileDualProblem,
  zeroPrices,
} from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import { OfferCounter, payments } from "../../../../lib/allocator/optimal/programs/offer_use.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";
import { randomInstance } from "../../../support/random_instance.ts";

Deno.test("offers are counted by contract, whatever was counted before, and pay what they pay one by one", () => {
  const problem = compileDualProblem(
    randomInstance({ seed: 3, users: 30, contracts: 6, groups: 2 }),
    defaultPolicy,
  );
  const { contract } = problem.instance, counter = new OfferCounter(problem);
  const prices = { ...zeroPrices(problem), contract: Float64Array.of(1, 0, 0.5, 0.25, 2, 4) };
  const random = seededRandom(1);
  for (let n = 0; n < 20; n++) {
    const pairs = Int32Array.from({ length: 12 }, () => random.below(contract.length));
    const use = counter.count(pairs, n % 12);
    const expected = new Map<number, number>();
    let paid = 0;
    for (const p of pairs.subarray(0, n % 12)) {
      expected.set(contract[p], (expected.get(contract[p]) ?? 0) + 1);
      paid += prices.contract[contract[p]];
    }
    assertEquals(new Map([...use.contract].map((c, i) => [c, use.offers[i]])), expected);
    assertAlmostEquals(payments(use, prices), paid, 1e-12);
  }
});
