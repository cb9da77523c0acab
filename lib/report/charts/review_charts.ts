/**
 * The charts of a review: one function each, from facts to a Vega-Lite specification.
 *
 * @module
 */
import type { VegaLiteSpec } from "../../deps/vega.ts";
import type { ReviewFacts, ShareFacts } from "../facts/review/review_facts.ts";
import {
  confidenceInWords,
  groupsBelowTarget,
  groupsWithTarget,
  liftInWords,
  shareInWords,
} from "../facts/review/review_words.ts";
import { contractNames } from "../facts/contract_about.ts";
import { count, counted, percent } from "../words.ts";
import {
  barLabel,
  chart,
  coloursThere,
  countAxis,
  drawnGroups,
  drawnInWords,
  pointColour,
  rounded,
  shareAgainstShare,
  shownCharts,
  typeColour,
} from "./chart_parts.ts";
import { palette } from "./palette.ts";

/** Most rows of a chart that names things. */
const NAMED = 14;

/** The charts of a review that have something to show, by name. */
export function reviewCharts(facts: ReviewFacts): Record<string, VegaLiteSpec> {
  return shownCharts({
    funnel: funnelChart(facts),
    ranks: ranksChart(facts),
    sponsored_ratios: sponsoredRatiosChart(facts),
    lift: liftChart(facts),
    contract_rates: contractRatesChart(facts),
  });
}

/** Offers made, selected and redeemed, by type. */
export function funnelChart(facts: ReviewFacts): VegaLiteSpec | null {
  const { totals, types } = facts;
  if (totals.offered === 0) return null;
  const steps = ["offered", "selected", ...(totals.redeemed === null ? [] : ["redeemed"])] as (
    "offered" | "selected" | "redeemed"
  )[];
  const values = steps.flatMap((step) =>
    types.map((row) => ({ step, type: row.name ?? "not known", offers: row[step] ?? 0 }))
  );
  const ends = steps.map((step) => ({
    step,
    offers: totals[step]!,
    label: step === "offered"
      ? count(totals.offered)
      : `${count(totals[step]!)} (${percent(totals[step]! / totals.offered)})`,
  }));
  const y = { field: "step", type: "nominal", sort: null, title: null };
  const x = { field: "offers", type: "quantitative", title: "Offers", axis: countAxis };
  return chart(
    "From offered to redeemed",
    `${facts.headline.sentence} In brackets: shares of the offers made.`,
    values,
    {
      height: 44 * steps.length,
      layer: [
        {
          mark: "bar",
          encoding: {
            y,
            x: { ...x, scale: { domainMax: totals.offered } },
            color: typeColour(values),
          },
        },
        { data: { values: ends }, ...barLabel({ y, x }) },
      ],
    },
  );
}

/** A share as a point with its interval as a rule, in rows or columns. */
function intervalLayers(
  place: Record<string, unknown>,
  channel: "x" | "y",
  title: string,
  largest: number,
): Record<string, unknown>[] {
  // As many decimals as the five steps of a small axis need to differ.
  const decimals = largest < 0.05 ? Math.max(1, Math.ceil(-Math.log10(largest * 20))) : 0;
  const axis = { format: `.${decimals}%`, grid: true, tickCount: 5 };
  const scale = { domain: [0, Math.min(1, 1.08 * largest)] };
  const share = { field: "share", type: "quantitative", title, axis, scale };
  const low = { field: "low", type: "quantitative", title, axis, scale };
  return [
    {
      mark: { type: "rule", strokeWidth: 2, opacity: 0.55 },
      encoding: { ...place, [channel]: low, [`${channel}2`]: { field: "high" } },
    },
    {
      mark: { type: "point", filled: true, size: 64, opacity: 1 },
      encoding: { ...place, [channel]: share },
    },
  ];
}

/** Selection and redemption by an offer's place among its user's. */
function ranksChart({ ranks, totals, confidence }: ReviewFacts): VegaLiteSpec | null {
  if (ranks === null || ranks.length < 2) return null;
  const shown = ranks.slice(0, 10);
  const values = shown.flatMap((row) => {
    const point = (step: string, share: ShareFacts) => ({
      rank: row.rank,
      step,
      ...figures(share),
    });
    return [
      point("selected", row.selection),
      ...(row.redemption === null ? [] : [point("redeemed", row.redemption)]),
    ];
  });
  const largest = Math.max(...values.map(({ high }) => high));
  const steps = totals.redeemed === null ? ["selected"] : ["selected", "redeemed"];
  const place = {
    x: { field: "rank", type: "ordinal", title: "Place among the user's offers (1 = best score)" },
    color: {
      field: "step",
      type: "nominal",
      scale: {
        domain: steps,
        range: [palette.sponsored, palette.unsponsored].slice(0, steps.length),
      },
      legend: { symbolOpacity: 1 },
    },
  };
  return chart(
    "By place among the user's offers",
    `Shares of the offers, with ${confidenceInWords(confidence)} intervals. Of first offers ` +
      `${percent(shown[0].selection.share ?? 0)} are selected, of the last shown ` +
      `${percent(shown.at(-1)!.selection.share ?? 0)}.`,
    values,
    { layer: intervalLayers(place, "y", "Share of the offers", largest) },
  );
}

