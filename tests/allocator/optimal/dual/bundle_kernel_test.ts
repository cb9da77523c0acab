import { demandsOf } from "../../../../lib/allocator/check/rules/demands.ts";
import { assertAlmostEquals, assertEquals } from "../../../../lib/deps/std_assert.ts";
import type { Prices } from "../../../../lib/allocator/model/allocation.ts";
import type { Instance } from "../../../../lib/allocator/drop/instance/instance.ts";
import { boundAt } from "../../../../lib/allocator/optimal/dual/bound.ts";
import { BundleKernel } from "../../../../lib/allocator/optimal/dual/bundle_kernel.ts";
import {
  compileDualProblem,
  zeroPrices,
} from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { fillTopWithBrands, TopList } from "../../../../lib/allocator/optimal/dual/top_list.ts";
import { groupRules } from "../../../../lib/allocator/limits/kinds/group_rules.ts";
import {
  bundleShapes,
  coverageValue,
  defaultPolicy,
  type Policy,
} from "../../../../lib/allocator/model/policy.ts";
import { type Random, seededRandom } from "../../../../lib/base/numbers/random.ts";
import { randomInstance } from "../../../support/random_instance.ts";

const policies: Policy[] = [
  { ...defaultPolicy, model: "coverage" },
  { ...defaultPolicy, model: "coverage", k: 1, covMode: "shortfall" },
  { ...defaultPolicy, model: "coverage", k: 5, sponsoredBonus: 0.3 },
  { ...defaultPolicy, model: "coverage", maxPerBrand: 1 },
  { ...defaultPolicy },
  { ...defaultPolicy, k: 1 },
  { ...defaultPolicy, k: 5, maxSponsoredRatio: 0.6, sponsoredBonus: 0.2 },
  { ...defaultPolicy, maxPerBrand: 2, covMode: "shortfall" },
  { ...defaultPolicy, mixTail: true, maxMixedShare: 0.3, enforceAssignmentRatio: true },
  { ...defaultPolicy, mixTail: true, thirdSlotOnlyMixing: false, sponsoredFirstRounds: 1, k: 4 },
];

function randomPrices(instance: Instance, policy: Policy, random: Random): Prices {
  const problem = compileDualProblem(instance, policy);
  const prices = zeroPrices(problem);
  const { minSponsored, maxSponsored, assignmentRatio, mixedShare, contract } = prices;
  const draw = () => random.next() < 0.3 ? 0 : random.next();
  contract.forEach((_, c) => contract[c] = draw());
  const { rules } = problem, demands = demandsOf(instance, policy);
  for (let g = 0; g < minSponsored.length; g++) {
    if (policy.model === "coverage") continue;
    minSponsored[g] = draw();
    if (rules.sponsored.most[g] < Infinity) maxSponsored[g] = draw();
    if (demands[g].share !== null) assignmentRatio[g] = draw();
    if (demands[g].mixed !== null) mixedShare[g] = draw();
  }
  return prices;
}

/** The definition: every subset of a user's pairs that the policy allows, at its net value. */
function bestBundle(instance: Instance, policy: Policy, prices: Prices, u: number): number {
  const coverage = coverageValue(policy);
  const demands = demandsOf(instance, policy);
  const shapes = new Set(bundleShapes(policy).map((s) => `${s.sponsored},${s.unsponsored}`));
  const from = instance.start[u], count = instance.start[u + 1] - from, g = instance.group[u];
  let best = -Infinity;
  for (let subset = 0; subset < 1 << count; subset++) {
    let i = 0, j = 0, value = 0;
    const brands = new Map<number, number>();
    for (let t = 0; t < count; t++) {
      if ((subset & (1 << t)) === 0) continue;
      const c = instance.contract[from + t];
      const sponsored = c < instance.sponsoredContracts;
      if (sponsored) i++;
      else j++;
      value += instance.score[from + t] - prices.contract[c];
      if (sponsored && policy.model === "coverage") value += policy.sponsoredBonus;
      // Limits per brand hold per type under model uniform (see BundleKernel), over all under model coverage.
      const kind = policy.model === "uniform" && sponsored ? 1 : 0;
      const brand = instance.brand === null ? -1 - t : 2 * instance.brand[c] + kind;
      brands.set(brand, (brands.get(brand) ?? 0) + 1);
    }
    if (!shapes.has(`${i},${j}`)) continue;
    if (policy.maxPerBrand !== null) {
      if (Math.max(0, ...brands.values()) > policy.maxPerBrand) continue;
    }
    value += coverage[i + j];
    if (policy.model === "uniform" && i > 0) {
      value += policy.sponsoredBonus + prices.minSponsored[g] - prices.maxSponsored[g];
      if (j > 0) value -= prices.mixedShare[g];
    }
    const alpha = prices.assignmentRatio[g];
    if (alpha > 0) value += alpha * (i - demands[g].share! * (i + j));
    best = Math.max(best, value);
  }
  return best;
}

