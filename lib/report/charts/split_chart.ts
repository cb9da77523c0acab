/**
 * The chart of a split.
 *
 * @module
 */
import { checkValue, isObject } from "../../base/validate.ts";
import type { VegaLiteSpec } from "../../deps/vega.ts";
import type { ListedSplit } from "../../woptim/methods/person_list.ts";
import { chart, coloursThere, pointColour } from "./chart_parts.ts";
import { scaleOf } from "../text/range_bar.ts";
import { insideOf, isByClaims, rowsOf } from "../text/split_rows.ts";
import { palette } from "./palette.ts";
import { count, counted, figure } from "../words.ts";

/** Most people that are drawn. */
export const SPLIT_DRAWN = 60;

const COLOURS = { inside: palette.sponsored, outside: palette.missed };

/**
 * The chart of a split, as a Vega-Lite specification with its numbers inside: each person's interval as a bar, the
 * target as a tick and the units as a point. The first 60 people are drawn.
 *
 * @throws {UsageError} for what is no split
 *
 * @example
 * ```ts
 * import { split } from "../../api/split.ts";
 * import { splitChart } from "./split_chart.ts";
 * import { assert } from "../../deps/std_assert.ts";
 * const chart = splitChart(split({
 *   total: 3,
 *   requirements: [{ name: "ann", interval: [1, 4], target: "center" }],
 * }));
 * assert(JSON.stringify(chart).includes("ann"));
 * ```
 */
export function splitChart(split: ListedSplit): VegaLiteSpec {
  checkValue("split", split, {
    expected: "what split returns",
    accepts: (value) => isObject(value) && "people" in value,
  });
  const people = rowsOf(split, SPLIT_DRAWN);
  const inside = insideOf(split), mark = isByClaims(split) ? "quota" : "target";
  // An open or far bound is drawn to the end of the scale.
  const scale = scaleOf(people);
  const drawn = (x: number) => Math.min(scale.to, Math.max(scale.from, x));
  const isCut = people.some(({ lower, upper }) => drawn(lower) !== lower || drawn(upper) !== upper);
  const values = people.map((p) => ({
    name: p.name,
    units: p.units,
    target: p.target,
    lower: drawn(p.lower),
    upper: drawn(p.upper),
    interval: p.inside ? "inside" : "outside",
  }));
  const y = { field: "name", type: "nominal", sort: null, title: null };
  const x = (field: string) => ({ field, type: "quantitative", title: "Units" });
  return chart(
    `${figure(split.total, 6)} ${split.total === 1 ? "unit" : "units"} among ${
      counted(split.people.length, "person", "people")
    }`,
    `Units of each person (point) with interval (bar) and ${mark} (tick). ` +
      `${count(inside)} of ${count(split.people.length)} lie inside their interval.` +
      (isCut ? " Bars of open or far bounds go to the edge." : "") +
      (people.length < split.people.length ? ` The first ${SPLIT_DRAWN} are drawn.` : ""),
    values,
    {
      height: 26 * values.length,
      layer: [
        {
          mark: { type: "bar", height: 10, color: palette.neutral, opacity: 0.55, cornerRadius: 3 },
          encoding: { y, x: x("lower"), x2: { field: "upper" } },
        },
        {
          mark: { type: "tick", thickness: 2, size: 18, color: palette.ink },
          encoding: { y, x: x("target") },
        },
        {
          mark: { type: "circle", size: 110, opacity: 1 },
          encoding: {
            y,
            x: x("units"),
            color: pointColour("interval", coloursThere("interval", values, COLOURS)),
            tooltip: ["name", "units", "target"].map((field) => ({ field })),
          },
        },
      ],
    },
  );
}
