/**
 * `divvy publish`: assignments into a table of a database.
 *
 * @module
 */
import { DivvyCommand } from "../../frame/command.ts";
import { quietFlag } from "../../frame/options/quiet_option.ts";
import { timeoutOptions } from "../../frame/options/input_options.ts";
import { file, text } from "../../frame/option_kinds.ts";

/** Defines `divvy publish`. */
export function publishCommand(): DivvyCommand {
  return new DivvyCommand(
    "publish",
    "put assignments into a table of a database, whole or not at all",
  )
    .helpGroup("Drops:")
    .optionsUnder("Inputs and outputs:", [
      file("--assign <file>", "assignments as allocate writes them; may be a folder or a pattern")
        .needed(),
      text("--to <url>", "the table: postgres://…?table=NAME or clickhouse://…?table=NAME")
        .needed(),
      ...timeoutOptions(),
      quietFlag(),
    ])
    .withConfig()
    .example(
      "Into PostgreSQL, in one transaction",
      "divvy publish --assign assignments.csv \\\n" +
        '      --to "postgres://drops@db/shop?table=assigned"',
    )
    .runs(async (options) => (await import("./publish_run.ts")).runPublish(options));
}
