/**
 * A drop in files of CSV or Parquet, allocated by DuckDB with what memory it is given.
 *
 * @module
 */
import type { RunControl } from "../../base/progress.ts";
import { InputError } from "../../base/errors.ts";
import {
  allocateInEngine,
  type EngineInput,
  type EngineOptions,
  type EngineResult,
} from "../run/allocate_in_engine.ts";
import type { EngineRun, GroupFacts, OpenedDrop, PairFacts } from "../steps/steps.ts";
import type { Columns } from "../steps/task.ts";
import { DuckDbRun, TABLES } from "./duckdb_run.ts";
import {
  groupsSql,
  idSql,
  type InputFiles,
  inputFiles,
  pairsSql,
  scoreSql,
} from "./input_files.ts";
import { DuckDbStore } from "./store.ts";
import { WorkFolder } from "./work_folder.ts";

/** What is allocated, and with what. */
export interface DuckDbInput extends EngineInput {
  /** Eligible pairs: user_id, contract_address, score. A file, a folder or a glob of CSV or Parquet. */
  readonly elig: string;
  /** Users' groups: user_id, group_id. */
  readonly userGroups: string;
  /** File that the assignments go to, `.csv` or `.parquet`; it appears whole or not at all. */
  readonly out: string;
  /** Folder for the run's tables. @default beside `out` */
  readonly workFolder?: string;
  /** Most memory that DuckDB takes. @default "4GB" */
  readonly memory?: string;
  /** Threads. @default as many as there are cores */
  readonly threads?: number;
}

/**
 * Allocates. Whatever fails, and whenever, the file `out` is as it was or whole and new.
 *
 * @throws InputError for files, columns and values that can't be used, and when the result breaks a rule; UsageError for
 * policies that engines can't keep
 */
export function allocateInDuckDb(
  input: DuckDbInput,
  options: EngineOptions = {},
): Promise<EngineResult> {
  const keep = options.stateFile !== undefined;
  return allocateInEngine(() => openDuckDbDrop(input, keep, options), input, options);
}

/** Opens the run's database and finds the files. */
async function openDuckDbDrop(
  input: DuckDbInput,
  keep: boolean,
  control: RunControl,
): Promise<OpenedDrop> {
  const folder = await WorkFolder.open(input.workFolder, input.out, keep);
  const { memory = "4GB" } = input;
  let store: DuckDbStore | null = null;
  try {
    store = await DuckDbStore.open(folder.database, {
      memory,
      threads: input.threads ?? navigator.hardwareConcurrency,
      spill: folder.spill,
    });
    const elig = await inputFiles(store, input.elig, PAIR_COLUMNS, control);
    const groups = await inputFiles(store, input.userGroups, GROUP_COLUMNS, control);
    return new DuckDbDrop(store, folder, keep, elig, groups, input.out, bytesOf(memory));
  } catch (error) {
    store?.close();
    // What another run, or a later one, works in stays.
    if (!keep) await folder.remove();
    throw error;
  }
}

/** Bytes of a size such as 4GB or 512MiB; of one in other words what a small machine has. */
function bytesOf(memory: string): number {
  const parts = /^([\d.]+)\s*([KMGT])(i?)B$/i.exec(memory.trim());
  if (parts === null) return 1e9;
  const power = 1 + "KMGT".indexOf(parts[2].toUpperCase());
  return Number(parts[1]) * (parts[3] === "" ? 1000 : 1024) ** power;
}

const PAIR_COLUMNS = ["user_id", "contract_address", "score"];
const GROUP_COLUMNS = ["user_id", "group_id"];

/** The files, and the database that they are read into. */
class DuckDbDrop implements OpenedDrop {
  readonly names: readonly string[];
  readonly hasOwnK: boolean;
  readonly #pairs: string;
  readonly #groups: string;
  #rows = 0;

