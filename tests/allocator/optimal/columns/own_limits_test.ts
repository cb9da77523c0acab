import { assert, assertAlmostEquals, assertEquals } from "../../../../lib/deps/std_assert.ts";
import {
  compileDualProblem,
  type DualProblem,
  zeroPrices,
} from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import {
  declaredOwnLimits,
  doOwnLimitsMatter,
  ownLimits,
} from "../../../../lib/allocator/optimal/columns/own_limits.ts";
import { Drop, type LimitInput } from "../../../../lib/allocator/drop/drop.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";
import { solveIlp } from "../../../../lib/allocator/ilp/ilp.ts";
import { solveOptimal } from "../../../../lib/allocator/optimal/optimal.ts";
import { checkAssignments } from "../../../../lib/allocator/check/check.ts";
import { exactCertificate } from "../../../../lib/api/certificate.ts";
import { rowsOf, tableOf } from "../../../support/assignment_table.ts";
import { limitedDrop } from "../../../support/limited_drop.ts";

const problemUnder = (limits: readonly LimitInput[]) =>
  compileDualProblem(limitedDrop(3, limits).instance, defaultPolicy);

/** The same price of every limit. */
const pricesOf = (problem: DualProblem, price: number) => {
  const { limit, ...others } = zeroPrices(problem);
  return { ...others, ...(limit && { limit: limit.fill(price) }) };
};

Deno.test("rows of single users are told from those that users share, which keep their places", () => {
  const problem = problemUnder([
    { limit: "brand", per: "brand_id", atMost: 5 },
    { limit: "hours", per: "user_id", counts: "weight", atMost: 6 },
  ]);
  const { isOwn, shared } = ownLimits(problem, pricesOf(problem, 0.1))!;
  const users = problem.instance.group.length;
  assertEquals([...isOwn], [0, 0, ...Array<number>(users).fill(1)]);
  // Every offer counts toward its brand and its user's hours; toward the brand alone in what is shared.
  const { items } = problem, left = shared.items!;
  assertEquals(left.row.length, items!.row.length / 2);
  for (let i = 0; i + 1 < left.start.length; i++) {
    const own = (of: typeof left) => [...of.row.subarray(of.start[i], of.start[i + 1])];
    assertEquals(own(left), own(items!).filter((r) => isOwn[r] === 0));
  }
});

Deno.test("no limits, or only shared ones, or none with a price: there are none of single users", () => {
  const found = (limits: readonly LimitInput[], price: number) => {
    const problem = problemUnder(limits);
    return ownLimits(problem, pricesOf(problem, price));
  };
  assertEquals(found([], 0.1), null);
  assertEquals(found([{ limit: "city", per: "city", atMost: 3 }], 0.1), null);
  assertEquals(found([{ limit: "few", per: "user_id", atMost: 1 }], 0), null);
});

Deno.test("limits of single users matter where many users would break one at the prices of what they share", () => {
  const matters = (limits: readonly LimitInput[]) => {
    const problem = problemUnder(limits);
    const own = declaredOwnLimits(problem);
    return own && doOwnLimitsMatter(problem, zeroPrices(problem), 0);
  };
  assertEquals(matters([]), null);
  assertEquals(matters([{ limit: "city", per: "city", atMost: 3 }]), null);
  const few = (atMost: number) => ({ limit: "few", per: "user_id", atMost });
  assertEquals(matters([few(1)]), true);
  // Nobody may have more than three offers in any case.
  assertEquals(matters([few(3)]), false);
  // What users share is no matter here, however much of it they would take.
  assertEquals(matters([few(3), { limit: "city", per: "city", atMost: 1 }]), false);
  const one = [{ limit: "few", per: "user_id", atMost: 1, where: { user_id: "u1" } }];
  assertEquals(matters(one), true);
  // One of 40 users is too few.
  const { instance } = limitedDrop(3, one, { users: 40 });
  assertEquals(declaredOwnLimits(compileDualProblem(instance, defaultPolicy)), null);
});

Deno.test("days and hours of each user: the optimum, though prices of what users share alone come first", async () => {
  let kept = 0;
  for (let seed = 2; seed <= 5; seed++) {
    const { instance } = limitedDrop(seed, [
      { limit: "hours", per: "user_id", counts: "weight", atMost: 5 },
      { limit: "kind", per: "user_id+kind", atMost: 1 },
      { limit: "brand", per: "brand_id", atLeast: 6 },
    ], { users: 12, contracts: 7 });
    const found = await solveOptimal(instance, defaultPolicy);
    const { objective, bound } = await solveIlp(instance, defaultPolicy);
    assert(bound! - objective <= 1e-6 && found.gap! <= 1e-9, `seed ${seed}: ${found.gap}`);
    assertAlmostEquals(found.objective, objective, 1e-6);
    const { gap, own_limits_kept } = exactCertificate(instance, found);
    if (own_limits_kept) kept++;
    assert(gap >= found.gap!);
    assert(checkAssignments(instance, tableOf(rowsOf(instance, found)), defaultPolicy).feasible);
  }
  assert(kept > 0);
});

Deno.test("hours of each of thousands of users, more than programs take: the optimum, where prices on hours leave a tenth open", async () => {
  const users = 6_200, options = 3, contracts = 40, random = seededRandom(1);
  const pairs = Array.from({ length: users * options }, (_, p) => ({
    user: Math.floor(p / options),
    contract: (7 * Math.floor(p / options) + 9 * (p % options)) % contracts,
    score: random.next(),
  }));
  const { instance } = Drop.from({
    users: {
      ids: Array.from({ length: users }, (_, u) => `u${u}`),
      group: new Uint32Array(users),
    },
    contracts: Array.from({ length: contracts }, (_, c) => ({
      id: `c${c}`,
      cap: 200,
      sponsored: false,
      attributes: { hours: 1 + random.below(9) },
    })),
    groups: [{ id: "all", ratio: 0 }],
    pairs: {
      user: Uint32Array.from(pairs, ({ user }) => user),
      contract: Uint32Array.from(pairs, ({ contract }) => contract),
      score: Float64Array.from(pairs, ({ score }) => score),
    },
    limits: [{ limit: "hours", per: "user_id", counts: "hours", atMost: 8 }],
  });
  const policy = { ...defaultPolicy, k: 2 };
  const found = await solveOptimal(instance, policy);
  assert(found.gap! <= 1e-5, `${found.gap}`);
  // The certificate proves it, as users keep their own limits.
  const { gap, own_limits_kept } = exactCertificate(instance, found);
  assert(own_limits_kept && gap <= 1e-5, `${gap}`);
  assert(checkAssignments(instance, tableOf(rowsOf(instance, found)), policy).ok);
});
