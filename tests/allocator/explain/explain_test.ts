import { allocate } from "../../../lib/api/allocate.ts";
import { explain } from "../../../lib/api/explain.ts";
import { Drop } from "../../../lib/allocator/drop/drop.ts";
import type { Allocation } from "../../../lib/allocator/model/allocation.ts";
import {
  explainContract,
  explainGroup,
  explainUser,
  Inquiry,
} from "../../../lib/allocator/explain/explain.ts";
import { solveIlp } from "../../../lib/allocator/ilp/ilp.ts";
import type { Instance } from "../../../lib/allocator/drop/instance/instance.ts";
import { solveOptimal } from "../../../lib/allocator/optimal/optimal.ts";
import {
  bundleShapes,
  coverageValue,
  defaultPolicy,
  type Policy,
} from "../../../lib/allocator/model/policy.ts";
import { assert, assertAlmostEquals, assertEquals } from "../../../lib/deps/std_assert.ts";
import { explainGroupText } from "../../../lib/report/text/explain_text.ts";
import { fc } from "../../../lib/deps/fast_check.ts";
import { randomInstance } from "../../support/random_instance.ts";
import { smallAllocation, smallDrop, smallPolicy } from "../../support/report_drop.ts";

function inquiryOf(instance: Instance, allocation: Allocation): Inquiry {
  const { policy, prices } = allocation;
  return new Inquiry({ instance, policy, prices: prices!, offers: allocation });
}

const small = inquiryOf(smallDrop().instance, smallAllocation());

Deno.test("explain user: options ranked, each taken or with the reason why not", () => {
  const ann = explainUser(small, 0);
  assertEquals(ann.options.map((o) => [o.rank, o.contract_address, o.taken, o.why_not]), [
    [1, "t1", false, "full"],
    [2, "s1", true, null],
  ]);
  assertEquals([ann.type, ann.group_price], ["sponsored", 0.25]);
  assertAlmostEquals(ann.options[0].net_value, 0.9);
  assertAlmostEquals(ann.loss, 0.05);
  // 0.9 − 0.5 for s1 and 0.25 from the group's minimum; 0.95 − 0.05 for t1.
  assertAlmostEquals(ann.best_sponsored!, 0.65);
  assertAlmostEquals(ann.best_unsponsored!, 0.9);
  // cy is sponsored; t2 has units left, but is of the other type.
  assertEquals(explainUser(small, 2).options.map((o) => o.why_not), ["other_type", null]);
});

Deno.test("explain user: k better ones, brands, ratio rules, prices above scores", () => {
  const { instance } = smallDrop();
  const whyNot = (user: number, policy: Policy, change: Partial<Allocation["prices"]> = {}) => {
    const allocation = smallAllocation();
    const prices = { ...allocation.prices!, ...change };
    const branded = { ...instance, brand: Uint32Array.of(0, 1, 2, 2), brands: ["a", "b", "c"] };
    const inquiry = new Inquiry({ instance: branded, policy, prices, offers: allocation });
    return explainUser(inquiry, user).options.map((o) => o.why_not);
  };
  // eve has one offer of one option; with k = 1 cy's s2 is kept although t2 scores more.
  assertEquals(whyNot(4, { ...smallPolicy, k: 1 }), [null]);
  // bob's t1 scores less than s1, which is full; dee's two offers are her only options.
  assertEquals(whyNot(1, smallPolicy), ["full", null]);
  assertEquals(whyNot(3, smallPolicy), [null, null]);
  assertEquals(whyNot(2, smallPolicy, { assignmentRatio: Float64Array.of(0, 0.5) }), [
    "ratio_guard",
    null,
  ]);
  // Under coverage cy might have t2 too.
  const coverage: Policy = { ...smallPolicy, model: "coverage" };
  assertEquals(whyNot(2, coverage), ["open", null]);
  assertEquals(whyNot(2, coverage, { contract: Float64Array.of(0, 0, 0, 0.7) }), [
    "price_above_score",
    null,
  ]);
  assertEquals(whyNot(0, { ...coverage, k: 1 }), ["full", null]);
  // With units left of t1, and t1 of the same brand as ann's s1.
  const roomy = {
    ...instance,
    cap: Float64Array.of(1, 4, 9, 9),
    brand: Uint32Array.of(0, 1, 0, 2),
    brands: ["a", "b", "c"],
  };
  const limited = inquiryOf(roomy, {
    ...smallAllocation(),
    policy: { ...coverage, maxPerBrand: 1 },
  });
  assertEquals(explainUser(limited, 0).options.map((o) => o.why_not), ["brand_limit", null]);
});

