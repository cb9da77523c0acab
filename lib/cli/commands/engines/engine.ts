/**
 * What the command line knows of an engine.
 *
 * @module
 */
import type { EngineOptions, EngineResult } from "../../../engine/run/allocate_in_engine.ts";
import type { EngineInput } from "../../../engine/steps/task.ts";
import type { OptionValues } from "../../frame/command.ts";

/** An engine with what a command gave it. */
export interface EngineJob {
  /** Name of what the assignments go to. */
  readonly out: string;
  /** The statements that a run would send, without sending any. */
  dryRun(tables: EngineInput, options: EngineOptions): string;
  /** Allocates. */
  run(tables: EngineInput, options: EngineOptions): Promise<EngineResult>;
  /** An error as a person should read it, with what stands now where that is not clear. */
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

/** Attribute name of one of them. */
export type EngineOption = keyof typeof ENGINE_OPTIONS;

/** An engine of `--engine`. */
export interface EngineCommand {
  /** Its name. */
  readonly name: string;
  /** Those of {@link ENGINE_OPTIONS} that must be given. */
  readonly needed: readonly EngineOption[];
  /** Those that it understands beside them; giving any other is a mistake that should not go unnoticed. */
  readonly understood: readonly EngineOption[];
  /** Options of files on this machine that it reads. */
  readonly reads: readonly EngineOption[];
  /** Options of files on this machine that it writes. */
  readonly writes: readonly EngineOption[];
  /** Takes the options. */
  prepare(values: OptionValues): Promise<EngineJob>;
}
