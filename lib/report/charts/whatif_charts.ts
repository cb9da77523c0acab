/**
 * The charts of a what-if page: one function each, from facts to a Vega-Lite specification.
 *
 * @module
 */
import type { VegaLiteSpec } from "../../deps/vega.ts";
import { chart, coloursThere, NAMED_BARS, namedBars, pointColour } from "./chart_parts.ts";
import { palette } from "./palette.ts";
import {
  groupsUnder,
  lostToStability,
  type ScenarioFacts,
  type WhatIfFacts,
} from "../facts/compare/whatif_facts.ts";
import { relativeChange } from "../text/whatif_text.ts";
import { count, figure, percent, shortIds } from "../words.ts";

/** Every chart of scenarios, by name. */
export function whatIfCharts(facts: WhatIfFacts): Record<string, VegaLiteSpec> {
  const shortfall = shortfallChart(facts), groups = groupChangeCharts(facts);
  const stability = stabilityChart(facts);
  return {
    ...(stability === null ? {} : { stability }),
    trade_off: tradeOffChart(facts),
    ...(shortfall === null ? {} : { shortfall }),
    ...Object.fromEntries(
      groups.map((spec, i) => [i === 0 ? "group_change" : `group_change_${i + 1}`, spec]),
    ),
  };
}

/** Σ score against the share of sponsored users, a point per scenario, joined from left to right. */
export function tradeOffChart(facts: WhatIfFacts): VegaLiteSpec {
  const [first, ...others] = facts.scenarios;
  const labels = pointLabels(facts.scenarios, (s) => s.sponsored_user_share, (s) => s.score);
  const values = facts.scenarios.map((s, i) => ({
    scenario: s.name,
    sponsored_share: Number(s.sponsored_user_share.toPrecision(5)),
    score: Number(s.score.toPrecision(7)),
    kind: i === 0 ? "as it is" : "scenario",
    label: labels[i],
  }));
  const best = facts.scenarios.reduce((a, b) => b.score > a.score ? b : a);
  return chart(
    "Trade-off: Σ score against sponsored share",
    `A point per scenario. “${first.name}”: Σ score ${figure(first.score, 6)} with ` +
      `${percent(first.sponsored_user_share)} of users sponsored.` +
      (others.length > 0
        ? ` Highest: “${best.name}”, ${figure(best.score, 6)} with ${
          percent(best.sponsored_user_share)
        }.`
        : ""),
    values,
    tradeOffLayers(values),
  );
}

/** Points with their names, joined by a line. */
function tradeOffLayers(values: readonly { sponsored_share: number; kind: string }[]) {
  const [from, to] = around(values.map((v) => v.sponsored_share));
  const x = {
    field: "sponsored_share",
    type: "quantitative",
    title: "Users with a sponsored offer",
    scale: { domain: [from, to], nice: false },
    axis: { format: to - from < 0.06 ? ".1%" : ".0%", grid: true, tickCount: 6 },
  };
  const y = {
    field: "score",
    type: "quantitative",
    title: "Σ score",
    scale: { zero: false, padding: 16 },
    axis: { format: ",~r", tickCount: 5 },
  };
  const colours = coloursThere("kind", values, {
    "as it is": palette.missed,
    scenario: palette.sponsored,
  });
  return joinedPoints(x, y, {
    mark: { type: "circle", size: 90, opacity: 1 },
    encoding: {
      x,
      y,
      color: pointColour("kind", colours),
      tooltip: ["scenario", "sponsored_share", "score"].map((field) => ({ field })),
    },
  });
}

/** Shares of a picture's width and height within which two points are one to the eye. */
const SAME_X = 0.03, SAME_Y = 0.04;

/** Most names that a point bears; of more it says how many. */
const MOST_NAMES = 3;
/** Most pixels of the names beside a point: the picture makes room for them at its right. */
const NAME_WIDTH = 180;

/** The shares and some room around them; no axis goes to shares that nothing can have. */
function around(shares: readonly number[]): [from: number, to: number] {
  const least = Math.min(...shares), most = Math.max(...shares);
  const room = Math.max(0.08 * (most - least), 0.005);
  return [Math.max(0, least - room), Math.min(1, most + room)];
}

/** What stands beside each point: the names of all that lie in its place, at the first of them; "" at the others. */
function pointLabels(
  scenarios: readonly ScenarioFacts[],
  x: (scenario: ScenarioFacts) => number,
  y: (scenario: ScenarioFacts) => number,
): string[] {
  const isNear = (of: typeof x, share: number) => {
    const values = scenarios.map(of), span = Math.max(...values) - Math.min(...values);
    return (a: number, b: number) => Math.abs(values[a] - values[b]) <= share * span;
  };
  const nearX = isNear(x, SAME_X), nearY = isNear(y, SAME_Y);
  const places = new Map<number, string[]>();
  scenarios.forEach(({ name }, i) => {
    const place = [...places.keys()].find((first) => nearX(first, i) && nearY(first, i));
    if (place === undefined) places.set(i, [name]);
    else places.get(place)!.push(name);
  });
  return scenarios.map((_, i) => {
    const names = places.get(i) ?? [];
    return names.length <= MOST_NAMES
      ? names.join(", ")
      : `${names[0]} and ${names.length - 1} more`;
  });
}

/** An axis and the field that it is of. */
type Axis = { readonly field: string } & Readonly<Record<string, unknown>>;

