import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { Drop, type LimitInput } from "../../../lib/allocator/drop/drop.ts";
import { countsFew, itemsOf, loadOf } from "../../../lib/allocator/limits/items.ts";
import { LimitUse } from "../../../lib/allocator/limits/limit_use.ts";
import { limitedDrop } from "../../support/limited_drop.ts";
import { excessOfRows, useOfPairs } from "../../../lib/allocator/model/row_use.ts";

/** A drop whose pairs weigh something, under limits of several kinds. */
function drop(seed: number): Drop {
  const random = seededRandom(seed);
  const users = Array.from({ length: 30 }, (_, u) => ({ id: `u${u}`, group: `g${u % 3}` }));
  const contracts = Array.from({ length: 5 }, (_, c) => ({
    id: `c${c}`,
    cap: 20,
    sponsored: c < 2,
    brand: `b${c % 2}`,
    attributes: { cost: [3, 0.7, 2500, 1e-3, 12][c] },
  }));
  return Drop.from({
    users,
    contracts,
    groups: [0, 1, 2].map((g) => ({ id: `g${g}`, ratio: 0 })),
    pairs: users.flatMap(({ id: user }) =>
      contracts.map(({ id }) => ({
        user,
        contract: id,
        score: random.next(),
        attributes: { weight: Number((5 * random.next()).toFixed(3)) },
      }))
    ),
    limits: [
      { limit: "brands", per: "brand_id+group_id", atMost: 4 },
      { limit: "costs", per: "group_id", counts: "cost", atMost: 900, price: 0.25 },
      { limit: "weights", per: "contract_address", counts: "weight", atMost: 20, atLeast: 2 },
      { limit: "share", shareOf: "offers", where: { is_sponsored: true }, atMost: 0.4 },
    ],
  });
}

Deno.test("units of rows are powers of two, and loads in them add up exactly in any order", () => {
  const items = itemsOf(drop(1).instance.limits!.rows, 10);
  for (const unit of items.unit) assertEquals(Math.log2(unit) % 1, 0);
  const sum = (entries: number[]) => entries.reduce((total, e) => total + loadOf(items, e), 0);
  const all = [...items.row.keys()];
  assertEquals(sum(all), sum(all.toReversed()));
  for (const e of all) {
    const exact = items.coefficient[e] / items.unit[items.row[e]];
    assert(Math.abs(loadOf(items, e) - exact) <= 2 ** -29);
  }
});

Deno.test("one offer is no more than all of a least", () => {
  const { limits } = drop(2).instance;
  const items = itemsOf(limits!.rows, 10);
  for (let e = 0; e < items.row.length; e++) {
    const r = items.row[e];
    if (limits!.rows.sense[r] < 0) assert(items.coefficient[e] >= items.amount[r]);
    else assertEquals(items.coefficient[e], limits!.rows.coefficient[e]);
  }
});

Deno.test("what is used, exceeded and paid is what counting anew says, after any changes", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = seededRandom(seed), { instance } = drop(seed);
    const { rows } = instance.limits!, items = itemsOf(rows, 10), use = new LimitUse(items);
    const held: Int32Array[] = Array.from({ length: 30 }, () => new Int32Array(0));
    for (let step = 0; step < 200; step++) {
      const u = random.below(30), n = random.below(4);
      const pairs = Int32Array.from({ length: n }, (_, i) => 5 * u + i + random.below(2))
        .filter((p, i, all) => all.indexOf(p) === i);
      const before = excessOfRows(rows, useOfPairs(rows, held.flatMap((own) => [...own])), 10);
      const more = use.penaltyOf(held[u], pairs, pairs.length);
      const allowed = use.allows(held[u], pairs, pairs.length);
      use.change(held[u], pairs, pairs.length);
      held[u] = pairs;
      const now = excessOfRows(rows, useOfPairs(rows, held.flatMap((own) => [...own])), 10);
      assert(Math.abs(use.penalty() - now.penalty) < 1e-6, "penalty");
      assert(Math.abs(now.penalty - before.penalty - more) < 1e-6, "what the penalty grows by");
      assertEquals(use.broken(), now.broken);
      // What is allowed breaks no limit that was kept.
      if (allowed) assert(now.broken.every((r) => before.broken.includes(r)));
    }
  }
});

Deno.test("the cost of an offer is what the objective would lose by it, others as they are", () => {
  const random = seededRandom(5), { instance } = drop(5);
  const items = itemsOf(instance.limits!.rows, 10), use = new LimitUse(items);
  const nothing = new Int32Array(0), free = new Float64Array(items.amount.length);
  for (let p = 0; p < 150; p += 1 + random.below(4)) {
    const one = Int32Array.of(p);
    const before = use.penalty(), cost = use.costOf(p, false, free);
    use.change(nothing, one, 1);
    assert(Math.abs(use.penalty() - before - cost) < 1e-9);
    assert(Math.abs(use.costOf(p, true, free) - cost) < 1e-9, "the same while it is held");
  }
});

Deno.test("counts and shares count few numbers, weights many", () => {
  const limits: LimitInput[] = [
    { limit: "offers", per: "city", atMost: 9 },
    { limit: "share", per: "city", shareOf: "offers", where: { is_sponsored: true }, atMost: 0.4 },
    { limit: "new", shareOf: "offers", where: { kind: "new" }, atLeast: 0.3 },
  ];
  const few = (own: readonly LimitInput[]) =>
    countsFew(itemsOf(limitedDrop(1, own).instance.limits!.rows, 10));
  assert(few(limits));
  assert(!few([...limits, { limit: "weights", counts: "weight", atMost: 9 }]));
});
