import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import type { LimitRow } from "../../../lib/allocator/explain/limit_rows.ts";
import { limitPricesChart } from "../../../lib/report/charts/limit_charts.ts";

/** The names of the bars of full rows. */
function barsOf(rows: readonly Pick<LimitRow, "limit" | "values">[]): string[] {
  const full = rows.map((row, i) => ({
    ...{ status: "full", side: "at_most", price: 9 - i, offers: 5, amount: 5, used: 5, missed: 0 },
    ...row,
  }));
  const chart = limitPricesChart({ families: [], rows: full as unknown as LimitRow[] }, 0)!;
  return (chart.data as { values: { limit: string }[] }).values.map(({ limit }) => limit);
}

Deno.test("rows of one limit with a long name are told apart on the chart", () => {
  const limit = `a limit of ${"very ".repeat(40)}long name`;
  const bars = barsOf(["north", "south"].map((market) => ({ limit, values: { market } })));
  assert(bars.every((bar) => bar.length < 80), `${bars}`);
  assertEquals(bars.map((bar) => bar.split(": ")[1]), ["north", "south"]);
});

Deno.test("rows whose shortened values are the same have a bar each", () => {
  const values = ["a", "b"].map((middle) => ({
    brand: `brand ${middle.repeat(30)} of the market`,
  }));
  const bars = barsOf(values.map((value) => ({ limit: "brands", values: value })));
  assertEquals(new Set(bars).size, 2);
});
