import { Drop, type DropInput } from "../../../../lib/allocator/drop/drop.ts";
import { boundFromPrices } from "../../../../lib/allocator/check/bound/bound.ts";
import {
  doubleAtLeast,
  fractionOf,
  textOfUnits,
} from "../../../../lib/allocator/check/exact/decimal.ts";
import { demandsOf } from "../../../../lib/allocator/check/rules/demands.ts";
import {
  boundOfCertificate,
  exactFigures,
  exactProblems,
  withExactFigures,
} from "../../../../lib/allocator/check/exact/exact.ts";
import { scaleOf } from "../../../../lib/allocator/check/exact/exact_scale.ts";
import { LimitPrices } from "../../../../lib/allocator/check/bound/limit_prices.ts";
import { DeclaredLimits } from "../../../../lib/allocator/check/rules/limits.ts";
import { ExactSum, Units } from "../../../../lib/allocator/check/exact/units.ts";
import type { Instance } from "../../../../lib/allocator/drop/instance/instance.ts";
import type { Prices } from "../../../../lib/allocator/model/allocation.ts";
import {
  type Certificate,
  type CertificateNode,
  certificateOf,
} from "../../../../lib/allocator/model/certificate.ts";
import {
  defaultPolicy,
  type Policy,
  shortfallPrice,
} from "../../../../lib/allocator/model/policy.ts";
import { allocate } from "../../../../lib/api/allocate.ts";
import { issueCertificate } from "../../../../lib/api/certificate.ts";
import { check } from "../../../../lib/api/check.ts";
import { type Random, seededRandom } from "../../../../lib/base/numbers/random.ts";
import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { bruteForce } from "../../../support/brute_force.ts";
import { CERTIFIED_LIMITS } from "../../../support/certified_cases.ts";
import { limitedDrop } from "../../../support/limited_drop.ts";
import { fourUsersInstance } from "../../../support/random_instance.ts";
import { randomPolicy } from "../../../support/random_policy.ts";

Deno.test("units: rounding has the direction that is asked for, and decimals are exact", () => {
  const random = seededRandom(1);
  for (let i = 0; i < 20_000; i++) {
    const decimals = random.below(20) - 4;
    const units = new Units(decimals);
    const digits = 1 + random.below(17);
    const size = 10 ** (random.below(16) - decimals - 1);
    const value = (random.next() - 0.5) * size;
    const given = i % 2 === 0 ? value : Number(value.toPrecision(digits));
    const down = units.down(given), up = units.up(given);
    if (Number.isNaN(down) || Number.isNaN(up)) continue;
    assertEquals([BigInt(down), BigInt(up)], [units.downOf(given), units.upOf(given)], `${given}`);
    assert(up - down === 0 || up - down === 1, `${given} at ${decimals}`);
  }
});

Deno.test("sums of whole numbers and the least double above a fraction are exact", () => {
  const random = seededRandom(2);
  const sum = new ExactSum();
  let expected = 0n;
  for (let i = 0; i < 3000; i++) {
    const value = Math.round((random.next() - 0.4) * 9e15);
    sum.add(value);
    expected += BigInt(value);
    const { top, bottom } = fractionOf(value * 10 ** -random.below(30));
    const least = doubleAtLeast(top * 3n + 1n, bottom * 7n);
    const asFraction = (double: number) => {
      const exponent = 1100n;
      return exactly(double, exponent);
    };
    const scaled = ((top * 3n + 1n) << 1100n) / (bottom * 7n);
    assert(asFraction(least) >= scaled);
    const below = least - Math.abs(least) * 2 ** -53;
    if (below !== least) assert(asFraction(below) <= scaled + 1n, `${least}`);
  }
  assertEquals(sum.total(), expected);
  assertEquals(doubleAtLeast(1n, 2n), 0.5);
  assertEquals(doubleAtLeast(1n, 10n), 0.1);
  assertEquals(doubleAtLeast(1n, 10n ** 400n), Number.MIN_VALUE);
  assertEquals(doubleAtLeast(-1n, 10n), -0.09999999999999999);
  assertEquals([textOfUnits(-5n, 3), textOfUnits(1200n, 2), textOfUnits(7n, -2)], [
    "-0.005",
    "12",
    "700",
  ]);
});

