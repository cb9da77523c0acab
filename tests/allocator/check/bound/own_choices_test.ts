import { boundFromPrices } from "../../../../lib/allocator/check/bound/bound.ts";
import { Choices, IN_DOUBLES } from "../../../../lib/allocator/check/bound/choices.ts";
import { claimedPrices } from "../../../../lib/allocator/check/bound/claimed_prices.ts";
import {
  demandsOf,
  mayHold,
  UserPolicies,
  worthOfCount,
} from "../../../../lib/allocator/check/rules/demands.ts";
import { exactBound } from "../../../../lib/allocator/check/exact/exact_bound.ts";
import { LimitCosts, LimitPrices } from "../../../../lib/allocator/check/bound/limit_prices.ts";
import { DeclaredLimits } from "../../../../lib/allocator/check/rules/limits.ts";
import { type OwnTerms, stepsOfEach } from "../../../../lib/allocator/check/bound/own_choices.ts";
import { OwnLimits } from "../../../../lib/allocator/check/bound/own_limits.ts";
import { Units } from "../../../../lib/allocator/check/exact/units.ts";
import { wideBound } from "../../../../lib/allocator/check/exact/wide_bound.ts";
import { Drop, type LimitInput } from "../../../../lib/allocator/drop/drop.ts";
import type { Instance } from "../../../../lib/allocator/drop/instance/instance.ts";
import { excessOf, useOfPairs } from "../../../../lib/allocator/model/row_use.ts";
import { defaultPolicy, type Policy } from "../../../../lib/allocator/model/policy.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";
import { assert, assertAlmostEquals, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { limitedDrop } from "../../../support/limited_drop.ts";

/** Limits of single users of every kind. */
const OWN: readonly LimitInput[] = [
  { limit: "hours", per: "user_id", counts: "weight", atMost: 5 },
  { limit: "a little more", per: "user_id", counts: "weight", atMost: 4.5, price: 0.07 },
  { limit: "some", per: "user_id", counts: "weight", atLeast: 3, price: 0.2 },
  { limit: "two", per: "user_id", atLeast: 2 },
  { limit: "few", per: "user_id", atMost: 1, price: 0.1 },
  { limit: "one of a brand", per: "user_id+brand_id", atMost: 1 },
  { limit: "news", per: "user_id", atMost: 0.5, shareOf: "offers", where: { kind: "new" } },
  {
    limit: "olds",
    per: "user_id",
    atLeast: 0.4,
    shareOf: "offers",
    price: 0.3,
    where: { kind: "old" },
  },
];

/** Limits that users share. */
const SHARED: readonly LimitInput[] = [{ limit: "brand", per: "brand_id", atMost: 5 }];

const POLICIES: readonly Partial<Policy>[] = [
  {},
  { model: "coverage" },
  { mixTail: true },
  { mixTail: true, thirdSlotOnlyMixing: false, sponsoredFirstRounds: 1 },
  { maxPerBrand: 1 },
  { model: "coverage", maxPerBrand: 1, k: 4 },
  { covMode: "shortfall", shortfallPenalty: 0.05 },
];

/** A drop with some of the limits, its policy, and prices as a certificate has them. */
function caseOf(seed: number) {
  const random = seededRandom(seed), drawn = (most: number) => random.below(most + 1) / 100;
  const own = OWN.filter(() => random.below(OWN.length) < 3);
  const limits = [...own.length === 0 ? OWN.slice(0, 1) : own, ...SHARED];
  const pins = seed % 5 === 0
    ? [{ user: "u0", contract: "c1" }, { user: "u2", contract: "c4" }]
    : [];
  const { instance } = limitedDrop(seed, limits, {
    contracts: 6,
    further: {
      groups: [{ id: "north", ratio: 0.5 }, { id: "south", ratio: 0 }],
      ...(pins.length > 0 && { pins }),
    },
  });
  const policy: Policy = {
    ...defaultPolicy,
    shortfallPrice: 2,
    ...POLICIES[seed % POLICIES.length],
  };
  const declared = DeclaredLimits.of(instance)!, demands = demandsOf(instance, policy);
  const hasMost = (l: number) => {
    const { family, side } = declared.limits[l];
    return family.price ?? (side === "at_most" ? 0.3 : policy.shortfallPrice!);
  };
  const certificate = {
    contracts: Object.fromEntries(instance.contracts.map((id) => [id, drawn(30)])),
    groups: { north: { min_sponsored: policy.model === "coverage" ? 0 : drawn(20) } },
    limits: declared.limits.map(({ family: { limit, per }, values, side }, l) => ({
      limit,
      values: Object.fromEntries(per.map((column, i) => [column, values[i]])),
      side,
      price: Math.min(hasMost(l), drawn(15)),
    })),
    shortfall_price: policy.shortfallPrice!,
    own_limits_kept: true,
  };
  const claimed = claimedPrices(instance, demands, declared, certificate);
  assertEquals(claimed.problems, []);
  return { instance, policy, demands, certificate, claimed, declared };
}

type Case = ReturnType<typeof caseOf>;

/** What user `u`'s own limits cost with some pairs, counted by the rows of solvers; null: a hard one is broken. */
function ownCost({ limits }: Instance, policy: Policy, u: string, pairs: readonly number[]) {
  const { rows, families } = limits!, { used, size } = useOfPairs(rows, pairs);
  let cost = 0;
  for (let r = 0; r < rows.amount.length; r++) {
    const at = families[rows.family[r]].per.indexOf("user_id");
    if (at < 0 || rows.key[r][at] !== u) continue;
    const excess = excessOf(used[r], size[r], rows.amount[r]);
    if (excess > 0 && rows.price[r] === Infinity) return null;
    if (excess > 0) {
      cost += excess * (Number.isNaN(rows.price[r]) ? policy.shortfallPrice! : rows.price[r]);
    }
  }
  return cost;
}

/** The best of all sets of a user's pairs by numbers of sponsored and other offers, at prices of what users share. */
function bestOfAll({ instance, policy, claimed: { prices, limits } }: Case, u: number) {
  const { start, contract, score, middle, brand } = instance, first = start[u];
  const isPinned = new Set(instance.pins?.pair), own = new UserPolicies(instance, policy).of(u);
  const best = new Map<string, number>(), isCoverage = policy.model === "coverage";
  for (let set = 0; set < 2 ** (start[u + 1] - first); set++) {
    const pairs: number[] = [];
    for (let p = first; p < start[u + 1]; p++) if ((set >> (p - first)) & 1) pairs.push(p);
    const missing = [...isPinned].some((p) => p >= first && p < start[u + 1] && !pairs.includes(p));
    const sponsored = pairs.filter((p) => p < middle[u]).length, others = pairs.length - sponsored;
    if (missing || pairs.length > own.k || !mayHold(own, sponsored, others)) continue;
    const brands = pairs.map((p) => brand![contract[p]]);
    const most = policy.maxPerBrand ?? Infinity;
    if (brands.some((b) => brands.filter((other) => other === b).length > most)) continue;
    const cost = ownCost(instance, policy, instance.users.at(u), pairs);
    if (cost === null) continue;
    let value = worthOfCount(own, pairs.length) - cost;
    value += policy.sponsoredBonus * (isCoverage ? sponsored : Math.min(1, sponsored));
    if (sponsored > 0 && !isCoverage) value += prices.minSponsored[instance.group[u]];
    if (sponsored > 0 && others > 0 && !isCoverage) value -= prices.mixedShare[instance.group[u]];
    for (const p of pairs) {
      value += score[p] - prices.contract[contract[p]];
      limits!.declared.visit(
        contract[p],
        u,
        p,
        (l, counted) => value -= limits!.price[l] * counted,
      );
    }
    const shape = isCoverage ? `${pairs.length}+0` : `${sponsored}+${others}`;
    best.set(shape, Math.max(value, best.get(shape) ?? -Infinity));
  }
  return best;
}

Deno.test("own limits: the bound is of the best of all bundles that keep them, or pay for missing them", () => {
  for (let seed = 1; seed <= 70; seed++) {
    const given = caseOf(seed), { instance, policy, demands, claimed, certificate } = given;
    const { prices, limits } = claimed;
    let expected = prices.contract.reduce((sum, price, c) => sum + price * instance.cap[c], 0);
    limits!.eachWorth((term) => expected += term);
    demands.forEach(({ least }, g) => expected -= prices.minSponsored[g] * least);
    for (let u = 0; u < instance.group.length; u++) {
      const all = bestOfAll(given, u);
      if (all.size > 0) expected += Math.max(...all.values());
      else expected = NaN;
    }
    if (Number.isNaN(expected)) continue;
    const what = `seed ${seed}`;
    const { bound } = boundFromPrices(instance, policy, demands, prices, claimed);
    assertAlmostEquals(bound, expected, 1e-9, what);
    const units = exactBound(instance, policy, demands, claimed, new Units(10), {
      isExact: false,
      perUser: 100,
    });
    assertAlmostEquals(Number(units) / 1e10, expected, 1e-8, what);
    assert(Number(units) / 1e10 > expected - 1e-12, what);
    const wide = wideBound(instance, policy, demands, claimed, new Units(25));
    assertAlmostEquals(Number(wide) / 1e25, expected, 1e-9, what);
    const priced = { ...certificate, own_limits_kept: false };
    const all = claimedPrices(instance, demands, given.declared, priced);
    assert(bound <= boundFromPrices(instance, policy, demands, prices, all).bound + 1e-9, what);
  }
});

/** The choices of a drop's users at prices of what they share, 0 for all of them. */
function choicesOf(instance: Instance, policy: Policy, priceOfOwn: number) {
  const declared = DeclaredLimits.of(instance)!;
  const { own } = OwnLimits.divide(
    instance,
    withPrice(new LimitPrices(declared, instance), priceOfOwn),
  );
  return choices(instance, policy, own!);
}

function withPrice(prices: LimitPrices, price: number): LimitPrices {
  prices.price.fill(price);
  return prices;
}

function choices(
  instance: Instance,
  policy: Policy,
  limits: OwnLimits,
  mostSteps = stepsOfEach(1),
  penalty: OwnTerms["penalty"] = (l, beyond) =>
    beyond * (limits.prices.declared.limits[l].family.price ?? 2),
): Choices {
  const groups = () => new Float64Array(instance.groups.length);
  const costs = new LimitCosts(instance, limits.prices);
  const own: OwnTerms = {
    limits,
    cost: (c, u, p, isPinned) => costs.of(c, u, p, isPinned),
    worth: (l) => limits.prices.worthOf(l),
    penalty,
    mostSteps,
  };
  return new Choices(instance, policy, {
    score: (p) => instance.score[p],
    contract: new Float64Array(instance.contracts.length),
    sponsored: groups(),
    others: groups(),
    becoming: groups(),
    mixing: groups().fill(MIXING),
    bonus: policy.sponsoredBonus,
    worthOfCount,
    limits: null,
    own,
    ...IN_DOUBLES,
  });
}

/** What a mixed user pays. */
const MIXING = 0.03;

/** A case in which what users share has no prices, but mixed users. */
function withoutPrices(given: Case): Case {
  const { instance, claimed: { prices, own }, declared } = given;
  const contract = new Float64Array(prices.contract.length);
  const mixedShare = new Float64Array(2).fill(MIXING);
  const free = { ...prices, contract, minSponsored: new Float64Array(2), mixedShare };
  const limits = new LimitPrices(declared, instance);
  return { ...given, claimed: { prices: free, limits, own, problems: [] } };
}

Deno.test("own limits: the best bundle of each shape keeps them, and shapes of which none does are left out", () => {
  for (let seed = 1; seed <= 28; seed++) {
    const given = caseOf(seed), { instance, policy, claimed } = given;
    const found = choices(instance, policy, claimed.own!);
    const free = withoutPrices(given);
    for (let u = 0; u < instance.group.length; u++) {
      const all = bestOfAll(free, u), shapes = found.bundlesOf(u);
      if (all.size === 0) continue;
      assertEquals(
        shapes.map(({ sponsored, others }) => `${sponsored}+${others}`).toSorted(),
        [...all.keys()].toSorted(),
      );
      for (const { value, sponsored, others } of shapes) {
        assertAlmostEquals(value, all.get(`${sponsored}+${others}`)!, 1e-9);
      }
      assertAlmostEquals(found.bestOf(u), Math.max(...all.values()), 1e-9);
    }
  }
});

/** A user with a budget: contract i weighs `weights[i]` and is worth the same, or what `worth` says. */
function budget(
  weights: readonly number[],
  atMost: number,
  k: number,
  further: Partial<LimitInput> = {},
) {
  const { instance } = Drop.from({
    users: [{ id: "u", group: "g" }],
    contracts: weights.map((weight, c) => ({
      id: `c${String(c).padStart(3, "0")}`,
      cap: 1,
      sponsored: false,
      attributes: { weight },
    })),
    groups: [{ id: "g", ratio: 0 }],
    pairs: weights.map((weight, c) => ({
      user: "u",
      contract: `c${String(c).padStart(3, "0")}`,
      score: weight,
    })),
    limits: [{ limit: "budget", per: "user_id", counts: "weight", atMost, ...further }],
  });
  return { instance, policy: { ...defaultPolicy, k, covW: [], sponsoredBonus: 0 } as Policy };
}

Deno.test("own limits: what too many steps do not settle counts as it does at the prices", () => {
  // Sums of 20 even numbers that differ by little are even, and the amount is odd: every bundle would have to be looked at.
  const weights = Array.from({ length: 40 }, (_, i) => 1000 + 2 * i);
  const { instance, policy } = budget(weights, 20_001 + 780, 20);
  assertEquals(choicesOf(instance, policy, 1).bestOf(0), 20_781);
  assertEquals(
    choicesOf(instance, policy, 1).bundlesOf(0).find(({ others }) => others === 20)!.value,
    20_781,
  );
  // A user with fewer options is settled: 1006 is the most within the amount.
  const few = budget([1000, 1004, 1006, 1010], 1009, 1);
  assertEquals(choicesOf(few.instance, few.policy, 1).bestOf(0), 1006);
});

Deno.test("own limits: a pin that breaks one leaves what the user is worth at the prices", () => {
  const { instance, policy } = budget([5, 3], 4, 2);
  const pinned = { ...instance, pins: { pair: Uint32Array.of(0) } } as unknown as Instance;
  // 5 + 3 at a price of 1 pay 8, and the amount is 4.
  assertEquals(choicesOf(pinned, policy, 1).bestOf(0), 4);
  assertEquals(choicesOf(pinned, policy, 1).bundlesOf(0).map(({ value }) => value), [4, 4]);
});

Deno.test("own limits: whatever steps are left, nothing counts as less than it is worth, and no bundle as more than the best", () => {
  let loose = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const given = caseOf(seed), { instance, policy, claimed } = given, free = withoutPrices(given);
    for (let u = 0; u < instance.group.length; u++) {
      const found = choices(instance, policy, claimed.own!, (7 * seed + u) % 40);
      const all = bestOfAll(free, u), best = found.bestOf(u), shapes = found.bundlesOf(u);
      if (all.size === 0) continue;
      assert(best >= Math.max(...all.values()) - 1e-9);
      if (best > Math.max(...all.values()) + 1e-9) loose++;
      const valued = new Map(shapes.map((one) => [`${one.sponsored}+${one.others}`, one.value]));
      for (const [shape, value] of all) assert(valued.get(shape)! >= value - 1e-9);
      for (const value of valued.values()) assert(value <= best);
    }
  }
  assert(loose > 20, `${loose}`);
});

