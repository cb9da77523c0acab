/**
 * The charts of what the input allows: one function each, from facts to a Vega-Lite specification.
 *
 * @module
 */
import type { VegaLiteSpec } from "../../deps/vega.ts";
import { barLabel, chart, countAxis, typeColour } from "./chart_parts.ts";
import type { FeasibilityFacts } from "../facts/feasibility_facts.ts";
import { optionsInWords, typesMatter } from "../facts/preview/feasibility_words.ts";
import { palette } from "./palette.ts";
import { count, counted } from "../words.ts";

/** What these charts need to know. */
interface Feasible {
  /** Most offers per user. */
  k: number;
  /** What the input allows. */
  feasibility: FeasibilityFacts;
}

/** What can be given against what is asked for. */
export function capacityChart(facts: Feasible): VegaLiteSpec {
  return typesMatter(facts.feasibility) ? capacityByType(facts) : capacityOfOneType(facts);
}

/** Capacity against slots, where all contracts are of one type. */
function capacityOfOneType({ feasibility: { capacity, slots } }: Feasible): VegaLiteSpec {
  const { type, usable_capacity: usable } = capacity.find(({ contracts }) => contracts > 0)!;
  const values = [
    { what: "Capacity", units: usable, kind: type as string },
    { what: "All slots", units: slots, kind: "demand" },
  ].map((row) => ({ ...row, label: count(row.units) }));
  return chart(
    "Capacity against demand",
    `Contracts can give ${counted(usable, "unit")}; all users together have ${
      counted(slots, "slot")
    }.`,
    values,
    capacityBars(values),
  );
}

function capacityByType(facts: Feasible): VegaLiteSpec {
  const { feasibility, k } = facts, ownK = feasibility.own_k !== undefined;
  const [sponsored, unsponsored] = feasibility.capacity;
  const values = [
    {
      what: "Sponsored capacity",
      units: sponsored.usable_capacity,
      kind: "sponsored",
    },
    {
      what: "Users to be sponsored",
      units: feasibility.required_sponsored_users,
      kind: "demand",
    },
    {
      what: ownK ? "… with all they may get, at least" : `… with ${k} offers each`,
      units: feasibility.sponsored_demand,
      kind: "demand",
    },
    {
      what: "Unsponsored capacity",
      units: unsponsored.usable_capacity,
      kind: "unsponsored",
    },
    { what: "All slots", units: feasibility.slots, kind: "demand" },
  ].filter((row) => k > 1 || ownK || !row.what.startsWith("…"))
    .map((row) => ({ ...row, label: count(row.units) }));
  return chart(
    "Capacity against demand",
    `Sponsored contracts can give ${
      counted(sponsored.usable_capacity, "unit")
    }; the minima ask for ` +
      `${counted(feasibility.required_sponsored_users, "sponsored user")}, ${
        ownK ? "at least " : ""
      }${counted(feasibility.sponsored_demand, "unit")} if each is to get ${
        ownK ? "as many as it may" : k
      }. Unsponsored ones can give ` +
      `${count(unsponsored.usable_capacity)}; all users together have ${
        counted(feasibility.slots, "slot")
      }.`,
    values,
    capacityBars(values),
  );
}

/** Bars of units, with their numbers beside them. */
function capacityBars(values: readonly { units: number }[]) {
  return {
    height: 34 * values.length,
    layer: [
      {
        mark: { type: "bar", height: 20 },
        encoding: {
          y: { field: "what", type: "nominal", sort: null, title: null },
          x: {
            field: "units",
            type: "quantitative",
            title: "Units that eligible users can take",
            // The numbers stand beside the bars, and where little room is left for these, ticks would run into each other.
            axis: { labels: false },
            scale: { domainMax: Math.max(1, ...values.map((v) => v.units)) },
          },
          color: {
            field: "kind",
            type: "nominal",
            scale: {
              domain: ["sponsored", "unsponsored", "demand"],
              range: [palette.sponsored, palette.unsponsored, palette.neutral],
            },
            legend: null,
          },
        },
      },
      barLabel({
        y: { field: "what", type: "nominal", sort: null },
        x: { field: "units", type: "quantitative" },
      }),
    ],
  };
}

/** Users by how many options they have, of each type where types matter. */
export function optionsPerUserChart(facts: Feasible): VegaLiteSpec {
  const { k, feasibility } = facts, last = feasibility.options.length - 1;
  const types = typesMatter(feasibility);
  const shown = feasibility.capacity.filter(({ contracts }) => types || contracts > 0);
  const values = shown.flatMap(({ type }) =>
    feasibility.options.map((o) => ({
      options: o.options === last ? `${last} or more` : String(o.options),
      type,
      users: o[type],
    }))
  );
  return chart(
    types ? "Options per user, by type" : "Options per user",
    `Users by number of options. ${optionsInWords(feasibility, k).join(" ")}`,
    values,
    {
      mark: "bar",
      encoding: {
        x: {
          field: "options",
          type: "ordinal",
          sort: null,
          title: types ? "Options of the type" : "Options",
        },
        ...(types && { xOffset: { field: "type", type: "nominal" } }),
        y: { field: "users", type: "quantitative", title: "Users", axis: countAxis },
        color: types ? typeColour(values) : { ...typeColour(values), legend: null },
      },
    },
  );
}