function figures({ share, low, high }: ShareFacts) {
  return { share: rounded(share ?? 0), low: rounded(low), high: rounded(high) };
}

/** Target against sponsored users, two points per group with a target: by assignments and by selections. */
function sponsoredRatiosChart({ sponsored }: ReviewFacts): VegaLiteSpec | null {
  const asked = groupsWithTarget(sponsored?.groups ?? []).sort((a, b) => b.users - a.users);
  if (asked.length === 0) return null;
  const values = drawnGroups(asked).flatMap((g) => {
    const point = (by: string, ratio: number) => ({
      group: g.group_id ?? "(no group)",
      target: rounded(g.sponsorship_ratio!),
      ratio: rounded(ratio),
      by,
      users: g.users,
    });
    return [
      point("by assignments", g.ratio_by_assignments),
      point("by selections", g.ratio_by_selections.share ?? 0),
    ];
  });
  const below = groupsBelowTarget(asked, (g) => g.ratio_by_selections.share ?? 0);
  return chart(
    "Sponsored users: target, assigned, selected",
    `Two points per group, larger for larger groups: share of users with a sponsored offer, and of users who ` +
      `selected one, against the target. By selections ${count(below)} of ` +
      `${counted(asked.length, "group")} with a target ${below === 1 ? "lies" : "lie"} below it.` +
      drawnInWords(asked.length),
    values,
    shareAgainstShare({
      x: ["target", "Target (dashed: just reached)"],
      y: ["ratio", "Share of users sponsored"],
      opacity: 0.7,
      colour: pointColour(
        "by",
        coloursThere("by", values, {
          "by assignments": palette.neutral,
          "by selections": palette.sponsored,
        }),
      ),
      tooltip: ["group", "by", "target", "ratio", "users"],
    }),
  );
}

/** Users who were not held out, of whom only those with offers may be known, against users held out. */
function liftChart(facts: ReviewFacts): VegaLiteSpec | null {
  const { lift, confidence } = facts;
  const shown = (lift ?? []).filter(({ difference }) => difference !== null);
  if (shown.length === 0) return null;
  const values = shown.flatMap((row) => [
    { outcome: row.outcome, users: "not held out", ...figures(row.offered) },
    { outcome: row.outcome, users: "held out", ...figures(row.held_out) },
  ]);
  const largest = Math.max(...values.map(({ high }) => high));
  const place = {
    y: { field: "outcome", type: "nominal", sort: null, title: null },
    yOffset: { field: "users", type: "nominal", sort: ["not held out", "held out"] },
    color: {
      field: "users",
      type: "nominal",
      scale: { domain: ["not held out", "held out"], range: [palette.sponsored, palette.neutral] },
      legend: { symbolOpacity: 1 },
    },
  };
  const last = shown.at(-1)!;
  return chart(
    "Lift over the holdout",
    `${liftInWords(last, facts)} Bars: ${confidenceInWords(confidence)} intervals of each share.`,
    values,
    { height: 70 * shown.length, layer: intervalLayers(place, "x", "Share of users", largest) },
  );
}

/** Contracts with most offers: how many are redeemed, or selected where no redemptions are known. */
function contractRatesChart(facts: ReviewFacts): VegaLiteSpec | null {
  const shown = facts.contracts.filter(({ offered }) => offered > 0)
    .sort((a, b) => b.offered - a.offered).slice(0, NAMED);
  if (shown.length === 0) return null;
  const isRedeemed = facts.totals.redeemed !== null;
  const names = contractNames(shown);
  const values = shown.map((c, i) => {
    const share = isRedeemed ? c.redemption! : c.selection;
    return {
      contract: names[i],
      type: c.is_sponsored === null ? "not known" : c.is_sponsored ? "sponsored" : "unsponsored",
      offers: c.offered,
      ...figures(share),
      label: shareInWords(share),
    };
  });
  const place = {
    y: { field: "contract", type: "nominal", sort: null, title: null },
    color: typeColour(values),
  };
  const what = isRedeemed ? "redeemed" : "selected";
  const best = shown[values.reduce((at, v, i) => v.share > values[at].share ? i : at, 0)];
  return chart(
    `How often contracts are ${what}`,
    `The ${counted(shown.length, "contract")} with most offers: share ${what}, with ` +
      `${confidenceInWords(facts.confidence)} intervals. Most often: ${
        names[shown.indexOf(best)]
      }, ${shareInWords(isRedeemed ? best.redemption! : best.selection)}.`,
    values,
    {
      height: 24 * shown.length,
      layer: intervalLayers(
        place,
        "x",
        `Share of the offers ${what}`,
        Math.max(...values.map(({ high }) => high)),
      ),
    },
  );
}
