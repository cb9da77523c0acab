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
import { type Layout, left, right, titled } from "./text_parts.ts";
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
  return titled(
    "Caps, most offers first, and what their rates come from",
    [
      [left("contract"), (cap) => cap.contract],
      [
        right("cap"),
        (cap) => cap.impossible !== null ? "none" : cap.isDefault ? "default" : count(cap.cap),
      ],
      [right("redeemed"), ({ estimate: e }) => shareInWords({ ...e, share: e.rate })],
      [right("seen"), (cap) => `${count(cap.redeemed)}/${count(cap.offers)}`],
      [right("own"), ({ sources }) => percent(sources.own, 0)],
      [right("brand"), ({ sources }) => percent(sources.brand, 0)],
      [right("all"), ({ sources }) => percent(sources.overall, 0)],
    ],
    [...caps].sort((a, b) => b.offers - a.offers),
    layout,
  );
}

function backtestPart({ backtest, weeks, confidence }: RedemptionRates, layout: Layout): string {
  if (backtest.length === 0) return "";
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
      [left("week"), (row) => weeks[row.week]],
      [right("offers"), (row) => count(row.offers)],
      [
        right("predicted"),
        ({ predicted, interval: { low, high } }) =>
          `${count(predicted)} (${count(low)} to ${count(high)})`,
      ],
      [right("seen"), (row) => count(row.seen)],
      [
        right("contracts inside"),
        (row) => `${count(row.contractsInside)} of ${count(row.contracts)}`,
      ],
    ],
    backtest,
    layout,
  ) + wrapped(words, layout.width - 2).map((line) => `  ${line}\n`).join("");
}