  constructor(
    readonly store: DuckDbStore,
    readonly folder: WorkFolder,
    readonly keep: boolean,
    readonly elig: InputFiles,
    readonly groups: InputFiles,
    readonly outName: string,
    readonly memory: number,
  ) {
    this.names = [elig.name, groups.name, outName];
    this.hasOwnK = groups.columns.has("k");
    this.#pairs = pairsSql(elig.source, elig.columns);
    this.#groups = groupsSql(groups.source);
  }

  get pairsName(): string {
    return this.elig.name;
  }

  get groupsName(): string {
    return this.groups.name;
  }

  /** The groups that users have. */
  async inspectGroups(control: RunControl): Promise<GroupFacts> {
    const sql = `SELECT DISTINCT group_id FROM ${this.#groups} ORDER BY group_id`;
    const ids = (await this.store.rowsOverAll(sql, control)).map(([id]) => id);
    return { ids, fingerprint: this.groups.fingerprint };
  }

  /** Looks the pairs over. */
  async inspectPairs(
    columns: Columns,
    minScore: number,
    control: RunControl,
  ): Promise<PairFacts> {
    await this.#putContracts(columns, control);
    const { dialect } = this.store;
    const faulty =
      "user_id IS NULL OR contract_address IS NULL OR score IS NULL OR NOT isfinite(score)";
    const [[rows, faults, unknown, below]] = await this.store.rowsOverAll(
      `SELECT count(*), count_if(${faulty}), count_if(ci IS NULL), count_if(ci IS NOT NULL AND score < ${
        dialect.number(minScore)
      }) FROM ${dialect.leftJoin(this.#pairs, "contract_place", "contract_address")}`,
      control,
    );
    if (Number(faults) > 0) await this.#refuse(Number(faults), faulty, control);
    this.#rows = Number(rows);
    return {
      rows: Number(rows),
      unknownContracts: Number(unknown),
      belowLeast: Number(below),
      fingerprint: this.elig.fingerprint,
    };
  }

  /** @throws InputError that names the first of the rows that can't be used */
  async #refuse(count: number, faulty: string, control: RunControl): Promise<never> {
    const { name, source, columns } = this.elig;
    const text = (column: string) => `CAST(raw_${column} AS VARCHAR)`;
    const raw = PAIR_COLUMNS.map((column) => `${column} AS raw_${column}`);
    const [[user, contract, score]] = await this.store.rowsOverAll(
      `SELECT ${PAIR_COLUMNS.map(text).join(", ")} FROM (SELECT ${raw.join(", ")}, ${
        idSql("user_id")
      } AS user_id, ${idSql("contract_address")} AS contract_address, ${
        scoreSql(columns)
      } AS score FROM ${source}) AS raw WHERE ${faulty} LIMIT 1`,
      control,
    );
    const column = user.trim() === ""
      ? "user_id"
      : contract.trim() === ""
      ? "contract_address"
      : "score";
    const value = { user_id: user, contract_address: contract, score }[column]!;
    const expected = column === "score" ? "a finite number" : "an id";
    throw new InputError(
      `${name}: ${column} is ${JSON.stringify(value)} (user ${JSON.stringify(user)}, contract ${
        JSON.stringify(contract)
      }), expected ${expected}; ${count} such rows`,
      { file: name, column, value, expected },
    );
  }

  /** Contracts, their places, and their order by id, as a table. */
  async #putContracts({ contracts }: Columns, control: RunControl): Promise<void> {
    await this.store.putTable({
      name: "contract_place",
      columns: { contract_address: "text", ci: "index" },
      rows: contracts.map((id, c) => [id, `${c}`]),
    }, control);
  }

  /** Begins, with tables of a run before where they are kept. */
  begin(_token: string, control: RunControl): Promise<EngineRun> {
    control.signal?.throwIfAborted();
    const inputs = { pairs: this.#pairs, userGroups: this.#groups };
    const { store, folder, outName } = this;
    return Promise.resolve(
      new DuckDbRun(store, TABLES, inputs, folder, outName, this.#rows, this.memory),
    );
  }

  /** Closes the database, and removes it where nobody can go on from it. */
  async close(): Promise<void> {
    this.store.close();
    if (!this.keep) await this.folder.remove();
  }
}
