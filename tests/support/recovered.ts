/** What tests of recovery share: random problems, prices that have nothing to do with them, and a judge of what is recovered. */
import { demandsOf } from "../../lib/allocator/check/rules/demands.ts";
import { assert, assertEquals } from "../../lib/deps/std_assert.ts";
import type { Holdings } from "../../lib/allocator/optimal/recovery/holdings.ts";
import { keepsBrands } from "../../lib/allocator/optimal/recovery/brand_limit.ts";
import {
  compileDualProblem,
  type DualProblem,
  zeroPrices,
} from "../../lib/allocator/optimal/dual/dual_problem.ts";
import type { Policy } from "../../lib/allocator/model/policy.ts";
import { seededRandom } from "../../lib/base/numbers/random.ts";
import { randomCase } from "./random_case.ts";

/** A small random drop, compiled, and its policy. */
export function randomProblem(seed: number): [DualProblem, Policy] {
  const [instance, policy] = randomCase(seed);
  return [compileDualProblem(instance, policy), policy];
}

/** Prices that have nothing to do with the drop: recovery must cope with any. */
export function anyPrices(problem: DualProblem, seed: number) {
  const random = seededRandom(seed), prices = zeroPrices(problem);
  const draw = () => random.next() < 0.5 ? 0 : 0.3 * random.next();
  const { rules, shortfallPrice } = problem, demands = demandsOf(problem.instance, problem.policy);
  prices.contract.forEach((_, c) => prices.contract[c] = draw());
  for (let g = 0; g < prices.minSponsored.length; g++) {
    if (rules.sponsored.least[g] > 0) prices.minSponsored[g] = Math.min(draw(), shortfallPrice);
    if (rules.sponsored.most[g] < Infinity) prices.maxSponsored[g] = draw();
    if (demands[g].share !== null) prices.assignmentRatio[g] = draw();
    if (demands[g].mixed !== null) prices.mixedShare[g] = draw();
  }
  return prices;
}

/** Asserts that the holdings keep every rule: recounts everything from the bundles. */
export function assertFeasible(holdings: Holdings, what: string): void {
  const { problem: { instance, policy, rules, k }, slots, count } = holdings;
  const demands = demandsOf(instance, policy);
  const load = new Float64Array(instance.cap.length);
  const sponsoredUsers = new Float64Array(instance.groups.length);
  const mixedUsers = sponsoredUsers.slice(), balance = sponsoredUsers.slice();
  for (let u = 0; u < count.length; u++) {
    const pairs = slots.slice(u * k, u * k + count[u]), g = instance.group[u];
    assertEquals(new Set(pairs).size, pairs.length, `${what}: a pair twice`);
    assert(pairs.every((p) => p >= instance.start[u] && p < instance.start[u + 1]), what);
    assert(keepsBrands(holdings.problem, pairs, pairs.length), `${what}: brands`);
    for (const p of pairs) load[instance.contract[p]]++;
    if (policy.model === "coverage") continue;
    const sponsored = pairs.filter((p) => p < instance.middle[u]).length;
    assert(holdings.shapeOf(u, sponsored, pairs.length - sponsored) >= 0, `${what}: shape`);
    if (sponsored > 0) sponsoredUsers[g]++;
    if (sponsored > 0 && sponsored < pairs.length) mixedUsers[g]++;
    balance[g] += sponsored - (demands[g].share ?? 0) * pairs.length;
  }
  assertEquals(holdings.load, load, `${what}: loads`);
  load.forEach((n, c) => assert(n <= instance.cap[c], `${what}: cap`));
  for (let g = 0; g < balance.length; g++) {
    assert(sponsoredUsers[g] <= rules.sponsored.most[g], `${what}: maximum`);
    assert(mixedUsers[g] <= (demands[g].mixed ?? Infinity), `${what}: mixed users`);
    if (demands[g].share !== null) assert(balance[g] >= -1e-9, `${what}: assignment ratio`);
  }
}