/** A double times 2^bits, cut. */
function exactly(value: number, bits: bigint): bigint {
  let exponent = 0;
  while (!Number.isInteger(value)) {
    value *= 2;
    exponent++;
  }
  return (BigInt(value) << bits) >> BigInt(exponent);
}

/** Random prices that are allowed, of the size of scores. */
function randomPrices(instance: Instance, policy: Policy, random: Random): Prices {
  const demands = demandsOf(instance, policy);
  const size = instance.score.reduce((most, s) => Math.max(most, Math.abs(s)), 0);
  const draw = () => random.next() < 0.3 ? 0 : random.next() * size * 10 ** -random.below(4);
  const most = shortfallPrice(instance, policy);
  return {
    contract: instance.cap.map(draw),
    minSponsored: Float64Array.from(
      demands,
      ({ least }) => least === 0 ? 0 : random.next() < 0.2 ? most : Math.min(most, draw()),
    ),
    maxSponsored: Float64Array.from(demands, ({ most }) => most === null ? 0 : draw()),
    assignmentRatio: Float64Array.from(demands, ({ share }) => share === null ? 0 : draw()),
    mixedShare: Float64Array.from(demands, ({ mixed }) => mixed === null ? 0 : draw()),
  };
}

Deno.test("exact bound: never below the optimum, and the bound of doubles but for their rounding, at every scale", () => {
  const random = seededRandom(3);
  let tight = 0;
  for (let seed = 1; seed <= 150; seed++) {
    const base = fourUsersInstance(seed);
    // Scores of one size, scores of many sizes, scores with more digits than decimals have.
    const scale = 10 ** (random.below(41) - 20);
    const spread = random.below(13);
    const score = base.score.map((s) =>
      seed % 3 === 0
        ? s * random.next() * scale
        : Number((s * scale * 10 ** -random.below(spread + 1)).toPrecision(6))
    );
    const instance = { ...base, score };
    const policy = {
      ...randomPolicy(seed, true),
      ...(seed % 5 === 0 && { shortfallPrice: 1e12 * scale }),
    };
    const demands = demandsOf(instance, policy);
    const best = bruteForce(instance, policy);
    const held = {
      pair: Uint32Array.from(best.offers.flat()),
      user: Uint32Array.from(best.offers.flatMap((pairs, u) => pairs.map(() => u))),
    };
    for (let draw = 0; draw < 6; draw++) {
      const prices = randomPrices(instance, policy, random);
      const claimed = { prices, limits: null };
      const figures = exactFigures(instance, policy, demands, claimed, held, { declared: null });
      assert(
        figures.boundUnits >= figures.objective,
        `seed ${seed}: ${figures.boundText} < ${figures.objectiveText}`,
      );
      const { bound, size } = boundFromPrices(instance, policy, demands, prices);
      const off = Math.abs(figures.bound - bound);
      // Down to the grid that objectives lie on; up by a unit for each number that is rounded.
      const { step: grid } = scaleOf(instance, policy, demands, prices, { limits: null });
      const step = grid === null ? 100 * 10 ** -figures.decimals : 10 ** -grid;
      assert(off <= 1e-9 * size + step, `seed ${seed}: ${figures.bound}, doubles ${bound}`);
      if (off <= 1e-12 * size + step) tight++;
      assert(
        Math.abs(Number(figures.objectiveText) - best.objective) <=
          1e-9 * (Math.abs(best.objective) + size),
        `seed ${seed}: ${figures.objectiveText}, doubles ${best.objective}`,
      );
    }
  }
  assert(tight > 700, `${tight}`);
});

const two: DropInput = {
  users: ["a", "b", "c"].map((id) => ({ id, group: "g" })),
  contracts: [{ id: "s", cap: 1, sponsored: true }, { id: "t", cap: 1, sponsored: false }],
  groups: [{ id: "g", ratio: 0 }],
  pairs: [
    { user: "a", contract: "s", score: 0.1 },
    { user: "b", contract: "s", score: 0.2 },
    { user: "b", contract: "t", score: 0.3 },
    { user: "c", contract: "t", score: 0.4 },
  ],
};

