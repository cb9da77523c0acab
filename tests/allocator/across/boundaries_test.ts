/** Where one value more or less is another answer. */
import { optionsThatMatter } from "../../../lib/allocator/check/certificate.ts";
import { checkAssignments } from "../../../lib/allocator/check/check.ts";
import { boundFromPrices } from "../../../lib/allocator/check/bound/bound.ts";
import { doubleAtLeast, textOfUnits } from "../../../lib/allocator/check/exact/decimal.ts";
import { bonusOf, demandsOf, UserPolicies } from "../../../lib/allocator/check/rules/demands.ts";
import { exactFigures } from "../../../lib/allocator/check/exact/exact.ts";
import { scaleOf } from "../../../lib/allocator/check/exact/exact_scale.ts";
import type { Instance } from "../../../lib/allocator/drop/instance/instance.ts";
import { defaultPolicy, type Policy } from "../../../lib/allocator/model/policy.ts";
import { POLICY_FIELDS } from "../../../lib/allocator/model/policy_table.ts";
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { alikeUsers } from "../../support/alike_users.ts";
import { tableOf } from "../../support/assignment_table.ts";

const plain: Policy = { ...defaultPolicy, covW: [], sponsoredBonus: 0 };

const noPrices = ({ contracts, groups }: Instance) => ({
  contract: new Float64Array(contracts.length),
  minSponsored: new Float64Array(groups.length),
  maxSponsored: new Float64Array(groups.length),
  assignmentRatio: new Float64Array(groups.length),
  mixedShare: new Float64Array(groups.length),
});

Deno.test("boundaries: users that a share asks for, by the last digit of the share", () => {
  const groupOf = (users: number, share: number) =>
    alikeUsers(1, [1], { groupSize: Uint32Array.of(users), ratio: Float64Array.of(share) });
  const most = (share: number, users: number) =>
    demandsOf(groupOf(users, 0), { ...plain, maxSponsoredRatio: share })[0].most;
  const least = (share: number, users: number) => demandsOf(groupOf(users, share), plain)[0].least;
  // Fifteen digits are meant as they are.
  assertEquals([most(0.333333333333333, 3), most(1 / 3, 3)], [0, 1]);
  assertEquals([least(0.333333333333334, 3), least(1 / 3, 3), least(0.33, 3)], [2, 1, 1]);
  // What only a computation leaves, beside a whole number, and far from one.
  assertEquals([most(1 / 6, 6), most(1 / 6, 4), most(5 / 6, 6), most(5 / 6, 7)], [1, 0, 5, 5]);
  assertEquals([least(1 / 6, 6), least(1 / 6, 7), least(5 / 6, 6), least(5 / 6, 7)], [1, 2, 5, 6]);
  // A part in 10^15 off is near, more is not.
  assertEquals([most(0.24999999999999975, 4), most(0.2499999999999997, 4)], [1, 0]);
  assertEquals([most(0.4999999999999997, 8), most(0.4999999999999994, 8)], [4, 3]);
  assertEquals([most(1, 4), most(0.5, 4), most(0.25, 3), least(0.25, 3)], [4, 2, 0, 1]);
  assertEquals([least(1e-7, 10), least(1e-7, 10_000_000), least(0, 5)], [1, 1, 0]);
  assertEquals([least(2e-7, 10_000_000), most(2.5e-7, 10_000_000)], [2, 2]);
});

Deno.test("boundaries: a share less the slack is 0 at least, and no rule without a guard", () => {
  const share = (policy: Partial<Policy>) =>
    demandsOf(alikeUsers(4, [1], { ratio: Float64Array.of(0.5) }), { ...plain, ...policy })[0]
      .share;
  const guarded = { enforceAssignmentRatio: true, assignmentRatioGuard: "hard" } as const;
  assertEquals([share(guarded), share({ ...guarded, ratioSlack: 0.5 })], [0.5, 0]);
  assertEquals(share({ ...guarded, ratioSlack: 0.75 }), 0);
  assertEquals(share({ ...guarded, ratioSlack: 0.25 }), 0.25);
  assertEquals([share({}), share({ ...guarded, assignmentRatioGuard: "none" })], [null, null]);
});

