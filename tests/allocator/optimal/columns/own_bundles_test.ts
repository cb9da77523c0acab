import { assert, assertAlmostEquals, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { Allowance } from "../../../../lib/allocator/optimal/programs/allowance.ts";
import { Holdings } from "../../../../lib/allocator/optimal/recovery/holdings.ts";
import { BundleChooser } from "../../../../lib/allocator/optimal/recovery/bundle_chooser.ts";
import {
  compileDualProblem,
  zeroPrices,
} from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { defaultPolicy, type Policy } from "../../../../lib/allocator/model/policy.ts";
import { OwnBundles } from "../../../../lib/allocator/optimal/columns/own_bundles.ts";
import {
  declaredOwnLimits,
  ownLimits,
} from "../../../../lib/allocator/optimal/columns/own_limits.ts";
import type { LimitInput } from "../../../../lib/allocator/drop/drop.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";
import { limitedDrop } from "../../../support/limited_drop.ts";

/** Limits of single users of every kind: hard, missed at a price, exceeded at a price, of a day; and one that users share. */
const LIMITS: readonly LimitInput[] = [
  { limit: "hours", per: "user_id", counts: "weight", atMost: 5 },
  { limit: "some", per: "user_id", counts: "weight", atLeast: 3, price: 0.2 },
  { limit: "few", per: "user_id", atMost: 1, price: 0.1 },
  { limit: "one of a brand", per: "user_id+brand_id", atMost: 1 },
  { limit: "brand", per: "brand_id", atMost: 5 },
];

const POLICIES: readonly Partial<Policy>[] = [
  {},
  { model: "coverage" },
  { mixTail: true },
  { maxPerBrand: 1 },
];

/** Bundles at random prices, those of own limits among them. */
function bundlesAt(seed: number, limits: readonly LimitInput[], policy: Partial<Policy>) {
  const { instance } = limitedDrop(seed, limits, { contracts: 6 });
  const problem = compileDualProblem(instance, { ...defaultPolicy, ...policy });
  const random = seededRandom(seed), prices = zeroPrices(problem), price = prices.limit!;
  prices.contract.forEach((_, c) => prices.contract[c] = 0.3 * random.next());
  price.forEach((_, r) => price[r] = Math.min(problem.items!.highest[r], 0.1 * random.next()));
  const { isOwn, shared } = ownLimits(problem, prices)!;
  const limit = price.map((one, r) => isOwn[r] === 1 ? 0 : one);
  const chooser = new BundleChooser(new Holdings(shared), { ...prices, limit }, false);
  const holdings = new Holdings(problem);
  const given = { isOwn, chooser, price, allowance: new Allowance(Infinity) };
  return { problem, chooser, holdings, given, bundles: new OwnBundles(holdings, given) };
}

/** All bundles of a user that keep its own limits, with their values, by going through all sets of pairs. */
function allOf(u: number, { problem, chooser, holdings }: ReturnType<typeof bundlesAt>) {
  const { instance: { start }, middle } = problem, first = start[u];
  const found: { name: string; isSponsored: boolean; value: number }[] = [];
  for (let set = 0; set < 2 ** (start[u + 1] - first); set++) {
    const pairs = [];
    for (let p = first; p < start[u + 1]; p++) if ((set >> (p - first)) & 1) pairs.push(p);
    const sponsored = pairs.filter((p) => p < middle[u]).length;
    const shape = chooser.shapeValue(u, sponsored, pairs.length - sponsored);
    if (shape === -Infinity) continue;
    holdings.setBundle(u, Int32Array.from(pairs), pairs.length);
    const isKept = holdings.isFeasible();
    // Limits that are missed count for all users alike: those of the others aside.
    const own = holdings.penalty();
    holdings.setBundle(u, new Int32Array(0), 0);
    if (!isKept) continue;
    let value = shape - own;
    for (const p of pairs) value += chooser.netValue(p);
    found.push({ name: pairs.join(), isSponsored: sponsored > 0, value });
  }
  return found;
}

Deno.test("where a search takes long, better prices of the user's own limits are found, with which the next is short", () => {
  const hours = { limit: "hours", per: "user_id", counts: "weight", atMost: 14 };
  const { instance } = limitedDrop(5, [hours], { users: 3, contracts: 24 });
  const problem = compileDualProblem(instance, { ...defaultPolicy, model: "coverage", k: 8 });
  const { isOwn, shared } = declaredOwnLimits(problem)!, none = zeroPrices(problem);
  const chooser = new BundleChooser(new Holdings(shared), none, false);
  const search = (price: Float64Array) => {
    const allowance = new Allowance(1);
    const bundles = new OwnBundles(new Holdings(problem), { isOwn, chooser, price, allowance });
    const found = Array.from(
      { length: 3 },
      (_, u) => [true, false].map((isSponsored) => bundles.best(u, isSponsored)),
    );
    return { found, price: bundles.price, spent: 1 - allowance.left };
  };
  const first = search(none.limit!), second = search(first.price);
  // It is another array: the prices that were given stay.
  assertEquals([...none.limit!], [0, 0, 0]);
  assert(first.price.some((price) => price > 0), `${first.price}`);
  assert(second.spent < first.spent / 2, `${second.spent} ${first.spent}`);
  // Under model coverage the best bundle is that of a knapsack: for each number of offers and of hours the most that any pairs are worth.
  for (let u = 0; u < 3; u++) {
    const best = Array.from({ length: 9 }, () => new Array<number>(15).fill(-Infinity));
    best[0][0] = 0;
    const { start } = instance, { rows } = instance.limits!;
    for (let p = start[u]; p < start[u + 1]; p++) {
      const own = rows.coefficient[rows.start[rows.item[p]]];
      const value = chooser.netValue(p);
      for (let n = 8; n > 0; n--) {
        for (let h = 14; h >= own; h--) {
          best[n][h] = Math.max(best[n][h], best[n - 1][h - own] + value);
        }
      }
    }
    const worth = Math.max(
      ...best.map((byHours, n) => Math.max(...byHours) + chooser.shapeValue(u, 0, n)),
    );
    for (const { found } of [first, second]) {
      const value = Math.max(...found[u].map((one) => one.value));
      assertAlmostEquals(value, worth, 1e-9);
      for (const one of found[u]) assert(one.most === one.value, "the search went through");
    }
  }
});

/** What a user costs who holds nothing: three units of `some` are missed. */
const MISSED = 0.6;

Deno.test("a user's bundles within its own limits: the best one of each kind, and all that are nearly as good", () => {
  for (let seed = 1; seed <= 40; seed++) {
    const case_ = bundlesAt(seed, LIMITS, POLICIES[seed % POLICIES.length]);
    const { bundles, problem } = case_, users = problem.instance.group.length;
    for (let u = 0; u < users; u++) {
      const all = allOf(u, case_).map((one) => ({
        ...one,
        // The other users hold nothing meanwhile.
        value: one.value + MISSED * (users - 1),
      }));
      const what = `seed ${seed}, user ${u}`;
      for (const isSponsored of [true, false]) {
        const kind = all.filter((one) => one.isSponsored === isSponsored);
        const value = Math.max(...kind.map((one) => one.value));
        const best = bundles.best(u, isSponsored);
        assertEquals(best.most, best.value, what);
        if (kind.length === 0) assertEquals(best.pairs, null, what);
        else assertAlmostEquals(best.value, value, 1e-9, what);
      }
      const least = Math.max(...all.map((one) => one.value)) - 0.3;
      const near = bundles.near(u, least, 1000)!.map(({ pairs }) => pairs.join());
      const expected = all.filter((one) => one.value >= least).map(({ name }) => name);
      assertEquals(near.toSorted(), expected.toSorted(), what);
      if (near.length > 1) assert(bundles.near(u, least, 1)!.length > 1, what);
    }
  }
});

Deno.test("without work left a user's best bundle is not found, and what it is worth at most is still said", () => {
  for (let seed = 1; seed <= 10; seed++) {
    const { holdings, given, bundles, problem } = bundlesAt(seed, LIMITS, {});
    const hurried = new OwnBundles(holdings, { ...given, allowance: new Allowance(0) });
    for (let u = 0; u < problem.instance.group.length; u++) {
      for (const isSponsored of [true, false]) {
        const { pairs, most } = hurried.best(u, isSponsored);
        assertEquals(pairs, null);
        assert(most >= bundles.best(u, isSponsored).value - 1e-9);
      }
      assertEquals(hurried.near(u, 0, 1000), null);
    }
  }
});

Deno.test("what own limits cost: nothing, the price of what is missed, or more than anything", () => {
  const { bundles, problem: { instance: { start } } } = bundlesAt(1, LIMITS, { model: "coverage" });
  assertAlmostEquals(bundles.penaltyOf(0, []), MISSED);
  const all = Array.from({ length: start[1] }, (_, p) => p);
  assertEquals(bundles.penaltyOf(0, all), Infinity);
});
