import { Drop } from "../../../../lib/allocator/drop/drop.ts";
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import {
  userPrices,
  usersBetween,
  withUserLimits,
} from "../../../../lib/allocator/optimal/cases/counted_users.ts";
import { boundAt } from "../../../../lib/allocator/optimal/dual/bound.ts";
import {
  compileDualProblem,
  zeroPrices,
} from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { check } from "../../../../lib/api/check.ts";
import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { certifiedCases, lackingCase } from "../../../support/certified_cases.ts";

/** Two groups of three users, of whom two must be sponsored each; scores 3, 2, 1 for a sponsored offer, 2 for another. */
function problemOf(maxSponsoredRatio: number | null = null) {
  const users = Array.from({ length: 6 }, (_, u) => ({ id: `u${u}`, group: `g${u % 2}` }));
  const { instance } = Drop.from({
    users,
    contracts: [{ id: "a", cap: 6, sponsored: true }, { id: "b", cap: 6, sponsored: false }],
    groups: [{ id: "g0", ratio: 0.5 }, { id: "g1", ratio: 0.5 }],
    pairs: users.flatMap(({ id: user }, u) => [
      { user, contract: "a", score: 3 - (u >> 1) },
      { user, contract: "b", score: 2 },
    ]),
  });
  const plain = { k: 1, covW: [], sponsoredBonus: 0, maxPerBrand: null, maxSponsoredRatio };
  return compileDualProblem(instance, { ...defaultPolicy, model: "uniform", ...plain }, {
    price: 100,
  });
}

/** A mixture of users' bundles: how often each user has a sponsored one. */
const mixtureOf = (...times: number[]) =>
  times.map((times, u) => [
    { column: { pairs: [2 * u], sponsored: 1 }, times },
    { column: { pairs: [2 * u + 1], sponsored: 0 }, times: 1 - times },
  ]);

Deno.test("counted users: a group lacks a part of a user in a mixture; more than a minimum asks for is no lack", () => {
  const problem = problemOf();
  assertEquals(usersBetween(problem, mixtureOf(1, 1, 0.5, 1, 0, 0)), {
    of: { sponsoredUsersOf: 0 },
    most: 1,
  });
  assertEquals(usersBetween(problem, mixtureOf(1, 0.25, 1, 0.5, 1, 0)), {
    of: { sponsoredUsersOf: 1 },
    most: 0,
  });
  assertEquals(usersBetween(problem, mixtureOf(1, 1, 0.5, 0, 0.5, 0)), null);
  assertEquals(usersBetween(problem, mixtureOf(1, 1, 1, 1, 0.5, 0)), null);
});

Deno.test("counted users: a case's least is a rule beside the minimum, which can't be missed; its most is the policy's where that is less", () => {
  const problem = problemOf(0.7);
  const limits = [
    { of: { sponsoredUsersOf: 0 }, side: "at_most", amount: 1 },
    { of: { sponsoredUsersOf: 1 }, side: "at_least", amount: 1 },
    { of: { sponsoredUsersOf: 1 }, side: "at_most", amount: 3 },
    { of: { sponsoredUsersOf: 1 }, side: "at_least", amount: 2 },
  ] as const;
  const divided = withUserLimits(problem, limits), prices = zeroPrices(divided);
  // At no prices 3 + 2 + 2 in each group.
  assertEquals(boundAt(divided, prices), 14);
  prices.maxSponsored.set([0.5, 4]);
  prices.leastOfCase!.set([0, 5]);
  // g0: 0.5 for the most; 2.5, 2, 2. g1: 4 times two less 5 times two; each 1 more for a: 4, 3, 2.
  assertEquals(boundAt(divided, prices), 7 + 8 - 10 + 9);
  const found = userPrices(problem, limits, prices);
  assertEquals(found.ofLimits, [0.5, 0, 0, 5]);
  assertEquals([...found.prices.maxSponsored], [0, 4]);
  assertEquals(found.prices.leastOfCase, undefined);
  // Without a policy's most the case has the price.
  const free = problemOf();
  assertEquals(userPrices(free, limits, prices).ofLimits, [0.5, 0, 4, 5]);
  assertEquals(withUserLimits(free, []), free);
  // Prices of before a least was asked for have none for it.
  assertEquals(userPrices(free, limits, zeroPrices(free)).ofLimits, [0, 0, 0, 0]);
});

Deno.test("counted users: groups that lack a number of users are proven to the last digit, with rules over whole users too", async () => {
  let counting = 0, joint = 0;
  for (const { name, drop, allocation, certificate } of await certifiedCases(16, 1, lackingCase)) {
    const report = check(drop, allocation, { certificate }).certificate!;
    assert(report.certified, report.problems.join("\n"));
    assertEquals(certificate.gap, 0, name);
    const cases = JSON.stringify(certificate.branches ?? null);
    if (cases.includes('"sponsored_users":')) counting++;
    if (/"(mixed_share|assignment_ratio)":/.test(cases)) joint++;
  }
  assert(counting >= 12 && joint >= 2, `${counting}, ${joint}`);
});
