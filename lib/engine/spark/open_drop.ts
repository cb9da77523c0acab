/**
 * A drop in files that a Spark cluster reads, allocated there.
 *
 * @module
 */
import { type DialectOptions, type Encoding, separatorOf } from "../../io/csv/dialect_options.ts";
import {
  allocateInEngine,
  type EngineOptions,
  type EngineResult,
} from "../run/allocate_in_engine.ts";
import type { EngineInput } from "../drop/task.ts";
import { type DropFiles, FileDrop } from "../sql/files/file_drop.ts";
import type { TableFormat } from "../../io/records/table_format.ts";
import { sparkTexts } from "../../sources/id_types.ts";
import { inOurNames, type InputFiles } from "../sql/files/input_files.ts";
import type { RunControl } from "../../base/progress.ts";
import type { OpenedDrop } from "../steps/inspect.ts";
import type { EngineRun } from "../steps/steps.ts";
import { SparkDriver, type SparkSettings } from "./driver.ts";
import { formatOf, outFormat, type SparkFormat, SparkRun, withoutSlash } from "./spark_run.ts";
import { SparkDialect } from "./dialect.ts";
import { SparkStore } from "./store.ts";

/** Views of the files. */
export const ELIG = "elig_files", GROUPS = "group_files";

/** What is allocated, and where. */
export interface SparkInput extends EngineInput, Omit<SparkSettings, "work"> {
  /**
   * Eligible pairs: user_id, contract_address, score. What Spark reads: a path, folder or glob of Parquet, or of CSV by its
   * name's ending.
   */
  readonly elig: string;
  /** Users' groups: user_id, group_id. */
  readonly userGroups: string;
  /** Folder that the assignments go to: Parquet, or CSV by its name's ending; replaced whole. */
  readonly out: string;
  /** Format where its name has no ending. @default "parquet" */
  readonly format?: TableFormat;
  /** Folder for the run's tables, that all of Spark can write to. @default beside `out` */
  readonly workFolder?: string;
  /** How files of CSV are written, and what columns are called. @default plain CSV */
  readonly dialect?: DialectOptions;
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
    const find = (table: string, path: string) => view(driver, table, path, input, options);
    const elig = await find(ELIG, input.elig);
    const groups = await find(GROUPS, input.userGroups);
    const keep = options.stateFile !== undefined;
    const history: InputFiles[] = [];
    for (const [at, path] of (input.before?.history ?? []).entries()) {
      history.push(await find(`history_files_${at}`, path));
    }
    const previous = input.previous === undefined
      ? undefined
      : await find("previous_files", input.previous);
    const files = { elig, groups, history, previous, limits: input.limits };
    const format = outFormat(out, input.format);
    return new SparkDrop(new SparkStore(driver), { work, keep, format }, files, out);
  } catch (error) {
    await driver.close();
    throw error;
  }
}

/** Spark's names of encodings. */
const ENCODINGS: Readonly<Record<Encoding, string>> = {
  "utf-8": "UTF-8",
  latin1: "ISO-8859-1",
  "windows-1252": "windows-1252",
  "utf-16": "UTF-16",
};

/** Makes a view of files, and finds their columns. */
async function view(
  driver: SparkDriver,
  table: string,
  path: string,
  { dialect = {}, limits }: SparkInput,
  control: EngineOptions,
): Promise<InputFiles> {
  const { format, options } = formatOf(path), isText = format === "csv";
  const { separator, encoding } = dialect;
  const written = {
    ...(separator !== undefined && { sep: separatorOf(separator)! }),
    ...(encoding !== undefined && { encoding: ENCODINGS[encoding] }),
  };
  const all = isText ? { ...options, ...written } : options;
  const columns = await driver.ask({ op: "view", table, path, format, options: all }, control);
  // Only Spark knows where the files lie, so they are told apart by their rows.
  const hasPointsToRefuse = separator !== undefined && separatorOf(separator) !== ",";
  const found = { name: path, source: table, isText, hasPointsToRefuse, fingerprint: null };
  const types = new Map(columns as [string, string][]);
  const files = { ...found, source: sparkTexts(table, types), columns: types };
  return inOurNames(new SparkDialect(), files, dialect, limits?.counted);
}

/** The files, and the session that reads them. */
class SparkDrop extends FileDrop {
  constructor(
    readonly store: SparkStore,
    readonly of: {
      /** Folder of the run's tables. */
      readonly work: string;
      /** Whether a later run may resume from it. */
      readonly keep: boolean;
      /** Format of the assignments. */
      readonly format: SparkFormat;
    },
    files: DropFiles,
    outName: string,
  ) {
    super(store, files, outName);
  }

  /** Begins a run; it finds the tables of an earlier one where these are kept. */
  begin(_token: string, control: RunControl): Promise<EngineRun> {
    control.signal?.throwIfAborted();
    const { store, inputs, outName, of: { work, format } } = this;
    return Promise.resolve(new SparkRun(store, inputs, work, outName, format));
  }

  /** Ends Spark and deletes the run's folder, unless a later run may resume from it. */
  async close(): Promise<void> {
    const { store: { driver }, of: { work, keep } } = this;
    if (!keep) await driver.ask({ op: "delete", path: work }, {}).catch(() => {});
    await driver.close();
  }
}
