import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { renderSvg } from "../../../lib/deps/vega.ts";
import {
  barsBothWays,
  barsWithLabels,
  chart,
  namedBars,
  typeColour,
} from "../../../lib/report/charts/chart_parts.ts";
import { narrowChart } from "../../../lib/report/charts/narrow_chart.ts";

/** Columns with labels, so many of them. */
function columns(count: number) {
  return chart(
    "Choices",
    "Offers by rank.",
    Array.from({ length: count }, (_, i) => ({ rank: String(i), offers: i, label: `${i} %` })),
    barsWithLabels({ field: "rank", type: "ordinal", title: "Rank" }, {
      field: "offers",
      type: "quantitative",
      title: "Offers of a drop, by the rank that users gave them",
    }, count),
  );
}

Deno.test("narrow chart: many columns become rows with their labels behind them, few stay", () => {
  const encodings = (count: number) => {
    const { encoding, layer, height } = narrowChart(columns(count));
    const layers = layer as { mark: unknown; encoding: object }[];
    return [
      Object.keys(encoding as object),
      layers.map(({ encoding }) => Object.keys(encoding)),
      layers[1].mark,
      height,
    ];
  };
  assertEquals(encodings(6), [["x"], [["y"], ["y", "text"]], { type: "text", dy: -8 }, 220]);
  // What has rows already stays as it is.
  assertEquals(encodings(13)[0], ["y"]);
  assertEquals(encodings(7), [
    ["y"],
    [["x"], ["text", "x"]],
    { type: "text", align: "left", dx: 5 },
    154,
  ]);
});

Deno.test("narrow chart: titles of axes are broken into lines, the data are as they were", () => {
  const wide = columns(3), narrow = narrowChart(wide);
  const [bars] = narrow.layer as { encoding: { y: { title: string[] } } }[];
  assertEquals(bars.encoding.y.title, ["Offers of a drop, by", "the rank that users", "gave them"]);
  assertEquals(narrow.data, wide.data);
});

Deno.test("narrow chart: a legend's words stand below each other, and no legend is made up", () => {
  const rows = [{ name: "a", n: 1, type: "sponsored", label: "1" }];
  const coloured = narrowChart(
    chart("A", "A.", rows, namedBars("name", "n", "N", typeColour(rows), 1)),
  );
  const plain = narrowChart(chart("A", "A.", rows, namedBars("name", "n", "N", "#123456", 1)));
  const legends = (spec: unknown) => JSON.stringify(spec).split('"columns":1}').length - 1;
  assertEquals([legends(coloured.layer), legends(plain.layer)], [1, 0]);
});

Deno.test("narrow chart: long names are cut where they differ", () => {
  const shown = (names: string[]) =>
    narrowChart(
      chart(
        "A",
        "A.",
        names.map((name) => ({ name, n: 1 })),
        namedBars("name", "n", "N", "#123", 1),
      ),
    ).data.values.map(({ name }) => name);
  assertEquals(shown(["short", "Unsponsored capacity of all"]), ["short", "Unsponsored capacit…"]);
  assertEquals(shown(["brand in market: bean, north", "brand in market: bean, south"]), [
    "brand in …an, north",
    "brand in …an, south",
  ]);
  const alike = ["a", "b"].map((end) => `${"x".repeat(30)}${end}${"y".repeat(30)}`);
  assertEquals(shown(alike), alike);
});

Deno.test("narrow chart: numbers of many digits have exponents on axes, others and shares stay", async () => {
  /** What is written under an axis up to `largest`. */
  const ticks = async (largest: number, axis = {}) => {
    const rows = [{ name: "a", n: largest, label: "" }];
    const bars = namedBars("name", "n", "N", "#123456", 1, { tickCount: 2, ...axis });
    const svg = await renderSvg(narrowChart(chart("A", "A.", rows, bars)));
    return Array.from(svg.matchAll(/>([-−\d.,e+ %]+)<\/text>/g), ([, text]) => text);
  };
  assertEquals(await ticks(1e-12), ["0", "5e-13", "1e-12"]);
  assertEquals(await ticks(2.5e12), ["0", "1e+12", "2e+12"]);
  assertEquals(await ticks(-2e-7), ["−2e-7", "−1e-7", "0"]);
  assertEquals(await ticks(2000), ["0", "1,000", "2,000"]);
  assertEquals(await ticks(0.002), ["0.000", "0.001", "0.002"]);
  assertEquals(await ticks(5e-5, { format: ".3%" }), ["0.000 %", "0.002 %", "0.004 %"]);

  const rows = [{ name: "a", n: -2e9, way: "x" }, { name: "b", n: 2e9, way: "x" }];
  const svg = await renderSvg(
    narrowChart(chart("A", "A.", rows, barsBothWays("name", "n", "N", 2, { legend: null }))),
  );
  assertEquals(
    Array.from(svg.matchAll(/>(\de\+9|0)<\/text>/g), ([, text]) => text),
    ["2e+9", "1e+9", "0", "1e+9", "2e+9"],
  );
});
