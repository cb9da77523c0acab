/**
 * A drop in files that a Spark cluster reads, allocated there.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import type { RunControl } from "../../base/progress.ts";
import {
  allocateInEngine,
  type EngineInput,
  type EngineOptions,
  type EngineResult,
} from "../run/allocate_in_engine.ts";
import type { EngineRun, GroupFacts, OpenedDrop, PairFacts } from "../steps/steps.ts";
import type { Columns } from "../steps/task.ts";
import { SparkDriver, type SparkSettings } from "./driver.ts";
import { groupsSql, idSql, pairsSql, scoreSql } from "./input_views.ts";
import { SparkRun } from "./spark_run.ts";
import { SparkStore } from "./store.ts";

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
  const out = input.out.replace(/\/+$/, "");
  const name = `.${out.replace(/^.*\//, "")}.divvy-work`;
  const parent = input.workFolder ?? /^(.*)\/[^/]*$/.exec(out)?.[1] ?? Deno.cwd();
  // A run that may be taken up again has a folder that the next one finds.
  const own = options.stateFile === undefined ? `-${crypto.randomUUID().slice(0, 8)}` : "";
  const work = `${parent.replace(/\/+$/, "")}/${name}${own}`;
  options.onProgress?.({ phase: "start Spark" });
  const driver = await SparkDriver.start({ ...input, work }, options);
  try {
    await driver.ask({ op: "mend", path: out }, options);
    const elig = await view(driver, "elig_files", input.elig, options);
    const groups = await view(driver, "group_files", input.userGroups, options);
    lacking(input.elig, elig, PAIR_COLUMNS);
    lacking(input.userGroups, groups, GROUP_COLUMNS);
    return new SparkDrop(
      driver,
      { ...input, out },
      work,
      options.stateFile !== undefined,
      elig,
      groups,
    );
  } catch (error) {
    await driver.close();
    throw error;
  }
}

const PAIR_COLUMNS = ["user_id", "contract_address", "score"];
const GROUP_COLUMNS = ["user_id", "group_id"];

/** Names files, and tells their columns. */
async function view(
  driver: SparkDriver,
  table: string,
  path: string,
  control: RunControl,
): Promise<ReadonlyMap<string, string>> {
  const csv = /\.csv(\.gz|\.zst)?\/?$/i.test(path);
  const format = csv ? "csv" : "parquet";
  const request = { op: "view", table, path, format, options: csv ? { header: "true" } : {} };
  return new Map(await driver.ask(request, control) as [string, string][]);
}

/** @throws InputError where a column is lacking */
function lacking(
  file: string,
  columns: ReadonlyMap<string, string>,
  wanted: readonly string[],
): void {
  const column = wanted.find((name) => !columns.has(name));
  if (column === undefined) return;
  throw new InputError(
    `${file}: no column ${column}, expected ${wanted.join(", ")}; there are ${
      [...columns.keys()].join(", ")
    }`,
    { file, column },
  );
}

/** Rows that can't be used. */
const FAULTY = "user_id IS NULL OR contract_address IS NULL OR score IS NULL OR isnan(score) " +
  "OR abs(score) = double('infinity')";

/** The files, and the session that reads them. */
class SparkDrop implements OpenedDrop {
  readonly names: readonly string[];
  readonly pairsName: string;
  readonly groupsName: string;
  readonly outName: string;
  readonly hasOwnK: boolean;
  readonly #store: SparkStore;
  readonly #pairs: string;
  readonly #groups: string;

  constructor(
    readonly driver: SparkDriver,
    input: SparkInput,
    readonly work: string,
    readonly keep: boolean,
    readonly elig: ReadonlyMap<string, string>,
    groups: ReadonlyMap<string, string>,
  ) {
    this.names = [input.elig, input.userGroups, input.out];
    this.pairsName = input.elig;
    this.groupsName = input.userGroups;
    this.outName = input.out;
    this.hasOwnK = groups.has("k");
    this.#store = new SparkStore(driver);
    this.#pairs = pairsSql(elig.get("score")!);
    this.#groups = groupsSql();
  }

  /** The groups that users have. */
  async inspectGroups(control: RunControl): Promise<GroupFacts> {
    const rows = await this.#store.rowsOverAll(
      `SELECT group_id, count(*), ${hashSum("user_id, group_id")} FROM ${this.#groups}
GROUP BY group_id ORDER BY group_id`,
      control,
    );
    return { ids: rows.map(([id]) => id), fingerprint: JSON.stringify(rows) };
  }

  /** Looks the pairs over. */
  async inspectPairs(columns: Columns, minScore: number, control: RunControl): Promise<PairFacts> {
    await this.#store.putSmall({
      name: "contract_place",
      columns: { contract_address: "text", ci: "index" },
      rows: columns.contracts.map((id, c) => [id, `${c}`]),
    }, control);
    const { dialect } = this.#store;
    const joined = dialect.leftJoin(this.#pairs, "contract_place", "contract_address");
    const [[rows, faults, unknown, below, hash]] = await this.#store.rowsOverAll(
      `SELECT count(*), count_if(${FAULTY}), count_if(ci IS NULL), count_if(ci IS NOT NULL AND score < ${
        dialect.number(minScore)
      }), ${hashSum("user_id, contract_address, score")} FROM ${joined}`,
      control,
    );
    if (Number(faults) > 0) await this.#refuse(faults, control);
    return {
      rows: Number(rows),
      unknownContracts: Number(unknown),
      belowLeast: Number(below),
      fingerprint: `${rows} ${hash}`,
    };
  }

  /** @throws InputError that names one of the rows that can't be used */
  async #refuse(count: string, control: RunControl): Promise<never> {
    const [[user, contract, score]] = await this.#store.rowsOverAll(
      `SELECT raw_user, raw_contract, raw_score FROM (SELECT user_id AS raw_user, contract_address AS raw_contract,
  CAST(score AS STRING) AS raw_score, ${idSql("user_id")} AS user_id, ${
        idSql("contract_address")
      } AS contract_address, ${scoreSql(this.elig.get("score")!)} AS score FROM elig_files) AS raw
WHERE ${FAULTY} LIMIT 1`,
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
      `${this.pairsName}: ${column} is ${JSON.stringify(value)} (user ${
        JSON.stringify(user)
      }, contract ${JSON.stringify(contract)}), expected ${expected}; ${count} such rows`,
      { file: this.pairsName, column, value, expected },
    );
  }

  /** Begins, with tables of a run before where they are kept. */
  begin(_token: string, control: RunControl): Promise<EngineRun> {
    control.signal?.throwIfAborted();
    const inputs = { pairs: this.#pairs, userGroups: this.#groups };
    return Promise.resolve(new SparkRun(this.#store, inputs, this.work, this.outName));
  }

  /** Ends Spark; the run's folder goes, but where it can be taken up again. */
  async close(): Promise<void> {
    if (!this.keep) await this.driver.ask({ op: "delete", path: this.work }, {}).catch(() => {});
    await this.driver.close();
  }
}

/** A sum of hashes of rows: another table gives another number. */
function hashSum(columns: string): string {
  return `sum(CAST(pmod(xxhash64(${columns}), 4294967296) AS DECIMAL(38, 0)))`;
}
