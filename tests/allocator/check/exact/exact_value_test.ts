import { demandsOf } from "../../../../lib/allocator/check/rules/demands.ts";
import { exactObjective } from "../../../../lib/allocator/check/exact/exact_value.ts";
import { DeclaredLimits } from "../../../../lib/allocator/check/rules/limits.ts";
import { Units } from "../../../../lib/allocator/check/exact/units.ts";
import { Drop, type LimitInput } from "../../../../lib/allocator/drop/drop.ts";
import { defaultPolicy, type Policy } from "../../../../lib/allocator/model/policy.ts";
import { assertEquals } from "../../../../lib/deps/std_assert.ts";

const policy: Policy = { ...defaultPolicy, k: 2, covW: [], sponsoredBonus: 0, shortfallPrice: 4 };

/** The objective, in units, of offers to ann and bob, of which s is sponsored; scores are of s and t. */
function objective(
  offers: readonly string[],
  { decimals = 3, scores = [0.5, 0.25], limits = [], further = {}, ratio = 0 }: {
    decimals?: number;
    scores?: readonly [number, number];
    limits?: LimitInput[];
    further?: Partial<Policy>;
    ratio?: number;
  } = {},
): bigint {
  const users = ["ann", "bob"], contracts = ["s", "t"];
  const { instance } = Drop.from({
    users: users.map((id) => ({ id, group: "g" })),
    contracts: contracts.map((id, c) => ({
      id,
      cap: 2,
      sponsored: id === "s",
      attributes: { cost: [0.1, 0.25][c] },
    })),
    groups: [{ id: "g", ratio }],
    pairs: users.flatMap((user) =>
      contracts.map((contract, c) => ({ user, contract, score: scores[c] }))
    ),
    limits,
  });
  const all = users.flatMap((user) => contracts.map((contract) => `${user} ${contract}`));
  const pair = Uint32Array.from(offers, (one) => all.indexOf(one));
  const own = { ...policy, ...further }, declared = DeclaredLimits.of(instance);
  const held = { pair, user: pair.map((p) => p >> 1) };
  return exactObjective(
    instance,
    own,
    demandsOf(instance, own),
    held,
    declared,
    new Units(decimals),
  );
}

const ALL = ["ann s", "ann t", "bob s", "bob t"];

Deno.test("exact value: scores, weights and bonuses are rounded down, of any size", () => {
  assertEquals([objective([]), objective(["ann s"]), objective(ALL)], [0n, 500n, 1500n]);
  assertEquals([objective(ALL, { decimals: 1 }), objective(ALL, { decimals: 0 })], [14n, 0n]);
  assertEquals(
    objective(["bob s", "bob t"], { scores: [1e20, 500], decimals: -2 }),
    10n ** 18n + 5n,
  );
  assertEquals(objective(["ann s", "ann t"], { scores: [1e20, 1e-3] }), 10n ** 23n + 1n);
  assertEquals(objective(ALL, { further: { covW: [0.125, 0.25] } }), 1500n + 750n);
  assertEquals(objective(ALL.slice(0, 3), { further: { covW: [0.125, 0.25] } }), 1250n + 500n);
  const missing = { covMode: "shortfall" as const, shortfallPenalty: 0.0625 };
  assertEquals(objective(["ann s"], { further: missing }), 500n - 3n * 63n);
  assertEquals(objective(ALL, { further: { sponsoredBonus: 0.125 } }), 1500n + 250n);
  assertEquals(objective(["ann t"], { further: { sponsoredBonus: 0.125 } }), 250n);
});

Deno.test("exact value: users that a minimum lacks cost their price", () => {
  assertEquals([objective([], { ratio: 1 }), objective(["ann s"], { ratio: 1 })], [-8000n, -3500n]);
  assertEquals([objective(ALL, { ratio: 1 }), objective(ALL, { ratio: 0.5 })], [1500n, 1500n]);
  // Rounded up for what a group lacks, not for each of its users: 2 x 4 are one unit of 10, 2 x 0.26 are six of 0.1.
  assertEquals(objective([], { ratio: 1, decimals: -1 }), -1n);
  assertEquals(objective([], { ratio: 1, decimals: 1, further: { shortfallPrice: 0.26 } }), -6n);
});

Deno.test("exact value: what is beyond limits costs its price, to the last digit and rounded up", () => {
  const cost = (limit: Omit<LimitInput, "limit">, decimals?: number, offers = ALL) =>
    objective(offers, { decimals }) -
    objective(offers, { decimals, limits: [{ limit: "l", ...limit }] });
  const counts = "cost", price = 2;
  // They cost 0.1 + 0.25 twice.
  assertEquals([cost({ counts, atMost: 0.5, price }), cost({ counts, atLeast: 1, price })], [
    400n,
    600n,
  ]);
  assertEquals([cost({ counts, atMost: 0.7, price }), cost({ counts, atLeast: 0.7, price })], [
    0n,
    0n,
  ]);
  assertEquals([cost({ counts, atMost: 0.8, price }), cost({ counts, atLeast: 0.6, price })], [
    0n,
    0n,
  ]);
  assertEquals(cost({ counts, atMost: 0.5, price }, 0), 1n);
  assertEquals(cost({ counts, atMost: 0.5, price: 1000 }, -2), 2n);
  assertEquals(cost({ counts, atMost: 0.5, price: 1000 }, -1), 20n);
  assertEquals(cost({ atMost: 1, price: 0.0625 }), 188n);
  assertEquals(cost({ atMost: 1, per: "user_id", price: 0.25 }), 500n);
  // A least without a price costs that of missing users, a most is a rule.
  assertEquals([cost({ counts, atLeast: 1 }), cost({ counts, atMost: 0.5 })], [1200n, 0n]);
  assertEquals(cost({ atLeast: 5, where: { contract_address: "t" } }), 12000n);
  const shareOf = "offers", where = { is_sponsored: true };
  assertEquals(cost({ shareOf, where, atMost: 0.25, price }), 2000n);
  assertEquals(cost({ shareOf, where, atLeast: 0.75, price }), 2000n);
  assertEquals(cost({ shareOf, where, atLeast: 0.75, price }, 3, ["ann s", "bob s"]), 0n);
  assertEquals(cost({ shareOf, where, atLeast: 1 / 3, price }, 3, ["ann t"]), 667n);
});
