import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";
import type { LimitInput } from "../../../../lib/allocator/drop/drop.ts";
import { compileLimits } from "../../../../lib/allocator/drop/limits/limit_rows.ts";
import { scaledFamilies, scaleLimits } from "../../../../lib/allocator/drop/limits/scale_limits.ts";
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
    const { instance } = limitedDrop(3, LIMITS), drop = { ...instance, limits: instance.limits! };
    const expected = limitedDrop(3, written((name) => all.get(name) ?? 1)).instance.limits!.rows;
    assertEquals(scaleLimits(drop, all).rows, expected);
  }
});

Deno.test("amounts of columns are scaled too, without digits of rounding", () => {
  const { instance } = limitedDrop(4, LIMITS);
  const limits = instance.limits!;
  const { rows } = scaleLimits({ ...instance, limits }, new Map([["budget", 1.1]]));
  rows.family.forEach((f, r) => {
    const before = limits.rows.amount[r], after = rows.amount[r];
    if (limits.families[f].limit !== "budget") assertEquals(after, before);
    else assertEquals(after, Number((before * 1.1).toFixed(6)));
  });
});

Deno.test("families declare the multiples, so that compiling them gives the same rows", () => {
  const limits: LimitInput[] = [
    ...LIMITS,
    { limit: "caps", per: "contract_address", atMost: "cap_face" },
    {
      limit: "ratios",
      per: "group_id",
      atLeast: "sponsorship_ratio",
      shareOf: "offers",
      where: { kind: "new" },
    },
    { limit: "twice", per: "contract_address", counts: "weight", atMost: "budget" },
  ];
  const { instance } = limitedDrop(6, limits), drop = { ...instance, limits: instance.limits! };
  for (
    const factors of [
      { brand: 1.5, budget: 1.1, twice: 1.2, caps: 0.3 },
      { ratios: 1e9, share: 0.1 },
      { budget: 1e-9, twice: 1e-9 },
    ]
  ) {
    const scaled = scaleLimits(drop, new Map(Object.entries(factors)));
    const { families, attributes, rows } = scaled;
    assertEquals(compileLimits(instance, families, attributes).rows, rows);
    // Once more by other factors, though their columns have names like those of the first.
    const again = scaleLimits({ ...instance, limits: scaled }, new Map([["budget", 1.1]]));
    assertEquals(compileLimits(instance, again.families, again.attributes).rows, again.rows);
  }
});

Deno.test("columns of multiples have names of their own, plain decimals, and blanks where there were blanks", () => {
  const { instance } = limitedDrop(4, LIMITS), limits = instance.limits!;
  const { families, attributes } = scaledFamilies(
    { ...instance, limits },
    new Map([["budget", 1e-9], ["brand", 2]]),
  );
  assertEquals(families.map(({ atMost, atLeast }) => [atMost, atLeast]), [
    [8, 2],
    ["budget × 1e-9", null],
    [null, 0.4],
  ]);
  const before = limits.attributes.caps.get("budget")!;
  const after = attributes.caps.get("budget × 1e-9")!;
  assertEquals(after.code, before.code);
  for (const [i, text] of after.values.entries()) {
    assert(!text.includes("e"), text);
    assertEquals(Number(text), Number((Number(before.values[i]) * 1e-9).toPrecision(15)));
  }
  assert(!limits.attributes.caps.has("budget × 1e-9"), "the drop's own columns stay as they were");
  const blank = { code: before.code, values: before.values.map(() => "") };
  const taken = new Map([...limits.attributes.caps, ["budget", blank], ["budget × 2", before]]);
  const other = { ...limits, attributes: { ...limits.attributes, caps: taken } };
  const named = scaledFamilies({ ...instance, limits: other }, new Map([["budget", 2]]));
  assertEquals(named.families[1].atMost, "budget × 2′");
  assertEquals(named.attributes.caps.get("budget × 2′")!.values, blank.values);
  assertEquals(named.attributes.caps.get("budget × 2"), before);
});

Deno.test("a factor of 1 leaves the limits as they are", () => {
  const { instance } = limitedDrop(5, LIMITS);
  const limits = instance.limits!;
  assertEquals(scaleLimits({ ...instance, limits }, new Map([["brand", 1]])), limits);
});
