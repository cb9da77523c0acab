/**
 * The charts of splits among more people than can be drawn one by one.
 *
 * @module
 */
import type { VegaLiteSpec } from "../../deps/vega.ts";
import { type ListedSplit, pieces } from "../../woptim/methods/person_list.ts";
import type { SplitPerson } from "../../woptim/split.ts";
import { isByClaims } from "../text/split_rows.ts";
import { count, figure, percent } from "../words.ts";
import { roundWidth } from "../facts/round_width.ts";
import { chart, histogramBars, namedBars } from "./chart_parts.ts";
import { palette } from "./palette.ts";

/** About how many bars the histogram has. */
const BARS = 24;

/** How many people get how many units: a histogram of all people, with bars of a round width. */
export function unitsChart(split: ListedSplit): VegaLiteSpec {
  let from = Infinity, to = -Infinity;
  for (const piece of pieces(split.people)) {
    for (const { units } of piece) {
      from = Math.min(from, units);
      to = Math.max(to, units);
    }
  }
  // Doubles could not tell narrower bars apart.
  const least = Math.max(Math.abs(from), Math.abs(to)) * 1e-12;
  const width = roundWidth(Math.max((to - from) / BARS, least));
  // Units that are below a bar's edge by rounding only belong to the bar above it.
  const barOf = (units: number) => Math.floor(units / width + 1e-9);
  const first = barOf(from);
  const people = new Array<number>(barOf(to) - first + 1).fill(0);
  for (const piece of pieces(split.people)) {
    for (const { units } of piece) people[barOf(units) - first]++;
  }
  const values = people.map((people, k) => ({
    from: tidy((first + k) * width),
    to: tidy((first + k + 1) * width),
    people,
  }));
  const most = values.reduce((a, b) => b.people > a.people ? b : a);
  return chart(
    "How many people get how many units",
    `People by their units. Most: ${count(most.people)} with ${figure(most.from, 6)} up to ${
      figure(most.to, 6)
    } units.`,
    values,
    histogramBars("Units", "people", "People"),
  );
}

/** A number without the rounding noise of a product of doubles. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}

/** Where units may lie, from left to right. */
const PLACES = [
  "below the interval",
  "at the lower bound",
  "below the target",
  "on the target",
  "above the target",
  "at the upper bound",
  "above the interval",
] as const;

/** Where in their intervals people's units lie; null where targets are claims, with which units can't be compared. */
export function placesChart(split: ListedSplit): VegaLiteSpec | null {
  if (isByClaims(split)) return null;
  const people = PLACES.map(() => 0);
  for (const piece of pieces(split.people)) for (const person of piece) people[placeOf(person)]++;
  const values = PLACES.map((place, k) => ({
    place,
    people: people[k],
    label: percent(people[k] / split.people.length),
  })).filter((row) => row.people > 0);
  const most = values.reduce((a, b) => b.people > a.people ? b : a);
  return chart(
    "Where in their intervals",
    `People by where their units lie. Most: ${most.place}, ${most.label}.`,
    values,
    namedBars("place", "people", "People", palette.sponsored, values.length),
  );
}

function placeOf({ units, target, lower, upper, distance }: SplitPerson): number {
  if (units < lower) return 0;
  if (units > upper) return 6;
  if (distance <= 1e-12 * Math.max(Math.abs(units), Math.abs(target))) return 3;
  if (units === lower) return 1;
  if (units === upper) return 5;
  return units < target ? 2 : 4;
}
