/** Caps out of reviews. */
import { capsFromReviews, review } from "../../mod.ts";
import type { ReviewedWeek } from "../../types.ts";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertMatch,
  assertThrows,
} from "../../lib/deps/std_assert.ts";
import { UsageError } from "../../lib/base/errors.ts";
import { DISPLAY } from "../../lib/report/display.ts";
import { logBetaBinomialMass } from "../../lib/review/beta_binomial.ts";
import { countInterval } from "../../lib/review/backtest.ts";
import { poolWeeks } from "../../lib/review/reviewed_weeks.ts";

/** A week of cells: contract, group, offers, redemptions. */
function week(title: string, cells: [string, string | null, number, number][]): ReviewedWeek {
  const ids = [...new Set(cells.map(([contract]) => contract))];
  const brand: Record<string, string> = { tea: "x", cake: "x", bun: "y" };
  return {
    title,
    contracts: ids.map((id) => ({
      contract_address: id,
      brand_id: brand[id] ?? null,
      is_sponsored: id !== "bun",
      cap: 100,
      planned_rate: id === "tea" ? 0.5 : null,
    })),
    cells: cells.map(([contract_address, group_id, offered, redeemed]) => ({
      contract_address,
      group_id,
      offered,
      redeemed,
    })),
  };
}

const WEEKS = [
  week("1", [["tea", "n", 1000, 100], ["tea", "s", 500, 60], ["cake", "n", 800, 160]]),
  week("2", [["tea", "n", 700, 70], ["bun", null, 900, 30], ["cake", "s", 10, 0]]),
];

Deno.test("weeks are pooled in canonical order, whatever each one knows", () => {
  const pooled = poolWeeks(WEEKS);
  assertEquals(pooled.contractIds, ["bun", "cake", "tea"]);
  assertEquals(pooled.groupIds, ["n", "s", null]);
  assertEquals(pooled.brandIds, ["x", "y"]);
  assertEquals([...pooled.all.offers], [900, 800, 10, 1700, 500]);
  assertEquals([...pooled.all.hits], [30, 160, 0, 170, 60]);
  assertEquals([...pooled.weeks[1].offers], [900, 0, 10, 700, 0]);
});

Deno.test("with a budget the cap is the rule's, with the rate of the reviews", () => {
  const money = { spent: 100, liveClaims: 50, faceValue: 2, isSponsored: false };
  const { caps, rates } = capsFromReviews(WEEKS, {
    budgets: [
      { contract: "tea", brand: "x", budget: 1100, ...money },
      { contract: "new", brand: "y", budget: 1100, ...money },
    ],
  });
  assertEquals(caps.map(({ contract }) => contract), ["new", "tea"]);
  const [fresh, tea] = caps, own = rates.contracts.find(({ contract }) => contract === "tea")!;
  const cautious = own.rate + 1.28 * own.deviation;
  assertAlmostEquals(tea.cautiousRate, cautious, 1e-12);
  assertEquals(tea.cap, Math.floor((1000 - 50 * 2 * own.rate) / (2 * cautious)));
  assertEquals(tea.redeemed, 230);
  // Nothing is known of the other than its brand, and that it may be anything.
  assertEquals([fresh.offers, fresh.sources.own], [0, 0]);
  assert(fresh.estimate.high - fresh.estimate.low > 3 * (own.high - own.low));
  assert(fresh.cap < tea.cap || fresh.estimate.rate < own.rate);
});

Deno.test("without one it gives as many redemptions as this week's was to give", () => {
  const { caps } = capsFromReviews(WEEKS);
  const byId = new Map(caps.map((cap) => [cap.contract, cap]));
  const tea = byId.get("tea")!, cake = byId.get("cake")!;
  assertEquals(tea.cap, Math.floor(100 * 0.5 / tea.cautiousRate));
  assertEquals(cake.cap, Math.floor(100 * 0.25 / cake.cautiousRate));
  assertMatch(
    tea.basis,
    /^10\.\d % \(9\.\d % to 1\d\.\d %\): 230 of 2,200 redeemed; 9\d % own, \d % brand x, /,
  );
});

Deno.test("unsponsored contracts without a cap keep their default", () => {
  const common = { brand: null, plannedRate: null };
  const { caps } = capsFromReviews(WEEKS, {
    caps: [
      { contract: "bun", cap: 0, isSponsored: false, ...common },
      { contract: "tea", cap: 0, isSponsored: true, ...common },
    ],
  });
  assertEquals(caps.map(({ cap, isDefault }) => [cap, isDefault]), [[0, true], [0, false]]);
});

Deno.test("a planned rate of 0, with which no cap can be made, is none, in reviews as in this week's caps", () => {
  const withRate = (rate: number | null) =>
    WEEKS.map((of) => ({
      ...of,
      contracts: of.contracts.map((contract) => ({ ...contract, planned_rate: rate })),
    }));
  const capsOf = ({ caps }: ReturnType<typeof capsFromReviews>) => caps.map(({ cap }) => cap);
  const expected = capsOf(capsFromReviews(withRate(null)));
  assert(expected.every((cap) => cap > 0));
  assertEquals(capsOf(capsFromReviews(withRate(0))), expected);
  const known = { cap: 100, isSponsored: true, brand: null };
  const caps = ["bun", "cake", "tea"].map((contract) => ({ contract, ...known, plannedRate: 0 }));
  assertEquals(capsOf(capsFromReviews(WEEKS, { caps })), expected);
});

