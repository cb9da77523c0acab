/**
 * A drop in files that a Spark cluster reads, allocated there.
 *
 * @module
 */
import type { RunControl } from "../../base/progress.ts";
import {
  allocateInEngine,
  type EngineOptions,
  type EngineResult,
} from "../run/allocate_in_engine.ts";
import type { EngineInput } from "../drop/task.ts";
import { type DropFiles, FileDrop } from "../sql/file_drop.ts";
import type { InputFiles } from "../sql/input_files.ts";
import type { OpenedDrop } from "../steps/inspect.ts";
import type { EngineRun } from "../steps/steps.ts";
import { SparkDriver, type SparkSettings } from "./driver.ts";
import { formatOf, SparkRun, withoutSlash } from "./spark_run.ts";
import { SparkStore } from "./store.ts";

/** Views of the files. */
export const ELIG = "elig_files", GROUPS = "group_files";

/** What is allocated, and where. */
export interface SparkInput extends EngineInput, Omit<SparkSettings, "work"> {
  /** Eligible pairs: user_id, contract_address, score. What Spark reads: a path, folder or glob of Parquet, or of CSV by its name's ending. */
  readonly elig: string;
  /** Users' groups: user_id, group_id. */
  readonly userGroups: string;
  /** Folder that the assignments go to: Parquet, or CSV by its name's ending; replaced whole. */
  readonly out: string;
  /** Folder for the run's tables, that all of Spark can write to. @default beside `out` */
  readonly workFolder?: string;
}

/**
 * Allocates. Whatever fails, and whenever, `out` is as it was or whole and new.
 *
 * @throws InputError for files, columns and values that can't be used, what Spark refuses, and when the result breaks a
 * rule; UsageError for policies that engines can't keep
 */
export function allocateInSpark(
  input: SparkInput,
  options: EngineOptions = {},
): Promise<EngineResult> {
  return allocateInEngine(() => openSparkDrop(input, options), input, options);
}

/** Starts Spark and finds the files. */
async function openSparkDrop(input: SparkInput, options: EngineOptions): Promise<OpenedDrop> {
  const out = withoutSlash(input.out);
  const name = `.${out.replace(/^.*\//, "")}.divvy-work`;
  const parent = input.workFolder ?? /^(.*)\/[^/]*$/.exec(out)?.[1] ?? Deno.cwd();
  // A run that may be resumed has a folder of a fixed name, so that the next run finds it.
  const own = options.stateFile === undefined ? `-${crypto.randomUUID().slice(0, 8)}` : "";
  const work = `${parent.replace(/\/+$/, "")}/${name}${own}`;
  options.onProgress?.({ phase: "start Spark" });
  const driver = await SparkDriver.start({ ...input, work }, options);
  try {
    const outs = [out, ...(input.alternates === undefined ? [] : [input.alternates.out])];
    for (const path of outs.map(withoutSlash)) await driver.ask({ op: "mend", path }, options);
    const elig = await view(driver, ELIG, input.elig, options);
    const groups = await view(driver, GROUPS, input.userGroups, options);
    const keep = options.stateFile !== undefined;
    const history: InputFiles[] = [];
    for (const [at, path] of (input.before?.history ?? []).entries()) {
      history.push(await view(driver, `history_files_${at}`, path, options));
    }
    const previous = input.previous === undefined
      ? undefined
      : await view(driver, "previous_files", input.previous, options);
    const files = { elig, groups, history, previous, limits: input.limits };
    return new SparkDrop(new SparkStore(driver), work, keep, files, out);
  } catch (error) {
    await driver.close();
    throw error;
  }
}

/** Makes a view of files, and finds their columns. */
async function view(
  driver: SparkDriver,
  table: string,
  path: string,
  control: RunControl,
): Promise<InputFiles> {
  const format = formatOf(path);
  const columns = await driver.ask({ op: "view", table, path, ...format }, control);
  // Only Spark knows where the files lie, so they are told apart by their rows.
  return {
    ...{ name: path, source: table, isText: format.format === "csv", fingerprint: null },
    columns: new Map(columns as [string, string][]),
  };
}

/** The files, and the session that reads them. */
class SparkDrop extends FileDrop {
  constructor(
    readonly store: SparkStore,
    readonly work: string,
    readonly keep: boolean,
    files: DropFiles,
    outName: string,
  ) {
    super(store, files, outName);
  }

  /** Begins a run; it finds the tables of an earlier one where these are kept. */
  begin(_token: string, control: RunControl): Promise<EngineRun> {
    control.signal?.throwIfAborted();
    return Promise.resolve(new SparkRun(this.store, this.inputs, this.work, this.outName));
  }

  /** Ends Spark and deletes the run's folder, unless a later run may resume from it. */
  async close(): Promise<void> {
    const { driver } = this.store;
    if (!this.keep) await driver.ask({ op: "delete", path: this.work }, {}).catch(() => {});
    await driver.close();
  }
}
