/**
 * A drop in the tables of a ClickHouse server or cluster.
 *
 * @module
 */
import type { ClickHouseServer } from "../../deps/clickhouse.ts";
import { quotedTable } from "../../sources/identifier.ts";
import type { RunControl } from "../../base/progress.ts";
import {
  allocateInEngine,
  type EngineOptions,
  type EngineResult,
} from "../run/allocate_in_engine.ts";
import type { EngineInput } from "../drop/task.ts";
import type { AttributeNames } from "../drop/limit_columns.ts";
import type {
  GroupFacts,
  HistoryFacts,
  OpenedDrop,
  PairFacts,
  PreviousFacts,
} from "../steps/inspect.ts";
import type { EngineRun } from "../steps/steps.ts";
import type { HistoryRules } from "../../allocator/drop/before/history.ts";
import { inspectHistory } from "../sql/files/history_files.ts";
import { inspectPrevious } from "../sql/files/previous_files.ts";
import type { Columns } from "../drop/task.ts";
import { ClickHouseRun } from "./clickhouse_run.ts";
import { inspectGroups, inspectPairs, type PaddedPairs } from "./gather.ts";
import { ALTERNATES, ASSIGNMENTS, checkRoom, outTableExists } from "./publish.ts";
import { type HistoryTable, historyTables } from "./history_tables.ts";
import { ClickHouseStore } from "./store.ts";
import { RunLock } from "./run_lock.ts";
import { type Cluster, findCluster, withPadding } from "./shards.ts";
import { dropWork, type OutTables, workTables } from "./work_tables.ts";

/** What the engine allocates, and where. */
export interface ClickHouseInput extends EngineInput {
  /** The server with the tables. */
  readonly server: ClickHouseServer;
  /** The shards' servers, in their order; empty: found through the cluster's definition. */
  readonly shardServers: readonly ClickHouseServer[];
  /** Table of eligible pairs: user_id, contract_address, score. May be Distributed, sharded by user_id. */
  readonly eligTable: string;
  /** Table of users' groups: user_id, group_id. */
  readonly userGroupsTable: string;
  /** Table that the assignments go to; replaced whole. */
  readonly outTable: string;
}

/**
 * Allocates in the cluster. Whatever fails, and whenever, the out-table is the old one or the whole new one.
 *
 * @throws InputError for tables, columns and values that can't be used, and when the result breaks a rule (then the
 * old table stays); UsageError for policies that the engine can't keep; ClickHouseError for what the server refuses or a
 * lost connection
 */
export function allocateInClickHouse(
  input: ClickHouseInput,
  options: EngineOptions = {},
): Promise<EngineResult> {
  return allocateInEngine(() => openClickHouseDrop(input), input, options);
}

/** Finds the cluster and checks that the out-table may be replaced. */
async function openClickHouseDrop(input: ClickHouseInput): Promise<OpenedDrop> {
  const { server, eligTable, userGroupsTable, shardServers, outTable } = input;
  const cluster = await findCluster(
    server,
    eligTable,
    userGroupsTable,
    shardServers,
    input.limits,
  );
  const history = await historyTables(cluster, input.before?.history ?? []);
  const [previous] = await historyTables(
    cluster,
    input.previous === undefined ? [] : [input.previous],
  );
  await outTableExists(cluster, outTable, ASSIGNMENTS);
  if (input.alternates !== undefined) {
    quotedTable(input.alternates.out, "clickhouse");
    await outTableExists(cluster, input.alternates.out, ALTERNATES);
  }
  return new ClickHouseDrop(cluster, input, history, previous);
}

/** The tables of a drop, and whether their ids must be trimmed. */
class ClickHouseDrop implements OpenedDrop {
  readonly names: readonly (string | number)[];
  readonly pairsName: string;
  readonly groupsName: string;
  readonly outName: string;
  readonly attributes: AttributeNames;
  readonly #outs: OutTables;
  #cluster: Cluster;
  #pairs: PaddedPairs | null = null;
  readonly #padding = { pairs: false, userGroups: false };

  constructor(
    readonly found: Cluster,
    { server, eligTable, userGroupsTable, outTable, alternates }: ClickHouseInput,
    readonly history: readonly HistoryTable[],
    readonly previous: HistoryTable | undefined,
  ) {
    this.#cluster = found;
    this.names = [
      server.host,
      server.port,
      server.database,
      eligTable,
      userGroupsTable,
      outTable,
      ...[...history, ...(previous === undefined ? [] : [previous])].map(({ name }) => name),
    ];
    this.attributes = found.attributes;
    this.pairsName = `table ${eligTable}`;
    this.groupsName = userGroupsTable;
    this.outName = outTable;
    this.#outs = { outTable, alternates: alternates?.out ?? null };
  }

  /** Inspects the groups; where ids have blanks around them, a second time with trimmed ids. */
  async inspectGroups(control: RunControl): Promise<GroupFacts> {
    const groups = await inspectGroups(this.#cluster, this.groupsName, control);
    if (!groups.padded || this.#padding.userGroups) return groups;
    this.#trim("userGroups");
    return await inspectGroups(this.#cluster, this.groupsName, control);
  }

  /** Inspects the pairs; where ids have blanks around them, a second time with trimmed ids. */
  async inspectPairs(
    columns: Columns,
    control: RunControl,
  ): Promise<PairFacts> {
    const inspect = () => inspectPairs(this.#cluster, columns, this.pairsName, control);
    this.#pairs = await inspect();
    if (this.#pairs.padded && !this.#padding.pairs) {
      this.#trim("pairs");
      this.#pairs = await inspect();
    }
    return this.#pairs;
  }

  /** Looks history over. */
  async inspectHistory(
    rules: HistoryRules,
    hasBrands: boolean,
    control: RunControl,
  ): Promise<HistoryFacts> {
    const store = new ClickHouseStore(this.found);
    return await inspectHistory(store, this.history, rules, hasBrands, control);
  }

  /** Looks previous offers over. */
  async inspectPrevious(control: RunControl): Promise<PreviousFacts> {
    return await inspectPrevious(new ClickHouseStore(this.found), this.previous!, control);
  }

  #trim(table: "pairs" | "userGroups"): void {
    this.#padding[table] = true;
    this.#cluster = withPadding(this.found, this.#padding);
  }

  /** Checks that the disks have room, takes the lock and drops the tables of dead runs. */
  async begin(token: string, control: RunControl): Promise<EngineRun> {
    const cluster = this.#cluster, { shardRows, rows } = this.#pairs!;
    await checkRoom(cluster, shardRows, control);
    const lock = await RunLock.take(cluster, this.outName, token, control);
    try {
      await dropWork(cluster, this.#outs, token, control);
    } catch (error) {
      await lock.release();
      throw error;
    }
    const tables = workTables(this.outName, token);
    const { history, previous } = this;
    return new ClickHouseRun(cluster, tables, this.#outs, lock, rows, history, previous);
  }

  /** Does nothing: no connection stays open between statements. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}
