import { fractionOf } from "../../../../lib/allocator/check/exact/decimal.ts";
import { LimitCosts, LimitPrices } from "../../../../lib/allocator/check/bound/limit_prices.ts";
import { DeclaredLimits } from "../../../../lib/allocator/check/rules/limits.ts";
import { Drop, type LimitInput } from "../../../../lib/allocator/drop/drop.ts";
import type { Instance } from "../../../../lib/allocator/drop/instance/instance.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";
import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { limitedDrop } from "../../../support/limited_drop.ts";
import { withPins } from "../../../support/with_pins.ts";

/** Limits of every kind. */
const KINDS: LimitInput[] = [
  { limit: "most", per: "brand_id+city", atMost: 3 },
  { limit: "least", per: "contract_address", counts: "cost", atLeast: 2.5, price: 4 },
  { limit: "weights", per: "contract_address", counts: "weight", atMost: "budget" },
  { limit: "kinds", per: "kind", counts: "weight", atLeast: 3 },
  { limit: "share", per: "city", atMost: 0.4, shareOf: "offers", where: { kind: "new" } },
  {
    limit: "sponsored",
    per: "tier",
    atLeast: 0.3,
    shareOf: "offers",
    where: { is_sponsored: true },
  },
  { limit: "cities", per: "city", counts: "weight", atLeast: 6 },
  { limit: "olds", per: "kind", atMost: 4 },
  { limit: "any", atLeast: 0 },
];

function pricesFor(instance: Instance, priceOf: (l: number) => number): LimitPrices {
  const prices = new LimitPrices(DeclaredLimits.of(instance)!, instance);
  prices.price.forEach((_, l) => prices.price[l] = priceOf(l));
  return prices;
}

/** What an offer pays, as docs/model.md says, in units of 10^−40: prices are decimals and nothing is rounded. */
function exactCost(prices: LimitPrices, [c, u, p]: [number, number, number], isPinned: boolean) {
  const scale = 10n ** 20n;
  const scaled = (value: number) => {
    const { top, bottom } = fractionOf(value);
    return top * scale / bottom;
  };
  let cost = 0n;
  prices.declared.visit(c, u, p, (l, counted) => {
    const { family, side, amount } = prices.declared.limits[l];
    const price = scaled(prices.price[l]), one = scaled(counted), all = scaled(amount);
    if (family.shareOf !== null) cost += (side === "at_most" ? price : -price) * (one - all);
    else if (side === "at_most") cost += price * one;
    else if (!isPinned) {
      const pinned = prices.countedByPins(l).reduce((sum, by) => sum + scaled(by), 0n);
      const left = all > pinned ? all - pinned : 0n;
      cost -= price * (amount > 0 && one > left ? left : one);
    }
  });
  return cost;
}

function eachPair(
  { start, contract, group }: Instance,
  see: (at: [number, number, number]) => void,
) {
  for (let u = 0; u < group.length; u++) {
    for (let p = start[u]; p < start[u + 1]; p++) see([contract[p], u, p]);
  }
}

