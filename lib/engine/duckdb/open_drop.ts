/**
 * A drop in files of CSV or Parquet, allocated by DuckDB within a limit of memory.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import type { ReadLimits } from "../../io/bytes/read_limits.ts";
import type { DialectOptions } from "../../io/csv/dialect_options.ts";
import { HISTORY_OPTIONAL } from "../../io/csv/history_columns.ts";
import { isReadableAgain } from "../../io/tables/rows/column_names.ts";
import { refuseFirstFault } from "../../io/tables/rows/first_fault.ts";
import { readUserGroups } from "../../io/tables/user_groups_table.ts";
import type { TableFormat } from "../../io/records/table_format.ts";
import {
  allocateInEngine,
  type EngineOptions,
  type EngineResult,
} from "../run/allocate_in_engine.ts";
import type { EngineInput } from "../drop/task.ts";
import type { Dialect } from "../sql/store/dialect.ts";
import {
  type DropFiles,
  FileDrop,
  GROUP_COLUMNS,
  GROUP_OPTIONAL,
  OFFER_COLUMNS,
  PAIR_COLUMNS,
  scoreExpected,
} from "../sql/files/file_drop.ts";
import type { InputFiles } from "../sql/files/input_files.ts";
import type { RunControl } from "../../base/progress.ts";
import type { OpenedDrop } from "../steps/inspect.ts";
import type { EngineRun } from "../steps/steps.ts";
import { type DuckDbResources, DuckDbRun } from "./duckdb_run.ts";
import { FetchedFiles } from "./fetched_files.ts";
import { inputFiles } from "./input_files.ts";
import { DuckDbStore } from "./store.ts";
import { WorkFolder } from "./work_folder.ts";

/** What is allocated, and with which resources. */
export interface DuckDbInput extends EngineInput {
  /** Eligible pairs: user_id, contract_address, score. A file, here or on the web, a folder or a glob of CSV or Parquet. */
  readonly elig: string;
  /** Users' groups: user_id, group_id. */
  readonly userGroups: string;
  /** File that the assignments go to, `.csv` (also `.gz` or `.zst`) or `.parquet`; it appears whole or not at all. */
  readonly out: string;
  /** Format where its name has no ending. @default "csv" */
  readonly format?: TableFormat;
  /** Folder for the run's tables. @default beside `out` */
  readonly workFolder?: string;
  /** About the most memory that the process takes. @default "4GB" */
  readonly memory?: string;
  /** Threads. @default as many as there are cores */
  readonly threads?: number;
  /** How files of CSV are written, and what columns are called. @default as the files say */
  readonly dialect?: DialectOptions;
  /** Limits on the size of lines, fields and compressed files. @default DEFAULT_LIMITS */
  readonly sizes?: ReadLimits;
}

/**
 * Allocates. Whatever fails, and whenever, the file `out` is as it was or whole and new.
 *
 * @param dialect how statements are written; DuckDB's quick ways, unless a test has others
 * @throws InputError for files, columns and values that can't be used, and when the result breaks a rule; UsageError for
 * policies that engines can't keep
 */
export function allocateInDuckDb(
  input: DuckDbInput,
  options: EngineOptions = {},
  dialect?: Dialect,
): Promise<EngineResult> {
  const keep = options.stateFile !== undefined;
  return allocateInEngine(() => openDuckDbDrop(input, keep, options, dialect), input, options);
}

