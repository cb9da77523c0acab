/**
 * The interface of an engine of `divvy allocate --engine`.
 *
 * @module
 */
import type { EngineOptions, EngineResult } from "../../../engine/run/allocate_in_engine.ts";
import type { EngineInput } from "../../../engine/drop/task.ts";
import type { DropSources } from "../../../io/drop_sources.ts";
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

/** An option of an engine's own. Several engines may have the same one; its values are texts. */
export interface OwnOption {
  /** Such as `--url <url>`. */
  readonly flags: string;
  /** What it is, for the help. */
  readonly note: string;
  /** Whether it may be given several times. @default false */
  readonly isRepeated?: boolean;
}

/** Where engines that read files have tables of a run. */
export const WORK_FOLDER: OwnOption = {
  flags: "--work-folder <folder>",
  note: "folder for tables of the run, removed afterwards (default: beside --out)",
};

/** Options of one machine that only some engines take, by attribute name. */
export const SHARED_OPTIONS = {
  elig: "--elig",
  userGroups: "--user-groups",
  out: "--out",
  format: "--format",
  workers: "--workers",
} as const;

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
  /** Where it computes, for the help: "in a cluster". */
  readonly where: string;
  /** A command line for the help, and what it is an example of. */
  readonly example?: { readonly title: string; readonly line: string };
  /** Options of its own. */
  readonly own: readonly OwnOption[];
  /** Attribute names of options that must be given: its own, and of {@link SHARED_OPTIONS}. */
  readonly needed: readonly string[];
  /** Those of {@link SHARED_OPTIONS} that may be given beside them. Any other is refused. */
  readonly understood: readonly string[];
  /** What `--alternates-out` names. */
  readonly alternates: AlternatesPlace;
  /** Inputs of a drop that are files on this machine and that it reads itself. */
  readonly reads: readonly (keyof DropSources)[];
  /** Options of files on this machine that it writes. */
  readonly writes: readonly string[];
  /** Reads and checks the options. @throws {UsageError} for values that are invalid */
  prepare(values: OptionValues): Promise<EngineJob>;
}
