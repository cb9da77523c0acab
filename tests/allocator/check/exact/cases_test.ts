import { Cases } from "../../../../lib/allocator/check/exact/cases.ts";
import { demandsOf } from "../../../../lib/allocator/check/rules/demands.ts";
import { Drop } from "../../../../lib/allocator/drop/drop.ts";
import type {
  CertificateCount,
  CertificateNode,
} from "../../../../lib/allocator/model/certificate.ts";
import { defaultPolicy, type Policy } from "../../../../lib/allocator/model/policy.ts";
import { assertEquals } from "../../../../lib/deps/std_assert.ts";

const POLICY: Policy = {
  ...defaultPolicy,
  model: "coverage",
  k: 1,
  covW: [],
  sponsoredBonus: 0,
  maxPerBrand: null,
};

/** Scores by user: u0 of g0 has a 5 and b 3, u1 of g0 has a 2, u2 of g1 has a 4 and b 1. Everybody has room for one offer. */
function dropOf(
  pins: { user: string; contract: string }[] = [],
  sponsored: readonly string[] = [],
): Drop {
  const pairs: [string, string, number][] = [
    ["u0", "a", 5],
    ["u0", "b", 3],
    ["u1", "a", 2],
    ["u2", "a", 4],
    ["u2", "b", 1],
  ];
  return Drop.from({
    users: [["u0", "g0"], ["u1", "g0"], ["u2", "g1"]].map(([id, group]) => ({ id, group })),
    contracts: ["a", "b"].map((id) => ({ id, cap: 3, sponsored: sponsored.includes(id) })),
    groups: ["g0", "g1"].map((id) => ({ id, ratio: 0 })),
    pairs: pairs.map(([user, contract, score]) => ({ user, contract, score })),
    ...(pins.length > 0 && { pins }),
  });
}

function boundOf(tree: CertificateNode, drop = dropOf(), policy = POLICY): bigint | null {
  const { instance } = drop, demands = demandsOf(instance, policy);
  return new Cases(instance, policy, demands, null, { price: 10, tree }, false).bound(1);
}

const end = (...counts: number[]): CertificateNode => ({ contracts: {}, groups: {}, counts });

/**
 * The bound of the case with at most 3 such offers, each at a price of 4. In the other one four offers at 1000 each are more than
 * there are users, so that it has a bound far below.
 */
const atMost3 = (count: Omit<CertificateCount, "offers">, drop?: Drop) =>
  boundOf({ count: { ...count, offers: 3 }, at_most: end(4), at_least: end(1000) }, drop);

Deno.test("cases: an offer that counts is worth its price less, the bound price × number more", () => {
  // 12 for three offers; of u0 1, of u1 0, of u2 1 is left where only b doesn't count, or b 3 of u0 where it doesn't.
  assertEquals(atMost3({}), 120n + 10n + 0n + 0n);
  assertEquals(atMost3({ contracts: ["a"] }), 120n + 30n + 0n + 10n);
  assertEquals(atMost3({ contracts: ["b"] }), 120n + 50n + 20n + 40n);
  assertEquals(atMost3({ contracts: ["a", "b"] }), atMost3({}));
  assertEquals(atMost3({ contracts: [] }), 120n + 50n + 20n + 40n);
});

Deno.test("cases: offers count to one group, from a score on", () => {
  assertEquals(atMost3({ group_id: "g0" }), 120n + 10n + 0n + 40n);
  assertEquals(atMost3({ group_id: "g1" }), 120n + 50n + 20n + 0n);
  // The least score itself is among them: b of u0.
  assertEquals(atMost3({ least_score: 3 }), 120n + 10n + 20n + 10n);
  assertEquals(atMost3({ least_score: 3.5 }), 120n + 30n + 20n + 10n);
  assertEquals(atMost3({ least_score: 3, contracts: ["b"], group_id: "g0" }), 120n + 110n);
});

Deno.test("cases: pinned offers don't count toward a number of offers", () => {
  const pinned = dropOf([{ user: "u2", contract: "a" }]);
  // A pinned offer is worth its score, without a price.
  assertEquals(atMost3({}, pinned), 120n + 10n + 0n + 40n);
});

Deno.test("cases: at least one more is asked for, each offer worth its price more and the bound price × number less", () => {
  // At most 0 offers at 1000 each: nothing. At least 1 at 2 each: 7 + 4 + 6 less 2.
  const tree = { count: { offers: 0 }, at_most: end(1000), at_least: end(2) };
  assertEquals(boundOf(tree), 150n);
  // Of two cases the larger bound counts, whichever it is.
  assertEquals(boundOf({ ...tree, at_most: end(0) }), 150n);
  assertEquals(boundOf({ ...tree, at_least: end(0.5) }), 120n);
  assertEquals(boundOf({ ...tree, at_most: end(0), at_least: end(0.5) }), 120n);
});