Deno.test("exact figures: decimals as the texts say them, certified without a tolerance", async () => {
  const drop = Drop.from(two);
  const allocation = await allocate(drop, { covW: [0.1], sponsoredBonus: 0 });
  const certificate = issueCertificate(drop, allocation);
  // 0.2 + 0.4 and 0.1 for each of the two: 0.8, where doubles say 0.8000000000000002.
  assertEquals(certificate.exact!.objective, "0.8");
  assertEquals(certificate.exact!.bound, "0.8");
  assertEquals([certificate.objective, certificate.bound, certificate.gap], [0.8, 0.8, 0]);
  const report = check(drop, allocation, { certificate });
  assertEquals(report.certificate!.exact, { objective: "0.8", bound: "0.8" });
  assert(report.ok, report.certificate!.problems.join("\n"));
  const judge = (change: object) =>
    check(drop, allocation, { certificate: { ...certificate, ...change } }).certificate!.problems;
  const { exact } = certificate;
  assertEquals(
    judge({ exact: { ...exact, bound: "0.79999999999" } })[0].slice(0, 27),
    "exact.bound is 0.7999999999",
  );
  assertEquals(judge({ exact: { ...exact, objective: "0.80000000001" } }).length > 0, true);
  assertEquals(judge({ bound: 0.8000000000000002 }), [
    "bound is 0.8000000000000002, the exact figures say 0.8",
  ]);
  assertEquals(judge({ gap: 1e-17 }), ["gap is 1e-17, the exact figures say 0"]);
  assertEquals(judge({ objective: 0.8000000000000002 }), [
    "objective is 0.8000000000000002, the exact figures say 0.8",
  ]);
  // Any unit that has the figures' digits is as good; in one that doubles can't count they are found anew.
  assertEquals(judge({ exact: { ...exact, decimals: 40 } }), []);
  assert(
    judge({ exact: { ...exact, decimals: 40, bound: "0.79999999999999999999999999999999" } })
      .length > 0,
  );
});

Deno.test("exact figures: in units of any size both are the same, and rounded to the safe side in coarse ones", () => {
  const random = seededRandom(5);
  for (let seed = 1; seed <= 120; seed++) {
    const drop = limitedDrop(
      seed,
      seed % 2 === 0 ? [] : [
        { limit: "least", per: "contract_address", atLeast: 2.5, counts: "cost" },
        {
          limit: "share",
          per: "city",
          atMost: 0.4,
          where: { kind: "new" },
          shareOf: "offers",
          price: 0.1,
        },
        { limit: "most", atMost: 7 },
      ],
    );
    const { instance } = drop, policy = randomPolicy(seed, true);
    const demands = demandsOf(instance, policy), declared = DeclaredLimits.of(instance);
    const drawn = randomPrices(instance, policy, random);
    // Rules over whole users take long to look at: of some drops only.
    const none = new Float64Array(instance.groups.length);
    const prices = seed % 8 === 0 ? drawn : { ...drawn, assignmentRatio: none, mixedShare: none };
    const rows = instance.limits?.rows.price.map((price) =>
      random.next() * Math.min(Number.isNaN(price) ? 0.5 : price, 0.5)
    );
    const limits = LimitPrices.ofRows(instance, rows);
    const held = { pair: Uint32Array.of(0), user: Uint32Array.of(0) };
    const claimed = { prices, limits };
    const figuresIn = (decimals?: number) =>
      exactFigures(instance, policy, demands, claimed, held, { declared, decimals });
    const own = figuresIn(), finer = figuresIn(own.decimals + 4);
    const digits = 10n ** 4n;
    // Fewer digits of prices are cut in finer units.
    const room = 1000n * digits;
    const off = own.boundUnits * digits - finer.boundUnits;
    assert(off > -room && off < room, `seed ${seed}: ${own.boundText}, ${finer.boundText}`);
    assertEquals(finer.objectiveText.slice(0, 9), own.objectiveText.slice(0, 9));
    // In coarse units other prices are proven, and the objective is rounded down.
    assert(Number(figuresIn(0).objective) <= Number(own.objectiveText) + 1e-9);
  }
});

