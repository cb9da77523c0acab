import { assertEquals } from "../../../../lib/deps/std_assert.ts";
import type { LimitInput } from "../../../../lib/allocator/drop/drop.ts";
import { scaleLimits } from "../../../../lib/allocator/drop/limits/scale_limits.ts";
import { limitedDrop } from "../../../support/limited_drop.ts";

const LIMITS: LimitInput[] = [
  { limit: "brand", per: "brand_id+group_id", atMost: 4, atLeast: 1 },
  { limit: "budget", per: "contract_address", counts: "weight", atMost: "budget" },
  { limit: "share", per: "group_id", atLeast: 0.4, shareOf: "offers", where: { kind: "new" } },
];

/** The same limits, written with amounts that are multiples. */
function written(times: (limit: string) => number): LimitInput[] {
  return LIMITS.map((limit) => ({
    ...limit,
    ...(typeof limit.atMost === "number" && { atMost: limit.atMost * times(limit.limit) }),
    ...(typeof limit.atLeast === "number" && {
      atLeast: limit.shareOf === undefined
        ? limit.atLeast * times(limit.limit)
        : Math.min(1, limit.atLeast * times(limit.limit)),
    }),
  }));
}

Deno.test("scaled limits are those that are written with the multiples", () => {
  for (const factors of [{ brand: 1.5 }, { share: 2 }, { share: 10 }, { brand: 0.5, share: 0 }]) {
    const all = new Map(Object.entries(factors));
    const { instance } = limitedDrop(3, LIMITS);
    const expected = limitedDrop(3, written((name) => all.get(name) ?? 1)).instance.limits!.rows;
    assertEquals(scaleLimits(instance, instance.limits!, all).rows, expected);
  }
});

Deno.test("amounts of columns are scaled too, without dust", () => {
  const { instance } = limitedDrop(4, LIMITS);
  const limits = instance.limits!;
  const { rows } = scaleLimits(instance, limits, new Map([["budget", 1.1]]));
  rows.family.forEach((f, r) => {
    const before = limits.rows.amount[r], after = rows.amount[r];
    if (limits.families[f].limit !== "budget") assertEquals(after, before);
    else assertEquals(after, Number((before * 1.1).toFixed(6)));
  });
});

Deno.test("a factor of 1 leaves the limits as they are", () => {
  const { instance } = limitedDrop(5, LIMITS);
  assertEquals(scaleLimits(instance, instance.limits!, new Map([["brand", 1]])), instance.limits);
});
