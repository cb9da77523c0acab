import { boundFromPrices } from "../../../../lib/allocator/check/bound/bound.ts";
import { demandsOf } from "../../../../lib/allocator/check/rules/demands.ts";
import { exactBound } from "../../../../lib/allocator/check/exact/exact_bound.ts";
import { scaleOf } from "../../../../lib/allocator/check/exact/exact_scale.ts";
import { LimitPrices } from "../../../../lib/allocator/check/bound/limit_prices.ts";
import { DeclaredLimits } from "../../../../lib/allocator/check/rules/limits.ts";
import { Units } from "../../../../lib/allocator/check/exact/units.ts";
import { wideBound } from "../../../../lib/allocator/check/exact/wide_bound.ts";
import { Drop, type LimitInput } from "../../../../lib/allocator/drop/drop.ts";
import type { Instance } from "../../../../lib/allocator/drop/instance/instance.ts";
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";
import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { limitedDrop } from "../../../support/limited_drop.ts";
import { randomPolicy } from "../../../support/random_policy.ts";
import { withPins } from "../../../support/with_pins.ts";

/** Limits that count whole numbers, so that nothing is rounded. */
const WHOLE: LimitInput[] = [
  { limit: "most", per: "brand_id+city", atMost: 3 },
  { limit: "least", per: "contract_address", counts: "cost", atLeast: 2 },
  { limit: "kinds", per: "kind", counts: "weight", atLeast: 3 },
  { limit: "any", atLeast: 0 },
];

/** Limits of which an offer pays fractions. */
const PARTS: LimitInput[] = [
  { limit: "half", per: "contract_address", counts: "cost", atLeast: 2.5 },
  { limit: "share", per: "city", atMost: 0.4, shareOf: "offers", where: { kind: "new" } },
  {
    limit: "sponsored",
    per: "tier",
    atLeast: 0.3,
    shareOf: "offers",
    where: { is_sponsored: true },
  },
];

Deno.test("wide bound: in units that doubles count it is the bound that they find", () => {
  const random = seededRandom(1);
  let limited = 0, pinned = 0, settledCases = 0, charged = 0;
  for (let seed = 1; seed <= 240; seed++) {
    const kinds = [[], WHOLE, PARTS][seed % 3];
    const { instance: base } = limitedDrop(seed, kinds, { users: 5, contracts: 4 });
    const drawn = { ...randomPolicy(seed, false), shortfallPrice: seed % 7 === 0 ? 2e9 : 2 };
    const policy = { ...drawn, changeCost: seed % 4 === 0 ? 0.125 : 0 };
    const given = base.score.map(() => random.below(2));
    const instance = {
      ...(seed % 5 === 0 && seed % 7 > 0
        ? withPins(base, Array.from(base.score.keys()).filter((p) => p % 7 === 3))
        : base),
      ...(policy.changeCost > 0 && { previous: { given: Uint8Array.from(given) } }),
    } as Instance;
    const demands = demandsOf(instance, policy), units = new Units(6);
    // So dear that it alone decides who has sponsored offers.
    const dear = seed % 7 === 0 ? 1e9 : 1;
    const price = () => random.below(3) === 0 ? 0 : random.below(1000) / 1000;
    const joint = seed % 8 === 0;
    const prices = {
      contract: instance.cap.map(price),
      minSponsored: Float64Array.from(demands, ({ least }) => least === 0 ? 0 : dear * price()),
      maxSponsored: Float64Array.from(demands, ({ most }) => most === null ? 0 : dear * price()),
      assignmentRatio: Float64Array.from(
        demands,
        ({ share }) => share === null || !joint ? 0 : price(),
      ),
      mixedShare: Float64Array.from(demands, ({ mixed }) => mixed === null || !joint ? 0 : price()),
    };
    const declared = DeclaredLimits.of(instance);
    const limits = declared === null ? null : new LimitPrices(declared, instance);
    limits?.price.forEach((_, l) => limits.price[l] = price());
    const made = new Map(
      Array.from(instance.score.keys()).filter(() => random.below(6) === 0)
        .map((p) => [p, random.below(2) === 0]),
    );
    const settled = seed % 6 === 0 ? { made, price: 0.375, counts: [] } : undefined;
    const { perUser } = scaleOf(instance, policy, demands, prices, { limits }, 0.375);
    const claimed = { prices, limits };
    const wide = wideBound(instance, policy, demands, claimed, units, settled);
    const bound = exactBound(instance, policy, demands, claimed, units, {
      isExact: false,
      perUser,
      settled,
    });
    // Doubles round what is no whole number once more, for each offer.
    const room = kinds === PARTS ? 2n * BigInt(instance.score.length) : 0n;
    const off = bound - wide;
    assert(off >= 0n && off <= room, `${seed}: ${wide}, doubles ${bound}`);
    if (settled === undefined && dear === 1) {
      const found = boundFromPrices(instance, policy, demands, prices, { limits }).bound;
      assert(Math.abs(Number(wide) / 1e6 - found) < 1e-4, `${seed}: ${wide}, in doubles ${found}`);
    }
    if (limits !== null) limited++;
    if (instance.pins !== undefined) pinned++;
    if (settled !== undefined) settledCases++;
    if (policy.changeCost > 0) charged++;
  }
  assertEquals([limited, pinned, settledCases, charged], [160, 42, 40, 60]);
});

Deno.test("wide bound: parts of a unit are paid as they are counted, of leasts no more than they ask for", () => {
  const bound = (part: number, limit: Omit<LimitInput, "limit">) => {
    const { instance } = Drop.from({
      users: [{ id: "u", group: "g" }],
      contracts: [{ id: "c", cap: 1, sponsored: false, attributes: { part } }],
      groups: [{ id: "g", ratio: 0 }],
      pairs: [{ user: "u", contract: "c", score: 2 }],
      limits: [{ limit: "l", counts: "part", ...limit }],
    });
    const policy = { ...defaultPolicy, covW: [], sponsoredBonus: 0 };
    const limits = new LimitPrices(DeclaredLimits.of(instance)!, instance);
    limits.price.fill(3);
    const zero = () => new Float64Array(1);
    const groups = { minSponsored: zero(), maxSponsored: zero(), assignmentRatio: zero() };
    const claimed = { prices: { contract: zero(), ...groups, mixedShare: zero() }, limits };
    return wideBound(instance, policy, demandsOf(instance, policy), claimed, new Units(3));
  };
  assertEquals(bound(0.75, { shareOf: "offers", atMost: 0.5 }), 2000n - 750n);
  assertEquals(bound(0.75, { atLeast: 0.6 }), 2000n + 1800n - 1800n);
  assertEquals(bound(0.5, { atLeast: 0.6 }), 2000n + 1500n - 1800n);
});
