/**
 * The options of `divvy allocate --engine`, and which of them an engine refuses.
 *
 * @module
 */
import { checkTogether } from "./allocate_values.ts";
import { type SolverName, solverOf, SOLVERS } from "../../../api/solvers.ts";
import { UsageError } from "../../../base/errors.ts";
import type { DropSources } from "../../../io/drop_sources.ts";
import type { OptionValues } from "../../frame/command.ts";
import { checkEndings, checkInputs, checkOutputs } from "../../frame/output_files.ts";
import { inputFiles } from "../../frame/options/input_options.ts";
import { checkTables } from "../../frame/table_outputs.ts";
import type { EngineCommand } from "../engines/engine.ts";
import { engineOptionNames, ownNames } from "../engines/engines.ts";
import type { AllocateValues } from "./allocate_options.ts";

/** The options of `divvy allocate` that every engine understands; an engine's own are in engines/. */
export type EngineValues = AllocateValues & {
  readonly engine: string;
  readonly sampleUsers?: number;
  readonly passes: number;
  readonly resume?: string;
};

/** Options that mean something to the solvers on one machine only: engines refuse them. */
const LOCAL = { rng: "--rng", scarcityAlpha: "--scarcity-alpha" };

/** Why options are refused, where that is not plain. */
const REASONS: Readonly<Record<string, string>> = {
  rng: "of the greedy solver, which runs on one machine",
  scarcityAlpha: "of the greedy solver, which runs on one machine",
  format: "a table has none",
};

/** The inputs of a drop that Divvy reads itself, whatever the engine is. */
const OWN_INPUTS = ["limits", "pins", "bans", "caps", "groupRatios"] as const;

/** The solvers that find prices, as engines do; their names differ by the model. */
const ENGINE_SOLVERS = SOLVERS.filter(({ certifies }) => certifies);

/**
 * Checks that the inputs that are files are there, and that no output is one of them.
 *
 * @throws {InputError} for an input that can't be read or an output that can't be written
 * @throws {UsageError} for an output that is an input: it names both
 */
export async function checkEngineFiles(
  { reads, writes, alternates }: EngineCommand,
  options: EngineValues,
): Promise<void> {
  const longs = engineOptionNames();
  const files = [...OWN_INPUTS, ...reads].map((name) => [name, options[name]]);
  const named = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [longs[name], options[name] as string | undefined]));
  const { summary, certificate, html, resume, holdoutOut, alternatesOut } = options;
  const inputs = {
    ...inputFiles(Object.fromEntries(files) as unknown as DropSources),
    "--scenario": options.scenario,
    "--prices": options.prices,
    "--config": options.config as string | undefined,
  };
  await checkOutputs({
    "--summary": summary,
    "--certificate": certificate,
    "--resume": resume,
    "--holdout-out": holdoutOut,
    ...named(writes),
    ...(alternates.isFile && { "--alternates-out": alternatesOut }),
  }, inputs);
  // In the order of one machine, so that of several faults the same is named.
  checkTables({ holdoutOut });
  checkEndings({ "--summary": summary, "--certificate": certificate }, "json");
  checkEndings({ "--html": html }, "html");
  await checkInputs(inputs);
}

/**
 * Checks that the options an engine needs are given, and none that it does not understand.
 *
 * @param given the options that were set on the command line or in the configuration file
 * @throws {UsageError} that names the options
 */
export function checkEngineOptions(
  command: EngineCommand,
  options: EngineValues,
  given: ReadonlySet<string>,
): void {
  const { name: engine, needed, understood, alternates } = command, longOf = engineOptionNames();
  const missing = needed.filter((name) => options[name] === undefined);
  if (missing.length > 0) {
    const longs = missing.map((name) => longOf[name]);
    throw new UsageError(`--engine ${engine} needs ${longs.join(", ")}`);
  }
  const among = (names: Readonly<Record<string, string>>) =>
    Object.entries(names).filter(([name]) => given.has(name));
  checkTogether(options);
  const { alternatesOut } = options;
  const fault = alternatesOut === undefined ? null : alternates.fault(alternatesOut, options);
  if (fault !== null) throw new UsageError(`--alternates-out ${alternatesOut}: ${fault}`);
  const known = [...needed, ...understood, ...ownNames(command)];
  const refused = among({ ...LOCAL, ...longOf }).filter(([name]) => !known.includes(name));
  if (refused.length > 0) {
    const longs = refused.map(([name, long]) =>
      REASONS[name] === undefined ? long : `${long} (${REASONS[name]})`
    );
    throw new UsageError(`--engine ${engine} does not use ${longs.join(", ")}`);
  }
}

/**
 * The model that the solver's name implies; undefined: the model of `--model`.
 *
 * @throws {UsageError} for solvers that run on one machine only
 */
export function engineModel(
  { name }: EngineCommand,
  options: OptionValues,
): "coverage" | "uniform" | undefined {
  if (!ENGINE_SOLVERS.some(({ name }) => name === options.solver)) {
    const names = ENGINE_SOLVERS.map(({ name }) => `"${name}"`).join(", ");
    throw new UsageError(
      `--solver ${options.solver} runs on one machine, with --engine ${name} expected one of ${names}`,
    );
  }
  return solverOf(options.solver as SolverName).model ?? undefined;
}
