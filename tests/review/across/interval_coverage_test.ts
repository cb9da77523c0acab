/** Intervals hold what they say: on a synthetic history whose truth is known, and by exact sums. */
import { capsFromReviews, readReview } from "../../../mod.ts";
import type { Review } from "../../../types.ts";
import { assert } from "../../../lib/deps/std_assert.ts";
import { generateDrop } from "../../../lib/generate/generate.ts";
import { logBetaBinomialMass } from "../../../lib/review/beta_binomial.ts";
import { shareDifference, wilson } from "../../../lib/review/intervals.ts";
import { TempFolder } from "../../support/cli.ts";

const WEEKS = 8;

/** Rows of a CSV file without quotes. */
function rowsOf(text: string): string[][] {
  return text.trim().split("\n").slice(1).map((line) => line.split(","));
}

Deno.test("eight weeks of known truth: rates lie in their 90 % intervals in 90 ± 3 % of cases", async () => {
  await using folder = new TempFolder();
  const dir = `${folder.path}/history`;
  await generateDrop({ dir, users: 3000, weeks: WEEKS, seed: 3 });
  const reviews: Review[] = [];
  for (let week = 1; week <= WEEKS; week++) {
    const of = (name: string) => `${dir}/weeks/${week}/${name}.csv`;
    reviews.push(
      await readReview({
        assignments: of("assignments"),
        selections: of("selections"),
        redemptions: of("redemptions"),
        holdout: of("held_out"),
        caps: `${dir}/caps.csv`,
        userGroups: `${dir}/user_groups.csv`,
      }, { title: `week ${week}` }),
    );
  }
  const { rates } = capsFromReviews(reviews);
  const truth = new Map<string, number>(), ofContract = new Map<string, [number, number]>();
  for (const [contract, group, offers, , rate] of rowsOf(folder.read("history/truth.csv"))) {
    truth.set(`${contract}|${group}`, Number(rate));
    const [n, sum] = ofContract.get(contract) ?? [0, 0];
    ofContract.set(contract, [n + Number(offers), sum + Number(offers) * Number(rate)]);
  }
  const share = <T extends { low: number; high: number }>(
    estimates: readonly T[],
    of: (estimate: T) => number,
  ) => estimates.filter((e) => e.low <= of(e) && of(e) <= e.high).length / estimates.length;
  const cells = share(rates.cells, ({ contract, group }) => truth.get(`${contract}|${group}`)!);
  assert(rates.cells.length > 3000 && rates.cells.length === truth.size);
  assert(cells > 0.87 && cells < 0.93, `contracts in groups: ${cells}`);
  const contracts = share(rates.contracts.filter(({ offers }) => offers > 0), ({ contract }) => {
    const [n, sum] = ofContract.get(contract)!;
    return sum / n;
  });
  // Of some hundred contracts chance alone makes 3 points of difference.
  assert(contracts > 0.81 && contracts < 0.99, `contracts: ${contracts}`);

  // Every week but the first is predicted, and better than by either rate that is not shrunk.
  assert(rates.backtest.length === WEEKS - 1);
  let inside = 0, all = 0, weeksInside = 0;
  for (const week of rates.backtest) {
    inside += week.contractsInside;
    all += week.contracts;
    if (week.interval.low <= week.seen && week.seen <= week.interval.high) weeksInside++;
    assert(week.error < week.errorOwn && week.error < week.errorOverall);
  }
  assert(inside / all > 0.87 && inside / all < 0.97, `predicted counts: ${inside / all}`);
  assert(weeksInside >= WEEKS - 3, `predicted weeks: ${weeksInside}`);

  // The lift that users had to be expected to show.
  const { weeks } = JSON.parse(folder.read("history/truth.json"));
  let liftsInside = 0;
  for (const [i, { facts }] of reviews.entries()) {
    for (const { outcome, low, high } of facts.lift!) {
      const expected = weeks[i][outcome] / weeks[i].users - weeks[i][`held_out_${outcome}`];
      if (low! <= expected && expected <= high!) liftsInside++;
    }
  }
  assert(liftsInside >= 2 * WEEKS - 2, `lifts: ${liftsInside} of ${2 * WEEKS}`);
});

/** Chances of r = 0 … n hits out of n. */
function binomial(n: number, p: number): number[] {
  // A beta-binomial of a strength beyond all counts.
  return Array.from({ length: n + 1 }, (_, r) => Math.exp(logBetaBinomialMass(r, n, p, 1e12)));
}

Deno.test("by exact sums over all outcomes, intervals of shares and differences hold about what they say", () => {
  for (const p of [0.02, 0.1, 0.4]) {
    let held = 0;
    binomial(400, p).forEach((chance, r) => {
      const { low, high } = wilson(r, 400, 0.95);
      if (low <= p && p <= high) held += chance;
    });
    assert(held > 0.93 && held < 0.975, `${p}: ${held}`);
  }
  for (const [n, p, m, q] of [[300, 0.23, 60, 0.03], [150, 0.1, 150, 0.1], [400, 0.02, 40, 0.05]]) {
    const first = binomial(n, p), second = binomial(m, q);
    let held = 0;
    first.forEach((chance, r) => {
      if (chance < 1e-9) return;
      second.forEach((other, s) => {
        const { low, high } = shareDifference(r, n, s, m, 0.95)!;
        if (low <= p - q && p - q <= high) held += chance * other;
      });
    });
    assert(held > 0.93 && held < 0.985, `${p} − ${q}: ${held}`);
  }
});