Deno.test("boundaries: users' own k, one too, and bonuses", () => {
  const own = new UserPolicies(alikeUsers(3, [1], { k: Int32Array.of(1, -1, 2) }), {
    ...plain,
    k: 3,
  });
  assertEquals([-1, 0, 1, 2].map((u) => own.of(u).k), [3, 1, 3, 2]);
  const bonus = (model: Policy["model"], sponsored: number) =>
    bonusOf({ ...plain, model, sponsoredBonus: 0.5 }, sponsored);
  assertEquals([0, 1, 2].map((s) => bonus("uniform", s)), [0, 0.5, 0.5]);
  assertEquals([0, 1, 2].map((s) => bonus("coverage", s)), [0, 0.5, 1]);
});

Deno.test("boundaries: no user is thought to have more than their own k, under both models", () => {
  const instance = alikeUsers(2, [0.5, 0.25, 0.125], { k: Int32Array.of(1, 2) });
  for (const model of ["uniform", "coverage"] as const) {
    for (const covMode of ["z", "shortfall"] as const) {
      const policy = { ...plain, model, covMode, shortfallPenalty: 0.0625, k: 3 };
      const demands = demandsOf(instance, policy);
      const { bound } = boundFromPrices(instance, policy, demands, noPrices(instance), {
        limits: null,
      });
      assertEquals(bound, 0.5 + 0.75, `${model} ${covMode}`);
    }
  }
});

Deno.test("boundaries: options that matter under the policy, and no others", () => {
  const names = (policy: Partial<Policy>, weights = 1) =>
    optionsThatMatter({ ...plain, ...policy }, weights);
  assertEquals(names({}).change_cost, undefined);
  assertEquals(names({ changeCost: 0.5 }).change_cost, 0.5);
  assertEquals(names({ k: 1, covW: [1, 2] }, 2).cov_w, [1]);
  assertEquals(names({ k: 3, covW: [1] }, 2).cov_w, [1, 0]);
  assertEquals(names({ model: "coverage" }).mix_tail, undefined);
  assertEquals(names({ model: "uniform" }).mix_tail, false);
  const guard = (enforce: boolean, guard: Policy["assignmentRatioGuard"]) => {
    const { enforce_assignment_ratio, ratio_slack = null } = names({
      enforceAssignmentRatio: enforce,
      assignmentRatioGuard: guard,
      ratioSlack: 0.125,
    });
    return [enforce_assignment_ratio, ratio_slack];
  };
  assertEquals(guard(true, "hard"), [true, 0.125]);
  assertEquals(guard(true, "none"), [false, null]);
  assertEquals(guard(false, "hard"), [false, null]);
});

Deno.test("boundaries: a certificate is of another policy by every field of it", () => {
  const everyRule = { mixTail: true, enforceAssignmentRatio: true, changeCost: 1 };
  const listed = new Set(
    [{}, { thirdSlotOnlyMixing: false, covMode: "shortfall" } as const].flatMap((policy) =>
      Object.keys(optionsThatMatter({ ...plain, ...everyRule, ...policy }, 1))
    ),
  );
  // The guard is in enforce_assignment_ratio, and the price is compared as it was worked out.
  const others = POLICY_FIELDS.filter(({ json }) => !listed.has(json)).map(({ json }) => json);
  assertEquals(others.toSorted(), ["assignment_ratio_guard", "shortfall_price"]);
});

