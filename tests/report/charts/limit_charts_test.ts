import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import type { LimitRow } from "../../../lib/allocator/explain/limit_rows.ts";
import { limitPricesChart, limitUseChart } from "../../../lib/report/charts/limit_charts.ts";

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

/** Titles of the axis's classes of 2 rows, of which one uses `share` of its amount and the other all of it. */
function classOfUse(share: number): string {
  const rows = [share, 1].map((used) => ({
    ...{ limit: "a", values: {}, side: "at_most", status: "open", amount: 1, missed: 0 },
    used,
  }));
  const chart = limitUseChart({ families: [], rows: rows as unknown as LimitRow[] })!;
  const { values } = chart.data as { values: { used: string; limits: number }[] };
  return values.find(({ limits }) => limits > 0)!.used;
}

Deno.test("chart of use: a class says which shares it holds, between whole per cents too", () => {
  for (const share of [1e-6, 0.005, 0.19, 0.199, 0.2, 0.395, 0.4, 0.7999, 0.8, 0.995, 0.9999]) {
    const [from, to] = classOfUse(share).split("<").map((end) => Number(end.replace("–", "")));
    assert(100 * share >= from && 100 * share < to, `${classOfUse(share)} holds ${100 * share} %`);
  }
});

/** A price whose fourth digit would be rounded down. */
const PRICE = 0.123441;

Deno.test("chart of prices: where prices leave a part open, what a unit adds is not said to be at most its price", () => {
  const rows = [{
    ...{ limit: "a", values: {}, status: "full", side: "at_most", price: PRICE, offers: 5 },
    ...{ amount: 5, used: 5, missed: 0 },
  }] as unknown as LimitRow[];
  const of = (slack: number) => limitPricesChart({ families: [], rows }, slack)!;
  const [{ label, price }] = (of(0).data as { values: { label: string; price: number }[] }).values;
  assert(Number(label) >= PRICE && price >= PRICE, `${label} ${price}`);
  assert(String(of(0).title).includes("at most"));
  assert(!String(of(0.5).title).includes("at most"));
});
