import { demandsOf } from "../../../../lib/allocator/check/rules/demands.ts";
import {
  exactBound,
  GroupPrices,
  judgedShare,
  leftBesidePins,
  penaltiesInUnits,
  unitsOfText,
  worthOfLimits,
} from "../../../../lib/allocator/check/exact/exact_bound.ts";
import { LimitPrices } from "../../../../lib/allocator/check/bound/limit_prices.ts";
import { DeclaredLimits } from "../../../../lib/allocator/check/rules/limits.ts";
import { Units } from "../../../../lib/allocator/check/exact/units.ts";
import { wideBound } from "../../../../lib/allocator/check/exact/wide_bound.ts";
import { Drop, type LimitInput } from "../../../../lib/allocator/drop/drop.ts";
import { defaultPolicy, type Policy } from "../../../../lib/allocator/model/policy.ts";
import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";

Deno.test("exact bound: a text is the units that it names, or none", () => {
  assertEquals([unitsOfText("1.25", 2), unitsOfText("-1.25", 3)], [125n, -1250n]);
  assertEquals([unitsOfText("1.25", 1), unitsOfText("1.5", 0), unitsOfText("3", 0)], [
    null,
    null,
    3n,
  ]);
  assertEquals([unitsOfText("1200", -2), unitsOfText("1250", -2), unitsOfText("0", -2)], [
    12n,
    null,
    0n,
  ]);
  for (const text of ["", "1e3", ".5", "1.", "+1", "0x1", "one"]) {
    assertEquals(unitsOfText(text, 3), null, text);
  }
});

Deno.test("exact bound: a share is as it is stated, but where a smaller one is let pass", () => {
  const of = (share: number, offers: number) => {
    const { top, bottom } = judgedShare(share, offers);
    return Number(top) / Number(bottom);
  };
  assertEquals([of(0.5, 10), of(0.5, 49_999_999), of(0.25, 4_999_999)], [0.5, 0.5, 0.25]);
  for (const [share, offers] of [[0.5, 50_000_000], [0.25, 5_000_000], [1 / 3, 3], [0.5, 1e12]]) {
    const judged = of(share, offers), expected = share * (1 - 1e-9);
    assert(judged < share && Math.abs(judged - expected) < 2e-15, `${share}: ${judged}`);
  }
  // Cut, as a larger one might be missed.
  assertEquals(judgedShare(1 / 3, 3), { top: 333_333_332_999_999n, bottom: 10n ** 15n });
});

Deno.test("exact bound: whether a smaller share is let pass depends on the most that users may get, their own k too", () => {
  const share = (k?: number) => {
    const users = Array.from({ length: 160 }, (_, u) => ({ id: `u${u}`, group: "g", k }));
    const { instance } = Drop.from({
      users,
      contracts: [{ id: "c", cap: 160, sponsored: true }],
      groups: [{ id: "g", ratio: 0.123456 }],
      pairs: users.map(({ id }) => ({ user: id, contract: "c", score: 1 })),
    });
    const policy = { ...defaultPolicy, model: "uniform" as const, enforceAssignmentRatio: true };
    const zero = () => new Float64Array(1);
    const groups = { minSponsored: zero(), maxSponsored: zero(), assignmentRatio: zero() };
    const prices = { contract: zero(), ...groups, mixedShare: zero() };
    const demands = demandsOf(instance, { ...policy, ratioSlack: 0 });
    return new GroupPrices(
      { instance, policy, demands, prices, units: new Units(1), ofCase: null },
      null,
    ).shares[0];
  };
  assertEquals(share()!.bottom, 1_000_000n);
  assertEquals(share(3)!.bottom, 1_000_000n);
  assertEquals(share(10)!.bottom, 10n ** 15n);
});

