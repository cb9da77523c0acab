/** Explanations of limits, judged by trying every bundle of a user. */
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "../../../lib/deps/std_assert.ts";
import { Drop, type LimitInput } from "../../../lib/allocator/drop/drop.ts";
import {
  explainLimit,
  explainUser,
  findLimitRow,
  gainOfAmount,
  indexOfRow,
  Inquiry,
  type LimitBidder,
} from "../../../lib/allocator/explain/explain.ts";
import { limitRows } from "../../../lib/allocator/explain/limit_rows.ts";
import { defaultPolicy, type Policy, shortfallPrice } from "../../../lib/allocator/model/policy.ts";
import { solveOptimal } from "../../../lib/allocator/optimal/optimal.ts";
import { allocate } from "../../../lib/api/allocate.ts";
import { explain } from "../../../lib/api/explain.ts";
import { UsageError } from "../../../lib/base/errors.ts";
import { explainLimitText } from "../../../lib/report/text/explain_limit_text.ts";
import { limitedDrop } from "../../support/limited_drop.ts";

const POLICY: Policy = { ...defaultPolicy, k: 2, covW: [0.05, 0.02] };

/** An inquiry about the best allocation of a random drop. */
async function asked(seed: number, limits: readonly LimitInput[]) {
  const { instance } = limitedDrop(seed, limits);
  const allocation = await solveOptimal(instance, POLICY);
  const prices = allocation.prices!;
  return {
    instance,
    prices,
    allocation,
    inquiry: new Inquiry({ instance, policy: POLICY, prices, offers: allocation }),
  };
}

/** Value of a user's best bundle at prices, with or without a pair, by trying all; a free one costs nothing in row `r`. */
function bestBundle(
  { instance, prices }: Awaited<ReturnType<typeof asked>>,
  u: number,
  r: number,
  priceOfRow: number,
  must: { pair: number; held: boolean },
): number {
  const { start, contract, score, sponsoredContracts, group } = instance;
  const { rows } = instance.limits!, g = group[u];
  const valueOf = (pairs: number[]) => {
    let sum = 0;
    for (const p of pairs) {
      sum += score[p] - prices.contract[contract[p]];
      for (let e = rows.start[rows.item[p]]; e < rows.start[rows.item[p] + 1]; e++) {
        const price = rows.row[e] === r && p === must.pair
          ? priceOfRow
          : prices.limit![rows.row[e]];
        sum -= price * rows.coefficient[e];
      }
    }
    const sponsored = pairs.filter((p) => contract[p] < sponsoredContracts).length;
    for (let i = 0; i < pairs.length; i++) sum += POLICY.covW[i];
    if (sponsored > 0) {
      sum += POLICY.sponsoredBonus + prices.minSponsored[g] - prices.maxSponsored[g];
    }
    return sponsored > 0 && sponsored < pairs.length ? -Infinity : sum;
  };
  let best = -Infinity;
  const try_ = (pairs: number[], from: number) => {
    if (pairs.includes(must.pair) === must.held) best = Math.max(best, valueOf(pairs));
    if (pairs.length === POLICY.k) return;
    for (let p = from; p < start[u + 1]; p++) try_([...pairs, p], p + 1);
  };
  try_([], start[u]);
  return best;
}

const KINDS: LimitInput[][] = [
  [{ limit: "x", atMost: 3, where: { brand_id: "b0" } }],
  [{ limit: "x", counts: "weight", atMost: 9 }, { limit: "y", per: "city", atMost: 4 }],
  [{ limit: "x", atLeast: 6, where: { kind: "old" } }],
  [{ limit: "x", atLeast: 8, price: 0.3, where: { brand_id: "b1" } }],
  [{ limit: "x", counts: "cost", atMost: 8, price: 0.1 }, { limit: "y", atMost: 6 }],
  [{ limit: "x", atMost: 0.4, shareOf: "offers", where: { kind: "new" } }],
];