Deno.test("limit prices: an offer pays what the limits that count it say, however often it is asked", () => {
  const random = seededRandom(1);
  for (let seed = 1; seed <= 40; seed++) {
    const limits = KINDS.filter(() => random.below(2) === 0);
    const { instance: base } = limitedDrop(seed, limits.length === 0 ? KINDS : limits);
    const pinned = Array.from(base.score.keys()).filter(() =>
      seed % 2 === 0 && random.below(6) === 0
    );
    const instance = pinned.length > 0 ? withPins(base, pinned) : base;
    const drawn = (digits: number) => random.below(4) === 0 ? 0 : random.below(1000) / digits;
    const prices = pricesFor(instance, () => drawn(1000)),
      whole = pricesFor(instance, () => drawn(1));
    const costs = new LimitCosts(instance, prices), down = new LimitCosts(instance, whole, true);
    for (let round = 0; round < 2; round++) {
      eachPair(instance, (at) => {
        for (const isPinned of [false, true]) {
          const expected = Number(exactCost(prices, at, isPinned)) / 1e40;
          const found = costs.of(...at, isPinned);
          assert(Math.abs(found - expected) < 1e-9, `${seed} ${at}: ${found}, not ${expected}`);
          const exact = exactCost(whole, at, isPinned), unit = 10n ** 40n;
          const floor = exact >= 0n ? exact / unit : -((unit - 1n - exact) / unit);
          const rounded = down.of(...at, isPinned);
          assert(Number.isInteger(rounded), `${rounded}`);
          // Shares and halves may leave one less, of what goes by kind and by pair each.
          let most = 0n;
          whole.declared.visit(...at, (l, counted) => {
            const { family, amount } = whole.declared.limits[l];
            if (family.shareOf !== null || !Number.isInteger(counted + amount)) most = 2n;
          });
          const less = floor - BigInt(rounded);
          assert(less >= 0n && less <= most, `${seed} ${at}: ${rounded}, not ${floor}`);
        }
      });
    }
    whole.price.forEach((_, l) => {
      const counted = whole.countedByPins(l).reduce((sum, one) => sum + one, 0);
      const { amount, side, family } = whole.declared.limits[l];
      let expected = 0;
      if (side === "at_least" && family.shareOf === null) {
        for (const p of pinned) {
          const u = instance.start.findIndex((from, u) => from <= p && p < instance.start[u + 1]);
          whole.declared.visit(
            instance.contract[p],
            u,
            p,
            (of, one) => expected += of === l ? one : 0,
          );
        }
      }
      assertEquals([counted, whole.leftOf(l)], [expected, Math.max(0, amount - expected)]);
    });
  }
});

/** One offer of one contract, which counts so much toward one limit. */
const single = (count: number, further: Omit<LimitInput, "limit">) =>
  Drop.from({
    users: [{ id: "u", group: "g" }],
    contracts: [{ id: "c", cap: 1, sponsored: false, attributes: { count } }],
    groups: [{ id: "g", ratio: 0 }],
    pairs: [{ user: "u", contract: "c", score: 0.5 }],
    limits: [{ limit: "l", counts: "count", ...further }],
  }).instance;

Deno.test("limit prices: rounded down they are exact while doubles count the figures, and less from there", () => {
  const paid = (count: number, atMost: number, price: number) => {
    const instance = single(count, { atMost });
    return new LimitCosts(instance, pricesFor(instance, () => price), true).of(0, 0, 0);
  };
  // A price × what is counted and asked for: 2^51 is counted, more is not.
  assertEquals(paid(1, 1, 2 ** 50), 2 ** 50);
  assertEquals(paid(1, 1, 2 ** 50 + 2), 2 ** 50 + 2 - 8);
  assertEquals(paid(3, 1, 2 ** 49), 3 * 2 ** 49);
  assertEquals([paid(1, 3, 2 ** 49), paid(1, 3, 2 ** 49 + 1)], [2 ** 49, 2 ** 49 + 1 - 8]);
  assertEquals([paid(0.5, 1, 8), paid(0.5, 1, 9)], [3, 4]);
  const gets = (count: number, atLeast: number) => {
    const instance = single(count, { atLeast });
    return new LimitCosts(instance, pricesFor(instance, () => 8)).of(0, 0, 0);
  };
  // Nobody can deliver more than is asked for, where anything is.
  assertEquals([gets(3, 2), gets(2, 3), gets(2, 2), gets(2, 0)], [-16, -16, -16, -16]);
  const shared = single(1, {
    counts: "offers",
    where: { group_id: "g" },
    atMost: 0.25,
    shareOf: "offers",
  });
  const ofShare = new LimitCosts(shared, pricesFor(shared, () => 9), true);
  // 9 × ¾ is 6.75; 8 × ¾ is 6, and one less as a share is no whole number.
  assertEquals(ofShare.of(0, 0, 0), 6);
  assertEquals(new LimitCosts(shared, pricesFor(shared, () => 8), true).of(0, 0, 0), 5);
});