Deno.test("exact bound: what is no whole number of units is rounded so that the bound is too large", () => {
  const bound = (policy: Partial<Policy>, settled?: { isMade: boolean; price: number }) => {
    const { instance } = Drop.from({
      users: [{ id: "u", group: "g" }],
      contracts: [{ id: "c", cap: 1, sponsored: true }],
      groups: [{ id: "g", ratio: 0 }],
      pairs: [{ user: "u", contract: "c", score: 2 }],
    });
    const whole = { ...defaultPolicy, k: 1, covW: [], sponsoredBonus: 0, ...policy };
    const before = { ...instance, previous: { given: new Uint8Array(1) } } as typeof instance;
    const zero = () => new Float64Array(1);
    const groups = { minSponsored: zero(), maxSponsored: zero(), assignmentRatio: zero() };
    const claimed = { prices: { contract: zero(), ...groups, mixedShare: zero() }, limits: null };
    const demands = demandsOf(before, whole), units = new Units(1);
    const made = settled &&
      { made: new Map([[0, settled.isMade]]), price: settled.price, counts: [] };
    const found = exactBound(before, whole, demands, claimed, units, {
      isExact: true,
      perUser: 4,
      settled: made,
    });
    assertEquals(wideBound(before, whole, demands, claimed, units, made), found);
    return found;
  };
  assertEquals([bound({}), bound({ covW: [0.11] })], [20n, 22n]);
  assertEquals([bound({ sponsoredBonus: 0.35 }), bound({ changeCost: 0.15 })], [24n, 19n]);
  // A case's price is cut like all prices, and counts as often for what is made as against it.
  assertEquals([bound({}, { isMade: false, price: 0.55 })], [15n]);
  assertEquals([bound({}, { isMade: true, price: 0.55 })], [20n]);
});

Deno.test("exact bound: of an amount pins leave what they do not count, and no less than nothing", () => {
  const of = (amount: number, ...counted: number[]) => {
    const { top, bottom } = leftBesidePins(amount, counted);
    return [Number(top), Number(bottom)];
  };
  const [half, ten] = [of(2.5), of(10)];
  assertEquals([half[0] / half[1], ten[0] / ten[1]], [2.5, 10]);
  // A least below 0 stays one without pins.
  assert(of(-1)[0] < 0);
  assertEquals([of(2.5, 1, 0.25), of(1, 0.5, 0.5), of(1, 0.75, 0.5)], [[125, 100], [0, 10], [
    0,
    100,
  ]]);
  assertEquals(of(0.125, 0.1), [25, 1000]);
});

Deno.test("exact bound: limits are worth their price × amount, rounded up, and shares nothing", () => {
  const worth = (limit: Omit<LimitInput, "limit">, price: bigint) => {
    const { instance } = Drop.from({
      users: [{ id: "u", group: "g" }],
      contracts: [{ id: "c", cap: 1, sponsored: false, attributes: { cost: 1 } }],
      groups: [{ id: "g", ratio: 0 }],
      pairs: [{ user: "u", contract: "c", score: 0.5 }],
      limits: [{ limit: "l", ...limit }],
    });
    return worthOfLimits(new LimitPrices(DeclaredLimits.of(instance)!, instance), [price]);
  };
  const counts = "cost";
  assertEquals([worth({ counts, atMost: 2.5 }, 3n), worth({ counts, atLeast: 2.5 }, 3n)], [
    8n,
    -7n,
  ]);
  assertEquals([worth({ atMost: 2 }, 3n), worth({ atLeast: 2 }, 3n), worth({ atMost: 2 }, 0n)], [
    6n,
    -6n,
    0n,
  ]);
  assertEquals(worth({ where: { group_id: "g" }, shareOf: "offers", atMost: 0.5 }, 3n), 0n);
});

Deno.test("exact bound: what missing a limit costs is rounded down, and exact for whole numbers", () => {
  const { instance } = Drop.from({
    users: [{ id: "u", group: "g" }],
    contracts: [{ id: "c", cap: 1, sponsored: false }],
    groups: [{ id: "g", ratio: 0 }],
    pairs: [{ user: "u", contract: "c", score: 2 }],
    limits: [{ limit: "few", per: "user_id", atMost: 1, price: 2 }, {
      limit: "three",
      per: "user_id",
      atLeast: 3,
    }],
  });
  const prices = new LimitPrices(DeclaredLimits.of(instance)!, instance);
  const policy = { ...defaultPolicy, shortfallPrice: 10 };
  const cost = penaltiesInUnits(instance, policy, prices, new Units(3));
  assertEquals([cost(0, 1, 3), cost(1, 2, 4)], [2000n, 20_000n]);
  // Sums that are no whole numbers may be off by their last digits.
  assertEquals([cost(0, 0.5, 2), cost(0, 1, 2.5), cost(1, 0.25, 1)], [999n, 1999n, 2499n]);
  assertEquals([cost(0, 1e-17, 2), cost(0, 1e-17, 1e9)], [0n, 0n]);
  assertEquals(cost(0, 0.5, 1e12), 992n);
  const cents = penaltiesInUnits(instance, policy, prices, new Units(16));
  assertEquals(cents(0, 0.5, 2) > 9_999_999_999_999_000n, true);
});
