import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { defaultPolicy, type Policy } from "../../../lib/allocator/model/policy.ts";
import { keptEmptyBy, whyNotFull } from "../../../lib/report/facts/why_not_full.ts";

/** A drop of 1,000 users with k = 3, full unless said otherwise. */
function why(change: {
  assignments?: number;
  required?: number;
  sponsored?: number;
  unsponsored?: number;
  unusable?: number;
  few?: number;
  mixes?: boolean;
  worthless?: string[];
  bound?: number | null;
  gap?: number;
  missing?: number;
}): string {
  const { assignments = 3000, required = 0, sponsored = 3000, unsponsored = 3000, few = 0 } =
    change;
  const capacity = (type: "sponsored" | "unsponsored", units: number) => ({
    type,
    contracts: 10,
    capacity: units + (change.unusable ?? 0),
    usable_capacity: units,
  });
  return whyNotFull({
    model: "uniform",
    k: 3,
    mixes: change.mixes ?? false,
    rules: ["caps", "types", "ratios"],
    worthless: change.worthless ?? [],
    dearest: { name: "tea", price: 0.25 },
    totals: {
      users: 1000,
      assignments,
      bound: change.bound === undefined ? 1 : change.bound,
      gap: change.bound === null ? null : change.gap ?? 0,
      shortfall: change.missing ?? 0,
    } as Parameters<typeof whyNotFull>[0]["totals"],
    feasibility: {
      slots: 3000,
      capacity: [capacity("sponsored", sponsored), capacity("unsponsored", unsponsored)],
      required_sponsored_users: required,
      sponsored_demand: 3 * required,
      options: [0, 1, 2, 3].map((options) => ({
        options,
        users: options === 1 ? few : options === 3 ? 1000 - few : 0,
        sponsored: 0,
        unsponsored: 0,
      })),
      users_below_k: few,
      users_below_k_sponsored_only: 0,
      users_below_k_unsponsored_only: 0,
      users_without_sponsored_option: 0,
      users_without_unsponsored_option: 0,
      unreachable_groups: 0,
      unreachable_shortfall: 0,
      least_shortfall: 0,
      scarce_contracts: [],
      most_offers: 3000,
    },
  });
}

Deno.test("why not full: the reason that keeps most slots empty, in one sentence", () => {
  assertEquals(why({}), "Every slot is filled.");
  assertEquals(
    why({ assignments: 2100, required: 500, sponsored: 600 }),
    "Ratios ask for 500 sponsored users (1,500 slots), 600 units are sponsored: 30.0 % of slots can't be filled.",
  );
  // Users who are missing to the minima may have other offers.
  assertEquals(
    why({ assignments: 2100, required: 500, sponsored: 600, missing: 250 }),
    "Ratios ask for 500 sponsored users, 250 of whom are missing (750 slots for the others), 600 units are sponsored: 5.0 % of slots can't be filled; at the greatest worth caps, types and ratios keep 25.0 % more empty.",
  );
  assertEquals(
    why({ assignments: 2000, required: 500, sponsored: 600 }),
    "Ratios ask for 500 sponsored users (1,500 slots), 600 units are sponsored: 30.0 % of slots can't be filled; at the greatest worth caps, types and ratios keep 3.3 % more empty.",
  );
  assertEquals(
    why({ assignments: 1000, sponsored: 500, unsponsored: 500 }),
    "All contracts together have 1,000 units for 3,000 slots: 66.7 % of slots can't be filled.",
  );
  assertEquals(
    why({ assignments: 1000, sponsored: 500, unsponsored: 500, unusable: 100 }),
    "All contracts together have 1,200 units, 1,000 usable, for 3,000 slots: 66.7 % of slots can't be filled.",
  );
  assertEquals(
    why({ assignments: 2100, required: 500, sponsored: 600, unusable: 100 }),
    "Ratios ask for 500 sponsored users (1,500 slots), 700 units are sponsored, 600 usable: 30.0 % of slots can't be filled.",
  );
  assertEquals(
    why({ assignments: 2998, few: 1 }),
    "1 of 1,000 users has fewer than 3 options: 0.1 % of slots can't be filled.",
  );
  assertEquals(
    why({ assignments: 2800, few: 100 }),
    "100 of 1,000 users have fewer than 3 options: 6.7 % of slots can't be filled.",
  );
  assertEquals(
    why({ assignments: 2700, required: 500, sponsored: 600, unsponsored: 9000, mixes: true }),
    "10.0 % of slots stay empty at the greatest worth: units are there, but under caps, types and ratios filling more is worth no more; the dearest cap is tea's, 0.25 a unit.",
  );
  assertEquals(
    why({ assignments: 2000, required: 500, sponsored: 600, worthless: ["scores below 0"] }),
    "Ratios ask for 500 sponsored users (1,500 slots), 600 units are sponsored: 30.0 % of slots can't be filled; at the greatest worth caps, types and ratios, or scores below 0 keep 3.3 % more empty.",
  );
  assertEquals(
    why({ assignments: 2700, worthless: ["scores below 0", "the cost of changes"] }),
    "10.0 % of slots stay empty at the greatest worth because of caps, types and ratios, scores below 0, or the cost of changes; the dearest cap is tea's, 0.25 a unit.",
  );
});

Deno.test("why not full: where a gap is left, more may be filled at hardly more worth", () => {
  assertEquals(
    why({ assignments: 2700, mixes: true, gap: 1e-5 }),
    "10.0 % of slots stay empty near the greatest worth: units are there, but under caps, types and ratios filling more is worth hardly more; the dearest cap is tea's, 0.25 a unit.",
  );
});

Deno.test("why not full: nothing is the reason where nobody knows whether more could be filled", () => {
  assertEquals(
    why({ assignments: 2000, required: 500, sponsored: 600, bound: null }),
    "Ratios ask for 500 sponsored users (1,500 slots), 600 units are sponsored: 30.0 % of slots can't be filled; 3.3 % more are empty here.",
  );
  // A bound that is far above the assignments, as of others than the certificate's, tells as little.
  for (const told of [{ bound: null }, { gap: 0.14 }]) {
    assertEquals(
      why({ assignments: 2700, ...told }),
      "10.0 % of slots stay empty, with units and options left under caps, types and ratios.",
    );
  }
});

Deno.test("why not full: what may keep slots empty is what the drop and its policy have", () => {
  const of = (scores: [number, number], policy: Partial<Policy> = {}) => {
    const { instance } = Drop.from({
      users: [{ id: "u", group: "g" }, { id: "v", group: "g" }],
      contracts: [{ id: "c", cap: 2, sponsored: true, brand: "b" }],
      groups: [{ id: "g", ratio: 0 }],
      pairs: scores.map((score, i) => ({ user: "uv"[i], contract: "c", score })),
    });
    const { rules, worthless } = keptEmptyBy(instance, { ...defaultPolicy, ...policy });
    return [rules.join(), worthless.join()];
  };
  assertEquals(of([0, 1]), ["caps,types,ratios", ""]);
  assertEquals(of([-1, 1]), ["caps,types,ratios", "scores below 0"]);
  assertEquals(of([0, 1], { model: "coverage", maxPerBrand: 1 }), ["caps,brands", ""]);
  assertEquals(of([0, 1], { covW: [] }), ["caps,types,ratios", "scores of 0"]);
  assertEquals(of([0, 1], { covW: [0.1, -0.2] }), ["caps,types,ratios", "weights below 0"]);
});