Deno.test("limit prices: terms of the bound are price × amount, of leasts what pins leave of it", () => {
  const terms = (instance: Instance, price = 2) => {
    const found: number[] = [];
    pricesFor(instance, () => price).eachWorth((term) => found.push(term));
    return found;
  };
  assertEquals([terms(single(1, { atMost: 3 })), terms(single(1, { atLeast: 3 }))], [[6], [-6]]);
  assertEquals(terms(single(1, { atMost: 3 }), 0), []);
  assertEquals(terms(withPins(single(1, { atLeast: 3 }), [0])), [-4]);
  assertEquals(terms(withPins(single(4, { atLeast: 3 }), [0])), []);
  assertEquals(terms(withPins(single(1, { atMost: 3 }), [0])), [6]);
  const shared = single(1, {
    counts: "offers",
    where: { group_id: "g" },
    atLeast: 0.25,
    shareOf: "offers",
  });
  assertEquals(terms(withPins(shared, [0])), []);
  assertEquals(pricesFor(withPins(shared, [0]), () => 1).countedByPins(0), []);
  assertEquals(pricesFor(withPins(single(0, { atLeast: 1 }), [0]), () => 1).countedByPins(0), []);
});

Deno.test("limit prices: of a certificate 0 and what a unit costs are allowed, and nothing outside", () => {
  const set = (further: Omit<LimitInput, "limit">, price: number, limit = "l", values?: object) => {
    const prices = pricesFor(single(1, further), () => NaN), notes: string[] = [];
    const one = {
      limit,
      side: "at_most" as const,
      price,
      ...(values && { values: { ...values } }),
    };
    prices.set([one], 10, (note) => notes.push(note));
    return notes[0] ?? prices.price[0];
  };
  const priced = { atMost: 1, price: 0.25 }, rule = { atMost: 1 };
  assertEquals([set(priced, 0), set(priced, 0.25), set(rule, 1e300)], [0, 0.25, 1e300]);
  const range = "expected 0 … 0.25, what a unit costs";
  assertEquals(set(priced, 0.26), `price of limit l (at_most) is 0.26, ${range}`);
  assertEquals(set(priced, -1), `price of limit l (at_most) is -1, ${range}`);
  const finite = "expected a finite number ≥ 0";
  assertEquals(set(rule, Infinity), `price of limit l (at_most) is Infinity, ${finite}`);
  assertEquals(set(rule, NaN), `price of limit l (at_most) is NaN, ${finite}`);
  const missing = "has a price and is not in the drop";
  assertEquals(set(rule, 1, "m"), `limit m (at_most) ${missing}`);
  assertEquals(set(rule, 1, "l", { a: "b", c: "d" }), `limit l (a=b, c=d, at_most) ${missing}`);
});

Deno.test("limit prices: solvers' prices by row are those of the same limits", () => {
  const { instance } = limitedDrop(3, KINDS);
  const { rows, families } = instance.limits!;
  const byRow = rows.amount.map((_, r) => r % 3 === 1 ? 0 : r + 1);
  const found = LimitPrices.ofRows(instance, byRow)!;
  const expected = new Map<string, number>();
  const name = (limit: string, values: readonly string[], isMost: boolean) =>
    JSON.stringify([limit, isMost, ...values]);
  byRow.forEach((price, r) =>
    expected.set(name(families[rows.family[r]].limit, rows.key[r], rows.sense[r] > 0), price)
  );
  found.declared.limits.forEach(({ family, values, side }, l) =>
    assertEquals(
      found.price[l],
      expected.get(name(family.limit, values, side === "at_most")) ?? 0,
      family.limit,
    )
  );
  assert(found.price[0] > 0);
  assertEquals(LimitPrices.ofRows({ ...instance, limits: undefined }, byRow), null);
});
