/**
 * The chart of who gets what as the total moves.
 *
 * @module
 */
import type { VegaLiteSpec } from "../../deps/vega.ts";
import type { TotalsSplit } from "../../woptim/methods/totals_by.ts";
import { counted, figure, shortIds } from "../words.ts";
import { chart } from "./chart_parts.ts";

/** Most people that are drawn: nobody can follow more lines. */
const DRAWN = 10;

/** Pixels of a picture's width that the legend has, of a name's letter as it is reckoned, and of the line before a name. */
const LEGEND_WIDTH = 440, LETTER = 9.6, LINE = 40;

/** As many names of a legend beside each other as have room, at most five. */
function legendColumns(names: readonly string[]): number {
  const longest = Math.max(...names.map((name) => Array.from(name).length));
  return Math.max(1, Math.min(5, Math.floor(LEGEND_WIDTH / (LETTER * longest + LINE))));
}

/**
 * Units of each person by the total, as a Vega-Lite specification: a line a person, with its bends where bounds are reached.
 * Of many people, those ten are drawn whose units change most.
 */
export function totalsChart({ names, curve, method }: TotalsSplit): VegaLiteSpec {
  const change = (i: number) => {
    let least = Infinity, most = -Infinity;
    for (const { units } of curve) {
      least = Math.min(least, units[i]);
      most = Math.max(most, units[i]);
    }
    return most - least;
  };
  const changes = names.map((_, i) => change(i));
  const drawn = names.map((_, i) => i).sort((a, b) => changes[b] - changes[a] || a - b)
    .slice(0, DRAWN).sort((a, b) => a - b);
  const shown = shortIds(drawn.map((i) => names[i]));
  const values = curve.flatMap(({ total, units }) =>
    drawn.map((i, at) => ({ total, name: shown[at], units: Number(units[i].toPrecision(8)) }))
  );
  const from = curve[0].total, to = curve[curve.length - 1].total;
  const x = {
    field: "total",
    type: "quantitative",
    title: "Total",
    scale: { zero: false, nice: false },
    axis: { grid: false, tickCount: 6 },
  };
  const y = { field: "units", type: "quantitative", title: "Units", axis: { tickCount: 5 } };
  const colour = {
    field: "name",
    type: "nominal",
    sort: null,
    scale: { scheme: "tableau10" },
    legend: {
      symbolType: "stroke",
      symbolStrokeWidth: 3,
      columns: legendColumns(shown),
      offset: 14,
    },
  };
  return chart(
    "Who gets what as the total moves",
    `Units of each person by the total, from ${figure(from, 6)} to ${figure(to, 6)}` +
      (method === "woptim" ? "." : `, by ${method}.`) +
      (drawn.length < names.length
        ? ` The ${DRAWN} of ${counted(names.length, "person", "people")} whose units change most.`
        : ""),
    values,
    {
      height: 300,
      mark: { type: "line", strokeWidth: 2, point: curve.length <= 12 && { size: 36 } },
      encoding: { x, y, color: colour },
    },
  );
}
