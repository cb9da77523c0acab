/** Intervals of shares against published tables. */
import { betaQuantile, normalQuantile } from "../../lib/deps/jstat.ts";
import { assert, assertAlmostEquals, assertEquals } from "../../lib/deps/std_assert.ts";
import { shareDifference, wilson } from "../../lib/review/intervals.ts";

const four = (value: number) => value.toFixed(4);

Deno.test("Wilson's intervals are those of Newcombe (1998), two-sided 95 %", () => {
  // R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, table I.
  for (
    const [hits, n, low, high] of [
      [81, 263, "0.2553", "0.3662"],
      [15, 148, "0.0624", "0.1605"],
      [0, 20, "0.0000", "0.1611"],
      [1, 29, "0.0061", "0.1718"],
    ] as const
  ) {
    const interval = wilson(hits, n, 0.95);
    assertEquals([four(interval.low), four(interval.high)], [low, high], `${hits}/${n}`);
  }
});

Deno.test("Wilson's interval of all is that of none, mirrored; of nothing it is everything", () => {
  const none = wilson(0, 37, 0.9), all = wilson(37, 37, 0.9);
  assertEquals([none.low, all.high], [0, 1]);
  assertAlmostEquals(none.high, 1 - all.low, 1e-12);
  assertEquals(wilson(0, 0, 0.95), { low: 0, high: 1 });
});

Deno.test("Newcombe's intervals of differences are those of his table II, method 10", () => {
  // R. G. Newcombe, "Interval estimation for the difference between independent proportions", ibid., cases (a) to (h).
  for (
    const [hits, n, other, otherN, low, high] of [
      [56, 70, 48, 80, "0.0524", "0.3339"],
      [9, 10, 3, 10, "0.1705", "0.8090"],
      [6, 7, 2, 7, "0.0582", "0.8062"],
      [5, 56, 0, 29, "-0.0381", "0.1926"],
      [0, 10, 0, 20, "-0.1611", "0.2775"],
      [0, 10, 0, 10, "-0.2775", "0.2775"],
      [10, 10, 0, 20, "0.6791", "1.0000"],
      [10, 10, 0, 10, "0.6075", "1.0000"],
    ] as const
  ) {
    const { low: l, high: h } = shareDifference(hits, n, other, otherN, 0.95)!;
    assertEquals([four(l), four(h)], [low, high], `${hits}/${n} − ${other}/${otherN}`);
  }
  assertEquals(shareDifference(1, 2, 0, 0, 0.95), null);
});

Deno.test("quantiles are scipy's to eight digits", () => {
  // scipy.stats.beta.ppf and norm.ppf, scipy 1.17.
  for (
    const [p, a, b, value] of [
      [0.05, 3.5, 20.2, 0.04932687763292668],
      [0.95, 1e5, 3e6, 0.032423297206585884],
      [0.05, 0.5, 1000.5, 1.965576612136093e-6],
      [0.975, 1.5, 1e6, 4.674189709639851e-6],
      [0.025, 200, 1.2, 0.9797315929065972],
      [0.95, 0.02, 40, 0.0011612726495018608],
    ]
  ) {
    const relative = betaQuantile(p, a, b) / value - 1;
    assert(Math.abs(relative) < 3e-8, `${p}, ${a}, ${b}: ${relative}`);
  }
  assertAlmostEquals(normalQuantile(0.975), 1.959963984540054, 1e-9);
});