Deno.test("boundaries: decimals and doubles at 0, at 1, and past what doubles hold", () => {
  assertEquals([textOfUnits(0n, 2), textOfUnits(0n, 0), textOfUnits(-12n, 0)], ["0", "0", "-12"]);
  assertEquals([textOfUnits(-12n, 1), textOfUnits(-12n, -1)], ["-1.2", "-120"]);
  assertEquals(doubleAtLeast(10n ** 400n, 10n ** 398n), 100);
  assertEquals(doubleAtLeast(2n ** 60n, 1n), 2 ** 60);
  assertEquals(doubleAtLeast(2n ** 60n + 1n, 1n), 2 ** 60 + 256);
  assertEquals(doubleAtLeast(-(2n ** 60n) - 1n, 1n), -(2 ** 60));
  assertEquals([doubleAtLeast(1n, 1n), doubleAtLeast(-1n, 1n), doubleAtLeast(0n, 7n)], [1, -1, 0]);
});

Deno.test("boundaries: decimals of scores, beside others of any size", () => {
  const of = (...scores: number[]) => {
    const instance = alikeUsers(1, scores), policy = { ...plain, k: 1 };
    return scaleOf(instance, policy, demandsOf(instance, policy), noPrices(instance), {
      limits: null,
    });
  };
  assertEquals([of(1).step, of(0.5).step, of(0.25, 1e12).step, of(1e12, 0.25).step], [0, 1, 2, 2]);
  // Fifteen digits are decimals, sixteen are not, in any order and beside any other.
  assertEquals(of(123456789012.345).step, 3);
  assertEquals([of(0.000001, 123456789012.345).step, of(123456789012.345, 0.000001).step], [6, 6]);
  assertEquals([of(1 / 3).step, of(1 / 3, 1e12).step, of(1e12, 1 / 3).step], [null, null, null]);
  assertEquals([of(0.000001, 1234567890123.4567).step, of(1e-16).step], [null, null]);
  assertEquals([of(1e15, 0.5).step, of(0.5, 1e15).step, of(1e-15).step], [1, 1, 15]);
  assertEquals([of(2 ** 60, 0.5).step, of(0.5, 2 ** 60).step], [null, null]);
});

Deno.test("boundaries: in coarse units a score that is no whole unit is rounded up, whatever else has many digits", () => {
  const instance = alikeUsers(2, [0.4, 0.25]);
  const held = { pair: Uint32Array.of(0), user: Uint32Array.of(0) };
  for (const covW of [[], [1 / 3]]) {
    const policy = { ...plain, k: 1, covW }, demands = demandsOf(instance, policy);
    const claimed = { prices: noPrices(instance), limits: null };
    const at = (decimals?: number) =>
      exactFigures(instance, policy, demands, claimed, held, { declared: null, decimals });
    assertEquals([at(0).bound, at(0).objectiveText], [covW.length === 0 ? 2 : 4, "0"]);
    assertEquals(at(25).objectiveText, covW.length === 0 ? "0.4" : "0.7333333333333333");
  }
});

Deno.test("boundaries: what is worth something is the scores and weights less what changes cost", () => {
  const previous = { given: Uint8Array.of(1, 0, 0, 0) };
  const instance = alikeUsers(2, [0.5, 0.25], { previous } as unknown as Partial<Instance>);
  const policy = { ...plain, k: 2, covW: [0.125], changeCost: 0.0625 };
  const table = tableOf([["u0", "c0", 0.5], ["u0", "c1", 0.25], ["u1", "c1", 0.25]]);
  const report = checkAssignments(instance, table, policy);
  assertEquals([report.objective, report.changed, report.change_cost], [1.125, 2, 0.125]);
  assertEquals([report.score, report.shortfall], [1, 0]);
  const half = alikeUsers(4, [0.5], { ratio: Float64Array.of(0.5) });
  const missed = checkAssignments(half, tableOf([]), { ...plain, shortfallPrice: 2 });
  assertEquals([missed.shortfall, missed.objective], [2, -4]);
  assert(!missed.ok);
});

Deno.test("boundaries: a user who may get nothing has a policy of its own", () => {
  const instance = { ...alikeUsers(3, [1]), k: Int32Array.of(-1, 0, 2) };
  const own = new UserPolicies(instance, plain);
  assertEquals([0, 1, 2].map((u) => own.of(u).k), [plain.k, 0, 2]);
});
