import { priceOfMissing } from "../../../../lib/allocator/check/rules/demands.ts";
import type { Instance } from "../../../../lib/allocator/drop/instance/instance.ts";
import { defaultPolicy, type Policy } from "../../../../lib/allocator/model/policy.ts";
import { assertEquals } from "../../../../lib/deps/std_assert.ts";

Deno.test("demands: a missing user costs the power of ten that is at least twice all that one may be worth", () => {
  const price = (score: number, policy: Partial<Policy> = {}, k?: number) =>
    priceOfMissing(
      { score: Float64Array.of(score), ...(k && { k: Int32Array.of(k) }) } as Instance,
      { ...defaultPolicy, k: 1, covW: [], sponsoredBonus: 0, ...policy },
    );
  assertEquals([price(0), price(0.5), price(0.51), price(5), price(5.1)], [1, 1, 10, 10, 100]);
  assertEquals([price(-5), price(-5.1), price(0.05), price(0.051)], [10, 100, 0.1, 1]);
  assertEquals([price(3, { changeCost: 2 }), price(3, { changeCost: 2.1 })], [10, 100]);
  assertEquals([price(2.5, { k: 2 }), price(2.6, { k: 2 }), price(1, {}, 6)], [10, 100, 100]);
  assertEquals([price(3, { covW: [2] }), price(3, { covW: [2.1] })], [10, 100]);
  assertEquals([price(3, { covW: [-2] }), price(3, { covW: [-2.1] })], [10, 100]);
  assertEquals([price(3, { covW: [1, 9] }), price(1, { covW: [1, 2.1], k: 2 })], [10, 100]);
  assertEquals([price(3, { sponsoredBonus: 2 }), price(3, { sponsoredBonus: -2.1 })], [10, 100]);
  const missing = (shortfallPenalty: number) =>
    price(1, { covMode: "shortfall", shortfallPenalty, k: 2 });
  assertEquals([missing(1.5), missing(1.6)], [10, 100]);
  assertEquals(price(3, { shortfallPrice: 7 }), 7);
  // What is above a power by rounding alone counts as it; more does not.
  assertEquals([price(5 * (1 + 5e-10)), price(5 * (1 + 2e-9))], [10, 100]);
});
