import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { Drop, type LimitInput } from "../../../lib/allocator/drop/drop.ts";
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { groupRules } from "../../../lib/allocator/limits/kinds/group_rules.ts";
import { lacksUnits } from "../../../lib/allocator/limits/lacks_units.ts";

/** Whether units lack in a drop of ten users and three contracts with 3, 4 and 5 units, the first of them sponsored. */
function lacks(limits: readonly LimitInput[], ratio = 0): boolean {
  const contracts = [["p", 3, "a"], ["x", 4, "a"], ["y", 5, "b"]] as const;
  const { instance } = Drop.from({
    users: Array.from({ length: 10 }, (_, u) => ({ id: `u${u}`, group: `g${u % 2}` })),
    contracts: contracts.map(([id, cap, brand]) => ({ id, cap, brand, sponsored: id === "p" })),
    groups: ["g0", "g1"].map((id) => ({ id, ratio })),
    pairs: Array.from({ length: 30 }, (_, p) => ({
      user: `u${p % 10}`,
      contract: contracts[Math.floor(p / 10)][0],
      score: 1,
      attributes: { weight: p % 2 + 1 },
    })),
    limits,
  });
  return lacksUnits(instance, groupRules(instance, defaultPolicy));
}

Deno.test("minima of sponsored users lack units where they ask for more users than sponsored contracts have", () => {
  assertEquals([lacks([], 0.2), lacks([], 0.4)], [false, true]);
  // Limits make no difference to that.
  assertEquals(lacks([{ limit: "few", per: "brand_id", atMost: 2 }], 0.4), true);
});

Deno.test("a least lacks units where it is beyond what the caps of its contracts let count", () => {
  const least = (atLeast: number, more: Partial<LimitInput> = {}) =>
    lacks([{ limit: "least", atLeast, ...more }]);
  assertEquals([least(12), least(13)], [false, true]);
  // Brand b has 5 units, a 7; y alone has as many as b.
  assertEquals([least(5, { per: "brand_id" }), least(6, { per: "brand_id" })], [false, true]);
  assertEquals([least(3, { where: { brand_id: "a" } }), least(8, { where: { brand_id: "a" } })], [
    false,
    true,
  ]);
  // Offers count at most 2 by weight.
  assertEquals([least(24, { counts: "weight" }), least(25, { counts: "weight" })], [false, true]);
  // A limit with a price of its own has nothing to do with the shortfall price, nor has a most.
  assertEquals([least(13, { price: 1 }), lacks([{ limit: "most", atMost: 1 }])], [false, false]);
});

Deno.test("leasts of one limit lack units where all of them together are beyond the caps, though each alone is not", () => {
  const each = (atLeast: number) => lacks([{ limit: "least", per: "brand_id+group_id", atLeast }]);
  // Two groups are to have so many of each brand; b has 5 units, and a and b have 12.
  assertEquals([each(2), each(3), each(4)], [false, false, true]);
});