Deno.test("own limits: where each offer counts toward one most at most, bundles of one type are found without a search", () => {
  const brands: LimitInput = { limit: "brands", per: "user_id+brand_id", atMost: 1 };
  const looseWith = (limits: readonly LimitInput[], own: Partial<Policy> = {}) => {
    let loose = 0;
    for (let seed = 1; seed <= 30; seed++) {
      const pins = seed % 2 === 0
        ? [0, 1, 2, 3].map((u) => ({ user: `u${u}`, contract: `c${(u + seed) % 7}` }))
        : [];
      const { instance } = limitedDrop(seed, limits, {
        contracts: 7,
        further: { ...(pins.length > 0 && { pins }) },
      });
      const policy = { ...defaultPolicy, shortfallPrice: 2, ...own };
      const prices = new LimitPrices(DeclaredLimits.of(instance)!, instance);
      const divided = OwnLimits.divide(instance, prices), groups = new Float64Array(2);
      const claimed = {
        prices: {
          contract: new Float64Array(7),
          minSponsored: groups,
          maxSponsored: groups,
          assignmentRatio: groups,
          mixedShare: groups.map(() => MIXING),
        },
        ...divided,
        limits: prices,
        problems: [],
      };
      const given = { instance, policy, claimed } as unknown as Case;
      const found = choices(instance, policy, divided.own!, 0);
      for (let u = 0; u < instance.group.length; u++) {
        const best = Math.max(...bestOfAll(given, u).values());
        const by = found.bestOf(u) - best;
        assert(by > -1e-9, `seed ${seed}`);
        if (by > 1e-9) loose++;
      }
    }
    return loose;
  };
  assertEquals(looseWith([brands]), 0);
  assertEquals(looseWith([{ ...brands, atMost: 2 }], { k: 4 }), 0);
  assertEquals(looseWith([brands], { model: "coverage" }), 0);
  assertEquals(looseWith([{ ...brands, where: { kind: "new" } }]), 0);
  assertEquals(looseWith([{ limit: "few", per: "user_id", atMost: 1 }]), 0);
  // A share of all is kept whatever is chosen, but it is none of so many offers.
  const share: LimitInput = { limit: "all", per: "user_id", atMost: 1, shareOf: "offers" };
  assertEquals(looseWith([{ ...share, where: { kind: "new" } }]), 0);
  // All else is searched for, for which no steps are left.
  assert(looseWith([brands], { mixTail: true }) > 0);
  assert(looseWith([{ ...brands, atMost: 1.5 }]) > 0);
  assert(looseWith([{ ...brands, price: 0.05 }]) > 0);
  assert(looseWith([brands, { limit: "few", per: "user_id", atMost: 1 }]) > 0);
  assert(looseWith([{ limit: "hours", per: "user_id", counts: "weight", atMost: 4 }]) > 0);
  assert(looseWith([{ limit: "some", per: "user_id", atLeast: 9, price: 0.5 }]) > 0);
});

