import type { Allocation } from "../../../lib/allocator/model/allocation.ts";
import { explainUser, Inquiry, type WhyNot } from "../../../lib/allocator/explain/explain.ts";
import type { Instance } from "../../../lib/allocator/drop/instance/instance.ts";
import { solveOptimal } from "../../../lib/allocator/optimal/optimal.ts";
import { shortfallPrice } from "../../../lib/allocator/model/policy.ts";
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { allocate } from "../../../lib/api/allocate.ts";
import { explain } from "../../../lib/api/explain.ts";
import { foreignDrop, objectiveOf, worthOf } from "../../support/foreign_model.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { oddDrop } from "../../fuzz/odd_drop.ts";
import { randomCase } from "../../support/random_case.ts";
import { tried } from "../../support/effort.ts";

/** What a set of offers breaks, and what it is worth, from the rules as docs/model.md has them. */
interface Verdict {
  broken: Set<string>;
  value: number;
}

function judge(instance: Instance, { policy }: Allocation, offers: readonly number[][]): Verdict {
  const { contract, score, cap, brand, group, groupSize, ratio, sponsoredContracts } = instance;
  const broken = new Set<string>(), used = new Map<number, number>();
  const uniform = policy.model === "uniform";
  const groups = instance.groups.map(() => ({ sponsored: 0, mixed: 0, given: 0, of: 0 }));
  let value = 0;
  offers.forEach((pairs, u) => {
    const s = pairs.filter((p) => contract[p] < sponsoredContracts).length, n = pairs.length;
    const brands = new Map<number, number>();
    for (const p of pairs) {
      value += score[p];
      used.set(contract[p], (used.get(contract[p]) ?? 0) + 1);
      const b = brand?.[contract[p]] ?? -1;
      brands.set(b, (brands.get(b) ?? 0) + 1);
    }
    if (policy.covMode === "shortfall") value -= policy.shortfallPenalty * (policy.k - n);
    else for (let i = 0; i < n; i++) value += policy.covW[i] ?? 0;
    value += policy.sponsoredBonus * (uniform ? Math.min(1, s) : s);
    if (n > policy.k) broken.add("k");
    if (brand !== null && Math.max(0, ...brands.values()) > (policy.maxPerBrand ?? Infinity)) {
      broken.add("brand");
    }
    const mixed = s > 0 && s < n;
    const tail = policy.thirdSlotOnlyMixing
      ? s === policy.k - 1 && n === policy.k
      : s >= Math.max(1, Math.min(policy.sponsoredFirstRounds, policy.k - 1));
    if (uniform && mixed && !(policy.mixTail && tail)) broken.add("type");
    const g = groups[group[u]];
    if (s > 0) g.sponsored++;
    if (mixed) g.mixed++;
    g.given += s;
    g.of += n;
  });
  for (const [c, n] of used) if (n > cap[c]) broken.add("cap");
  groups.forEach((g, i) => {
    if (!uniform) return;
    const size = groupSize[i], least = Math.ceil(ratio[i] * size - 1e-9);
    value -= shortfallPrice(instance, policy) * Math.max(0, least - g.sponsored);
    const most = Math.floor((policy.maxSponsoredRatio ?? 1) * size + 1e-9);
    if (g.sponsored > Math.max(most, least > 0 ? 1 : 0)) broken.add("max");
    if (policy.mixTail && g.mixed > Math.floor(policy.maxMixedShare * size + 1e-9)) {
      broken.add("mixed");
    }
    const guarded = policy.enforceAssignmentRatio && policy.assignmentRatioGuard !== "none";
    const share = Math.max(0, ratio[i] - policy.ratioSlack);
    if (guarded && g.given < share * g.of - 1e-9) broken.add("ratio");
  });
  return { broken, value };
}