Deno.test("exact figures: certificates of every kind of limit are certified", async () => {
  for (const [i, limits] of CERTIFIED_LIMITS.entries()) {
    for (let seed = 1; seed <= 4; seed++) {
      const drop = limitedDrop(seed + 10 * i, limits);
      const allocation = await allocate(drop, { model: seed % 2 === 0 ? "uniform" : "coverage" });
      const certificate = issueCertificate(drop, allocation);
      const verdict = check(drop, allocation, { certificate }).certificate!;
      assert(verdict.certified, `${i} ${seed}: ${verdict.problems.join("\n")}`);
      const proven = allocation.pricesBound ?? allocation.bound!;
      assert(certificate.bound <= proven + 1e-9, `${i} ${seed}: ${certificate.bound} ${proven}`);
    }
  }
});

Deno.test("exact figures of a certificate that has none: asked for, they judge its doubles", async () => {
  const drop = Drop.from(two);
  const allocation = await allocate(drop, { covW: [0.1], sponsoredBonus: 0 });
  const certificate = { ...issueCertificate(drop, allocation), exact: null };
  const judge = (change: object) =>
    check(drop, allocation, { certificate: { ...certificate, ...change }, exact: true })
      .certificate!;
  assertEquals([judge({}).certified, judge({}).exact!.bound], [true, "0.8"]);
  assertEquals(judge({ bound: 0.7 }).certified, false);
  assertEquals(judge({ objective: 0.9 }).certified, false);
});

/** Figures of units of 10^−decimals, and a certificate that claims some. */
function exactClaims(
  { objective = "1.5", bound = "2", decimals = 1, search }: {
    objective?: string;
    bound?: string;
    decimals?: number;
    search?: number;
  },
  doubles: Partial<Pick<Certificate, "objective" | "bound" | "gap">> = {},
) {
  const claimed = {
    objective: 1.5,
    bound: 2,
    gap: 0.25,
    exact: { decimals, objective, bound },
    ...doubles,
    ...(search !== undefined && { search_bound: search }),
  } as Certificate;
  const found = { decimals: 1, objective: 15n, boundUnits: 20n, objectiveText: "1.5" };
  return { claimed, found: { ...found, boundText: "2", bound: 2, gap: 0.25 } };
}

Deno.test("exact figures: each that is claimed is compared with what was found, to the last unit", () => {
  const problems = (...claims: Parameters<typeof exactClaims>) => {
    const { claimed, found } = exactClaims(...claims);
    return exactProblems(claimed, found).map((one) => one.split(" ").slice(0, 3).join(" "));
  };
  assertEquals(problems({}), []);
  assertEquals(problems({ objective: "1.4" }, { objective: 1.4, gap: 0.3 }), [
    "exact.objective is 1.4,",
    "gap is 0.3,",
  ]);
  assertEquals(problems({ objective: "1.4" }, { objective: 1.4, gap: 0.30000000000000004 }), [
    "exact.objective is 1.4,",
  ]);
  assertEquals(problems({ bound: "1.9" }, { bound: 1.9 })[0], "exact.bound is 1.9,");
  assertEquals(problems({ bound: "2.5" }, { bound: 2.5, gap: 0.4 }), []);
  assertEquals(problems({ bound: "1.5" }, { bound: 1.5, gap: 0 }), ["exact.bound is 1.5,"]);
  assertEquals(
    problems({ bound: "-1.5", objective: "-2" }, { objective: -2, bound: -1.5 }).length,
    3,
  );
  assertEquals(
    problems({ bound: "-1.5", objective: "-3" }, { objective: -3, bound: -1.5, gap: 1 }).length,
    2,
  );
  assertEquals(
    problems({ bound: "0", objective: "-3" }, { objective: -3, bound: 0, gap: 1 }).length,
    2,
  );
  assertEquals(
    problems({ bound: "0", objective: "0" }, { objective: 0, bound: 0, gap: 0 }).length,
    2,
  );
  // Texts that are no units say nothing of doubles.
  assertEquals(problems({ bound: "2.05" }, { gap: 7 }), ["exact.bound is 2.05,"]);
  assertEquals(problems({ objective: "1.55" }, { gap: 7 }), ["exact.objective is 1.55,"]);
  assertEquals([problems({ search: 1.5 }), problems({ search: 1.4 })], [[], [
    "search_bound is 1.4,",
  ]]);
  const without = (search?: number) => {
    const { claimed, found } = exactClaims({ search });
    return exactProblems({ ...claimed, exact: null }, found).length;
  };
  assertEquals([without(), without(1.4)], [0, 1]);
  const { claimed, found } = exactClaims({});
  assertEquals(exactProblems({ ...claimed, exact: null }, { ...found, boundUnits: 15n }), []);
  assertEquals(exactProblems({ ...claimed, exact: null }, { ...found, boundUnits: 14n }).length, 1);
  const coarse = { ...found, decimals: -1, objective: 3n, boundUnits: 5n };
  const tens = { ...exactClaims({ objective: "30", bound: "50", decimals: -1 }).claimed };
  assertEquals(exactProblems({ ...tens, objective: 30, bound: 50, gap: 0.4 }, coarse), []);
});

