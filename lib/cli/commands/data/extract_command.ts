/**
 * `divvy extract`: rows of databases into files.
 *
 * @module
 */
import { DivvyCommand } from "../../frame/command.ts";
import { quietFlag } from "../../frame/options/quiet_option.ts";
import { databaseOptions } from "../../frame/options/input_options.ts";
import { choice, folder, text } from "../../frame/option_kinds.ts";

/** Defines `divvy extract`. */
export function extractCommand(): DivvyCommand {
  return new DivvyCommand("extract", "write the inputs of a drop from databases to files")
    .helpGroup("Drops:")
    .optionsUnder(
      "Databases (addresses as in docs/databases.md; any of them):",
      [
        text("--caps <url>", "contracts and their caps"),
        text("--budgets <url>", "contracts and their budgets, for divvy caps"),
        text("--elig <url>", "eligible pairs with scores"),
        text("--user-groups <url>", "each user's group"),
        text("--group-ratios <url>", "each group's least share"),
        text("--limits <url>", "further limits (docs/limits.md)"),
        ...databaseOptions(),
      ],
    )
    .optionsUnder("Output:", [
      folder("--dir <folder>", "where the files go; made if it is missing").needed(),
      choice("--format <format>", "of the files", ["csv", "csv.gz", "parquet"]).default("csv"),
      quietFlag(),
    ])
    .withConfig()
    .example(
      "Eligibility of a drop, as Parquet",
      'divvy extract --elig "clickhouse://drops@ch:8123/shop?query=sql/elig.sql" \\\n' +
        "      --param drop_id=2122 --param win_start=2025-08-21T15:00:00Z \\\n" +
        "      --dir drop --format parquet",
    )
    .runs(async (options) => (await import("./extract_run.ts")).runExtract(options));
}
