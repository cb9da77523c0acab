/** Weeks predicted from those before: nothing of a later week is looked at. */
import { assert, assertAlmostEquals, assertEquals } from "../../lib/deps/std_assert.ts";
import { backtest, type BacktestWeek } from "../../lib/review/backtest.ts";
import { estimateRates } from "../../lib/review/estimate_rates.ts";
import { fitStrengths } from "../../lib/review/fit_strengths.ts";
import type { RateCounts } from "../../lib/review/rate_counts.ts";
import { strengthsAround } from "../../lib/review/strengths_around.ts";
import type { Strengths } from "../../lib/review/rate_tree.ts";
import type { PooledWeeks } from "../../lib/review/reviewed_weeks.ts";

const OFFERS = [[40, 30, 0, 50], [60, 20, 30, 10], [50, 50, 50, 50], [10, 90, 40, 0]];
const HITS = [[4, 9, 0, 5], [9, 5, 2, 1], [6, 14, 4, 6], [1, 30, 3, 0]];

/** Two contracts of two brands in two groups, over weeks with these hits. */
function pooled(offers: number[][], hits: number[][]): PooledWeeks {
  const sum = (weeks: number[][]) =>
    Float64Array.from(weeks[0], (_, i) => weeks.reduce((sum, week) => sum + week[i], 0));
  const all: RateCounts = {
    contracts: 2,
    brands: 2,
    brandOf: Uint32Array.of(0, 1),
    contract: Uint32Array.of(0, 0, 1, 1),
    group: Uint32Array.of(0, 1, 0, 1),
    offers: sum(offers),
    hits: sum(hits),
  };
  const weeks = offers.map((week, w) => ({
    offers: Float64Array.from(week),
    hits: Float64Array.from(hits[w]),
  }));
  return { all, weeks, contractIds: [], contracts: [], groupIds: [], brandIds: [] };
}

/** The weeks predicted, the counts that strengths were asked of, and where each search began. */
function predicted(offers: number[][], hits: number[][]) {
  const asked: { hits: number[]; found: Strengths; first?: Strengths }[] = [];
  const weeks = backtest(pooled(offers, hits), 0.9, (counts, first) => {
    const found = fitStrengths(counts, first);
    asked.push({ hits: [...counts.hits], found, first });
    return found;
  });
  return { weeks, asked };
}

Deno.test("backtest: the first search begins from nothing, each later one from the week before", () => {
  const { weeks, asked } = predicted(OFFERS, HITS);
  assertEquals(weeks.map(({ week }) => week), [1, 2, 3]);
  assertEquals(asked.map(({ hits }) => hits), [[4, 9, 0, 5], [13, 14, 2, 6], [19, 28, 6, 12]]);
  assertEquals(asked.map(({ first }) => first), [undefined, asked[0].found, asked[1].found]);
});

Deno.test("backtest: what later weeks hold changes no prediction", () => {
  const shown = ({ week, predicted, interval, error }: BacktestWeek) => ({
    week,
    predicted,
    interval,
    error,
  });
  const whole = predicted(OFFERS, HITS).weeks;
  for (let last = 1; last < OFFERS.length; last++) {
    const others = HITS.map((week, w) => w > last ? OFFERS[w].map((n) => n) : week);
    const weeks = predicted(OFFERS, others).weeks;
    assertEquals(weeks.slice(0, last).map(shown), whole.slice(0, last).map(shown));
    // What was seen in the week itself is no part of its prediction either.
    const own = HITS.map((week, w) => w === last ? OFFERS[w].map(() => 0) : week);
    const { predicted: same, seen } = predicted(OFFERS, own).weeks[last - 1];
    assertEquals([same, seen], [whole[last - 1].predicted, 0]);
  }
});

Deno.test("backtest: weeks before the first offers, and weeks without any, are not predicted", () => {
  const none = [0, 0, 0, 0];
  const { weeks, asked } = predicted([none, OFFERS[0], none, OFFERS[1]], [
    none,
    HITS[0],
    none,
    HITS[1],
  ]);
  assertEquals(weeks.map(({ week }) => week), [3]);
  assertEquals(asked.map(({ first }) => first), [undefined]);
  assert(weeks[0].predicted > 0 && weeks[0].offers === 120);
});

Deno.test("backtest: a week is predicted at the rates that the weeks before it have, unsure strengths included", () => {
  const { weeks: [first] } = predicted(OFFERS, HITS), { all } = pooled([OFFERS[0]], [HITS[0]]);
  const strengths = fitStrengths(all), among = strengthsAround(all, strengths);
  assert(among.length > 1);
  const rates = estimateRates(all, { confidence: 0.9, strengths, among });
  const offered = OFFERS[1], hits = HITS[1];
  const each = offered.map((n, cell) => n * rates.cell(cell).rate);
  const predictedInAll = each.reduce((sum, n) => sum + n, 0);
  assertAlmostEquals(first.predicted, predictedInAll, 1e-9);
  const off = each.map((n, cell) => Math.abs(n - hits[cell]));
  assertAlmostEquals(first.error, off.reduce((sum, x) => sum + x, 0) / offered.length, 1e-9);
});
