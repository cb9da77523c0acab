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

/** Value of a user's best bundle with or without a pair where row `r` has another price, by trying all. */
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
        const row = rows.row[e], price = row === r ? priceOfRow : prices.limit![row];
        // Toward a least one offer counts no more than all of it.
        const least = rows.sense[row] < 0 && rows.amount[row] < 0 ? rows.amount[row] : -Infinity;
        sum -= price * Math.max(least, rows.coefficient[e]);
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
  [{ limit: "x", counts: "weight", atLeast: 3, price: 0.2, where: { contract_address: "c4" } }, {
    limit: "y",
    per: "city",
    atMost: 4,
  }],
  // Several pairs of each user count: what brings one in brings its others in too.
  [{ limit: "x", atMost: 4 }],
];

Deno.test("who nearly came in: at the price stated, and at no nearer one, the pair comes into its user's best bundle", async () => {
  let looked = 0;
  for (let seed = 1; seed <= 24; seed++) {
    const all = await asked(seed, KINDS[seed % KINDS.length]);
    const { instance, inquiry, allocation, prices } = all;
    const { row } = explainLimit(inquiry, "x");
    const r = findLimitRow(instance.limits, "x", "")!, present = prices.limit![r];
    // What a pair adds to its user's best bundle at a price of the row: below 0 it is not in it.
    const pairOf = ({ user_id, contract_address }: LimitBidder) => {
      const u = instance.users.indexOfSorted(user_id);
      let pair = instance.start[u];
      while (instance.contracts[instance.contract[pair]] !== contract_address) pair++;
      const margin = (price: number) =>
        bestBundle(all, u, r, price, { pair, held: true }) -
        bestBundle(all, u, r, price, { pair, held: false });
      return { pair, margin };
    };
    const falls = row!.side === "at_most" ? 1 : -1;
    for (const [bids, held] of [[row!.nearly, false], [row!.barely, true]] as const) {
      for (const [i, bid] of bids.entries()) {
        const { pair, margin } = pairOf(bid),
          says = `${seed} ${bid.user_id} ${bid.contract_address}`;
        assertEquals(allocation.offerPair.includes(pair), held);
        assertAlmostEquals(margin(bid.price), 0, 1e-9, says);
        // It is in on one side of that price, and on the way from there to the present price nothing changes.
        const way = [0.01, 0.2, 0.4, 0.6, 0.8, 1].map((s) => bid.price + s * (present - bid.price));
        for (const price of Math.abs(bid.price - present) < 1e-9 ? [] : way) {
          assert(falls * (bid.price - price) * margin(price) >= -1e-9, `${says} at ${price}`);
        }
        // Nearest first.
        const sign = held ? -falls : falls;
        assert(i === 0 || sign * (bids[i - 1].price - bid.price) >= 0);
        looked++;
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

Deno.test("an offer that counts more than a whole least is worth no more than all of it at the prices", async () => {
  const drop = Drop.from({
    users: [{ id: "u", group: "g" }],
    contracts: [{ id: "tea", cap: 1, sponsored: false }],
    groups: [{ id: "g", ratio: 0 }],
    pairs: [{ user: "u", contract: "tea", score: -0.3, attributes: { weight: 3 } }],
    limits: [{ limit: "some", counts: "weight", atLeast: 2, price: 0.2 }],
  });
  const allocation = await allocate(drop, { k: 1, covW: [], sponsoredBonus: 0 });
  assertEquals(allocation.offersOf("u").length, 1);
  const { options: [tea], best_unsponsored } = explain(drop, allocation, { user: "u" });
  assertAlmostEquals(tea.net_value, best_unsponsored!, 1e-12);
  assertEquals(tea.limits!.map(({ counts }) => counts), [-2]);
  const { row } = explain(drop, allocation, { limit: "some" });
  assertEquals([row!.used, row!.barely[0].adds], [3, 3]);
  assertAlmostEquals(row!.barely[0].price, 0.15, 1e-12);
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

Deno.test("explain a limit: where digits of weights are lost beside huge prices, it ends", async () => {
  for (const score of [1, 1e17, 1e40, 1e200]) {
    const users = ["a", "b", "c", "d"];
    const drop = Drop.from({
      users: users.map((id) => ({ id, group: "g" })),
      contracts: [{ id: "x", cap: 1, sponsored: false }, { id: "y", cap: 4, sponsored: false }],
      groups: [{ id: "g", ratio: 0 }],
      pairs: users.flatMap((user) => [
        { user, contract: "x", score },
        { user, contract: "y", score: 1 },
      ]),
      limits: [{ limit: "few", per: [], atMost: 3 }],
    });
    const allocation = await allocate(drop, { k: 2 });
    const { row } = explain(drop, allocation, { limit: "few" });
    assertEquals(row!.used, 3, `${score}`);
  }
});
