/**
 * The allocation computed inside a ClickHouse server or cluster: the pairs stay there, Divvy steers.
 *
 * 1. gather   the pairs become a row per user, on each shard
 * 2. sample   users chosen by hash are solved here, with capacities scaled to them: prices
 * 3. refine   full passes as SQL correct the prices until the bound hardly falls
 * 4. assign   every user's best bundle, then repair and filling by regret thresholds
 * 5. certify  bound, objective and rules by other SQL, from the original tables
 * 6. publish  the assignments take the out-table's place by EXCHANGE TABLES, or RENAME where a server has no such thing
 *
 * @module
 */
import { relativeGap } from "../../allocator/model/allocation.ts";
import { type Certificate, certificateOf } from "../../allocator/model/certificate.ts";
import type { CapsColumns, GroupRatioColumns } from "../../allocator/drop/directory.ts";
import { NO_OWN_K } from "../../allocator/drop/own_k.ts";
import type { DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import type { Policy } from "../../allocator/model/policy.ts";
import type { ClickHouseServer } from "../../deps/clickhouse.ts";
import { InputError } from "../../base/errors.ts";
import type { RunControl } from "../../base/progress.ts";
import { type Certified, certify, type PairRules } from "./certify.ts";
import {
  countUsers,
  gatherUsers,
  type GroupFacts,
  inspectGroups,
  inspectPairs,
  type PairFacts,
  type UserFacts,
  usersOnOneShard,
} from "./gather.ts";
import { checkRoom, outTableExists, publish, type Published, writeResults } from "./publish.ts";
import { refine, type Refined } from "./refine.ts";
import { assignAndRepair } from "./repair.ts";
import { Sample } from "./sample.ts";
import { type Cluster, findCluster, rowsOf, withPadding } from "../server/shards.ts";
import { fingerprintOf, freshState, readState, type RunState, writeState } from "./state_file.ts";
import { checkPolicy, type Columns, columnsOf, problemOf } from "./task.ts";
import { RunLock } from "../server/run_lock.ts";
import { dropWork, type WorkTables, workTables } from "../server/work_tables.ts";

/** Pairs that a user of the sample may have on average; where they are more, the sample has fewer users. */
const PAIRS = 40;

/** Share of the time limit until whose end prices are searched for; the rest is for the assignments. */
const PRICE_SHARE = 0.6;

/** What the engine allocates, and where. */
export interface EngineInput {
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
  /** Contracts and caps. */
  readonly caps: CapsColumns;
  /** Groups' ratios. */
  readonly groupRatios: GroupRatioColumns;
  /** The rules. */
  readonly policy: Policy;
}

/**
 * How it goes about it. After `timeout` nothing is improved any more; what there is by then is made to keep every rule,
 * certified and published. Aborting `signal` ends the run without a result.
 */
export interface EngineOptions extends RunControl {
  /** Users of the sample, about; fewer where they have more than 40 pairs on average. @default 100000 */
  readonly sampleUsers?: number;
  /** Most users that are decided together on this machine when prices are final. @default as `sampleUsers` */
  readonly togetherUsers?: number;
  /** Most full passes over the users. @default 30 */
  readonly passes?: number;
  /** Stop refining when the bound falls by less than this share. @default 1e-6 */
  readonly gap?: number;
  /** Cap of unsponsored contracts that have none. @default 10000 */
  readonly unsponsoredCap?: number;
  /** Leave out pairs with a lower score. @default none */
  readonly minScore?: number;
  /** Keep each user's best pairs by score only, so many. @default all */
  readonly topN?: number;
  /** Ratio of groups that have none. @default an error */
  readonly defaultRatio?: number;
  /** Which of repeated pairs counts: the one with the largest score, or none may be there. @default "largest" */
  readonly duplicates?: "largest" | "error";
  /** File that keeps the state; if it is there, the run goes on from it. */
  readonly stateFile?: string;
  /** Told what a person should know while it runs. */
  readonly onNote?: (text: string) => void;
}

/** What came of it. */
export interface EngineResult extends Certified {
  /** (bound − objective) / |bound|. */
  readonly gap: number;
  /** Prices that prove the bound, with all that they were found for. */
  readonly certificate: Certificate;
  /** The statement by which the assignments took the out-table's place. */
  readonly published: Published;
  /** Rows of the table of pairs, and what was left out of them. */
  readonly pairs: PairFacts;
  /** Users gathered. */
  readonly gathered: UserFacts;
  /** Users of the sample. */
  readonly sampleUsers: number;
  /** Full passes. */
  readonly passes: number;
  /** Rounds of repair, filling and improvement. */
  readonly rounds: number;
  /** Seconds of each step. */
  readonly seconds: Record<string, number>;
}

/**
 * The engine knows one k for all: another would be passed over in silence.
 *
 * @throws InputError where a table says how many offers single users get
 */
function refuseOwnK({ groupColumns }: Cluster, input: EngineInput): void {
  const file = groupColumns.has("k")
    ? input.userGroupsTable
    : input.groupRatios.k?.some((k) => k !== NO_OWN_K)
    ? "group_ratios"
    : null;
  if (file === null) return;
  throw new InputError(
    `${file}: column k (most offers of single users) can't be kept by the engine, expected no such column`,
    { file, column: "k", expected: "no such column" },
  );
}

/**
 * Allocates in the cluster. Whatever fails, and whenever, the out-table is the old one or the whole new one.
 *
 * @throws InputError for tables, columns and values that can't be used, and when the result breaks a rule (then the
 * old table stays); UsageError for policies that the engine can't keep; ClickHouseError for what the server refuses or a
 * lost connection
 */
export async function allocateInClickHouse(
  input: EngineInput,
  options: EngineOptions = {},
): Promise<EngineResult> {
  checkPolicy(input.policy, input.caps);
  const { outTable } = input;
  const clock = new Laps();
  const found = await findCluster(
    input.server,
    input.eligTable,
    input.userGroupsTable,
    input.shardServers,
  );
  refuseOwnK(found, input);
  await outTableExists(found, outTable);
  const inspected = await inspect(found, input, options);
  const { cluster, columns, pairs } = inspected;
  await checkRoom(cluster, pairs.shardRows, options);
  const state = new StateKeeper(
    options.stateFile,
    await beginOrResume(input, options, inspected),
  );
  const lock = await RunLock.take(cluster, outTable, state.now.token, options);
  try {
    await dropWork(cluster, outTable, state.now.token, options);
    clock.lap("inspect");
    return await allocateUsers({ input, options, cluster, columns, pairs, state, lock, clock });
  } catch (error) {
    // Nobody can go on from tables that no state names.
    if (state.path === undefined) await dropWork(cluster, outTable, null, {}).catch(() => {});
    throw error;
  } finally {
    await lock.release();
  }
}

/** What looking both tables over has told. */
interface Inspected {
  readonly cluster: Cluster;
  readonly columns: Columns;
  readonly pairs: PairFacts;
  readonly groups: GroupFacts;
}

/** Looks both tables over; where ids have blanks around them, once more without. */
async function inspect(
  found: Cluster,
  input: EngineInput,
  options: EngineOptions,
): Promise<Inspected> {
  options.onProgress?.({ phase: "inspect pairs" });
  const padding = { pairs: false, userGroups: false };
  let cluster = found;
  let groups = await inspectGroups(cluster, options);
  if (groups.padded) {
    padding.userGroups = true;
    cluster = withPadding(found, padding);
    groups = await inspectGroups(cluster, options);
  }
  const columns = columnsOf(
    input.caps,
    input.groupRatios,
    groups.ids,
    options.unsponsoredCap ?? 10_000,
  );
  const least = Math.max(options.minScore ?? -Infinity, -1e300);
  let pairs = await inspectPairs(cluster, columns, input.eligTable, least, options);
  if (pairs.padded) {
    padding.pairs = true;
    cluster = withPadding(found, padding);
    pairs = await inspectPairs(cluster, columns, input.eligTable, least, options);
  }
  return { cluster, columns, pairs, groups };
}

/** What a run knows once the pairs are looked over. */
interface Run {
  readonly input: EngineInput;
  readonly options: EngineOptions;
  readonly cluster: Cluster;
  readonly columns: Columns;
  readonly pairs: PairFacts;
  readonly state: StateKeeper;
  readonly lock: RunLock;
  readonly clock: Laps;
}

/** The steps from gathering to publishing. */
async function allocateUsers(run: Run): Promise<EngineResult> {
  const { input, options, cluster, columns, pairs, state, lock, clock } = run;
  const { minScore = -Infinity, topN = Infinity, sampleUsers = 100_000 } = options;
  const limits = { minScore, topN }, { outTable } = input;
  const tables = workTables(outTable, state.now.token);
  const gathered = await gather(input, cluster, columns, tables, pairs, limits, state, options);
  const { groupSize, largest } = gathered;
  const problem = problemOf(columns, input.policy, groupSize, largest, options.defaultRatio);
  refuseRepeats(run, gathered);
  clock.lap("gather");

  // As many pairs at most as that many users with PAIRS each have: memory stays the same, however long users' lists are.
  const perUser = Math.max(1, gathered.pairs / gathered.users / PAIRS);
  const seen = Math.ceil(sampleUsers / perUser);
  const { whole, refined, sampled } = await findPrices(
    problem,
    cluster,
    tables,
    { wanted: seen, of: gathered.users },
    { state, clock, options },
  );
  const rounds = await assignAtPrices(run, whole, tables, refined, seen);
  const repeats = gathered.duplicates > 0;
  const certified = await certifyResults(run, whole, tables, refined, { ...limits, repeats });
  await lock.check(options);
  const published = await publish(cluster, tables, outTable, certified.assignments, options);
  await dropWork(cluster, outTable, null, options);
  await state.remove();
  clock.lap("publish");
  return {
    ...certified,
    gap: relativeGap(certified.bound, certified.objective),
    certificate: certificateOfRun(whole, refined, certified),
    published,
    pairs,
    gathered,
    sampleUsers: sampled,
    passes: refined.passes,
    rounds,
    seconds: clock.seconds,
  };
}

/** @throws InputError where pairs come again and that is to be an error */
function refuseRepeats({ input, options }: Run, { duplicates }: { duplicates: number }): void {
  if (options.duplicates !== "error" || duplicates === 0) return;
  throw new InputError(
    `table ${input.eligTable}: ${duplicates} pairs come again, expected each once (--duplicates error)`,
    { file: input.eligTable },
  );
}

/** Gives offers at the prices and repairs what they leave; rounds that took. */
async function assignAtPrices(
  { cluster, clock, options }: Run,
  whole: DualProblem,
  tables: WorkTables,
  { prices, result }: Refined,
  seen: number,
): Promise<number> {
  const enough = 0.1 * (options.gap ?? 1e-6) * Math.abs(result.bound);
  const { rounds } = await assignAndRepair(whole, cluster, tables, prices, {
    ...options,
    enough,
    goal: result.bound - enough,
    most: options.togetherUsers ?? seen,
    deadline: clock.begun + timeLimit(options),
  });
  clock.lap("assign");
  return rounds;
}

/**
 * Writes the results beside the out-table and judges them there.
 *
 * @throws InputError where they break a rule
 */
async function certifyResults(
  { input, cluster, clock, options }: Run,
  whole: DualProblem,
  tables: WorkTables,
  { prices }: Refined,
  rules: PairRules,
): Promise<Certified> {
  await writeResults(whole, cluster, tables, options);
  const certified = await certify(whole, cluster, tables, prices, rules, options);
  clock.lap("certify");
  if (certified.broken.length === 0) return certified;
  throw new InputError(
    `the assignments break rules, so ${input.outTable} stays as it was: ${
      certified.broken.join("; ")
    }`,
  );
}

function certificateOfRun(
  whole: DualProblem,
  { prices }: Refined,
  { objective, bound }: Certified,
): Certificate {
  const { policy, shortfallPrice } = whole;
  return certificateOf(whole.instance, {
    ...{ solver: "optimal", policy, prices, pricesBound: undefined },
    ...{ objective, bound, shortfallPrice },
  });
}

/** Prices of a sample, corrected until they are those of all users. The sample is let go of at the end. */
async function findPrices(
  problem: DualProblem,
  cluster: Cluster,
  tables: WorkTables,
  { wanted, of }: { wanted: number; of: number },
  { state, clock, options }: Pick<Run, "state" | "clock" | "options">,
): Promise<{ whole: DualProblem; refined: Refined; sampled: number }> {
  const { passes: mostPasses = 30, gap = 1e-6 } = options;
  const deadline = clock.begun + PRICE_SHARE * timeLimit(options);
  const size = performance.now() < deadline ? wanted : Math.min(wanted, HURRIED_SAMPLE);
  const sample = await Sample.draw(problem, cluster, tables, size, of, options);
  // The size of an offer is only known from pairs.
  const whole: DualProblem = { ...problem, unit: sample.problem.unit };
  const start = state.now.prices ?? await sample.minimise(null, null, {
    ...options,
    // A sample so small takes no time, and without its prices there is no good result.
    deadline: size <= HURRIED_SAMPLE ? Infinity : deadline,
  });
  options.signal?.throwIfAborted();
  clock.lap("sample");

  const refined = await refine(whole, cluster, tables, sample, start, {
    ...options,
    tolerance: gap,
    mostPasses: state.now.refined ? 1 : mostPasses,
    deadline,
    onBest: ({ prices, result, passes }) => state.set({ prices, bound: result.bound, passes }),
  });
  await state.set({ refined: true });
  clock.lap("refine");
  return { whole, refined, sampled: sample.problem.instance.group.length };
}

/** Users of the sample where time is out before it is drawn. */
const HURRIED_SAMPLE = 1000;

/** Milliseconds. */
function timeLimit({ timeout = Infinity }: EngineOptions): number {
  return 1000 * timeout;
}

/** The state of the file, or of a new run. */
async function beginOrResume(
  input: EngineInput,
  options: EngineOptions,
  { columns, pairs, groups }: Inspected,
): Promise<RunState> {
  const { server, eligTable, userGroupsTable, outTable, policy } = input;
  const fingerprint = await fingerprintOf({
    at: [server.host, server.port, server.database, eligTable, userGroupsTable, outTable],
    columns: {
      ...columns,
      cap: [...columns.cap],
      ratio: [...columns.ratio],
      brand: columns.brand && [...columns.brand],
    },
    policy,
    options: [options.minScore ?? null, options.topN ?? null, options.defaultRatio ?? null],
  });
  const now = await fingerprintOf([pairs.fingerprint, groups.fingerprint]);
  const kept = options.stateFile === undefined
    ? null
    : await readState(options.stateFile, fingerprint);
  if (kept === null) return freshState(fingerprint, now);
  if (kept.tables === now) return kept;
  options.onNote?.("the tables have changed since the run that is to be resumed; starting anew");
  // The same token, so that its tables are this run's to replace.
  return { ...freshState(fingerprint, now), token: kept.token };
}

/** Gathers the users, or finds those of the run that is resumed. */
async function gather(
  input: EngineInput,
  cluster: Cluster,
  columns: Columns,
  tables: WorkTables,
  pairs: PairFacts,
  limits: { minScore: number; topN: number },
  state: StateKeeper,
  options: EngineOptions,
): Promise<UserFacts> {
  if (!state.now.gathered || !await allThere(cluster, tables.users)) {
    const sponsored = input.policy.model === "coverage" ? 0 : columns.sponsoredContracts;
    await state.set({});
    await gatherUsers(cluster, columns, tables, sponsored, limits, pairs.rows, options);
    await state.set({ gathered: true });
  }
  const users = await countUsers(cluster, columns, tables, options);
  if (users.users === 0) {
    throw new InputError(
      `no user of ${input.eligTable} has a pair with a contract of the caps and a group of ${input.userGroupsTable}`,
      { file: input.eligTable },
    );
  }
  await usersOnOneShard(cluster, tables, users.users, options);
  return users;
}

/** Whether a table is on every shard. */
async function allThere(cluster: Cluster, table: string): Promise<boolean> {
  const found = await Promise.all(
    cluster.shards.map(async ({ server }) => (await rowsOf(server, `EXISTS TABLE ${table}`))[0][0]),
  );
  return found.every((there) => there === "1");
}

/** The state and its file. */
class StateKeeper {
  constructor(readonly path: string | undefined, public now: RunState) {}

  /** Changes the state and writes it. */
  async set(change: Partial<RunState>): Promise<void> {
    this.now = { ...this.now, ...change };
    if (this.path !== undefined) await writeState(this.path, this.now);
  }

  /** The run is over. */
  async remove(): Promise<void> {
    if (this.path !== undefined) await Deno.remove(this.path).catch(() => {});
  }
}

/** Seconds between laps. */
class Laps {
  readonly seconds: Record<string, number> = {};
  /** Value of `performance.now()` at the beginning. */
  readonly begun = performance.now();
  #last = this.begun;

  lap(name: string): void {
    const now = performance.now();
    this.seconds[name] = Math.round(now - this.#last) / 1000;
    this.#last = now;
  }
}
