/**
 * From every user's best bundle at the prices to bundles that keep all caps and group rules, by regret thresholds.
 *
 * Each round looks for moves: users of overloaded contracts, and of groups with too few or too many sponsored users,
 * choose again among what has room. Of the users that a contract or group needs to move, those move who lose least, and no
 * more move to anything than it has room for; so nothing is ever filled past its limit. When everything is kept, capacity
 * that has a price and is unused pulls users: they may have it for nothing, and what they give up counts at its price, because
 * it pulls others in the next round. Last, users move where that adds to the objective itself.
 *
 * @module
 */
import type { Prices } from "../../allocator/model/allocation.ts";
import { type DualProblem, zeroPrices } from "../../allocator/optimal/dual/dual_problem.ts";
import type { RunControl } from "../../base/progress.ts";
import { bestBundles, netAt } from "../sql/bundle_sql.ts";
import { decideTogether, marginSql } from "./decide_together.ts";
import { groupPrices, withColumns } from "../sql/group_prices.ts";
import { sqlLookup, sqlNumber } from "../server/literal.ts";
import { candidateColumns, improveSql, mendSql, needs, rooms } from "../sql/moves_sql.ts";
import {
  brokenRules,
  closed,
  type Room,
  roomOf,
  ROUNDING,
  stillPriced,
  sum,
  worthOfUnused,
} from "../sql/room.ts";
import { type Cluster, rowsOf, run } from "../server/shards.ts";
import { currentColumns, moveColumns, usageSql } from "../sql/state_sql.ts";
import { addUsage, noUsage } from "../sql/usage.ts";
import { makeTable, overAll, type WorkTables } from "../server/work_tables.ts";

/** Most rounds of each kind. */
const MOST_ROUNDS = 60, MOST_PULLS = 12, MOST_IMPROVEMENTS = 6;
/** Rounds after which mending moves enter nothing any more. */
const OPEN_ROUNDS = 40;
/** Pulling ends when a round lowers the worth of unused capacity by less than this share. */
const PULL_GAIN = 0.1;
/** Users that are decided together where no time is left: that takes none. */
const FEW = 1000;
/** Stands for "no threshold". */
const NO_LIMIT = 1e200;

/** How a repair ended. */
export interface Repaired {
  /** Rounds made, of both kinds. */
  readonly rounds: number;
  /** Users moved, counted once a round. */
  readonly moves: number;
}

/** How a repair is limited. */
export interface RepairOptions extends RunControl {
  /** Improvement stops when a round adds less than this to the objective. */
  readonly enough: number;
  /** An objective at which nothing is improved any more: nearly the bound. */
  readonly goal: number;
  /** Most users that are decided together on this machine. */
  readonly most: number;
  /** Value of `performance.now()` from which on nothing is improved any more. */
  readonly deadline: number;
}

/** The statement that writes down every user's best bundle. */
export function assignSql(problem: DualProblem, tables: WorkTables, prices: Prices): string {
  const group = groupPrices(problem, prices);
  const kept = ["uid", "g", "sc", "sv", "uc", "uv"];
  const bundles = bestBundles(problem, {
    from: withColumns(tables.users, kept, group.columns),
    keep: [...kept, ...Object.keys(group.columns)],
    net: netAt(problem, prices.contract),
    terms: group.terms,
  }, { margin: marginSql() });
  return `INSERT INTO ${tables.current} (uid, g, sc, sv, uc, uv, i, j, h, margin)
SELECT uid, g, sc, sv, uc, uv, i, j, chosen, margin FROM (${bundles})`;
}

/** Gives every user the best bundle at the prices, then mends what is broken, then improves. */
export async function assignAndRepair(
  problem: DualProblem,
  cluster: Cluster,
  tables: WorkTables,
  prices: Prices,
  options: RepairOptions,
): Promise<Repaired> {
  options.onProgress?.({ phase: "assign" });
  await makeTable(cluster, tables.current, currentColumns(cluster.userType), "uid", options);
  await makeTable(cluster, tables.moves, moveColumns(cluster.userType), "uid", options);
  await onShards(cluster, assignSql(problem, tables, prices), options);
  const rounds = new Rounds(problem, cluster, tables, prices, options);
  await rounds.decide();
  await mendRules(rounds);
  await improve(rounds);
  await fill(rounds);
  return { rounds: rounds.count, moves: rounds.moves };
}

