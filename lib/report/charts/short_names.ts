/**
 * Names beside an axis that has no room for all of them.
 *
 * @module
 */
import type { VegaLiteSpec } from "../../deps/vega.ts";
import { cutTo } from "../words.ts";

/**
 * Most letters of a name beside an axis of a wide chart, as Vega measures them where there is no screen: it would cut the ends of
 * longer ones.
 */
export const WIDE_NAME = 27;

type Part = Readonly<Record<string, unknown>>;

/** What the chart and its layers draw by what. */
export function partsOf(spec: VegaLiteSpec): Part[] {
  return [spec, ...(spec.layer as Part[] | undefined ?? [])]
    .map(({ encoding }) => encoding as Part | undefined ?? {});
}

/**
 * The chart with the names of its rows cut to `most` letters where they still differ, so that no two rows look alike: at the end, in
 * the middle, or at the beginning.
 *
 * @example
 * ```ts
 * import { withShortNames } from "./short_names.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * import { chart, namedBars } from "./chart_parts.ts";
 * const rows = [{ name: "brand in city: tea, north" }, { name: "brand in city: tea, south" }];
 * const spec = chart("A", "A.", rows, namedBars("name", "n", "N", "#123456", 2));
 * const names = withShortNames(spec, 16).data.values.map(({ name }) => name);
 * assertEquals(names, ["brand i…, north", "brand i…, south"]);
 * ```
 */
export function withShortNames(spec: VegaLiteSpec, most: number): VegaLiteSpec {
  const { values } = spec.data;
  const field = partsOf(spec).map(({ y }) => y as Part | undefined)
    .find((y) => y?.type === "nominal")?.field as string | undefined;
  if (field === undefined) return spec;
  const names = [...new Set(values.map((row) => String(row[field])))];
  const half = Math.floor((most - 1) / 2);
  for (const [from, to] of [[most - 1, 0], [half, half], [0, most - 1]]) {
    const short = new Map(names.map((name) => [name, cutTo(name, from, to, most)]));
    if (new Set(short.values()).size < names.length) continue;
    const cut = values.map((row) => ({ ...row, [field]: short.get(String(row[field])) }));
    return { ...spec, data: { values: cut } };
  }
  return spec;
}