/** Points of scenarios, drawn as given, with their names, joined by a line from left to right. */
function joinedPoints(x: Axis, y: Axis, points: object) {
  return {
    height: 300,
    // Vega makes room for names once, at a width before it has done so: the last point is a little farther to the right then.
    padding: { left: 4, top: 4, right: 24, bottom: 4 },
    layer: [
      {
        mark: { type: "line", color: palette.neutral, strokeWidth: 1.5 },
        encoding: { x, y, order: { field: x.field } },
      },
      points,
      {
        mark: { type: "text", align: "left", dx: 9, dy: -9, limit: NAME_WIDTH },
        encoding: { x, y, text: { field: "label", type: "nominal" } },
      },
    ],
  };
}

/** What is lost against the share of users with other offers than before, a point per scenario; null where nothing is compared. */
function stabilityChart(facts: WhatIfFacts): VegaLiteSpec | null {
  if (facts.scenarios.every((s) => s.stability === undefined)) return null;
  const labels = pointLabels(
    facts.scenarios,
    (s) => s.stability!.users_changed_share,
    (s) => lostToStability(facts, s) ?? 0,
  );
  const values = facts.scenarios.map((s, i) => ({
    scenario: s.name,
    users_changed: Number(s.stability!.users_changed_share.toPrecision(5)),
    lost: Number((lostToStability(facts, s) ?? 0).toPrecision(5)),
    label: labels[i],
  }));
  const x = {
    field: "users_changed",
    type: "quantitative",
    title: "Users with other offers than before",
    scale: {
      domain: [0, Math.min(1, 1.05 * Math.max(...values.map((v) => v.users_changed), 0.001))],
    },
    axis: { format: ".1%", grid: true, tickCount: 6 },
  };
  const y = {
    field: "lost",
    type: "quantitative",
    title: "Worth lost",
    scale: { zero: true, padding: 16 },
    axis: { format: ".2%", tickCount: 5 },
  };
  const [first] = facts.scenarios,
    calmest = facts.scenarios.reduce((a, b) =>
      b.stability!.users_changed_share < a.stability!.users_changed_share ? b : a
    ),
    lost = lostToStability(facts, calmest);
  return chart(
    "The price of stability",
    `A point per scenario. “${first.name}”: ${
      percent(first.stability!.users_changed_share)
    } of users have ` +
      `other offers than before. Fewest: “${calmest.name}”, ${
        percent(calmest.stability!.users_changed_share)
      }${lost === null ? "" : `, for ${percent(lost, 3)} of the worth`}.`,
    values,
    joinedPoints(x, y, {
      mark: { type: "circle", size: 90, opacity: 1, color: palette.sponsored },
      encoding: { x, y },
    }),
  );
}

/** Users that the minima lack, a bar per scenario; null where none lacks any. */
function shortfallChart(facts: WhatIfFacts): VegaLiteSpec | null {
  if (facts.scenarios.every((s) => s.shortfall === 0)) return null;
  const values = facts.scenarios.map((s) => ({
    scenario: s.name,
    users_missing: s.shortfall,
    label: count(s.shortfall),
  }));
  const most = facts.scenarios.reduce((a, b) => b.shortfall > a.shortfall ? b : a);
  return chart(
    "Sponsored users missing to the minima",
    `Users missing by scenario. Most: “${most.name}”, ${count(most.shortfall)}.`,
    values,
    namedBars("scenario", "users_missing", "Users missing", palette.missed, values.length),
  );
}

/** Scenarios whose groups are drawn. */
const DRAWN_SCENARIOS = 6;

/** The groups whose Σ score changes most, a chart per scenario that changes any, the one that changes most first; at most six. */
function groupChangeCharts(facts: WhatIfFacts): VegaLiteSpec[] {
  const [first, ...others] = facts.scenarios;
  // Of one group the table of scenarios says it all.
  if (first.groups.length < 2) return [];
  const moved = (scenario: ScenarioFacts) =>
    changesOfGroups(first, scenario).reduce(
      (sum, { now, before }) => sum + Math.abs(now - before),
      0,
    );
  return others.filter((scenario) => moved(scenario) > 0)
    .sort((a, b) => moved(b) - moved(a))
    .slice(0, DRAWN_SCENARIOS)
    .map((scenario) => groupChangeChart(first, scenario));
}

/** Σ score of every group under two scenarios; 0 where it has no user. */
function changesOfGroups(first: ScenarioFacts, other: ScenarioFacts) {
  return groupsUnder([first, other]).map(({ group_id, under: [before, now] }) => ({
    group_id,
    before: before?.score ?? 0,
    now: now?.score ?? 0,
  }));
}

const DIRECTIONS = { gains: palette.sponsored, loses: palette.missed };

/** The groups whose Σ score changes most between two scenarios. */
function groupChangeChart(first: ScenarioFacts, other: ScenarioFacts): VegaLiteSpec {
  const changed = changesOfGroups(first, other)
    .filter(({ now, before }) => now !== before)
    .sort((a, b) => Math.abs(b.now - b.before) - Math.abs(a.now - a.before))
    .slice(0, NAMED_BARS);
  const names = shortIds(changed.map(({ group_id }) => group_id));
  const values = changed.map(({ now, before }, i) => ({
    group: names[i],
    change: Number((now - before).toPrecision(5)),
    direction: now >= before ? "gains" : "loses",
    relative: relativeChange(now, before),
  }));
  return chart(
    `Groups that change most: ${other.name}`,
    `Σ score by group under “${other.name}” against “${first.name}”. ` +
      `${values[0].group} ${values[0].direction} most, ${values[0].relative}.`,
    values,
    {
      height: 22 * values.length,
      mark: "bar",
      encoding: {
        y: { field: "group", type: "nominal", sort: null, title: null },
        x: {
          field: "change",
          type: "quantitative",
          title: "Change of Σ score",
          axis: { grid: true, tickCount: 5 },
        },
        color: {
          field: "direction",
          type: "nominal",
          scale: coloursThere("direction", values, DIRECTIONS),
        },
      },
    },
  );
}
