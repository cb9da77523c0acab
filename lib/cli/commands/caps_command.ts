/**
 * `divvy caps`: caps from budgets.
 *
 * @module
 */
import { defaultCapRule } from "../../allocator/drop/cap_from_budget.ts";
import { DivvyCommand } from "../frame/command.ts";
import { dialectOptions, limitOptions } from "../frame/table_options.ts";
import { timeoutOptions } from "../frame/input_options.ts";
import { file, flag, number, texts } from "../frame/options.ts";

/** Defines `divvy caps`. */
export function capsCommand(): DivvyCommand {
  const rate = { min: 0, max: 1, above: true };
  return new DivvyCommand("caps", "caps from budgets, spending, live claims and redemption")
    .helpGroup("Drops:")
    .optionsUnder("Inputs and outputs:", [
      file(
        "--budgets <file>",
        "contract_address, is_sponsored, budget, spent, live_claims, face_value, redeemed, assigned",
      ).needed(),
      file("--out <file>", "caps as allocate reads them").needed(),
      texts("--param <name=value>", "parameter of a database's query; may be given several times"),
      ...timeoutOptions(),
      flag(
        "--keep-zero",
        "write contracts whose cap is 0 too (allocate gives unsponsored ones a default)",
      ),
      flag("--json", "print how each cap came about as JSON on stdout"),
      flag("-q, --quiet", "no table"),
    ])
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
      number("--overage <factor>", "on what is left of sponsored budgets", { min: 0 })
        .default(defaultCapRule.overage),
    ])
    .withConfig()
    .example("Caps from a file of budgets", "divvy caps --budgets budgets.csv --out caps.csv")
    .example(
      "Straight from the database",
      'divvy caps --budgets "postgres://drops@db/shop?query=sql/budgets.sql" \\\n' +
        "      --param drop_id=2122 --param win_start=2025-08-21T15:00:00Z --out caps.csv",
    )
    .runs(async (options) => (await import("./caps_run.ts")).runCaps(options));
}
