/**
 * Options of `divvy allocate --engine`.
 *
 * @module
 */
import { UsageError } from "../../../base/errors.ts";
import type { DivvyCommand } from "../../frame/command.ts";
import { choice, DivvyOption, file, flag, number } from "../../frame/option_kinds.ts";
import { SHARED_OPTIONS } from "../engines/engine.ts";
import { ENGINES, ownOptions } from "../engines/engines.ts";

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

/** Adds the options of engines. With some of them the command doesn't need the files that are something else there. */
export function addEngineOptions<Values>(command: DivvyCommand<Values>) {
  for (const option of command.options) {
    if (!(option instanceof DivvyOption) || !(option.attributeName() in SHARED_OPTIONS)) continue;
    const without = ENGINES.filter(({ needed }) => !needed.includes(option.attributeName()));
    if (option.mustBeGiven) option.neededUnless("engine", ...without.map(({ name }) => name));
  }
  return command.optionsUnder("Other options:", [
    flag(
      "--dry-run",
      "read and check the input, print what a run would write (with --engine: the SQL); write nothing",
    ),
  ]).optionsUnder(HEADING, [
    choice(
      "--engine <name>",
      `compute where the pairs are: ${ENGINES.map(({ where }) => where).join(", ")}`,
      ENGINES.map(({ name }) => name),
    ),
  ]).optionsUnder(HEADING, ownOptions()).optionsUnder(HEADING, [
    number(
      "--sample-users <n>",
      "users of the sample that first prices are found on (default: 100000, from 4 million users on more)",
      { min: 1, whole: true },
    ),
    number("--passes <n>", "most passes over all pairs to find prices", { min: 1, whole: true })
      .default(30),
    file(
      "--resume <file>",
      "file of the run's state: written as it goes, resumed from if it exists",
    ),
  ]);
}