Deno.test("explain group: the ratio, its price, who is swayed by it", () => {
  const g1 = explainGroup(small, 0);
  assertEquals(
    [g1.required_sponsored_users, g1.sponsored_users, g1.shortfall, g1.price],
    [2, 1, 1, 0.25],
  );
  assertEquals(g1.dearest.map((s) => s.user_id), ["ann"]);
  // t1 net 0.9 against s1 net 0.4.
  assertAlmostEquals(g1.dearest[0].cost, 0.5);
  assertEquals(g1.next.map((s) => s.user_id), ["bob"]);
  const g2 = explainGroup(small, 1);
  assertEquals([g2.users_with_sponsored_option, g2.sponsored_by_minimum], [1, 1]);
});

Deno.test("explain group: what is not asked for sways nobody", () => {
  // Under coverage, and where the ratio is 0, whoever has a sponsored offer has it by choice.
  const { instance } = smallDrop(), allocation = smallAllocation();
  const coverage = explainGroup(
    inquiryOf(instance, { ...allocation, policy: { ...smallPolicy, model: "coverage" } }),
    0,
  );
  assertEquals(coverage.model, "coverage");
  assertEquals(
    [coverage.sponsored_users, coverage.sponsored_by_choice, coverage.sponsored_by_minimum],
    [1, 1, 0],
  );
  assertEquals([coverage.dearest, coverage.next], [[], []]);
  // Of a ratio of 1 two users would be missing, were it asked for.
  const whole = { ...instance, ratio: Float64Array.of(1, 1) };
  const missing = [smallPolicy, { ...smallPolicy, model: "coverage" } as Policy]
    .map((policy) => explainGroup(inquiryOf(whole, { ...allocation, policy }), 0).shortfall);
  assertEquals([missing[0] > 0, missing[1]], [true, 0]);
  const words = explainGroupText(coverage);
  assertEquals(/model\s+coverage does not ask for the ratio/.test(words), true, words);
  assertEquals(/minimum/.test(words), false, words);

  const free = explainGroup(
    inquiryOf({ ...instance, ratio: new Float64Array(instance.ratio.length) }, allocation),
    0,
  );
  // ann has s1, and bob would have it by choice.
  assertEquals([free.sponsored_by_choice, free.sponsored_by_minimum], [2, 0]);
  assertEquals([free.gain_at_most, free.dearest], [0, []]);
  assertEquals(free.next.map((s) => s.user_id), ["bob"]);
});

/** Best value over all allowed bundles of a user's options at the prices, by trying each. */
function bestByTrying(
  instance: Instance,
  allocation: Allocation,
  u: number,
  price: (c: number) => number,
): number {
  const { policy, prices } = allocation;
  const { start, contract, score, group, sponsoredContracts } = instance;
  const coverage = coverageValue(policy), g = group[u];
  const allowed = new Set(bundleShapes(policy).map((s) => `${s.sponsored} ${s.unsponsored}`));
  const n = start[u + 1] - start[u];
  let best = -Infinity;
  for (let set = 0; set < 1 << n; set++) {
    let value = 0, i = 0, j = 0;
    for (let p = 0; p < n; p++) {
      if ((set >> p & 1) === 0) continue;
      const c = contract[start[u] + p], sponsored = c < sponsoredContracts;
      value += score[start[u] + p] - price(c);
      if (sponsored) i++;
      else j++;
      if (sponsored && policy.model === "coverage") value += policy.sponsoredBonus;
    }
    if (!allowed.has(`${i} ${j}`)) continue;
    value += coverage[i + j];
    if (policy.model === "uniform" && i > 0) {
      value += policy.sponsoredBonus + prices!.minSponsored[g] - prices!.maxSponsored[g];
    }
    best = Math.max(best, value);
  }
  return best;
}

Deno.test("explain contract: what it is worth to each user, found by trying every bundle", async () => {
  for (let seed = 1; seed <= 12; seed++) {
    const instance = randomInstance({ seed, users: 14, contracts: 6, groups: 2, scoreStep: 0.01 });
    const model = seed % 2 === 0 ? "coverage" : "uniform";
    const allocation = await solveOptimal(instance, { ...defaultPolicy, model });
    const prices = allocation.prices!.contract;
    const inquiry = inquiryOf(instance, allocation);
    for (let c = 0; c < instance.contracts.length; c++) {
      const answer = explainContract(inquiry, c);
      assertEquals(answer.price, prices[c]);
      const worths: number[] = [];
      for (let u = 0; u < instance.group.length; u++) {
        const own = instance.contract.subarray(instance.start[u], instance.start[u + 1]);
        if (!own.includes(c)) continue;
        const free = bestByTrying(instance, allocation, u, (d) => d === c ? 0 : prices[d]);
        const without = bestByTrying(instance, allocation, u, (d) => d === c ? 1e9 : prices[d]);
        worths.push(free - without);
      }
      const { tolerance } = inquiry;
      assertEquals(answer.eligible_users, worths.length);
      assertEquals(answer.demand_at_zero, worths.filter((w) => w > tolerance).length);
      assertEquals(
        answer.demand_at_price,
        worths.filter((w) => w > prices[c] + tolerance).length,
      );
      const told = [...answer.nearly, ...answer.barely].map((b) => b.worth).sort((a, b) => a - b);
      const found = worths.filter((w) => w > tolerance).sort((a, b) => a - b);
      if (found.length <= 10) {
        assertEquals(told.length, found.length);
        told.forEach((worth, i) => assertAlmostEquals(worth, found[i], 1e-9));
      }
    }
  }
});

