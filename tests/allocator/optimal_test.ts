import { assert, assertAlmostEquals, assertEquals } from "../../lib/deps/std_assert.ts";
import type { Allocation } from "../../lib/allocator/allocation.ts";
import { certificateOf } from "../../lib/allocator/certificate.ts";
import { checkAssignments } from "../../lib/allocator/check.ts";
import { solveGreedy } from "../../lib/allocator/greedy.ts";
import { solveIlp } from "../../lib/allocator/ilp.ts";
import type { Instance } from "../../lib/allocator/instance.ts";
import { solveOptimal } from "../../lib/allocator/optimal.ts";
import { defaultPolicy, type Policy, shortfallPrice } from "../../lib/allocator/policy.ts";
import { rowsOf, tableOf } from "../support/assignment_table.ts";
import { randomInstance } from "../support/random_instance.ts";
import { randomPolicy } from "../support/random_policy.ts";

/** Judges an allocation and its certificate by the checker, which shares no code with the solver. */
function assertCertified(instance: Instance, policy: Policy, allocation: Allocation, what: string) {
  const certificate = certificateOf(instance, allocation, shortfallPrice(instance, policy));
  const report = checkAssignments(instance, tableOf(rowsOf(instance, allocation)), policy, {
    certificate,
  });
  const broken = report.rules.filter(({ count, rule }) => count > 0 && rule !== "min_sponsored");
  assertEquals(broken, [], what);
  assertEquals(report.certificate!.problems, [], what);
  assertEquals(report.shortfall, allocation.shortfall, what);
  assertAlmostEquals(
    report.objective,
    allocation.objective,
    1e-9 * (1 + Math.abs(report.objective)),
    what,
  );
}

function randomCase(seed: number): [Instance, Policy] {
  const brands = seed % 3 === 0 ? 3 : 0;
  const instance = randomInstance({
    seed,
    users: 10 + (seed % 40),
    contracts: 8,
    groups: 1 + (seed % 4),
    density: 0.5,
    capShare: seed % 2 === 0 ? 0.8 : 0.3,
    negativeShare: seed % 4 === 0 ? 0.3 : 0,
    scoreStep: seed % 5 === 0 ? 0.1 : 0.001,
    brands,
  });
  return [instance, randomPolicy(seed, brands > 0)];
}

Deno.test("every model and policy: within the printed gap of HiGHS, feasible, certified", async () => {
  for (let seed = 1; seed <= 60; seed++) {
    const [instance, policy] = randomCase(seed);
    const found = await solveOptimal(instance, policy);
    const exact = await solveIlp(instance, policy);
    assertCertified(instance, policy, found, `seed ${seed}`);
    const room = 1e-7 * (1 + Math.abs(exact.objective));
    assert(found.objective <= exact.objective + room, `seed ${seed}: above the optimum`);
    assert(exact.objective <= found.bound! + room, `seed ${seed}: the bound is below the optimum`);
  }
});

Deno.test("greedy's objective never exceeds the bound", async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const [instance, policy] = randomCase(seed);
    const { bound } = await solveOptimal(instance, policy);
    const greedy = await solveGreedy(instance, policy, {});
    assert(greedy.objective <= bound! + 1e-7 * (1 + Math.abs(bound!)), `seed ${seed}`);
  }
});

Deno.test("out of time at once: feasible, with an honest gap", async () => {
  for (const model of ["coverage", "uniform"] as const) {
    const instance = randomInstance({ seed: 3, users: 200, contracts: 12, groups: 4 });
    const policy = { ...defaultPolicy, model };
    const found = await solveOptimal(instance, policy, { timeout: 0 });
    assert(found.timedOut);
    assertCertified(instance, policy, found, model);
  }
});