/** Of the drop in which a is sponsored: the bound of a tree about the sponsored users of a group. */
function ofUsers(
  sponsored_users: number,
  [atMost, atLeast]: readonly [CertificateNode, CertificateNode],
  group_id = "g0",
  policy: Policy = { ...POLICY, model: "uniform" },
): bigint | null {
  const tree = { count: { group_id, sponsored_users }, at_most: atMost, at_least: atLeast };
  return boundOf(tree, dropOf([], ["a"]), policy);
}

Deno.test("cases: so many users of a group get a sponsored offer at most, each worth its price less; or one more, each worth it more", () => {
  // At most two at 2.5: 5 − 2.5 or 3 for u0, 2 − 2.5 or nothing for u1, 4 for u2. Three there are not, at a price.
  assertEquals(ofUsers(2, [end(2.5), end(1000)]), 50n + 30n + 0n + 40n);
  assertEquals(ofUsers(2, [end(0), end(1000)]), 110n);
  // At least one, at 1 each; none at 1000: b for u0.
  assertEquals(ofUsers(0, [end(1000), end(1)]), -10n + 60n + 30n + 40n);
  assertEquals(ofUsers(1, [end(0), end(2)]), 110n);
  // Those of another group aren't counted.
  assertEquals(ofUsers(1, [end(4), end(1000)], "g1"), 40n + 50n + 20n + 10n);
});

Deno.test("cases: prices of users decide though they are far above what offers are worth, and stand in their order among those of offers", () => {
  // At least one, at a billion: two are paid, one is taken off.
  assertEquals(ofUsers(0, [end(1e9), end(1e9)]), 10_000_000_000n + 110n);
  // At most two: both have b, or nothing.
  assertEquals(ofUsers(2, [end(1e9), end(1e9)]), 20_000_000_000n + 70n);
  const inner: CertificateNode = {
    count: { contracts: ["a"], offers: 3 },
    at_most: end(0, 4),
    at_least: end(0, 1000),
  };
  assertEquals(ofUsers(3, [inner, end(1000)]), 120n + 30n + 0n + 10n);
});

Deno.test("cases: there are sponsored users of groups that exist, where the model knows them", () => {
  assertEquals(ofUsers(1, [end(0), end(1000)], "stranger"), null);
  assertEquals(ofUsers(1, [end(0), end(1000)], "g0", POLICY), null);
  assertEquals(ofUsers(1, [end(), end(1000)]), null);
});

Deno.test("cases: numbers of offers add up with one another and with offers that are made or not", () => {
  const inner: CertificateNode = {
    count: { contracts: ["a"], offers: 3 },
    at_most: end(4, 1),
    at_least: end(0, 1000),
  };
  // 12 + 3 for the numbers; u0 5 − 5 or 3 − 4, u2 4 − 5 or 1 − 4: nothing is left, but for u0's 0.
  const tree = { count: { offers: 3 }, at_most: inner, at_least: end(1000) };
  assertEquals(boundOf(tree), 150n);
  // With a made to u0, at a price of 10: 5 − 5 + 10 less 10.
  const made: CertificateNode = { offer: ["u0", "a"], with: inner, without: inner };
  assertEquals(boundOf({ ...tree, at_most: made }), 150n);
});

Deno.test("cases: what does not exist, and prices that are too few or too many, prove nothing", () => {
  assertEquals(atMost3({ contracts: ["a", "stranger"] }), null);
  assertEquals(atMost3({ group_id: "stranger" }), null);
  const tree = { count: { offers: 3 }, at_most: end(4), at_least: end(1000) };
  assertEquals(boundOf({ ...tree, at_most: end() }), null);
  assertEquals(boundOf({ ...tree, at_least: end(1, 1) }), null);
  assertEquals(boundOf({ ...tree, at_most: { contracts: {}, groups: {} } }), null);
  assertEquals(boundOf(end(1)), null);
  assertEquals(boundOf({ contracts: {}, groups: {} }), 110n);
  const made = { offer: ["u1", "a"] as [string, string], with: end(), without: end() };
  assertEquals(boundOf(made), 110n);
  assertEquals(boundOf({ ...made, offer: ["stranger", "a"] }), null);
  assertEquals(boundOf({ ...made, offer: ["u1", "stranger"] }), null);
});
