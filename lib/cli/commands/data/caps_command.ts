/**
 * `divvy caps`: caps from budgets.
 *
 * @module
 */
import { defaultCapRule } from "../../../allocator/drop/cap_from_budget.ts";
import { DivvyCommand } from "../../frame/command.ts";
import { quietFlag } from "../../frame/options/quiet_option.ts";
import { formatOption } from "../../frame/table_outputs.ts";
import { dialectOptions, limitOptions } from "../../frame/options/table_options.ts";
import { databaseOptions } from "../../frame/options/input_options.ts";
import { file, files, flag, number } from "../../frame/option_kinds.ts";

/** Defines `divvy caps`. */
export function capsCommand(): DivvyCommand {
  const rate = { min: 0, max: 1, above: true };
  return new DivvyCommand("caps", "caps from budgets, spending, live claims and redemption")
    .description(
      "Caps from budgets: what is left of each, divided by the expected cost of a claim. With --from-review\n" +
        "how often offers are redeemed is learned from reviews of the weeks before: each contract's rate in each\n" +
        "group, shrunk towards its contract's, brand's and the overall one (docs/weekly.md). Without --budgets a\n" +
        "contract gets the cap that gives as many redemptions as its cap of this week was meant to give.",
    )
    .helpGroup("Drops:")
    .optionsUnder("Inputs and outputs:", inputsAndOutputs())
    .optionsUnder("Reading:", [...dialectOptions(), ...limitOptions()])
    .optionsUnder("The rule:", [
      number("--live-prior <p>", "redemption rate of live claims without history", rate)
        .default(defaultCapRule.livePrior),
      number("--new-prior <p>", "redemption rate of new claims without history", rate)
        .default(defaultCapRule.newPrior),
      number("--z <z>", "standard deviations of caution for new claims", { min: 0 })
        .default(defaultCapRule.z),
      number("--rate-floor <p>", "least redemption rate of new claims", rate)
        .default(defaultCapRule.rateFloor),
      number("--overage <factor>", "what is left of sponsored budgets counts this many times", {
        min: 0,
      })
        .default(defaultCapRule.overage),
    ])
    .optionsUnder("Rates from reviews:", [
      number("--confidence <share>", "confidence of the intervals", {
        min: 0,
        above: true,
        max: 0.9999,
      }).default(0.9),
      flag("--no-backtest", "don't test the rates by predicting each week from those before it"),
    ])
    .withConfig()
    .example("Caps from a file of budgets", "divvy caps --budgets budgets.csv --out caps.csv")
    .example(
      "Straight from the database",
      'divvy caps --budgets "postgres://drops@db/shop?query=sql/budgets.sql" \\\n' +
        "      --param drop_id=2122 --param win_start=2025-08-21T15:00:00Z --out caps.csv",
    )
    .example(
      "Next week's caps from what came of the last weeks",
      "divvy caps --from-review week1.json week2.json \\\n" +
        "      --budgets budgets.csv --out caps.csv --rates rates.csv",
    )
    .runs(async (options) => {
      const { fromReview, budgets } = options;
      return fromReview === undefined
        // Without reviews budgets are required.
        ? await (await import("./caps_run.ts")).runCaps({ ...options, budgets: budgets! })
        : await (await import("./caps_review_run.ts")).runReviewedCaps({ ...options, fromReview });
    });
}

/** Options of the files that it reads and writes. */
function inputsAndOutputs() {
  return [
    file(
      "--budgets <file>",
      "contract_address, is_sponsored, budget, spent, live_claims, face_value, redeemed, assigned",
    ).neededUnless("fromReview"),
    files(
      "--from-review <files...>",
      "facts of `divvy review`, oldest first: redemption is learned from them",
    ),
    file("--caps <file>", "with --from-review: this week's caps, whose other columns are kept"),
    file(
      "--out <file>",
      "caps as allocate reads them: .csv, .jsonl, .json, .xlsx; - is standard output",
    )
      .needed(),
    formatOption(),
    file(
      "--rates <file>",
      "with --from-review: write rates of contracts in groups, with intervals, as CSV",
    ),
    ...databaseOptions(),
    flag(
      "--keep-zero",
      "write contracts whose cap is 0 too (allocate gives unsponsored ones a default)",
    ),
    flag("--json", "print how each cap came about as JSON on stdout"),
    quietFlag(),
  ];
}
