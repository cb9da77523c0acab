/**
 * The charts of a report: one function each, from facts to a Vega-Lite specification with its numbers inside.
 * Every specification has a title, and a description that serves as the chart's text alternative.
 *
 * @module
 */
import { contractsOf } from "../facts/contract_facts.ts";
import type { VegaLiteSpec } from "../../deps/vega.ts";
import {
  allOffersInWords,
  barLabel,
  barsWithLabels,
  chart,
  countAxis,
  drawnGroups,
  drawnInWords,
  histogramBars,
  minimumColour,
  NAMED_BARS,
  namedBars,
  pricesTitle,
  rounded,
  roundedUp,
  SHARE_CLASSES,
  shareAgainstShare,
  shareClass,
  shownCharts,
  typeColour,
} from "./chart_parts.ts";
import { contractNames } from "../facts/contract_about.ts";
import type { ReportFacts } from "../facts/facts.ts";
import { capacityChart, optionsPerUserChart } from "./feasibility_charts.ts";
import { limitPricesChart, limitUseChart } from "./limit_charts.ts";
import { palette } from "./palette.ts";
import { gainOfUnitInWords } from "../facts/report_totals.ts";
import { shownRanks } from "../facts/user_facts.ts";
import { alignedUp, count, counted, figureDown, percent, shortIds } from "../words.ts";

/** Every chart of a report that has something to show, by name. */
export function reportCharts(facts: ReportFacts): Record<string, VegaLiteSpec> {
  return shownCharts({
    offers_per_user: offersPerUserChart(facts),
    choice_rank: choiceRankChart(facts),
    score_per_offer: scorePerOfferChart(facts),
    group_ratios: groupRatiosChart(facts),
    group_shortfalls: groupShortfallsChart(facts),
    utilization: utilizationChart(facts),
    contract_prices: contractPricesChart(facts),
    under_used: underUsedChart(facts),
    limit_use: facts.limits === undefined ? null : limitUseChart(facts.limits),
    limit_prices: facts.limits === undefined ? null : limitPricesChart(
      facts.limits,
      facts.totals.own_price_slack ?? facts.totals.price_slack ?? 0,
    ),
    capacity: capacityChart(facts),
    options_per_user: optionsPerUserChart(facts),
  });
}

/** Users by their number of offers, 0…k. */
export function offersPerUserChart(facts: ReportFacts): VegaLiteSpec {
  const values = facts.users.offers_per_user.map((row) => ({
    offers: row.offers,
    users: row.users,
    label: percent(row.share),
  }));
  const { k, totals } = facts;
  // Where nobody has k options there is no such row.
  const full = values[k] ?? { users: 0, label: percent(0) };
  const allOffers = allOffersInWords(facts);
  return chart(
    "Offers per user",
    `${counted(full.users, "user")} of ${count(totals.users)} (${full.label}) ${
      full.users === 1 ? "has" : "have"
    } ${allOffers}, ` +
      (totals.users_without_offers === 0
        ? "everybody has at least one."
        : `${count(totals.users_without_offers)} ${
          totals.users_without_offers === 1 ? "has" : "have"
        } none.`),
    values,
    barsWithLabels({ field: "offers", type: "ordinal", title: "Offers" }, {
      field: "users",
      type: "quantitative",
      title: "Users",
    }, values.length),
  );
}

/** Offers by the rank of their contract among the user's own options. */
export function choiceRankChart(facts: ReportFacts): VegaLiteSpec {
  const values = shownRanks(facts.users.choice_ranks).map((row) => ({
    choice: row.to_rank === null ? `${row.from_rank}+` : String(row.from_rank),
    offers: row.offers,
    label: percent(row.share, 0),
  }));
  const first = facts.users.choice_ranks[0];
  // Of counts, as sums of shares are rounded: 0.7 + 0.2 + 0.1 is less than 1.
  const three = facts.users.choice_ranks.slice(0, 3).reduce((sum, row) => sum + row.offers, 0);
  const { assignments } = facts.totals;
  return chart(
    "Which of their own choices users got",
    "Rank of each offer among the user's own options by score. " +
      (assignments === 0
        ? "There are no offers."
        : `${percent(first.share)} of the offers are a user's first choice, ${
          percent(three / assignments)
        } one of the first three.`),
    values,
    barsWithLabels(
      {
        field: "choice",
        type: "ordinal",
        sort: null,
        title: "Rank of the offer (1 = the user's best score)",
      },
      { field: "offers", type: "quantitative", title: "Offers" },
      values.length,
    ),
  );
}