Deno.test("the price at which a pair comes in is where its best bundles with and without it are worth the same", async () => {
  let looked = 0;
  for (let seed = 1; seed <= 24; seed++) {
    const all = await asked(seed, KINDS[seed % KINDS.length]);
    const { instance, inquiry, allocation } = all;
    const { row } = explainLimit(inquiry, "x");
    const r = findLimitRow(instance.limits, "x", "")!;
    const check = (bids: LimitBidder[], held: boolean) => {
      for (const { user_id, contract_address, worth, price } of bids) {
        const u = instance.users.indexOfSorted(user_id);
        const c = instance.contracts.indexOf(contract_address);
        let pair = instance.start[u];
        while (instance.contract[pair] !== c) pair++;
        assertEquals(allocation.offerPair.includes(pair), held);
        const withIt = bestBundle(all, u, r, price, { pair, held: true });
        const without = bestBundle(all, u, r, price, { pair, held: false });
        assertAlmostEquals(withIt, without, 1e-9, `${seed} ${user_id} ${contract_address}`);
        const free = bestBundle(all, u, r, 0, { pair, held: true });
        assertAlmostEquals(worth, free - without, 1e-9);
        looked++;
      }
    };
    check(row!.nearly, false);
    check(row!.barely, true);
    // Nearest first.
    const down = row!.side === "at_most" ? 1 : -1;
    for (const [list, sign] of [[row!.nearly, down], [row!.barely, -down]] as const) {
      for (let i = 1; i < list.length; i++) {
        assert(sign * (list[i - 1].price - list[i].price) >= 0);
      }
    }
  }
  assert(looked > 100, `only ${looked} pairs looked at`);
});

Deno.test("a unit more adds at most the price, where the drop is solved again", async () => {
  for (let seed = 30; seed < 42; seed++) {
    const { instance, inquiry } = await asked(seed, KINDS[seed % 5]);
    const { row } = explainLimit(inquiry, "x");
    const gain = await gainOfAmount(inquiry.question, findLimitRow(instance.limits, "x", "")!);
    if (gain !== null) assert(gain <= row!.gain_at_most + 1e-9, `${seed}: ${gain}`);
  }
});

Deno.test("an option that a full limit keeps out says so, with the limit", async () => {
  let found = 0;
  for (let seed = 50; seed < 60; seed++) {
    const { instance, inquiry } = await asked(seed, [{ limit: "few", atMost: 2 }]);
    for (let u = 0; u < instance.users.length; u++) {
      const { options } = explainUser(inquiry, u);
      for (const { why_not, limits, taken, net_value, score, price } of options) {
        assertEquals(limits!.length <= 1, true);
        const charge = (limits?.[0]?.price ?? 0) * (limits?.[0]?.counts ?? 0);
        assertAlmostEquals(net_value, score - price - charge, 1e-12);
        if (why_not !== "limit") continue;
        found++;
        assertEquals(taken, false);
        // Who has all offers that one may have could have this one in the place of another, which counts as much.
        assert(options.filter((other) => other.taken).length < POLICY.k);
        assertEquals(limits![0].limit, "few");
      }
    }
  }
  assert(found > 50, `${found}`);
});

Deno.test("rows say how they stand, and why a least is missed", async () => {
  const { instance, allocation } = await asked(7, [
    { limit: "all", atMost: 4 },
    { limit: "too much", atLeast: 1000, where: { brand_id: "b0" } },
    { limit: "held", atLeast: 5, price: 0.001, where: { brand_id: "b1" } },
    { limit: "never", atMost: 0, where: { city: "oslo" } },
    { limit: "roomy", atMost: 1000 },
    { limit: "half", per: "group_id", atMost: 0.5, shareOf: "offers", where: { kind: "new" } },
  ]);
  const rows = limitRows({
    instance: { ...instance, limits: instance.limits! },
    policy: POLICY,
    offers: allocation,
    prices: allocation.prices,
    shortfallPrice: shortfallPrice(instance, POLICY),
  });
  const [all, tooMuch, held, never, roomy, north, south] = rows;
  assertEquals([all.used, all.status, all.offers], [4, "full", 4]);
  assertEquals(tooMuch.status, "missed");
  assertEquals(tooMuch.missed, 1000 - tooMuch.used!);
  assertEquals(tooMuch.reason!.out_of_reach, "caps");
  assert(tooMuch.reason!.reachable! < 1000 && tooMuch.reason!.reachable! >= tooMuch.used!);
  if (held.missed > 0) {
    assertEquals(held.reason!.out_of_reach, null);
    assert(held.reason!.held_by.some(({ limit }) => limit === "all"));
  }
  assertEquals([never.used, never.missed], [0, 0]);
  assertEquals([roomy.status, roomy.used], ["open", 4]);
  for (const [row, g] of [[north, 0], [south, 1]] as const) {
    assertEquals([row.limit, row.values], ["half", { group_id: instance.groups[g] }]);
    const own = [...allocation.offerPair].filter((p) => instance.group[userOf(instance, p)] === g);
    const { elig } = instance.limits!.attributes;
    const fresh = own.filter((p) => elig.get("kind")!.values[elig.get("kind")!.code[p]] === "new");
    if (own.length === 0) assertEquals(row.used, null);
    else assertAlmostEquals(row.used!, fresh.length / own.length, 1e-12);
    assertEquals(row.offers, fresh.length);
  }
});

