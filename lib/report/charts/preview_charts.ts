/**
 * The charts of a preview: one function each, from facts to a Vega-Lite specification.
 *
 * @module
 */
import type { VegaLiteSpec } from "../../deps/vega.ts";
import { chart, NAMED_BARS, namedBars, rounded, typeColour } from "./chart_parts.ts";
import { capacityChart, optionsPerUserChart } from "./feasibility_charts.ts";
import { contractNames } from "../facts/contract_about.ts";
import { bestOptions } from "../facts/preview/feasibility_words.ts";
import {
  mostWanted,
  type PreviewContract,
  type PreviewFacts,
} from "../facts/preview/preview_facts.ts";
import { aligned } from "../words.ts";

/** The charts of a preview that have something to show, by name. */
export function previewCharts(facts: PreviewFacts): Record<string, VegaLiteSpec> {
  const demand = demandChart(facts);
  return {
    capacity: capacityChart(facts),
    options_per_user: optionsPerUserChart(facts),
    ...(demand === null ? {} : { demand }),
  };
}

type Counted = PreviewContract & { demand: number };

/** Whether there are units to divide its users by. */
function isCounted(contract: PreviewContract): contract is Counted {
  return contract.demand !== null;
}

/** The contracts with units that are wanted most for their cap; null where there are none. */
export function demandChart(facts: PreviewFacts): VegaLiteSpec | null {
  const wanted = mostWanted(facts.contracts).filter(isCounted).slice(0, NAMED_BARS);
  if (wanted.length === 0) return null;
  const names = contractNames(wanted);
  const show = aligned(wanted.map((c) => c.demand), 3);
  const values = wanted.map((c, i) => ({
    contract: names[i],
    type: c.is_sponsored ? "sponsored" : "unsponsored",
    demand: rounded(c.demand),
    label: `${show(c.demand)} ×`,
  }));
  return chart(
    "Most wanted for their cap",
    `Users who have a contract among their ${bestOptions(facts)}, over its cap. ` +
      `${values[0].contract} is wanted ${values[0].label.replace(" ×", "")} times.`,
    values,
    namedBars(
      "contract",
      "demand",
      "Users who want it most / cap",
      typeColour(values),
      values.length,
    ),
  );
}
