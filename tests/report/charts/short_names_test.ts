import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { chart, namedBars } from "../../../lib/report/charts/chart_parts.ts";
import { chartSvg } from "../../../lib/report/charts/chart_bundle.ts";
import { withShortNames } from "../../../lib/report/charts/short_names.ts";
import { figuresOf } from "../../../lib/report/html/figures.ts";

/** A chart of two bars with these names. */
function barsOf(names: readonly string[]) {
  const rows = names.map((name) => ({ name, n: 1, label: "1" }));
  return chart("A", "A.", rows, namedBars("name", "n", "N", "#123456", rows.length));
}

/** Names of every length that differ at their ends, and names that differ in the middle. */
const ALIKE: readonly (readonly string[])[] = [
  ...Array.from({ length: 40 }, (_, i) => ["x".repeat(i) + "north", "x".repeat(i) + "south"]),
  ["brand in city: bakery-urban, München", "brand in city: coffee-urban, München"],
];

/** Whether each of the names, or what was left of it, stands in the picture, and no two look alike. */
function allDiffer(svg: string, names: readonly string[]): boolean {
  const shown = Array.from(svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g), ([, text]) => text)
    .filter((text) => /x|north|south|brand/.test(text));
  return new Set(shown).size === names.length;
}

Deno.test("bars whose names are cut still have names that differ, on pages, phones and in notebooks", async () => {
  const alike: string[] = [];
  for (const names of ALIKE) {
    const spec = barsOf(names), { figure } = await figuresOf({ figure: spec });
    const pictures = Array.from(figure!.text.matchAll(/<svg.*?<\/svg>/gs), ([svg]) => svg);
    assertEquals(pictures.length, 2);
    for (const svg of [...pictures, await chartSvg(spec)]) {
      if (!allDiffer(svg, names)) alike.push(names[0]);
    }
  }
  assertEquals(alike, []);
});

Deno.test("names that have room, and charts without names, stay as they are", () => {
  const spec = barsOf(["north", "south"]);
  assertEquals(withShortNames(spec, 5).data, spec.data);
  const without = chart("A", "A.", [{ n: 1 }], { mark: "bar", encoding: {} });
  assertEquals(withShortNames(without, 5), without);
});