function userOf({ start }: { start: Uint32Array }, p: number): number {
  let u = 0;
  while (start[u + 1] <= p) u++;
  return u;
}

Deno.test("limits and rows that are not there are named, with those that are", () => {
  const { instance: { limits } } = limitedDrop(1, [
    { limit: "brands", per: "brand_id+group_id", atMost: 2, atLeast: 1 },
    { limit: "one", atMost: 9 },
  ]);
  const r = findLimitRow(limits, "brands", "b0+south")!;
  assertEquals(limits!.rows.key[r], ["b0", "south"]);
  assertEquals(limits!.rows.sense[r], 1);
  assertEquals(findLimitRow(limits, "brands", "brand_id=b0, group_id=south"), r);
  assertEquals(findLimitRow(limits, "brands", "b0+south", "at_least"), r + 1);
  assertEquals(findLimitRow(limits, "brands"), undefined);
  const wrong = (limit: string, row: string | undefined, message: string) =>
    assertThrows(() => findLimitRow(limits, limit, row), UsageError, message);
  wrong(
    "brandz",
    undefined,
    'limit is "brandz", expected the name of a limit (did you mean brands?)',
  );
  wrong("zzz", undefined, 'expected the name of a limit (there is "brands", "one")');
  wrong("brands", "b0+sout", "expected values of brand_id+group_id (did you mean b0+south?)");
  wrong("one", "b0", 'limit "one" has one row only');
  assertThrows(() => findLimitRow(undefined, "x"), UsageError, "the drop has no limits");
});

Deno.test("a limit with a most and a least has two rows, told apart by their side", async () => {
  const drop = limitedDrop(1, [
    { limit: "both", atMost: 9, atLeast: 2 },
    { limit: "brands", per: "brand_id", atMost: 4 },
  ]);
  const { limits } = drop.instance;
  const most = findLimitRow(limits, "both", undefined, "at_most")!;
  const least = findLimitRow(limits, "both", undefined, "at_least")!;
  assertEquals([limits!.rows.sense[most], limits!.rows.sense[least]], [1, -1]);
  const allocation = await allocate(drop);
  assertEquals(explain(drop, allocation, { limit: "both" }).row, null);
  const { row } = explain(drop, allocation, { limit: "both", side: "at_least" });
  assertEquals([row!.side, row!.amount], ["at_least", 2]);
  assertThrows(
    () => findLimitRow(limits, "brands", "b0", "at_least"),
    UsageError,
    'side is "at_least", but limit "brands" has only at_most',
  );
  assertThrows(() => findLimitRow(limits, "both", "9"), UsageError, "a side tells its two apart");
  assertStringIncludes(
    explainLimitText(explain(drop, allocation, { limit: "both" })),
    "Name one with --side at_most or at_least to see who nearly came in.",
  );
});

Deno.test("values of several rows name none; the row of an answer is found by its own values", () => {
  const pair = (user: string) => ({ user, contract: "tea", score: 1 });
  const { instance: { limits } } = Drop.from({
    users: [
      { id: "ann", group: "north", attributes: { city: "a+b", plan: "c" } },
      { id: "bob", group: "north", attributes: { city: "a", plan: "b+c" } },
    ],
    contracts: [{ id: "tea", cap: 2, sponsored: true }],
    groups: [{ id: "north", ratio: 0 }],
    pairs: [pair("ann"), pair("bob")],
    limits: [{ limit: "plans", per: ["city", "plan"], atMost: 1 }],
  });
  assertThrows(
    () => findLimitRow(limits, "plans", "a+b+c"),
    UsageError,
    'row is "a+b+c", which are the values of several rows, expected one such as "city=',
  );
  for (const [r, [city, plan]] of limits!.rows.key.entries()) {
    assertEquals(findLimitRow(limits, "plans", `city=${city}, plan=${plan}`), r);
    assertEquals(
      indexOfRow(limits!, { limit: "plans", values: { city, plan }, side: "at_most" }),
      r,
    );
  }
});