/** Three users who all want the one c, at 3, 2 and 1; d is of the same brand, for the first of them and one to whom it is worth nothing. */
const wanted = Drop.from({
  users: ["abe", "ann", "bob", "cat"].map((id) => ({ id, group: "g" })),
  contracts: ["c", "d"].map((id) => ({ id, cap: 1, sponsored: false, brand: "x" })),
  groups: [{ id: "g", ratio: 0 }],
  pairs: [
    { user: "abe", contract: "d", score: 0 },
    { user: "bob", contract: "c", score: 3 },
    { user: "bob", contract: "d", score: 1.5 },
    { user: "cat", contract: "c", score: 2 },
    { user: "ann", contract: "c", score: 1 },
  ],
});

Deno.test("exact figures: of cases the largest bound counts, of those that can be", () => {
  const policy = { ...defaultPolicy, k: 2, covW: [], sponsoredBonus: 0 };
  const bound = (tree: CertificateNode, own: Partial<Policy> = {}, price = 10) => {
    const { instance } = wanted, policyOf = { ...policy, ...own };
    const demands = demandsOf(instance, policyOf), zero = () => new Float64Array(1);
    const groups = { minSponsored: zero(), maxSponsored: zero(), assignmentRatio: zero() };
    const prices = { contract: new Float64Array(2), ...groups, mixedShare: zero() };
    const none = { pair: new Uint32Array(0), user: new Uint32Array(0) };
    return exactFigures(instance, policyOf, demands, { prices, limits: null }, none, {
      declared: null,
      branches: { price, tree },
    }).bound;
  };
  const at = (c: number): CertificateNode => ({ contracts: { c }, groups: {} });
  const split = (
    [user, contract]: [string, string],
    made: CertificateNode,
    not: CertificateNode,
  ): CertificateNode => ({ offer: [user, contract], with: made, without: not });
  // Without prices everybody has all.
  assertEquals(bound(at(0)), 7.5);
  assertEquals([bound(at(3)), bound(at(2)), bound(at(1))], [4.5, 4.5, 5.5]);
  assertEquals(bound(split(["bob", "c"], at(3), at(2))), 4.5);
  assertEquals(bound(split(["bob", "c"], at(2.5), at(1.5))), 4.5);
  // A case without bob's c: 1.5 and what two others want at that price.
  assertEquals(
    [bound(split(["bob", "c"], at(3), at(0))), bound(split(["bob", "c"], at(0), at(2)))],
    [
      4.5,
      7.5,
    ],
  );
  assertEquals(bound(split(["bob", "d"], at(3), at(3))), 4.5);
  assertEquals(bound(split(["abe", "d"], at(3), at(3))), 4.5);
  assertEquals(bound(split(["ann", "c"], at(2), split(["bob", "c"], at(3), at(2)))), 4.5);
  // Of two of a brand one case can't be: its prices are not looked at.
  const both = split(["bob", "c"], split(["bob", "d"], at(-1), at(3)), at(2));
  assertEquals([bound(both), bound(both, { maxPerBrand: 2 }), bound(both, { maxPerBrand: 1 })], [
    7.5,
    7.5,
    3.5,
  ]);
  // Two offers of one brand to two users can be.
  const two = split(["bob", "d"], split(["cat", "c"], at(2), at(1)), at(3));
  assertEquals(bound(two, { maxPerBrand: 1 }), 3.5);
  for (const [user, contract] of [["zoe", "c"], ["bob", "z"], ["abe", "c"]]) {
    assertEquals(bound(split([user, contract], at(3), at(2))), 7.5, `${user} ${contract}`);
  }
  assertEquals(bound(split(["bob", "c"], at(-1), at(2))), 7.5);
  assertEquals(bound(split(["bob", "c"], at(3), { contracts: { z: 1 }, groups: {} })), 7.5);
});