Deno.test("why not: every reason holds when the option is given all the same", async () => {
  const seen = new Map<WhyNot, number>();
  for (let seed = 1; seed <= tried(60, 120); seed++) {
    const [instance, policy] = randomCase(seed);
    const allocation = await solveOptimal(instance, policy);
    // Where better allocations may exist, an option may be open with good reason.
    if (allocation.gap === null || allocation.gap > 1e-9) continue;
    const { offerStart, offerPair, prices } = allocation;
    const inquiry = new Inquiry({ instance, policy, prices: prices!, offers: allocation });
    const offers = Array.from(
      instance.group,
      (_, u) => Array.from(offerPair.subarray(offerStart[u], offerStart[u + 1])),
    );
    const { value, broken } = judge(instance, allocation, offers);
    assertEquals([...broken], []);
    for (let u = 0; u < offers.length; u++) {
      const full = offers[u].length === policy.k;
      for (const option of explainUser(inquiry, u).options) {
        if (option.why_not === null) continue;
        const c = instance.contracts.indexOf(option.contract_address);
        let p = instance.start[u];
        while (instance.contract[p] !== c) p++;
        const ways = full
          ? offers[u].map((t) => [...offers[u].filter((o) => o !== t), p])
          : [[...offers[u], p]];
        const verdicts = ways.map((way) => judge(instance, allocation, offers.with(u, way)));
        const ruledOut = (...rules: string[]) =>
          verdicts.every((v) => rules.some((rule) => v.broken.has(rule)));
        const worse = verdicts.every((v) => v.broken.size > 0 || v.value <= value + 1e-6);
        const holds: Record<WhyNot, () => boolean> = {
          full: () => ruledOut("cap"),
          k_better: () => full && worse,
          // Giving up the last sponsored offer may be allowed, at the cost of the group's minimum.
          other_type: () => ruledOut("type") || (full && worse),
          brand_limit: () => ruledOut("brand", "type"),
          mixed_share: () => ruledOut("mixed", "brand", "type"),
          ratio_guard: () => ruledOut("max", "ratio", "mixed", "brand", "type"),
          // None of these drops has limits.
          limit: () => false,
          change_cost: () => false,
          pinned: () => false,
          price_above_score: () => !full && worse,
          open: () => !worse,
        };
        const why = option.why_not;
        assert(holds[why](), `seed ${seed}, ${why}: ${JSON.stringify(option)}`);
        seen.set(why, (seen.get(why) ?? 0) + 1);
      }
    }
  }
  const { open = 0, ...others } = Object.fromEntries(seen);
  assertEquals(open, 0, "the optimum leaves nothing open");
  assertEquals(Object.keys(others).length, 7, JSON.stringify(others));
});

Deno.test("why not: where limits, prices and pins stand against an option, an optimum leaves nothing open", async () => {
  const seeds = tried(100, 320);
  let options = 0;
  for (let seed = 100; seed < 100 + seeds; seed++) {
    const odd = oddDrop(seed, "tiny", true);
    const { user, contract } = odd.drop.pairs[seed % odd.drop.pairs.length];
    const pins = seed % 2 === 0 ? [] : [{ user, contract }];
    let drop: Drop;
    try {
      drop = Drop.from({ ...odd.drop, pins });
    } catch {
      continue;
    }
    const found = await allocate(drop, odd.policy).catch(() => null);
    if (found === null || found.gap !== 0) continue;
    for (const user of drop.instance.users.toArray()) {
      for (const { why_not, contract_address } of explain(drop, found, { user }).options) {
        options++;
        assert(why_not !== "open", `seed ${seed}: ${user} ${contract_address}`);
      }
    }
  }
  assert(options > 3 * seeds, `${options}`);
});

Deno.test("why not: an offer that is pinned does not give way to a better one", async () => {
  const drop = Drop.from({
    users: [{ id: "ann", group: "g" }],
    contracts: ["tea", "cake"].map((id) => ({ id, cap: 1, sponsored: true })),
    groups: [{ id: "g", ratio: 0 }],
    pairs: [
      { user: "ann", contract: "tea", score: 0.9 },
      { user: "ann", contract: "cake", score: 0.1 },
    ],
    pins: [{ user: "ann", contract: "cake" }],
  });
  const { options } = explain(drop, await allocate(drop, { k: 1 }), { user: "ann" });
  assertEquals(options.map(({ why_not }) => why_not), ["pinned", null]);
});

Deno.test("what a limit's price keeps out, though it is worth more than all prices, is kept out by that limit", async () => {
  const drop = Drop.from({
    users: [{ id: "ann", group: "north" }],
    contracts: [{ id: "tea", cap: 1, sponsored: false }],
    groups: [{ id: "north", ratio: 0 }],
    pairs: [{ user: "ann", contract: "tea", score: -1 }],
    limits: [
      { limit: "few", atMost: 0, price: 5 },
      { limit: "many", atLeast: 1, price: 3 },
    ],
  });
  const allocation = await allocate(drop);
  // The offer costs 1, and 5 for the most, and saves the least's 3. At these prices it would be worth 1.5.
  const prices = { ...allocation.prices!, limit: Float64Array.of(0.5, 3) };
  const { options: [tea] } = explain(drop, { ...allocation, prices }, { user: "ann" });
  assertEquals([tea.taken, tea.why_not, tea.limits![0].limit], [false, "limit", "few"]);
});

