import { demandsOf } from "../../../../lib/allocator/check/rules/demands.ts";
import { scaleOf } from "../../../../lib/allocator/check/exact/exact_scale.ts";
import { LimitPrices } from "../../../../lib/allocator/check/bound/limit_prices.ts";
import { DeclaredLimits } from "../../../../lib/allocator/check/rules/limits.ts";
import { OwnLimits } from "../../../../lib/allocator/check/bound/own_limits.ts";
import { Drop, type LimitInput } from "../../../../lib/allocator/drop/drop.ts";
import type { Prices } from "../../../../lib/allocator/model/allocation.ts";
import { defaultPolicy, type Policy } from "../../../../lib/allocator/model/policy.ts";
import { assertEquals } from "../../../../lib/deps/std_assert.ts";

const policy: Policy = { ...defaultPolicy, k: 2, covW: [], sponsoredBonus: 0, shortfallPrice: 1 };

/** Ann may have three contracts, at scores of which the largest is 2, bob and each other user one; the scale of that. */
function scale({ scores = [0.5, 2, -1], others = 1, further = {}, prices = {}, ...of }: {
  scores?: [number, number, number];
  others?: number;
  further?: Partial<Policy>;
  prices?: { [name in keyof Prices]?: number };
  limits?: LimitInput[];
  limitPrice?: number;
  ratio?: number;
  k?: number[];
  ofCases?: number;
} = {}) {
  const { limits = [], limitPrice = 0, ratio = 0, k, ofCases } = of;
  const contracts = ["c", "d", "e"];
  const users = ["ann", ...Array.from({ length: others }, (_, i) => `bob${i}`)];
  const drop = Drop.from({
    users: users.map((id) => ({ id, group: "g" })),
    contracts: contracts.map((id, c) => ({
      id,
      cap: 9,
      sponsored: false,
      attributes: { cost: c + 1, cents: (c + 1) / 100, third: (c + 1) / 3 },
    })),
    groups: [{ id: "g", ratio }],
    pairs: users.flatMap((user) =>
      contracts.map((contract, c) => ({ user, contract, score: scores[c] }))
    ).filter(({ user, contract }) => user === "ann" || contract === "c"),
    limits,
  });
  const instance = { ...drop.instance, ...(k && { k: Int32Array.from(k) }) };
  const own = { ...policy, ...further }, declared = DeclaredLimits.of(instance);
  const column = (length: number, name: keyof Prices) =>
    new Float64Array(length).fill(prices[name] ?? 0);
  const ofLimits = declared === null ? null : new LimitPrices(declared, instance);
  ofLimits?.price.fill(limitPrice);
  return scaleOf(
    instance,
    own,
    demandsOf(instance, own),
    {
      contract: column(3, "contract"),
      minSponsored: column(1, "minSponsored"),
      maxSponsored: column(1, "maxSponsored"),
      assignmentRatio: column(1, "assignmentRatio"),
      mixedShare: column(1, "mixedShare"),
    },
    { limits: ofLimits },
    ofCases,
  );
}

const perUser = (of: Parameters<typeof scale>[0]) => scale(of).perUser;

Deno.test("exact scale: a bundle is worth no more than its offers, its weights and what it pays", () => {
  assertEquals([perUser({}), perUser({ further: { k: 1 } }), perUser({ further: { k: 9 } })], [
    4,
    2,
    6,
  ]);
  assertEquals([perUser({ k: [1, -1] }), perUser({ k: [3, -1] }), perUser({ k: [9, 1] })], [
    4,
    6,
    6,
  ]);
  assertEquals(perUser({ k: [1, 1] }), 2);
  assertEquals(perUser({ scores: [0.5, 1, -2] }), 4);
  assertEquals([perUser({ prices: { contract: 8 } }), perUser({ ofCases: 8 })], [20, 20]);
  assertEquals([
    perUser({ prices: { assignmentRatio: 8 } }),
    perUser({ prices: { mixedShare: 8 } }),
  ], [
    20,
    12,
  ]);
  assertEquals(perUser({ prices: { minSponsored: 8, maxSponsored: 8 } }), 4);
  assertEquals(perUser({ further: { sponsoredBonus: -0.5 } }), 5);
  assertEquals(perUser({ further: { covW: [1, -2, 4] } }), 11);
  assertEquals(perUser({ further: { covMode: "shortfall", shortfallPenalty: 3, covW: [9] } }), 10);
  // A user with a k of its own may have more, of the three that ann has at 2, and may lack more, at 3 each.
  assertEquals(
    perUser({ further: { covMode: "shortfall", shortfallPenalty: 3, covW: [9] }, k: [-1, 5] }),
    3 * 2 + 5 * 3,
  );
  assertEquals(perUser({ further: { changeCost: 0.5 } }), 5);
  const limits = [{ limit: "l", counts: "cost", atMost: 5 }];
  assertEquals([perUser({ limits }), perUser({ limits, limitPrice: 2 })], [4, 16]);
  const leasts = [{ limit: "l", counts: "cost", atLeast: 5 }];
  assertEquals(perUser({ limits: leasts, limitPrice: 2 }), 16);
});

