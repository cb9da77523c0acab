import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { BundleKernel } from "../../../../lib/allocator/optimal/dual/bundle_kernel.ts";
import {
  compileDualProblem,
  zeroPrices,
} from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { KeptPairs } from "../../../../lib/allocator/optimal/joint/kept_pairs.ts";
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";
import { randomInstance } from "../../../support/random_instance.ts";

/** A kernel that counts the users whose pairs are all looked at. */
class CountingKernel extends BundleKernel {
  looks = 0;

  override listPairs(u: number): void {
    this.looks++;
    super.listPairs(u);
  }
}

Deno.test("lists that were kept are those of a look at all pairs, ties, few pairs, and forbidden contracts included", () => {
  let looks = 0, lists = 0;
  for (let seed = 1; seed <= 40; seed++) {
    const random = seededRandom(seed), k = 1 + seed % 5;
    const instance = randomInstance({
      seed,
      users: 30,
      contracts: 9,
      groups: 3,
      brands: seed % 4 === 0 ? 3 : 0,
    });
    // Scores of few values tie.
    if (seed % 2 === 0) instance.score.forEach((s, p) => instance.score[p] = Math.round(4 * s) / 4);
    const policy = { ...defaultPolicy, k, ...(seed % 4 === 0 && { maxPerBrand: 1 }) };
    const problem = compileDualProblem(instance, policy), { unit } = problem;
    const plain = new BundleKernel(problem), counting = new CountingKernel(problem);
    const kept = new KeptPairs(counting);
    let contract = instance.cap.map(() => unit * random.next());
    // More rounds than prices are remembered; every tenth move is a large one.
    for (let round = 0; round < 80; round++) {
      const size = round % 10 === 9 ? unit : 1e-3 * unit;
      contract = contract.map((price) =>
        random.next() < 0.5 ? price : Math.max(0, price + size * (random.next() - 0.5))
      );
      const tried = contract.slice();
      if (round % 16 === 15) tried[round % tried.length] = Infinity;
      const prices = { ...zeroPrices(problem), contract: tried };
      plain.setPrices(prices);
      counting.setPrices(prices);
      kept.pricesMoved();
      for (let u = 0; u < instance.group.length; u++) {
        // Not every user is listed every time.
        if (random.next() < 0.3) continue;
        kept.listPairs(u);
        plain.listPairs(u);
        lists++;
        for (const type of ["sponsored", "unsponsored"] as const) {
          const name = `seed ${seed}, round ${round}, user ${u}, ${type}`;
          assertEquals(counting[type].pair.subarray(0, k), plain[type].pair.subarray(0, k), name);
          assertEquals(counting[type].value.subarray(0, k), plain[type].value.subarray(0, k), name);
        }
      }
    }
    looks += counting.looks;
  }
  assert(looks < 0.75 * lists, `${looks} looks for ${lists} lists`);
});