Deno.test("explain: one more unit, or one required user less, never adds more than its price", async () => {
  for (let seed = 1; seed <= 6; seed++) {
    const instance = randomInstance({
      seed,
      users: 20,
      contracts: 5,
      groups: 2,
      ratios: [0.5, 0.8],
    });
    const allocation = await solveOptimal(instance, defaultPolicy);
    const inquiry = inquiryOf(instance, allocation);
    for (const c of [0, 4]) {
      const cap = instance.cap.map((n, i) => i === c ? n + 1 : n);
      const more = await solveIlp({ ...instance, cap }, defaultPolicy, { gap: 0 });
      const most = allocation.bound! + explainContract(inquiry, c).price;
      assert(more.objective <= most + 1e-6, `${more.objective} > ${most}`);
    }
    const answer = explainGroup(inquiry, 0);
    if (answer.required_sponsored_users === 0) continue;
    const fewer = (answer.required_sponsored_users - 1) / answer.users;
    const ratio = instance.ratio.map((r, g) => g === 0 ? fewer : r);
    const less = await solveIlp({ ...instance, ratio }, defaultPolicy, { gap: 0 });
    const most = allocation.bound! + answer.price;
    assert(less.objective <= most + 1e-6, `${less.objective} > ${most}`);
  }
});

Deno.test("explain user: in a proven optimum nothing worth having is left open", async () => {
  let optima = 0;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 1e6 }), async (seed) => {
      const instance = randomInstance({ seed, users: 15, contracts: 7, groups: 2 });
      const model = seed % 2 === 0 ? "coverage" : "uniform";
      const allocation = await solveOptimal(instance, { ...defaultPolicy, model });
      if (allocation.gap! > 1e-9) return;
      optima++;
      const inquiry = inquiryOf(instance, allocation);
      for (let u = 0; u < instance.group.length; u++) {
        const user = explainUser(inquiry, u);
        assert(user.value <= user.unlimited_value + 1e-9);
        const taken = user.options.filter((o) => o.taken);
        assertEquals(taken.length, inquiry.taken(u).length);
        for (const option of user.options) {
          assertEquals(option.taken, option.why_not === null);
          if (option.why_not === "full") assert(option.assigned >= option.cap);
          if (option.why_not === "k_better") assertEquals(taken.length, user.k);
          assert(option.why_not !== "open", `${user.user_id}: ${JSON.stringify(option)}`);
        }
      }
    }),
    { numRuns: 30 },
  );
  assert(optima > 5, `only ${optima} proven optima`);
});

Deno.test("explain user: what a user with a k of its own lacks is counted from that k, so that the values add up", async () => {
  const policy = { k: 3, covMode: "shortfall", shortfallPenalty: 0.1 } as const;
  const drop = Drop.from({
    users: [{ id: "u0", group: "g", k: 1 }, { id: "u1", group: "g" }, {
      id: "u2",
      group: "g",
      k: 4,
    }],
    contracts: [{ id: "a", cap: 3, sponsored: false }, { id: "b", cap: 1, sponsored: false }],
    groups: [{ id: "g", ratio: 0 }],
    pairs: ["u0", "u1", "u2"].flatMap((user) => [
      { user, contract: "a", score: 0.5 },
      { user, contract: "b", score: 0.6 },
    ]),
  });
  const allocation = await allocate(drop, policy);
  const users = ["u0", "u1", "u2"].map((user) => explain(drop, allocation, { user }));
  assertEquals(users[0].unlimited_value, 0.6);
  const sum = users.reduce((sum, { value }) => sum + value, 0);
  assertAlmostEquals(sum, allocation.objective, 1e-12);
});

Deno.test("explain user: a large cost of missing offers that cancels out leaves no digits in a user's worth", async () => {
  const policy = { k: 3, covMode: "shortfall", shortfallPenalty: 1e6 } as const;
  const drop = Drop.from({
    users: [{ id: "u", group: "g", k: 1 }],
    contracts: [{ id: "a", cap: 2, sponsored: true }, { id: "b", cap: 2, sponsored: false }],
    groups: [{ id: "g", ratio: 0 }],
    pairs: [{ user: "u", contract: "a", score: 0.1 }, { user: "u", contract: "b", score: 0.3 }],
  });
  const user = explain(drop, await allocate(drop, policy), { user: "u" });
  assertEquals([user.value, user.unlimited_value], [0.3, 0.3]);
  assertEquals([user.best_sponsored, user.best_unsponsored, user.loss], [0.101, 0.3, 0]);
});