/** Rounds of moves that must be, until every rule is kept and no minimum lacks what it can get. */
async function mendRules(rounds: Rounds): Promise<void> {
  let broken = Infinity, stuck = false;
  for (let n = 0; n < MOST_ROUNDS; n++) {
    const { room } = await rounds.look();
    const now = sum(room.lacking) + brokenRules(room);
    rounds.report("repair", `round ${n + 1}, ${Math.ceil(now)} to move`);
    if (now === 0 || (stuck && brokenRules(room) === 0)) break;
    // Where a round achieved nothing, nobody enters anything any more: then every move but the missing minima's succeeds.
    stuck = now >= broken || n >= OPEN_ROUNDS;
    broken = now;
    await rounds.mend(stuck ? closed(room) : room);
  }
}

/** Rounds of moves that add to the objective. */
async function improve(rounds: Rounds): Promise<void> {
  for (let n = 0; n < MOST_IMPROVEMENTS && rounds.timeIsLeft; n++) {
    const { room, objective } = await rounds.look();
    if (objective >= rounds.options.goal) break;
    const gained = await rounds.improve(room, zeroPrices(rounds.problem));
    rounds.report("improve", `round ${n + 1}, +${gained.toPrecision(3)}`);
    if (gained <= rounds.options.enough) break;
  }
}

/** Rounds in which unused capacity that has a price pulls users, and others follow; undone where nothing comes of it. */
async function fill(rounds: Rounds): Promise<void> {
  const { prices, options } = rounds;
  const { objective } = await rounds.look();
  if (objective >= options.goal) return;
  const last = rounds.count;
  let unused = Infinity;
  for (let n = 0; n < MOST_PULLS && rounds.timeIsLeft; n++) {
    const { room } = await rounds.look();
    const now = worthOfUnused(room, prices);
    rounds.report("fill", `round ${n + 1}, ${now.toPrecision(3)} unused`);
    if (now <= options.enough || now > (1 - PULL_GAIN) * unused) break;
    unused = now;
    await rounds.improve(room, stillPriced(prices, room));
  }
  if (rounds.count === last) return;
  await improve(rounds);
  if ((await rounds.look()).objective < objective) await rounds.undoAfter(last);
}

/** How things stand. */
interface Look {
  readonly room: Room;
  readonly objective: number;
}

/** The rounds of one repair. */
class Rounds {
  /** Rounds so far. */
  count = 0;
  /** Moves so far. */
  moves = 0;
  /** The last look, as long as nobody has moved. */
  #last: Look | null = null;

  constructor(
    readonly problem: DualProblem,
    readonly cluster: Cluster,
    readonly tables: WorkTables,
    readonly prices: Prices,
    readonly options: RepairOptions,
  ) {}

  /** Whether there is time to improve anything. */
  get timeIsLeft(): boolean {
    return performance.now() < this.options.deadline;
  }

  /** Tells how it goes. */
  report(phase: string, detail: string): void {
    this.options.onProgress?.({ phase, detail });
  }

  /** What is lacking and what has room, and what the objective is. */
  async look(): Promise<Look> {
    return this.#last ??= await this.#lookAnew();
  }