/** Opens the run's database and finds the files. */
async function openDuckDbDrop(
  input: DuckDbInput,
  keep: boolean,
  options: EngineOptions,
  dialect?: Dialect,
): Promise<OpenedDrop> {
  const folder = await WorkFolder.open(input.workFolder, input.out, keep, options.onNote);
  const memory = shareOf(bytesOf(input.memory ?? "4GB"));
  const fetched = new FetchedFiles(folder.fetched);
  let store: DuckDbStore | null = null;
  try {
    store = await DuckDbStore.open(folder.database, {
      memory: `${Math.floor(memory / 1e6)}MB`,
      threads: input.threads ?? navigator.hardwareConcurrency,
      spill: folder.spill,
      fetched,
    }, dialect);
    const opened = store, { dialect: written, sizes, limits } = input;
    const control = { ...options, fetched, dialect: written, sizes, numbers: limits?.counted };
    const find = async (
      name: string,
      wanted: readonly string[],
      optional: readonly string[] = [],
    ) => {
      try {
        return await inputFiles(opened, name, wanted, { ...control, optional });
      } catch (error) {
        const isOfRow = error instanceof InputError && error.line !== undefined;
        if (isOfRow) await refuseFaultsBefore(name, input);
        throw error;
      }
    };
    const named = limits?.names ?? [];
    // In the order of one machine, so that of two faults the same is named.
    const groups = await find(input.userGroups, GROUP_COLUMNS, [...named, ...GROUP_OPTIONAL]);
    const elig = await find(input.elig, PAIR_COLUMNS, named);
    const history: InputFiles[] = [];
    for (const name of input.before?.history ?? []) {
      history.push(await find(name, OFFER_COLUMNS, HISTORY_OPTIONAL));
    }
    const previous = input.previous === undefined
      ? undefined
      : await find(input.previous, OFFER_COLUMNS);
    const files = { elig, groups, history, previous, limits };
    return new DuckDbDrop(store, folder, files, input.out, { memory, format: input.format });
  } catch (error) {
    store?.close();
    // The folder of another run, or of one that may be resumed, is left alone.
    if (folder.isNew) await folder.remove();
    else if (store !== null) await folder.clear(folder.fetched);
    throw error;
  }
}

/**
 * Refuses the first fault of the files up to one that is no CSV: rows are looked at after all files have been found, and one machine
 * tells what comes first.
 *
 * @throws InputError for it
 */
async function refuseFaultsBefore(name: string, input: DuckDbInput): Promise<void> {
  const { userGroups, elig, previous, dialect, sizes: limits } = input;
  const control = { dialect, limits }, rule = { column: "score", expected: scoreExpected };
  const looks = [
    { source: userGroups, look: () => readUserGroups(userGroups, [], control) },
    { source: elig, look: () => refuseFirstFault(elig, OFFER_COLUMNS, rule, control) },
    // Dates and outcomes of history are looked at by the engine alone.
    ...(input.before?.history ?? []).map((source) => ({ source, look: () => Promise.resolve() })),
    { source: previous, look: () => refuseFirstFault(previous!, OFFER_COLUMNS, null, control) },
  ];
  for (const { source, look } of looks) {
    if (source !== undefined && await isReadableAgain(source)) await look();
    if (source === name) return;
  }
}

/** The most that is left to Divvy itself, and to what DuckDB takes beyond its limit, in bytes; where memory is small a quarter. */
const LEFT = 1e9;

/** How much of the memory that is named DuckDB gets. */
function shareOf(memory: number): number {
  return memory - Math.min(LEFT, memory / 4);
}

/** Bytes of a size such as 4GB or 512MiB; what a small machine has, where the text is written another way. */
function bytesOf(memory: string): number {
  const parts = /^([\d.]+)\s*([KMGT])(i?)B$/i.exec(memory.trim());
  if (parts === null) return 1e9;
  const power = 1 + "KMGT".indexOf(parts[2].toUpperCase());
  return Number(parts[1]) * (parts[3] === "" ? 1000 : 1024) ** power;
}

/** The files, and the database that they are read into. */
class DuckDbDrop extends FileDrop {
  constructor(
    readonly store: DuckDbStore,
    readonly folder: WorkFolder,
    files: DropFiles,
    outName: string,
    readonly resources: Omit<DuckDbResources, "pairRows">,
  ) {
    super(store, files, outName);
  }

  /** Begins a run; it finds the tables of an earlier one where these are kept. */
  begin(_token: string, control: RunControl): Promise<EngineRun> {
    control.signal?.throwIfAborted();
    const { store, inputs, folder, outName, pairRows, resources } = this;
    return Promise.resolve(
      new DuckDbRun(store, inputs, folder, outName, { ...resources, pairRows }),
    );
  }

  /** Closes the database before a run, and removes it unless a run before has left it. */
  async close(): Promise<void> {
    this.store.close();
    await (this.folder.isNew ? this.folder.remove() : this.folder.clear(this.folder.fetched));
  }
}
