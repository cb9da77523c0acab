/**
 * The interface of an engine of `divvy allocate --engine`.
 *
 * @module
 */
import type { EngineOptions, EngineResult } from "../../../engine/run/allocate_in_engine.ts";
import type { EngineInput } from "../../../engine/steps/task.ts";
import type { OptionValues } from "../../frame/command.ts";

/** A run of an engine, with its options read. */
export interface EngineJob {
  /** Name of the file or table of the assignments. */
  readonly out: string;
  /** The statements that a run would send. Sends none. */
  dryRun(tables: EngineInput, options: EngineOptions): string;
  /** Allocates. */
  run(tables: EngineInput, options: EngineOptions): Promise<EngineResult>;
  /**
   * The error to show for an error of a run.
   *
   * @param stands the state that the output is in now, for errors that leave it unclear
   */
  explained(error: unknown, stands: string): Error;
}

/** Options that only some engines understand, by attribute name. */
export const ENGINE_OPTIONS = {
  elig: "--elig",
  userGroups: "--user-groups",
  out: "--out",
  url: "--url",
  shardUrl: "--shard-url",
  eligTable: "--elig-table",
  userGroupsTable: "--user-groups-table",
  outTable: "--out-table",
  memory: "--memory",
  workFolder: "--work-folder",
  master: "--master",
  python: "--python",
  sparkConf: "--spark-conf",
  workers: "--workers",
} as const;

/** Attribute name of one of {@link ENGINE_OPTIONS}. */
export type EngineOption = keyof typeof ENGINE_OPTIONS;

/** What alternates go to. */
export interface AlternatesPlace {
  /** Whether that is a file on this machine. */
  readonly isFile: boolean;
  /** What is wrong with a name, beside the engine's other options; null: nothing. */
  readonly fault: (name: string, values: OptionValues) => string | null;
}

/** An engine of `--engine`. */
export interface EngineCommand {
  /** Value of `--engine`. */
  readonly name: string;
  /** Those of {@link ENGINE_OPTIONS} that must be given. */
  readonly needed: readonly EngineOption[];
  /** Those that may be given beside them. Any other is refused. */
  readonly understood: readonly EngineOption[];
  /** What `--alternates-out` names. */
  readonly alternates: AlternatesPlace;
  /** Options of files on this machine that it reads. */
  readonly reads: readonly EngineOption[];
  /** Options of files on this machine that it writes. */
  readonly writes: readonly EngineOption[];
  /** Reads and checks the options. @throws {UsageError} for values that are invalid */
  prepare(values: OptionValues): Promise<EngineJob>;
}
