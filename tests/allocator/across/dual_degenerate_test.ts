import { assert, assertAlmostEquals } from "../../../lib/deps/std_assert.ts";
import type { Instance } from "../../../lib/allocator/drop/instance/instance.ts";
import { compileDualProblem } from "../../../lib/allocator/optimal/dual/dual_problem.ts";
import { minimiseDual } from "../../../lib/allocator/optimal/search/minimise_dual.ts";
import { defaultPolicy, type Policy } from "../../../lib/allocator/model/policy.ts";
import { bundleBound } from "../../support/bundle_lp.ts";
import { randomInstance, type RandomInstanceOptions } from "../../support/random_instance.ts";

const base: RandomInstanceOptions = { seed: 9, users: 80, contracts: 8, groups: 5 };

const drops: Record<string, Partial<RandomInstanceOptions>> = {
  "ties everywhere": { scoreStep: 0.1 },
  "no score at all": { scoreStep: 10, zeroShare: 0 },
  "35 % zeros": { zeroShare: 0.35, scoreStep: 0.01 },
  "minima out of reach": { ratios: [1], sponsoredShare: 0.2 },
  "one huge group": { groups: 1 },
  "groups of one user": { groups: 4000 },
  "caps of 1": { capShare: 0.001 },
  "all sponsored": { sponsoredShare: 1 },
  "none sponsored": { sponsoredShare: 0 },
  "users with one option": { density: 0.1 },
  "negative scores": { negativeShare: 0.5 },
  "caps far above demand": { capShare: 10 },
  "caps far below demand": { capShare: 0.1 },
};

const policies: Policy[] = [
  { ...defaultPolicy, model: "coverage" },
  defaultPolicy,
  { ...defaultPolicy, k: 1 },
  { ...defaultPolicy, k: 5, maxSponsoredRatio: 0.7 },
];

for (const [name, drop] of Object.entries(drops)) {
  Deno.test(`${name}: the bound is the bundle LP's`, async () => {
    const instance = randomInstance({ ...base, ...drop });
    for (const policy of policies) {
      const { bound } = await minimiseDual(compileDualProblem(instance, policy));
      const least = await bundleBound(instance, policy);
      // What an offer is worth sets the scale where the optimum itself is about 0.
      const room = 1e-6 * Math.max(Math.abs(least), 0.1);
      assert(bound >= least - 1e-9 * Math.abs(least) - 1e-12, `${bound} < ${least}`);
      assert(bound <= least + room, `${policy.model}, k = ${policy.k}: ${bound} > ${least}`);
    }
  });
}

Deno.test("the bound scales with the scores, from 1e-9 to 1e9 times as large", async () => {
  const instance = randomInstance({ ...base, zeroShare: 0.35, scoreStep: 0.01 });
  for (const model of ["coverage", "uniform"] as const) {
    const policyAt = (scale: number): Policy => ({
      ...defaultPolicy,
      model,
      covW: defaultPolicy.covW.map((w) => w * scale),
      sponsoredBonus: defaultPolicy.sponsoredBonus * scale,
      shortfallPrice: 10 * scale,
    });
    const { bound } = await minimiseDual(compileDualProblem(instance, policyAt(1)));
    for (const scale of [1e-9, 1e9]) {
      const score = instance.score.map((s) => s * scale);
      const scaled = await minimiseDual(
        compileDualProblem({ ...instance, score }, policyAt(scale)),
      );
      assertAlmostEquals(scaled.bound / scale, bound, 1e-6 * Math.abs(bound));
    }
  }
});

/** The same drop with its contracts spread among many that nobody is eligible for. */
function spread(instance: Instance, contracts: number): Instance {
  const { sponsoredContracts, contract, cap } = instance;
  const half = contracts / 2, step = Math.floor(half / cap.length);
  const place = (c: number) =>
    c < sponsoredContracts ? c * step : half + (c - sponsoredContracts) * step;
  const wide = new Float64Array(contracts).fill(1);
  cap.forEach((most, c) => wide[place(c)] = most);
  return {
    ...instance,
    contracts: Array.from({ length: contracts }, (_, c) => `c${c}`),
    sponsoredContracts: half,
    cap: wide,
    contract: contract.map(place),
  };
}

Deno.test("more contracts than have a dense curvature: the bound is the bundle LP's", async () => {
  const few = randomInstance({ seed: 2, users: 300, contracts: 16, groups: 3, density: 0.35 });
  const instance = spread(few, 2400);
  for (const policy of [...policies, { ...defaultPolicy, enforceAssignmentRatio: true }]) {
    const { bound, prices } = await minimiseDual(compileDualProblem(instance, policy));
    const least = await bundleBound(few, policy);
    assert(bound >= least - 1e-9 * Math.abs(least));
    assert(bound <= least + 2e-6 * Math.abs(least), `${policy.model}: ${bound} > ${least}`);
    assert(prices.contract.filter((price) => price > 0).length > 4, "prices matter here");
  }
});

Deno.test("many contracts, few users for each: the bound is the bundle LP's", async () => {
  const instance = randomInstance({
    seed: 3,
    users: 350,
    contracts: 360,
    groups: 4,
    density: 0.03,
  });
  for (const policy of policies.slice(0, 2)) {
    const { bound } = await minimiseDual(compileDualProblem(instance, policy));
    const least = await bundleBound(instance, policy);
    assert(bound >= least - 1e-9 * Math.abs(least));
    assert(bound <= least + 1e-4 * Math.abs(least), `${policy.model}: ${bound} > ${least}`);
  }
});
