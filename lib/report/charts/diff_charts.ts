/**
 * The charts of a comparison of two lists of offers.
 *
 * @module
 */
import type { VegaLiteSpec } from "../../deps/vega.ts";
import { contractNames } from "../facts/contract_about.ts";
import type { DiffFacts } from "../facts/compare/diff_facts.ts";
import { count, counted, percent, shortIds } from "../words.ts";
import { barsBothWays, chart, NAMED_BARS, namedBars, rounded } from "./chart_parts.ts";
import { palette } from "./palette.ts";

/** Every chart of a comparison, by name; none where nothing changed. */
export function diffCharts(facts: DiffFacts): Record<string, VegaLiteSpec> {
  if (facts.same) return {};
  const groups = groupsChart(facts);
  return { contracts: contractsChart(facts), ...(groups === null ? {} : { groups }) };
}

/** Offers in and out by contract: bars to the right and to the left. */
function contractsChart({ contracts }: DiffFacts): VegaLiteSpec {
  const shown = contracts.slice(0, NAMED_BARS);
  const names = contractNames(shown.map((c) => ({ ...c, contract_address: c.name })));
  const values = shown.flatMap((c, i) => [
    { contract: names[i], change: c.in, way: "in" },
    { contract: names[i], change: -c.out, way: "out" },
  ]);
  const [most] = shown;
  const which = shown.length === contracts.length
    ? `${counted(contracts.length, "contract")} changed.`
    : `The ${shown.length} of ${count(contracts.length)} contracts that changed most.`;
  return chart(
    "Offers in and out by contract",
    `${which} ${names[0]}: ${count(most.in)} in, ${count(most.out)} out.`,
    values,
    barsBothWays("contract", "change", "Offers", shown.length, {
      scale: { domain: ["in", "out"], range: [palette.sponsored, palette.missed] },
    }),
  );
}

/** Share of users with other offers by group; null where there are not two groups. */
function groupsChart({ groups, users }: DiffFacts): VegaLiteSpec | null {
  if (groups === null || groups.length < 2) return null;
  const shown = groups.slice(0, NAMED_BARS);
  const names = shortIds(shown.map(({ name }) => name === "" ? "(no group)" : name));
  const values = shown.map((g, i) => ({
    group: names[i],
    share: rounded(g.users_changed / g.users),
    label: percent(g.users_changed / g.users),
  }));
  return chart(
    "Users with other offers by group",
    `${percent(users.changed_share)} of all. Most users: ${names[0]}, ${values[0].label} of its.`,
    values,
    namedBars("group", "share", "Users", palette.sponsored, values.length, {
      format: ".0%",
      tickCount: 5,
    }),
  );
}
