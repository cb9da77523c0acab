import { assert, assertAlmostEquals, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { checkAssignments } from "../../../../lib/allocator/check/check.ts";
import type { Instance } from "../../../../lib/allocator/drop/instance/instance.ts";
import { solveIlp } from "../../../../lib/allocator/ilp/ilp.ts";
import { certificateOf } from "../../../../lib/allocator/model/certificate.ts";
import { defaultPolicy, type Policy } from "../../../../lib/allocator/model/policy.ts";
import { boundAt } from "../../../../lib/allocator/optimal/dual/bound.ts";
import {
  compileDualProblem,
  type DualProblem,
  zeroPrices,
} from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { flowNetwork, isFlow } from "../../../../lib/allocator/optimal/flow/flow_network.ts";
import { roundPrices } from "../../../../lib/allocator/optimal/flow/round_prices.ts";
import { solveFlow } from "../../../../lib/allocator/optimal/flow/solve_flow.ts";
import { solveOptimal } from "../../../../lib/allocator/optimal/optimal.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";
import { rowsOf, tableOf } from "../../../support/assignment_table.ts";
import { bruteForce } from "../../../support/brute_force.ts";
import { randomInstance } from "../../../support/random_instance.ts";

/** Policies whose drops are flows. */
const POLICIES: Record<string, Partial<Policy>> = {
  plain: { model: "coverage", covW: [], sponsoredBonus: 0 },
  "with a bonus": { model: "coverage", covW: [] },
  "weights that fall": { model: "coverage", covW: [0.3, 0.1, 0.05], k: 4 },
  "weights below 0": { model: "coverage", covW: [0, -0.2, -0.4] },
  "each missing offer costs": { model: "coverage", covMode: "shortfall" },
  "one offer each": { model: "coverage", covW: [], k: 1 },
};

/** How scores may lie, which decides how much ties. */
const SCORES: Record<string, Partial<Parameters<typeof randomInstance>[0]>> = {
  decimals: {},
  "half steps": { scoreStep: 0.5, zeroShare: 0 },
  "all alike": { scoreStep: 1, zeroShare: 1 },
  "below 0 too": { negativeShare: 0.3 },
  "no decimals": { scoreStep: Math.PI / 1000 },
  "tiny caps": { capShare: 0.1 },
  "caps to spare": { capShare: 3 },
};

const noControl = { stop: () => false, pause: () => undefined };

/** The objective of what a flow found, and what its prices prove, in the problem's terms. */
async function flowOf(problem: DualProblem, stop = () => false) {
  const found = await solveFlow(flowNetwork(problem), { ...noControl, stop });
  const { instance: { score, cap, contract }, item, offerBonus, shapeWorth, k } = problem;
  const load = new Float64Array(cap.length);
  let objective = 0;
  for (let u = 0; u < found.count.length; u++) {
    const own = found.arc.subarray(u * k, u * k + found.count[u]);
    assertEquals(new Set(own).size, own.length, "a pair twice");
    objective += shapeWorth[own.length];
    for (const p of own) {
      assert(p >= problem.instance.start[u] && p < problem.instance.start[u + 1]);
      objective += score[p] + offerBonus[item[p]];
      load[contract[p]]++;
    }
  }
  load.forEach((own, c) => assert(own <= cap[c], `contract ${c} is over its cap`));
  const bound = boundAt(problem, { ...zeroPrices(problem), contract: found.price });
  return { ...found, objective, bound };
}

Deno.test("flow: the optimum of brute force, and prices that prove it", async () => {
  for (const [policyName, given] of Object.entries(POLICIES)) {
    for (const [scores, options] of Object.entries(SCORES)) {
      for (let seed = 1; seed <= 3; seed++) {
        const what = `${policyName}, ${scores}, seed ${seed}`;
        const instance = randomInstance({
          seed,
          users: 6,
          contracts: 5,
          groups: 1,
          ratios: [0],
          ...options,
        });
        const policy = { ...defaultPolicy, ...given };
        const problem = compileDualProblem(instance, policy);
        assert(isFlow(problem), what);
        const { objective, bound, finished } = await flowOf(problem);
        assert(finished, what);
        assertAlmostEquals(objective, bruteForce(instance, policy).objective, 1e-9, what);
        assertAlmostEquals(bound, objective, 1e-9, what);
      }
    }
  }
});

Deno.test("flow: hundreds of users, every kind of scores: nothing between objective and bound", async () => {
  for (const [policyName, given] of Object.entries(POLICIES)) {
    for (const [scores, options] of Object.entries(SCORES)) {
      const what = `${policyName}, ${scores}`;
      const instance = randomInstance({
        seed: 11,
        users: 300,
        contracts: 80,
        groups: 1,
        density: 0.2,
        capShare: 0.9,
        ...options,
      });
      const { objective, bound } = await flowOf(
        compileDualProblem(instance, { ...defaultPolicy, ...given }),
      );
      assertAlmostEquals(bound, objective, 1e-9 * (1 + Math.abs(objective)), what);
    }
  }
});

Deno.test("flow: contracts without units, as they are where others have taken them", async () => {
  for (const [policyName, given] of Object.entries(POLICIES)) {
    for (const [scores, options] of Object.entries(SCORES)) {
      for (let seed = 1; seed <= 3; seed++) {
        const what = `${policyName}, ${scores}, seed ${seed}`;
        const free = randomInstance({
          seed,
          users: 6,
          contracts: 6,
          groups: 1,
          ratios: [0],
          ...options,
        });
        // The last one too: behind its units, which are none, no other contract's lie.
        const instance = { ...free, cap: free.cap.map((most, c) => c % 2 === 1 ? 0 : most) };
        const policy = { ...defaultPolicy, ...given };
        const { objective, bound, finished } = await flowOf(compileDualProblem(instance, policy));
        assert(finished, what);
        assertAlmostEquals(objective, bruteForce(instance, policy).objective, 1e-9, what);
        assertAlmostEquals(bound, objective, 1e-9, what);
      }
    }
  }
});

/** The judgement of the checker on what `optimal` makes of a drop. */
async function judged(instance: Instance, policy: Policy) {
  const found = await solveOptimal(instance, policy);
  const report = checkAssignments(instance, tableOf(rowsOf(instance, found)), policy, {
    certificate: certificateOf(instance, found),
  });
  assertEquals(report.certificate!.problems, []);
  const broken = report.rules.filter(({ count, rule }) => count > 0 && rule !== "min_sponsored");
  assertEquals(broken, []);
  return { found, report };
}

Deno.test("flow: optimal gives the optimum of HiGHS with no gap, and the checker agrees", async () => {
  for (const [name, given] of Object.entries(POLICIES)) {
    const instance = randomInstance({ seed: 3, users: 60, contracts: 40, groups: 2, density: 0.3 });
    const policy = { ...defaultPolicy, ...given };
    const { found, report } = await judged(instance, policy);
    const exact = await solveIlp(instance, policy);
    assertEquals(found.gap, 0, name);
    assertAlmostEquals(report.objective, exact.objective, 1e-7, name);
  }
});

Deno.test("flow: papers and reviewers, all of one type, under model uniform", async () => {
  for (const sponsoredShare of [0, 1]) {
    const instance = randomInstance({
      seed: 5,
      users: 80,
      contracts: 40,
      groups: 3,
      ratios: [0],
      density: 0.4,
      sponsoredShare,
    });
    const policy = { ...defaultPolicy, covW: [] };
    assert(isFlow(compileDualProblem(instance, policy)));
    const { found, report } = await judged(instance, policy);
    assertEquals(found.gap, 0);
    assertAlmostEquals(report.objective, (await solveIlp(instance, policy)).objective, 1e-7);
  }
});

Deno.test("flow: users with a k of their own, none at all among them", async () => {
  for (const given of [POLICIES.plain, POLICIES["each missing offer costs"], { covW: [] }]) {
    const free = randomInstance({
      seed: 6,
      users: 60,
      contracts: 40,
      groups: 1,
      ratios: [0],
      density: 0.3,
      sponsoredShare: 1,
    });
    const instance = { ...free, k: Int32Array.from(free.group, (_, u) => u % 6 - 1) };
    const policy = { ...defaultPolicy, ...given };
    assert(isFlow(compileDualProblem(instance, policy)));
    const { found, report } = await judged(instance, policy);
    assertEquals(found.gap, 0);
    assertAlmostEquals(report.objective, (await solveIlp(instance, policy)).objective, 1e-7);
  }
});

Deno.test("flow: what is none is not taken for one", () => {
  const instance = randomInstance({ seed: 1, users: 30, contracts: 10, groups: 2, brands: 3 });
  const refused: Record<string, Partial<Policy>> = {
    "weights that rise": { model: "coverage" },
    "two types": { covW: [] },
    "brands": { model: "coverage", covW: [], maxPerBrand: 1 },
  };
  for (const [name, policy] of Object.entries(refused)) {
    assert(!isFlow(compileDualProblem(instance, { ...defaultPolicy, ...policy })), name);
  }
  const oneType = randomInstance({
    seed: 1,
    users: 30,
    contracts: 10,
    groups: 2,
    sponsoredShare: 1,
    ratios: [0.5],
  });
  assert(!isFlow(compileDualProblem(oneType, { ...defaultPolicy, covW: [] })), "minima");
});

Deno.test("flow: stopped at any time it keeps all caps, and its prices are a bound", async () => {
  const instance = randomInstance({
    seed: 8,
    users: 4000,
    contracts: 300,
    groups: 1,
    density: 0.1,
  });
  const problem = compileDualProblem(instance, { ...defaultPolicy, ...POLICIES.plain });
  const whole = await flowOf(problem);
  for (const looks of [0, 1, 3, 9, 27]) {
    let left = looks;
    const { objective, bound, finished } = await flowOf(problem, () => left-- <= 0);
    assert(!finished, `${looks} looks`);
    assert(objective <= whole.objective + 1e-9 && bound >= whole.objective - 1e-9);
  }
});

Deno.test("flow: whole prices from nearly whole ones", () => {
  const random = seededRandom(4);
  for (let round = 0; round < 200; round++) {
    const n = 1 + random.below(40), epsilon = 2 ** -Math.ceil(Math.log2(2 * n + 4));
    const price = Float64Array.from({ length: n }, () => random.below(5000) * epsilon);
    // Zero is a price too.
    const before = [0, ...price];
    assert(roundPrices(price, epsilon));
    const after = [0, ...price];
    for (let a = 0; a <= n; a++) {
      assert(Number.isInteger(after[a]));
      for (let b = 0; b <= n; b++) {
        // λ − λ' ≤ v + ε for a whole v becomes λ − λ' ≤ v.
        const v = Math.ceil(before[a] - before[b] - epsilon);
        assert(after[a] - after[b] <= v, `${before[a]} − ${before[b]}`);
      }
    }
  }
});

Deno.test("flow: a start where it is not all: weights that rise, types, minima", async () => {
  const kinds: Record<string, Partial<Policy>> = {
    "weights that rise": { model: "coverage" },
    "weights that rise and fall": { model: "coverage", covW: [0.1, 0.3, 0.2, 0.4], k: 4 },
    "types, one offer each": { k: 1 },
    "types": {},
    "missing users cost little": { shortfallPrice: 0.05 },
    "mixed tails": { mixTail: true, maxMixedShare: 0.2 },
  };
  for (const [name, given] of Object.entries(kinds)) {
    for (const seed of [1, 2]) {
      const instance = randomInstance({ seed, users: 50, contracts: 30, groups: 2, density: 0.3 });
      const policy = { ...defaultPolicy, ...given };
      const { found, report } = await judged(instance, policy);
      const exact = await solveIlp(instance, policy);
      const room = 1e-7 * (1 + Math.abs(exact.objective));
      assertAlmostEquals(report.objective, exact.objective, room, `${name}, seed ${seed}`);
      assert(found.gap! <= 1e-9, `${name}, seed ${seed}`);
    }
  }
});