Deno.test("own limits: the more users have any, the fewer steps each may take", () => {
  assertEquals([1, 2000, 4000, 60_000, 200_000, 1e6].map(stepsOfEach), [
    100_000,
    100_000,
    50_000,
    3333,
    1000,
    1000,
  ]);
});

Deno.test("own limits: what would be settled by the last step that may be taken is settled", () => {
  const within = (weights: number[], scores: number[], most: number) => {
    const { instance, policy } = budget(weights, 4, 1);
    instance.score.set(scores);
    const coverage = { ...policy, model: "coverage" as const };
    const { own } = OwnLimits.divide(
      instance,
      new LimitPrices(DeclaredLimits.of(instance)!, instance),
    );
    return choices(instance, coverage, own!, most).bestOf(0);
  };
  // At prices of 0 it is worth 5, and it does not fit: two steps, of which one looks at the bundle of nothing.
  assertEquals([0, 1, 2, 3].map((most) => within([5], [5], most)), [5, 0, 0, 0]);
  // The first does not fit. After the second, the others are worth no more than it.
  assertEquals([1, 2, 3].map((most) => within([5, 1, 1, 1], [12, 5, 5, 5], most)), [12, 5, 5]);
});

Deno.test("own limits: what is missed is returned with the size of the figures that were compared", () => {
  const { instance, policy } = budget([5, 3], 4.5, 2, { price: 1 });
  const declared = DeclaredLimits.of(instance)!, told: number[][] = [];
  const { own } = OwnLimits.divide(instance, new LimitPrices(declared, instance));
  const penalty = (l: number, beyond: number, size: number) => {
    told.push([l, beyond, size]);
    return beyond;
  };
  assertEquals(choices(instance, policy, own!, 100, penalty).bestOf(0), 4.5);
  assertEquals(told.find(([, beyond]) => beyond === 3.5), [0, 3.5, 12.5]);
});