Deno.test("the bound is the definition of D, for every policy at random prices", () => {
  const random = seededRandom(7);
  for (const policy of policies) {
    for (let seed = 1; seed <= 5; seed++) {
      const instance = randomInstance({
        seed,
        users: 12,
        contracts: 9,
        groups: 3,
        negativeShare: 0.1,
        brands: policy.maxPerBrand === null ? 0 : 4,
      });
      const prices = randomPrices(instance, policy, random);
      const rules = groupRules(instance, policy), demands = demandsOf(instance, policy);
      let expected = 0;
      instance.cap.forEach((cap, c) => expected += cap * prices.contract[c]);
      for (let g = 0; g < instance.groups.length; g++) {
        expected -= prices.minSponsored[g] * rules.sponsored.least[g];
        if (prices.maxSponsored[g]) expected += prices.maxSponsored[g] * rules.sponsored.most[g];
        if (prices.mixedShare[g]) expected += prices.mixedShare[g] * demands[g].mixed!;
      }
      for (let u = 0; u < instance.group.length; u++) {
        expected += bestBundle(instance, policy, prices, u);
      }
      assertAlmostEquals(boundAt(compileDualProblem(instance, policy), prices), expected, 1e-9);
    }
  }
});

Deno.test("the kernel's second-best shape is the best without the best one", () => {
  const policy = { ...defaultPolicy, mixTail: true, thirdSlotOnlyMixing: false, k: 4 };
  const instance = randomInstance({ seed: 3, users: 40, contracts: 12, groups: 2 });
  const problem = compileDualProblem(instance, policy);
  const kernel = new BundleKernel(problem);
  kernel.setPrices(zeroPrices(problem));
  for (let u = 0; u < instance.group.length; u++) {
    kernel.scanUser(u);
    for (const kind of [0, 1]) {
      const values: number[] = [];
      problem.shapeSponsored.forEach((i, s) => {
        const j = problem.shapeUnsponsored[s];
        if ((i > 0 ? 1 : 0) !== kind) return;
        let value = problem.shapeWorth[s];
        for (let t = 0; t < i; t++) value += kernel.sponsored.value[t];
        for (let t = 0; t < j; t++) value += kernel.unsponsored.value[t];
        values.push(value);
      });
      values.sort((a, b) => a > b ? -1 : a < b ? 1 : 0);
      if (values[0] === -Infinity) assertEquals(kernel.shape[kind], -1);
      else assertAlmostEquals(kernel.value[kind], values[0], 1e-12);
      if (values[1] > -Infinity) assertAlmostEquals(kernel.otherValue[kind], values[1], 1e-12);
    }
  }
});

Deno.test("each beginning of a list with brand limits is the best set of its size", () => {
  const random = seededRandom(11);
  for (let round = 0; round < 200; round++) {
    const n = 1 + random.below(9), limit = 1 + random.below(2), k = 1 + random.below(4);
    const score = Float64Array.from({ length: n }, () => random.below(20) / 20);
    const brand = Uint32Array.from({ length: n }, () => random.below(3));
    const item = Uint16Array.from({ length: n }, (_, i) => i);
    const list = new TopList(k);
    fillTopWithBrands(list, { item, score }, new Float64Array(n), 0, n, brand, limit);
    for (let size = 1; size <= k + 1; size++) {
      let best = -Infinity;
      for (let subset = 0; subset < 1 << n; subset++) {
        const members = Array.from({ length: n }, (_, i) => i).filter((i) => subset & (1 << i));
        if (members.length !== size) continue;
        const most = Math.max(
          ...[0, 1, 2].map((b) => members.filter((i) => brand[i] === b).length),
        );
        if (most > limit) continue;
        best = Math.max(best, members.reduce((sum, i) => sum + score[i], 0));
      }
      const value = list.value.subarray(0, size).reduce((sum, v) => sum + v, 0);
      if (best === -Infinity) assertEquals(value, -Infinity);
      else assertAlmostEquals(value, best, 1e-12);
    }
  }
});
