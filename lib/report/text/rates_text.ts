/**
 * Caps out of reviews, and how well earlier weeks would have been predicted, as text.
 *
 * @module
 */
import { confidenceInWords, shareInWords } from "../facts/review/review_words.ts";
import type { CapFromReview } from "../../review/caps_from_rates.ts";
import type { RedemptionRates } from "../../review/redemption_rates.ts";
import { count, counted, figure, percent } from "../words.ts";
import { plain, type TextOptions } from "./terminal.ts";
import { type Layout, right, titled } from "./text_parts.ts";
import { wrapped } from "./wrapped.ts";

/** Caps of the contracts with most offers, what they are made of, and the backtest. */
export function reviewedCapsText(
  rates: RedemptionRates,
  caps: readonly CapFromReview[],
  options: TextOptions = {},
): string {
  const { width = 80, style = plain } = options;
  const layout: Layout = { width, style };
  return [ratesPart(rates, layout), capsPart(caps, layout), backtestPart(rates, layout)]
    .filter((part) => part !== "").join("\n");
}

function ratesPart(rates: RedemptionRates, layout: Layout): string {
  const { overall, strengths, weeks, contracts, confidence } = rates;
  const offers = contracts.reduce((sum, row) => sum + row.offers, 0);
  const redeemed = contracts.reduce((sum, row) => sum + row.redeemed, 0);
  const lines = [
    `${counted(weeks.length, "review")}: ${count(redeemed)} of ${
      counted(offers, "offer")
    } redeemed ` +
    `(${percent(redeemed / offers)}). Rates vary around ${
      shareInWords({ ...overall, share: overall.rate })
    } at ${confidenceInWords(confidence)} confidence.`,
    `Few offers say little: at about ${
      figure(strengths.brand, 2)
    } offers a brand's own rate counts as much as the rate of all, at ${
      figure(strengths.contract, 2)
    } a contract's as much as its brand's, at ${
      figure(strengths.cell, 2)
    } a contract's in one group as much as the contract's.`,
  ];
  return lines.flatMap((line) => wrapped(line, layout.width)).map((line) => `${line}\n`).join("");
}

function capsPart(caps: readonly CapFromReview[], layout: Layout): string {
  const rows = [...caps].sort((a, b) => b.offers - a.offers).map((cap) => {
    const { rate, low, high } = cap.estimate, { own, brand, overall } = cap.sources;
    return [
      cap.contract,
      cap.impossible !== null ? "none" : cap.isDefault ? "default" : count(cap.cap),
      shareInWords({ share: rate, low, high }),
      `${count(cap.redeemed)}/${count(cap.offers)}`,
      ...[own, brand, overall].map((share) => percent(share, 0)),
    ];
  });
  return titled(
    "Caps, most offers first, and what their rates come from",
    [
      { title: "contract" },
      right("cap"),
      right("redeemed"),
      right("seen"),
      right("own"),
      right("brand"),
      right("all"),
    ],
    rows,
    layout,
  );
}

function backtestPart({ backtest, weeks, confidence }: RedemptionRates, layout: Layout): string {
  if (backtest.length === 0) return "";
  const rows = backtest.map((row) => [
    weeks[row.week],
    count(row.offers),
    `${count(row.predicted)} (${count(row.interval.low)} to ${count(row.interval.high)})`,
    count(row.seen),
    `${count(row.contractsInside)} of ${count(row.contracts)}`,
  ]);
  const sum = (of: (row: (typeof backtest)[number]) => number) =>
    backtest.reduce((all, row) => all + of(row), 0);
  const mean = (of: (row: (typeof backtest)[number]) => number) =>
    figure(sum(of) / backtest.length, 3);
  const inside = sum((row) => row.contractsInside) / sum((row) => row.contracts);
  const words =
    `${percent(inside)} of contracts lie in their ${confidenceInWords(confidence)} interval. ` +
    `Redemptions of a contract in a group are off by ${mean((row) => row.error)} on the mean; by ${
      mean((row) => row.errorOwn)
    } with each one's own rate so far, by ${
      mean((row) => row.errorOverall)
    } with one rate for all.`;
  return titled(
    "Backtest: weeks predicted from those before",
    [
      { title: "week" },
      right("offers"),
      right("predicted"),
      right("seen"),
      right("contracts inside"),
    ],
    rows,
    layout,
  ) + wrapped(words, layout.width - 2).map((line) => `  ${line}\n`).join("");
}