Deno.test("the interval of a count holds at least its confidence, and no more than it must", () => {
  for (const [rate, deviation, n] of [[0.1, 0.02, 60], [0.01, 0.004, 500], [0.5, 0.2, 7]]) {
    const estimate = { rate, deviation, low: 0, high: 1 };
    const { low, high } = countInterval(estimate, n, 0.9);
    const strength = rate * (1 - rate) / deviation ** 2 - 1;
    const mass = (r: number) => Math.exp(logBetaBinomialMass(r, n, rate, strength));
    let inside = 0, below = 0;
    for (let r = low; r <= high; r++) inside += mass(r);
    for (let r = 0; r < low; r++) below += mass(r);
    assert(inside >= 0.9 && below <= 0.05, `${rate}: ${inside}`);
    assert(inside - mass(high) < 0.95, `${rate}: one fewer would do`);
  }
});

Deno.test("the interval of a large count holds its confidence, and a billion offers take no time", () => {
  for (const [rate, deviation] of [[0.1, 0.02], [2e-4, 1e-4], [0.97, 1e-4]]) {
    const n = 40_000, estimate = { rate, deviation, low: 0, high: 1 };
    const { low, high } = countInterval(estimate, n, 0.9);
    const strength = rate * (1 - rate) / deviation ** 2 - 1;
    let inside = 0;
    for (let r = low; r <= high; r++) {
      inside += Math.exp(logBetaBinomialMass(r, n, rate, strength));
    }
    assert(inside >= 0.897 && inside < 0.96, `${rate}: ${inside}`);
  }
  const { low, high } = countInterval({ rate: 0.1, deviation: 0.01, low: 0, high: 1 }, 1e9, 0.9);
  assert(low > 8.2e7 && low < 8.5e7 && high > 1.16e8 && high < 1.18e8, `${low} to ${high}`);
});

Deno.test("the order of rows and contracts changes no rate", () => {
  const turned = WEEKS.map((of): ReviewedWeek => ({
    title: of.title,
    contracts: of.contracts.toReversed(),
    cells: of.cells.toReversed(),
  }));
  const json = (weeks: ReviewedWeek[]) => JSON.stringify(capsFromReviews(weeks));
  assertEquals(json(turned), json(WEEKS));
});

Deno.test("what can't be learned from is said", () => {
  const pair = [{ user: "ann", contract: "tea" }];
  const blind = review({ offers: pair, selections: pair }, { title: "blind" });
  assertThrows(() => capsFromReviews([blind]), UsageError, "the review blind has no redemptions");
  assertThrows(() => capsFromReviews([]), UsageError, "nothing to learn from");
  const capless = review({ offers: pair, selections: pair, redemptions: [] });
  assertThrows(() => capsFromReviews([capless]), UsageError, "the reviews know no caps");
  for (const [week, shown] of [[null, "null"], [{}, "an object"]] as const) {
    assertThrows(
      () => capsFromReviews([week] as never),
      UsageError,
      `reviews[0] is ${shown}, expected a review, or its facts`,
    );
  }
  assertThrows(
    () => capsFromReviews(WEEKS, { zet: 1 } as never),
    UsageError,
    'capsFromReviews has no option "zet"',
  );
});

Deno.test("a review shows itself in a notebook, and tells who chose none", async () => {
  const offers = ["ann", "bob"].map((user) => ({ user, contract: "tea", score: 0.5 }));
  const of = review({ offers, selections: [offers[0]], redemptions: [] }, { title: "two users" });
  assertEquals(of.usersWhoChoseNone(), ["bob"]);
  const show = (of as unknown as Record<symbol, () => Promise<Record<string, unknown>>>)[DISPLAY];
  const bundle = await show();
  assertEquals(bundle["text/plain"], of.text());
  assert(String(bundle["text/html"]).includes("two users"));
});

Deno.test("where no brands are known, contracts are shrunk towards the rate of all, new ones too", () => {
  const plain = [{
    ...WEEKS[0],
    contracts: WEEKS[0].contracts.map((contract) => ({ ...contract, brand_id: null })),
  }];
  const { rates } = capsFromReviews(plain);
  assert(rates.overall.rate > 0.1 && rates.overall.rate < 0.22, `${rates.overall.rate}`);
  const fresh = rates.newContract(null);
  // But for the ends of the grid, which cut off a little where contracts may differ widely.
  assertAlmostEquals(fresh.rate, rates.overall.rate, 4e-3);
  const { own, brand, overall } = rates.contracts[0].sources;
  assertAlmostEquals(own + brand, 1, 1e-12);
  assertEquals(overall, 0);
});
