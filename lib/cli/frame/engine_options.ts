/**
 * Options of `divvy allocate --engine clickhouse`.
 *
 * @module
 */
import type { DivvyCommand } from "./command.ts";
import { choice, DivvyOption, file, flag, number, text, texts } from "./options.ts";

/** Inputs and outputs that are tables there. */
const TABLES_INSTEAD = ["--elig", "--user-groups", "--out"];

/** Adds the engine's options; with them the command can do without the files that are tables then. */
export function addEngineOptions(command: DivvyCommand): DivvyCommand {
  for (const option of command.options) {
    if (option instanceof DivvyOption && TABLES_INSTEAD.includes(option.long!)) {
      option.neededUnless("engine");
    }
  }
  command.optionsUnder("Other options:", [
    flag(
      "--dry-run",
      "read and check everything, say what a run would write (--engine: print the SQL), do nothing",
    ),
  ]);
  return command.optionsUnder("Past one machine (docs/scale.md):", [
    choice("--engine <name>", "compute inside a database that holds the pairs", ["clickhouse"]),
    text("--url <url>", "its server: clickhouse://user@host:8123/database"),
    texts("--shard-url <url>", "a shard's server, in the order of shards (repeat it)"),
    text("--elig-table <table>", "in place of --elig; may be Distributed by user_id"),
    text("--user-groups-table <table>", "in place of --user-groups"),
    text("--out-table <table>", "in place of --out; replaced whole"),
    number("--sample-users <n>", "users that prices are found on", { min: 1, whole: true })
      .default(100_000),
    number("--passes <n>", "most full passes for prices", { min: 1, whole: true }).default(30),
    file("--resume <file>", "keep the state there, and go on from it if it is there"),
  ]);
}
