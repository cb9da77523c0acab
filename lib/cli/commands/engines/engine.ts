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

/** An engine of `--engine`. */
export interface EngineCommand {
  /** Its name. */
  readonly name: string;
  /** Its name in the documents. */
  readonly title: string;
  /** Options that must be given, by attribute name. */
  readonly needed: Readonly<Record<string, string>>;
  /** Options that mean nothing to it, by attribute name; giving one is a mistake that should not go unnoticed. */
  readonly useless: Readonly<Record<string, string>>;
  /** Options of files that it reads, by name. */
  readonly reads: readonly string[];
  /** Options of files that it writes, by name. */
  readonly writes: readonly string[];
  /** Takes the options. */
  prepare(values: OptionValues): Promise<EngineJob>;
}
