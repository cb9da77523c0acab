/**
 * A run on a ClickHouse cluster: where the lock, the work tables and the out-table lie.
 *
 * @module
 */
import type { RunControl } from "../../base/progress.ts";
import { SqlRun } from "../sql/sql_run.ts";
import type { UserFacts } from "../steps/gather.ts";
import type { PairRules } from "../steps/leave_out.ts";
import type { Published } from "../steps/publish.ts";
import type { Columns } from "../drop/task.ts";
import { gatherUsers, usersOnOneShard } from "./gather.ts";
import { alternatesTableOf, outTableOf, publish } from "./publish.ts";
import { historyOf, type HistoryTable, previousOf } from "./history_tables.ts";
import type { RunLock } from "./run_lock.ts";
import { type Cluster, rowsOf } from "./shards.ts";
import { ClickHouseStore } from "./store.ts";
import { type ClickHouseTables, dropWork, type OutTables } from "./work_tables.ts";

/** The steps on a cluster. */
export class ClickHouseRun extends SqlRun {
  constructor(
    readonly cluster: Cluster,
    readonly names: ClickHouseTables,
    readonly outs: OutTables,
    readonly lock: RunLock,
    readonly pairRows: number,
    history: readonly HistoryTable[],
    previous: HistoryTable | undefined,
  ) {
    const [{ elig }] = cluster.shards, store = new ClickHouseStore(cluster);
    const past = historyOf(store.dialect, cluster.userType, history);
    // Every shard calls its tables the same.
    super(store, names, {
      pairs: elig,
      userGroups: cluster.shards[0].userGroups,
      attributes: cluster.attributes,
      ...(history.length > 0 && { history: past }),
      ...(previous !== undefined && {
        previous: previousOf(store.dialect, cluster.userType, previous),
      }),
    });
  }

  /** Whether the table of users is on every shard. */
  async hasUsers(): Promise<boolean> {
    const found = await Promise.all(
      this.cluster.shards.map(async ({ server }) =>
        (await rowsOf(server, `EXISTS TABLE ${this.names.users}`))[0][0]
      ),
    );
    return found.every((there) => there === "1");
  }

  /** Gathers the users of every shard. */
  gather(
    columns: Columns,
    sponsored: number,
    rules: PairRules,
    control: RunControl,
  ): Promise<void> {
    // History, bans, pins or users held out may have changed the sources that pairs and groups are read from.
    const { pairs: elig, userGroups } = this.inputs, { cluster } = this;
    const shards = cluster.shards.map((shard) => ({ ...shard, elig, userGroups }));
    return gatherUsers(this.store, { ...cluster, shards }, columns, this.names, {
      ...rules,
      sponsored,
      rows: this.pairRows,
    }, control);
  }

  /**
   * Counts the users gathered.
   *
   * @throws InputError where a user has pairs on more than one shard
   */
  override async countUsers(
    columns: Columns,
    rules: PairRules,
    control: RunControl,
  ): Promise<UserFacts> {
    const facts = await super.countUsers(columns, rules, control);
    await usersOnOneShard(this.cluster, this.names, facts.users, control);
    return facts;
  }

  /**
   * Swaps the assignments in.
   *
   * @throws InputError where another run has taken this one for dead, or rows are missing
   */
  async publish(rows: number, control: RunControl): Promise<Published> {
    control.onProgress?.({ phase: "publish" });
    await this.lock.check(control);
    const { cluster, names, served, outs: { outTable } } = this;
    const from = served === null ? [names.result] : [names.result, served];
    return await publish(cluster, outTableOf(outTable, names), from, rows, control);
  }

  /** Swaps the alternates in. */
  protected async publishAlternates(
    table: string,
    out: string,
    rows: number,
    control: RunControl,
  ): Promise<void> {
    await this.lock.check(control);
    await publish(this.cluster, alternatesTableOf(out, this.names), [table], rows, control);
  }

  /** Drops the work tables, unless a later run may resume from them, and releases the lock. */
  async end(keep: boolean): Promise<void> {
    try {
      if (!keep) await dropWork(this.cluster, this.outs, null, {});
    } finally {
      await this.lock.release();
    }
  }
}