/** Offers by score. */
function scorePerOfferChart(facts: ReportFacts): VegaLiteSpec | null {
  const { histogram, median, p10, p90 } = facts.users.scores;
  if (median === null) return null;
  const values = histogram.map((c) => ({ from: c.from, to: c.to, offers: c.offers }));
  return chart(
    "Score per offer",
    `Offers by score. At least half of them score ${
      figureDown(median)
    } or more; at most a tenth less ` +
      `than ${figureDown(p10!)}, at least a tenth ${figureDown(p90!)} or more.`,
    values,
    {
      layer: [
        histogramBars("Score (dashed: median)", "offers", "Offers"),
        {
          mark: { type: "rule", strokeDash: [4, 3], strokeWidth: 1.5, color: palette.ink },
          encoding: { x: { datum: median } },
        },
      ],
    },
  );
}

/**
 * Required against actual share of sponsored users, a point per group; null where no group has a minimum, and for a
 * single group, where a sentence says as much.
 */
function groupRatiosChart(facts: ReportFacts): VegaLiteSpec | null {
  if (facts.totals.groups_with_minimum === 0 || facts.groups.length < 2) return null;
  const values = drawnGroups(facts.groups).map((g) => ({
    group: g.group_id,
    required: rounded(g.sponsorship_ratio),
    actual: rounded(g.user_ratio),
    users: g.users,
    minimum: g.shortfall > 0 ? "missed" : "met",
  }));
  const { groups_missed, groups_with_minimum } = facts.totals;
  return chart(
    "Sponsored users: required against actual",
    `A point per group: required share of sponsored users against the actual one; larger points are larger groups. ` +
      `Of ${counted(groups_with_minimum, "group")} with a minimum ${
        groups_missed === 0
          ? "none lies"
          : groups_missed === 1
          ? "one lies"
          : `${count(groups_missed)} lie`
      } below the dashed line.` + drawnInWords(facts.groups.length),
    values,
    shareAgainstShare({
      x: ["required", "Required share (dashed: just met)"],
      y: ["actual", "Actual share"],
      opacity: 0.75,
      colour: minimumColour(values),
      tooltip: ["group", "required", "actual", "users"],
    }),
  );
}

/** The groups that lack most sponsored users; null where none lacks any, and for one group. */
function groupShortfallsChart(facts: ReportFacts): VegaLiteSpec | null {
  const missed = facts.groups.filter((g) => g.shortfall > 0)
    .sort((a, b) => b.shortfall - a.shortfall);
  if (missed.length === 0 || facts.groups.length < 2) return null;
  const names = shortIds(missed.slice(0, NAMED_BARS).map((g) => g.group_id));
  const values = missed.slice(0, NAMED_BARS).map((g, i) => ({
    group: names[i],
    users_missing: g.shortfall,
    label: `${count(g.sponsored_users)} of ${count(g.required_sponsored_users)}`,
  }));
  return chart(
    "Groups with missing sponsored users",
    `${counted(facts.totals.shortfall, "user")} missing in ${
      counted(missed.length, "group")
    }. Most: ` +
      `${values.slice(0, 3).map((v) => `${v.group} ${count(v.users_missing)}`).join(", ")}.`,
    values,
    namedBars("group", "users_missing", "Users missing", palette.missed, values.length),
  );
}