Deno.test("exact figures: units are finer where a small gap is all that coarse ones leave", () => {
  const figures = (
    scores: readonly number[],
    { price = 0, search, held = scores.length, claimed = 1e300 }: {
      price?: number;
      search?: number;
      held?: number;
      claimed?: number;
    } = {},
  ) => {
    const users = scores.map((_, u) => `u${u}`);
    const { instance } = Drop.from({
      users: users.map((id) => ({ id, group: "g" })),
      contracts: [{ id: "c", cap: scores.length, sponsored: false }],
      groups: [{ id: "g", ratio: 0 }],
      pairs: users.map((user, u) => ({ user, contract: "c", score: scores[u] })),
    });
    const zero = () => new Float64Array(1);
    const groups = { minSponsored: zero(), maxSponsored: zero(), assignmentRatio: zero() };
    const certificate = {
      ...certificateOf(instance, {
        solver: "optimal",
        policy: { ...defaultPolicy, k: 1, covW: [], sponsoredBonus: 0 },
        prices: { contract: Float64Array.of(price), ...groups, mixedShare: zero() },
        objective: 0,
        bound: claimed,
        shortfallPrice: 1,
      }),
      ...(search !== undefined && { search_bound: search }),
    };
    const pair = Uint32Array.from({ length: held }, (_, p) => p);
    const found = withExactFigures(instance, certificate, { pair, user: pair });
    return { ...found.exact!, gap: found.gap, search: found.search_bound };
  };
  const of = (...args: Parameters<typeof figures>) => {
    const { decimals, objective, bound, gap } = figures(...args);
    return [decimals, objective, bound, gap === 0];
  };
  assertEquals(of([1e12, 1]), [2, "1000000000001", "1000000000001", true]);
  // A millionth is no unit beside 10^12, and six decimals more are for prices.
  assertEquals(of([1e12, 1e-6]), [12, "1000000000000.000001", "1000000000000.000001", true]);
  // No score is a decimal of up to 15 digits: 20 decimals.
  assertEquals(of([1e12, 1 / 3]), [
    ...[20, "1000000000000.3333333333333333", "1000000000000.3333333333333333", true],
  ]);
  assertEquals(of([1e12, 1e-15])[0], 20);
  // A gap of a billionth and more is another one.
  assertEquals(of([1e12, 990.000001], { held: 1 })[0], 12);
  assertEquals(of([1e12, 1010.000001], { held: 1 })[0], 2);
  // But where doubles say that the prices prove less, the units are too coarse.
  const wide = [1e12, 1010.000001];
  assertEquals(of(wide, { held: 1, claimed: 1e12 })[0], 12);
  assertEquals(of(wide, { held: 1, claimed: 1_000_000_001_009.5 })[0], 2);
  // 1e-9 itself is still a small one.
  assertEquals(of([999_999_999_000, 1000], { held: 1 }), [
    6,
    "999999999000",
    "1000000000000",
    false,
  ]);
  // Units that are finer already stay.
  assertEquals(of([1, 1e-12], { held: 1 })[0], 18);
  assertEquals(of([1e-7, 0]), [21, "0.0000001", "0.0000001", true]);
  const searched = (search: number) => figures([3, 2], { held: 1, search }).search;
  assertEquals([searched(4), searched(5), searched(6), searched(2)], [4, undefined, undefined, 3]);
});

