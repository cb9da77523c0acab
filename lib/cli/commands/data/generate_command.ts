/**
 * `divvy generate`: a seeded synthetic drop in the four formats.
 *
 * @module
 */
import { SYNTHETIC_DEFAULTS, SYNTHETIC_RANGES } from "../../../generate/synthetic_options.ts";
import { DivvyCommand } from "../../frame/command.ts";
import { quietFlag } from "../../frame/options/quiet_option.ts";
import { choice, file, flag, folder, number } from "../../frame/option_kinds.ts";

/** Defines `divvy generate`. */
export function generateCommand(): DivvyCommand {
  const range = SYNTHETIC_RANGES, defaults = SYNTHETIC_DEFAULTS;
  return new DivvyCommand("generate", "write a seeded synthetic drop to try things on")
    .description(
      "Write a seeded synthetic drop: group sizes by Zipf's law, contracts eligible in some groups " +
        "only, recommender-like scores with zeros and ties, scarce sponsored caps, and the oddities " +
        "of real files (duplicate pairs, users without a group). The same options, the same bytes.",
    )
    .helpGroup("Drops:")
    .optionsUnder("Output:", [
      folder("--dir <folder>", "where the four files go; made if it is missing").needed(),
      choice("--format <format>", "of elig and user_groups; the small tables are always CSV", [
        "csv",
        "parquet",
      ])
        .default("csv"),
      flag("--force", "write over files that are there"),
      quietFlag(),
    ])
    .optionsUnder("The drop:", [
      number("--users <n>", "users", range.users).needed(),
      number("--pairs <n>", "mean of eligible pairs per user", range.pairs)
        .default(defaults.pairs),
      number("--contracts <n>", "contracts", range.contracts).default(defaults.contracts),
      number("--groups <n>", "groups", range.groups).default(defaults.groups),
      number("-k, --k <n>", "offers per user that capacity is scaled for", range.k)
        .default(defaults.k),
      number(
        "--scarcity <x>",
        "sponsored capacity divided by what the ratios demand",
        range.scarcity,
      ).default(defaults.scarcity),
      number("--seed <n>", "seed of everything drawn", range.seed).default(defaults.seed),
      flag("--ties", "coarse scores: steps of 0.01 and 35 % zeros"),
      number(
        "--infeasible <share>",
        "share of groups that can't reach their minimum",
        range.infeasible,
      ).default(defaults.infeasible),
      file(
        "--answers-to <file>",
        "in place of a drop: how its users answer these assignments (selections, redemptions, truth)",
      ),
      number(
        "--weeks <n>",
        "weeks of history before it: offers, selections, redemptions, users held out, budgets, truth",
        { min: 0, whole: true, max: 520 },
      ).default(0),
    ])
    .withConfig()
    .example("A drop of 2,000 users in ./drop", "divvy generate --dir drop --users 2000")
    .example(
      "A big one with scarce sponsored offers",
      "divvy generate --dir big --users 180000 --scarcity 0.3 --seed 7",
    )
    .example(
      "Eight weeks of history with known truth, and the drop that follows",
      "divvy generate --dir past --users 5000 --weeks 8",
    )
    .runs(async (options) => (await import("./generate_run.ts")).runGenerate(options));
}