Deno.test("of limits that stand against an option those without room are named first", async () => {
  const drop = Drop.from({
    users: [{ id: "ann", group: "north" }],
    contracts: [{ id: "tea", cap: 1, sponsored: false }],
    groups: [{ id: "north", ratio: 0 }],
    pairs: [{ user: "ann", contract: "tea", score: 9 }],
    limits: [
      { limit: "dear", atMost: 1, price: 5 },
      { limit: "none", atMost: 0 },
    ],
  });
  const allocation = await allocate(drop);
  const prices = { ...allocation.prices!, limit: Float64Array.of(4, 0.1) };
  const { options: [tea] } = explain(drop, { ...allocation, prices }, { user: "ann" });
  assertEquals(tea.why_not, "limit");
  assertEquals(tea.limits!.map(({ limit }) => limit), ["none", "dear"]);
});

/** An allocation without about half of its offers. */
function someOf(allocation: Allocation, seed: number): Allocation {
  const random = seededRandom(seed), { offerStart, offerPair } = allocation;
  const start = [0], pairs: number[] = [];
  for (let u = 0; u + 1 < offerStart.length; u++) {
    pairs.push(
      ...offerPair.subarray(offerStart[u], offerStart[u + 1]).filter(() => random.next() < 0.5),
    );
    start.push(pairs.length);
  }
  return { ...allocation, offerStart: Uint32Array.from(start), offerPair: Uint32Array.from(pairs) };
}

Deno.test("why not: of offers that are not the best, what gains more than its price is open, and nothing else is", async () => {
  const seen = new Map<WhyNot, number>();
  for (let seed = 400; seed < 400 + tried(90, 300); seed++) {
    const odd = oddDrop(seed, "tiny", true), drop = Drop.from(odd.drop);
    const { prices, shortfallPrice } = await allocate(drop, odd.policy);
    const greedy = await allocate(drop, { ...odd.policy, shortfallPrice, solver: "greedy" });
    const poor = someOf(greedy, seed), { contracts, contract, users } = drop.instance;
    const held = users.toArray().flatMap((user, u) =>
      Array.from(poor.offerPair.subarray(poor.offerStart[u], poor.offerStart[u + 1]), (p) => ({
        user,
        contract: contracts[contract[p]],
      }))
    );
    const model = foreignDrop(odd);
    const valueWith = (more?: { user: string; contract: string }) => {
      const all = more === undefined ? held : [...held, more];
      const worth = worthOf(
        model,
        model.rows.map((row) =>
          all.some(({ user, contract }) => user === row.user && contract === row.contract)
        ),
      );
      return worth.broken.length > 0 ? -Infinity : objectiveOf(worth, shortfallPrice);
    };
    const before = valueWith();
    if (before === -Infinity) continue;
    const size = Math.max(...drop.instance.score.map(Math.abs), 0.001);
    for (const user of drop.instance.users.toArray()) {
      const { options, k } = explain(drop, { ...poor, prices }, { user });
      if (options.filter(({ taken }) => taken).length >= k) continue;
      for (const { contract_address: contract, why_not, price, limits = [] } of options) {
        if (why_not === null) continue;
        const gain = valueWith({ user, contract }) - before, says = `${seed} ${user} ${contract}`;
        const room = 1e-4 * size + 1e-9 * Math.abs(before);
        seen.set(why_not, (seen.get(why_not) ?? 0) + 1);
        const own = limits.reduce((sum, one) => sum + one.price * Math.max(0, one.counts), price);
        if (why_not === "open") assert(gain > -room, `${says}: open, and ${gain}`);
        if (why_not === "price_above_score") {
          assert(gain <= own + room, `${says}: ${gain} at ${own}`);
        }
        // The offer itself takes more of a limit than there is for nothing: which one is told.
        if (why_not === "limit") assert(limits.length > 0, says);
      }
    }
  }
  for (const reason of ["open", "price_above_score", "limit"] as const) {
    assert(seen.get(reason)! > 5, `${reason} ${seen.get(reason)}`);
  }
});