Deno.test("exact figures: units are finer in drops of up to 100,000 pairs", () => {
  const decimalsFor = (pairs: number) => {
    const contracts = Array.from({ length: 100 }, (_, c) => `c${c}`);
    const users = Array.from({ length: Math.ceil(pairs / 100) }, (_, u) => `u${u}`);
    const every = users.flatMap((user) =>
      contracts.map((contract) => ({ user, contract, score: 1e-6 }))
    );
    const { instance } = Drop.from({
      users: users.map((id) => ({ id, group: "g" })),
      contracts: contracts.map((id) => ({ id, cap: 1, sponsored: false })),
      groups: [{ id: "g", ratio: 0 }],
      pairs: [{ ...every[0], score: 1e12 }, ...every.slice(1, pairs)],
    });
    const zero = () => new Float64Array(1);
    const groups = { minSponsored: zero(), maxSponsored: zero(), assignmentRatio: zero() };
    const certificate = certificateOf(instance, {
      solver: "optimal",
      policy: { ...defaultPolicy, k: 1, covW: [], sponsoredBonus: 0 },
      prices: { contract: new Float64Array(100), ...groups, mixedShare: zero() },
      objective: 0,
      bound: 0,
      shortfallPrice: 1,
    });
    const held = { pair: Uint32Array.of(0), user: Uint32Array.of(0) };
    return withExactFigures(instance, certificate, held).exact!.decimals;
  };
  assertEquals([decimalsFor(100_000), decimalsFor(100_001)], [12, 2]);
});

Deno.test("exact figures: a certificate has a bound where its prices are allowed", async () => {
  const drop = Drop.from(two);
  const allocation = await allocate(drop, { covW: [0.1], sponsoredBonus: 0 });
  const certificate = issueCertificate(drop, allocation);
  assertEquals(boundOfCertificate(drop.instance, certificate), 0.8);
  // Without a price everybody has the best that there is: 0.1 + 0.3 + 0.4, and 0.1 for each: 1.1.
  assertEquals(boundOfCertificate(drop.instance, { ...certificate, contracts: {} }), 1.1);
  for (const price of [-1, NaN, Infinity]) {
    const contracts = { ...certificate.contracts, s: price };
    assertEquals(boundOfCertificate(drop.instance, { ...certificate, contracts }), null);
  }
});

Deno.test("exact figures: none where a limit is kept within the checker's tolerance alone, and the objective is above the exact bound", async () => {
  const pair = (user: string, contract: string, score: number, channel: string) => ({
    user,
    contract,
    score,
    attributes: { channel },
  });
  const drop = Drop.from({
    users: [{ id: "u", group: "g" }, { id: "v", group: "h" }],
    contracts: ["a", "b", "c", "d"].map((id) => ({ id, cap: 1, sponsored: true })),
    groups: [{ id: "g", ratio: 0.2 }, { id: "h", ratio: 1 }],
    pairs: [
      ...[pair("u", "a", 10_000_000, ""), pair("u", "c", 2_500_000, "mail")],
      ...[pair("v", "b", 10_000_000, ""), pair("v", "d", 3_333_333.333333333, "mail")],
    ],
    // One offer of three is more, by a third of the last digit.
    limits: [{
      limit: "mail",
      shareOf: "offers",
      where: { channel: "mail" },
      atMost: 0.3333333333333333,
    }],
  });
  const policy = { k: 4, covW: [], mixTail: true, shortfallPrice: 1e7 };
  const allocation = await allocate(drop, policy), certificate = issueCertificate(drop, allocation);
  assertEquals(allocation.score, 23333333.333333332);
  assertEquals(certificate.exact, null);
  assertEquals(check(drop, allocation, { certificate }).certificate!.problems, []);
});