Deno.test("exact scale: units are the smallest in which a bundle, or a group's losses, stay below 10^15", () => {
  const decimals = (of: Parameters<typeof scale>[0]) => scale(of).decimals;
  assertEquals([decimals({}), decimals({ scores: [0, 0, 0] })], [14, 0]);
  const one = (score: number) => decimals({ scores: [score, 0, 0], further: { k: 1 } });
  assertEquals([one(1), one(0.99), one(10), one(1e15), one(1e17)], [14, 15, 13, -1, -3]);
  // No double prints with more decimals than 330.
  assertEquals([one(1e-300), one(1e-310), one(5e-324)], [314, 324, 330]);
  // 200 times the figure of one.
  const joint = (price: Parameters<typeof scale>[0]) =>
    decimals({ scores: [1, 0, 0], others: 99, further: { k: 1 }, ...price });
  assertEquals(joint({}), 14);
  assertEquals(joint({ prices: { assignmentRatio: 0.1 } }), 12);
  assertEquals(joint({ prices: { mixedShare: 0.1 } }), 12);
  assertEquals(joint({ prices: { assignmentRatio: 9 } }), 11);
});

Deno.test("exact scale: objectives have the decimals of scores, weights and prices that may be paid", () => {
  const step = (of: Parameters<typeof scale>[0]) => scale(of).step;
  assertEquals([step({}), scale({}).ofScores, step({ scores: [1, 2, 3] })], [1, 1, 0]);
  assertEquals([step({ scores: [1 / 3, 1, 1] }), scale({ scores: [1 / 3, 1, 1] }).ofScores], [
    null,
    null,
  ]);
  // 10^15 is whole, however many digits the next one would have.
  assertEquals([step({ scores: [1e15, 1, 1] }), step({ scores: [1e14, 1, 1] })], [0, 0]);
  assertEquals(step({ further: { covW: [0.125, 0.00001] } }), 5);
  assertEquals(step({ further: { covW: [0.125, 0.25, 0.00001] } }), 3);
  assertEquals(step({ further: { covW: [0.125, 0.25, 0.00001] }, k: [-1, 3] }), 5);
  assertEquals(
    step({ further: { covMode: "shortfall", shortfallPenalty: 0.125, covW: [1e-9] } }),
    3,
  );
  assertEquals(step({ further: { shortfallPenalty: 0.125 } }), 1);
  assertEquals(step({ further: { sponsoredBonus: 0.0625 } }), 4);
  assertEquals([step({ further: { changeCost: 0.0625 } }), step({ further: { changeCost: 3 } })], [
    4,
    1,
  ]);
  assertEquals(scale({ further: { changeCost: 0.0625 } }).ofScores, 4);
  assertEquals([step({ further: { changeCost: 1 / 3 } }), step({ further: { covW: [1 / 3] } })], [
    null,
    null,
  ]);
  assertEquals([step({ further: { covW: [1e-15] } }), step({ further: { covW: [1e-16] } })], [
    15,
    null,
  ]);
  const shortfallPrice = 0.00125;
  assertEquals([
    step({ further: { shortfallPrice } }),
    step({ further: { shortfallPrice }, ratio: 0.5 }),
  ], [
    1,
    5,
  ]);
  const limited = (limit: Omit<LimitInput, "limit">) =>
    step({ limits: [{ limit: "l", ...limit }], further: { shortfallPrice } });
  assertEquals([limited({ atMost: 1.125 }), limited({ atMost: 1.125, price: 0.25 })], [1, 5]);
  assertEquals([limited({ atLeast: 1.5 }), limited({ atLeast: 2 })], [6, 5]);
  assertEquals([limited({ counts: "cost", atMost: 1 }), limited({ counts: "cost", atLeast: 1 })], [
    1,
    5,
  ]);
  // Costs are 1, 2 and 3, or a hundredth of that.
  const hundredths = (limit: Omit<LimitInput, "limit">) =>
    step({ limits: [{ limit: "l", counts: "cents", ...limit }], further: { shortfallPrice } });
  assertEquals([hundredths({ atLeast: 1 }), hundredths({ atLeast: 0.125 })], [7, 8]);
  assertEquals([hundredths({ atMost: 1 }), hundredths({ atMost: 1, price: 0.25 })], [1, 4]);
  assertEquals(
    step({ limits: [{ limit: "l", counts: "third", atMost: 1, price: 1 }] }),
    null,
  );
  assertEquals(limited({ atMost: 0.5, where: { group_id: "g" }, shareOf: "offers", price: 2 }), 1);
});

Deno.test("exact scale: what users' own limits add to a bundle's value has room in the unit", () => {
  const { instance } = Drop.from({
    users: [{ id: "u", group: "g" }],
    contracts: ["a", "b"].map((id) => ({ id, cap: 1, sponsored: false })),
    groups: [{ id: "g", ratio: 0 }],
    pairs: ["a", "b"].map((contract) => ({ user: "u", contract, score: 1 })),
    limits: [{ limit: "few", per: "user_id", atMost: 1, price: 100 }],
  });
  const policy = { ...defaultPolicy, covW: [], sponsoredBonus: 0 };
  const demands = demandsOf(instance, policy), declared = DeclaredLimits.of(instance)!;
  const zero = () => new Float64Array(1), contract = new Float64Array(2);
  const groups = { minSponsored: zero(), maxSponsored: zero(), assignmentRatio: zero() };
  const prices = { contract, ...groups, mixedShare: zero() };
  const divided = OwnLimits.divide(instance, new LimitPrices(declared, instance));
  const { perUser, decimals } = scaleOf(instance, policy, demands, prices, divided);
  // Two offers of 1, and three units at 100.
  assertEquals([perUser, decimals], [302, 12]);
  assertEquals(scaleOf(instance, policy, demands, prices, { limits: divided.limits }).perUser, 2);
});
