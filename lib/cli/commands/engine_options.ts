/**
 * Options of `divvy allocate --engine`.
 *
 * @module
 */
import { UsageError } from "../../base/errors.ts";
import type { DivvyCommand } from "../frame/command.ts";
import { choice, DivvyOption, file, flag, number, text, texts } from "../frame/options.ts";

/** Inputs and outputs in whose place ClickHouse takes the names of tables. */
const TABLES_INSTEAD = ["--elig", "--user-groups", "--out"];

/** Heading of the engines' options. */
const HEADING = "Past one machine (docs/scale.md):";

/**
 * Refuses options of engines where `--engine` is not given: they would do nothing.
 *
 * @param given the options that were set on the command line or in the configuration file
 * @throws {UsageError} that names them
 */
export function refuseEngineOptions(command: DivvyCommand, given: ReadonlySet<string>): void {
  const idle = command.options.filter((option) =>
    option.helpGroupHeading === HEADING && option.attributeName() !== "engine" &&
    given.has(option.attributeName())
  );
  if (idle.length === 0) return;
  const verb = idle.length === 1 ? "is" : "are";
  throw new UsageError(
    `${idle.map(({ long }) => long).join(", ")} ${verb} for --engine, which was not given`,
  );
}

/** Adds the options of engines. With ClickHouse the command doesn't need the files that are tables there. */
export function addEngineOptions(command: DivvyCommand): DivvyCommand {
  for (const option of command.options) {
    if (option instanceof DivvyOption && TABLES_INSTEAD.includes(option.long!)) {
      option.neededUnless("engine", "clickhouse");
    }
  }
  command.optionsUnder("Other options:", [
    flag(
      "--dry-run",
      "read and check the input, print what a run would write (with --engine: the SQL); write nothing",
    ),
  ]);
  return command.optionsUnder(HEADING, [
    choice(
      "--engine <name>",
      "compute where the pairs are: in a ClickHouse or Spark cluster, or by DuckDB over files of any size",
      ["clickhouse", "duckdb", "spark"],
    ),
    text("--url <url>", "clickhouse: its server: clickhouse://user@host:8123/database"),
    texts("--shard-url <url>", "clickhouse: a shard's server, in the order of shards (repeat it)"),
    text("--elig-table <table>", "clickhouse: in place of --elig; may be Distributed by user_id"),
    text("--user-groups-table <table>", "clickhouse: in place of --user-groups"),
    text("--out-table <table>", "clickhouse: in place of --out; replaced whole"),
    text("--memory <size>", "duckdb: most memory that it takes (default: 4GB)"),
    text(
      "--work-folder <folder>",
      "duckdb, spark: folder for tables of the run, removed afterwards (default: beside --out)",
    ),
    text("--master <url>", "spark: the master as spark-submit takes it, such as local[2] or yarn"),
    texts("--spark-conf <setting>", "spark: name=value (repeat it)"),
    text("--python <program>", "spark: a Python that has PySpark (default: python3)"),
    number("--sample-users <n>", "users of the sample that first prices are found on", {
      min: 1,
      whole: true,
    }).default(100_000),
    number("--passes <n>", "most passes over all pairs to find prices", { min: 1, whole: true })
      .default(30),
    file(
      "--resume <file>",
      "file of the run's state: written as it goes, resumed from if it exists",
    ),
  ]);
}
