/**
 * `divvy review`: what came of a drop.
 *
 * @module
 */
import { showOption } from "../../frame/options/show_option.ts";
import { dateOption } from "../../frame/options/page_date.ts";
import { DivvyCommand } from "../../frame/command.ts";
import { quietFlag } from "../../frame/options/quiet_option.ts";
import { databaseOptions } from "../../frame/options/input_options.ts";
import { file, flag, number, text } from "../../frame/option_kinds.ts";
import { dialectOptions, limitOptions } from "../../frame/options/table_options.ts";

/** Defines `divvy review`. */
export function reviewCommand(): DivvyCommand {
  return new DivvyCommand(
    "review",
    "what users selected and redeemed of a drop: text, page or JSON",
  )
    .description(
      "Review a drop by what came of it: how many offers were selected and redeemed, by contract, brand,\n" +
        "group, type and place among the user's offers; the sponsored ratio by selections beside that by\n" +
        "assignments and the target; the lift over users held out; offers that nobody chose, and users who\n" +
        "chose none. Shares have intervals. The JSON is what `divvy caps --from-review` learns from.",
    )
    .helpGroup("Drops:")
    .optionsUnder("Inputs:", inputs())
    .optionsUnder("Outputs:", [
      file("--html <file>", "write one self-contained page"),
      flag("--json", "print the facts as JSON on stdout"),
      file("--facts <file>", "write the same JSON to a file, beside text or page"),
      file("--chose-none <file>", "write the users who chose none: user_id, group_id, offers"),
      text("--title <text>", "name of the drop (else the name of the file, or of its folder)"),
      dateOption({ ofDrop: false }),
      quietFlag(),
    ])
    .optionsUnder("Reading:", [
      text("--since <day>", "first day of selections and redemptions, by at: 2025-08-14"),
      text("--until <day>", "last day of selections and redemptions"),
      number("--confidence <share>", "confidence of the intervals", {
        min: 0,
        above: true,
        max: 0.9999,
      }).default(0.95),
      showOption(),
      ...dialectOptions(),
      ...limitOptions(),
    ])
    .withConfig()
    .example(
      "What came of last week's drop, in the terminal",
      "divvy review --assign assignments.csv --selections selections.csv \\\n" +
        "      --redemptions redemptions.csv --caps caps.csv",
    )
    .example(
      "A page to send around, and the facts for next week's caps",
      "divvy review --config divvy.json --assign assignments.csv \\\n" +
        "      --selections selections.csv --redemptions redemptions.csv \\\n" +
        "      --holdout held_out.csv --html review.html --facts review.json",
    )
    .runs(async (options) => (await import("./review_run.ts")).runReview(options));
}

/** Options of the files that it reads. */
function inputs() {
  return [
    file(
      "--assign <file>",
      "the offers: user_id, contract_address; also used: score, is_sponsored, group_id, sponsorship_ratio, holdout",
    ).needed(),
    file("--selections <file>", "what users selected: user_id, contract_address, at").needed(),
    file("--redemptions <file>", "what users redeemed: user_id, contract_address, at"),
    file("--holdout <file>", "users held out, for the lift: user_id"),
    file(
      "--caps <file>",
      "contracts: is_sponsored, brand_id (else from --assign, without brands)",
    ),
    file("--user-groups <file>", "all users: user_id, group_id (else those with offers)"),
    file("--group-ratios <file>", "targets: group_id, sponsorship_ratio (else from --assign)"),
    ...databaseOptions(),
  ];
}