  async #lookAnew(): Promise<Look> {
    const { problem, cluster, tables, options } = this;
    const usage = noUsage(problem);
    const sql = usageSql(problem, tables);
    const parts = await Promise.all(
      cluster.shards.map(({ server }) => rowsOf(server, sql, options)),
    );
    let objective = 0;
    for (const rows of parts) objective += addUsage(problem, usage, rows);
    problem.rules.sponsored.least.forEach((least, g) =>
      objective -= problem.shortfallPrice * Math.max(0, least - usage.counts.sponsoredUsers[g])
    );
    return { room: roomOf(problem, usage), objective };
  }

  /** Forgets the moves of all rounds after `last`. */
  async undoAfter(last: number): Promise<void> {
    const { cluster, tables, options } = this;
    const { candidates, moves } = tables;
    await makeTable(cluster, candidates, moveColumns(cluster.userType), "uid", options);
    const copy = (from: string, to: string) =>
      onShards(cluster, `INSERT INTO ${to} SELECT * FROM ${from} WHERE round <= ${last}`, options);
    await copy(moves, candidates);
    await makeTable(cluster, moves, moveColumns(cluster.userType), "uid", options);
    await copy(candidates, moves);
    this.#last = null;
  }

  /** Decides those users together who are nearly undecided at the prices. */
  async decide(): Promise<void> {
    this.count++;
    this.#last = null;
    const { problem, cluster, tables, prices, options } = this;
    const few = this.timeIsLeft ? {} : { most: Math.min(options.most, FEW), deadline: Infinity };
    await decideTogether(problem, cluster, tables, prices, this.count, { ...options, ...few });
  }

  /** A round of moves that must be, at the prices. */
  async mend(room: Room): Promise<void> {
    await this.#round(
      mendSql(this.problem, this.tables, this.prices, room, this.count + 1),
      room,
      needs(room),
    );
  }

  /** A round of moves that gain at the prices; returns how much. At prices 0 that is what the objective gains. */
  improve(room: Room, prices: Prices): Promise<number> {
    this.options.signal?.throwIfAborted();
    return this.#round(improveSql(this.problem, this.tables, prices, room), room, null);
  }

  /** Gathers candidates, finds the thresholds, moves those below them. Returns −Σ regret of the moves. */
  async #round(
    candidatesSql: string,
    room: Room,
    needed: number[] | null,
  ): Promise<number> {
    const { cluster, tables, options } = this;
    this.count++;
    await makeTable(
      cluster,
      tables.candidates,
      candidateColumns(cluster.userType),
      "need",
      options,
    );
    await onShards(cluster, candidatesSql, options);
    const all = overAll(cluster, tables.candidates);
    let within = `regret < ${sqlNumber(NO_LIMIT)}`;
    if (needed !== null) {
      const limits = await this.#limits(needLimitsSql(all, needed));
      within = `regret / gives < ${lookupOr(limits, "need", NO_LIMIT)}`;
    }
    const limits = await this.#limits(roomLimitsSql(all, within, room));
    const accepted = `${within} AND arrayCount(key -> regret >= ${
      lookupOr(limits, "key", NO_LIMIT)
    }, entered) = 0`;
    const [[moves, regret]] = await rowsOf(
      cluster.coordinator,
      `SELECT count(), sum(regret) FROM ${all} WHERE ${accepted}`,
      options,
    );
    await onShards(cluster, acceptSql(tables, this.count, accepted), options);
    this.moves += Number(moves);
    if (Number(moves) > 0) this.#last = null;
    return -Number(regret);
  }

  /** Per key the first cost that is too much; keys that are not there have no limit. */
  async #limits(sql: string): Promise<Map<number, number>> {
    const rows = await rowsOf(this.cluster.coordinator, sql, this.options);
    return new Map(rows.map(([key, limit]) => [Number(key), Number(limit)]));
  }
}

/** The statement of the limits that needs set: the least dear moves that are enough stay below them. */
export function needLimitsSql(candidates: string, needed: readonly number[]): string {
  return limitsSql(
    `SELECT need AS key, regret / gives AS cost, gives AS amount FROM ${candidates}`,
    needed,
    `arrayCount(s -> s < most - ${ROUNDING}, sums) + 2`,
  );
}

/** The statement of the limits that room sets: the least dear moves that there is room for stay below them. */
export function roomLimitsSql(candidates: string, within: string, room: Room): string {
  return limitsSql(
    `SELECT key, regret AS cost, amount FROM (SELECT regret, entered, takes FROM ${candidates} WHERE ${within})
ARRAY JOIN entered AS key, takes AS amount`,
    rooms(room),
    `arrayCount(s -> s <= most + ${ROUNDING}, sums) + 1`,
  );
}

/**
 * Per key the first cost that is too much: rows (key, cost, amount) are added up by cost, and `place` tells from the `sums`
 * and what the key has at `most` which is the first one out.
 */
function limitsSql(source: string, most: readonly number[], place: string): string {
  return `SELECT key, costs[place] FROM (SELECT key, costs, most, toUInt32(${place}) AS place
FROM (SELECT key, ${sqlLookup("key", most)} AS most, arraySort(groupArray(cost)) AS costs,
  arrayCumSum(arraySort((a, c) -> c, groupArray(amount), groupArray(cost))) AS sums
FROM (${source}) GROUP BY key)) WHERE place <= length(costs) AND most >= 0`;
}

/** The statement that makes candidates moves. */
export function acceptSql(tables: WorkTables, round: number, accepted: string): string {
  return `INSERT INTO ${tables.moves} (uid, round, i, j, h)
SELECT uid, toUInt32(${round}), i, j, h FROM ${tables.candidates} WHERE ${accepted}`;
}

/** A lookup in a map of thresholds. */
function lookupOr(limits: ReadonlyMap<number, number>, key: string, otherwise: number): string {
  if (limits.size === 0) return sqlNumber(otherwise);
  const keys = [...limits.keys()], values = [...limits.values()];
  return `transform(${key}, [${keys.join(",")}], [${values.map(sqlNumber).join(",")}], ${
    sqlNumber(otherwise)
  })`;
}

/** Runs a statement on every shard at once. */
async function onShards(cluster: Cluster, sql: string, control: RunControl): Promise<void> {
  await Promise.all(cluster.shards.map(({ server }) => run(server, sql, control)));
}