/** Contracts by utilisation and type. */
function utilizationChart(facts: ReportFacts): VegaLiteSpec {
  const classes = ["0", ...SHARE_CLASSES, "full"];
  const classOf = (assigned: number, cap: number) =>
    assigned >= cap ? 6 : assigned === 0 ? 0 : 1 + shareClass(assigned / cap);
  const values = (["sponsored", "unsponsored"] as const).filter((type) =>
    facts.contracts.some((c) => c.is_sponsored === (type === "sponsored"))
  ).flatMap((type) => {
    const rows = classes.map((utilization) => ({ utilization, type, contracts: 0 }));
    for (const c of facts.contracts) {
      if (c.is_sponsored === (type === "sponsored")) rows[classOf(c.assigned, c.cap)].contracts++;
    }
    return rows;
  });
  const full = facts.contracts.filter((c) => c.assigned >= c.cap).length;
  const unused = facts.contracts.filter((c) => c.assigned === 0 && c.cap > 0).length;
  return chart(
    "How much of their cap contracts use",
    `Contracts by the share of their cap that was given. ${
      counted(facts.contracts.length, "contract")
    }: ${count(full)} full, ${count(unused)} unused.`,
    values,
    {
      mark: "bar",
      encoding: {
        x: {
          field: "utilization",
          type: "ordinal",
          sort: classes,
          title: "Assigned, % of the cap",
        },
        y: { field: "contracts", type: "quantitative", title: "Contracts", axis: countAxis },
        color: typeColour(values),
      },
    },
  );
}

/** Full contracts by what one more unit is worth; null where no prices are known or none is above 0. */
export function contractPricesChart(facts: ReportFacts): VegaLiteSpec | null {
  const wanted = contractsOf(facts, facts.full_and_wanted)
    .filter((c) => (c.price ?? 0) > 0)
    .slice(0, NAMED_BARS);
  if (wanted.length === 0) return null;
  const names = contractNames(wanted);
  const [{ price }] = wanted;
  const most = gainOfUnitInWords(price!, price! + (facts.totals.price_slack ?? 0), 3);
  const show = alignedUp(wanted.map((c) => c.price!), 3);
  const values = wanted.map((c, i) => ({
    contract: names[i],
    type: c.is_sponsored ? "sponsored" : "unsponsored",
    price: roundedUp(c.price!),
    label: show(c.price!),
  }));
  return chart(
    pricesTitle("Full and wanted", "one more unit", facts.totals.price_slack ?? 0),
    `Contracts with the highest prices. One more unit of ${values[0].contract} would add ` +
      `at most ${most}.`,
    values,
    namedBars("contract", "price", "Price", typeColour(values), values.length),
  );
}

/** Sponsored contracts with most units left, assigned against cap; null where all are used up. */
function underUsedChart(facts: ReportFacts): VegaLiteSpec | null {
  const left = contractsOf(facts, facts.under_used_sponsored).slice(0, NAMED_BARS);
  const names = contractNames(left);
  const values = left.map((c, i) => {
    return {
      contract: names[i],
      cap: c.cap,
      assigned: c.assigned,
      label: `${count(c.assigned)} of ${count(c.cap)}`,
    };
  });
  if (values.length === 0) return null;
  const y = { field: "contract", type: "nominal", sort: null, title: null };
  return chart(
    "Under-used sponsored contracts",
    `Sponsored contracts with most units left. ` +
      `${values.slice(0, 3).map((v) => `${v.contract} gave ${v.label}`).join(", ")}.`,
    values,
    {
      height: 22 * values.length,
      layer: [
        {
          mark: { type: "bar", color: palette.neutral, opacity: 0.55 },
          encoding: {
            y,
            x: {
              field: "cap",
              type: "quantitative",
              title: "Units (grey: cap)",
              axis: countAxis,
            },
          },
        },
        {
          mark: { type: "bar", height: 9 },
          encoding: { y, x: { field: "assigned", type: "quantitative" } },
        },
        barLabel({ y, x: { field: "cap", type: "quantitative" } }),
      ],
    },
  );
}
