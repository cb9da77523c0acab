/**
 * The steps of a run as SQL statements, for every engine that runs SQL.
 *
 * @module
 */
import type { Prices } from "../../allocator/model/allocation.ts";
import { constantTerm, type DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import type { RunControl } from "../../base/progress.ts";
import type { Slots } from "../drop/slots.ts";
import type { Columns, EngineAlternates } from "../drop/task.ts";
import { noUsage, type Usage } from "../drop/usage.ts";
import type { Move } from "../steps/assign.ts";
import type { Certified, JudgeRules } from "../steps/certify.ts";
import type { UserFacts, UserRow } from "../steps/gather.ts";
import type { PairRules } from "../steps/leave_out.ts";
import type { GroupMargins, PassResult } from "../steps/price.ts";
import type { AlternatesMade, Published } from "../steps/publish.ts";
import type { Moved, Round } from "../steps/repair.ts";
import type { EngineRun } from "../steps/steps.ts";
import { ALTERNATE_COLUMNS, alternatesSql } from "./bundles/alternates_sql.ts";
import { certify } from "./certify/certify.ts";
import type { Dialect } from "./store/dialect.ts";
import type { Judged } from "./certify/judge_sql.ts";
import { pairsInSlotsSql, repeatedSlotsSql } from "./pairs/kinds_sql.ts";
import {
  acceptSql,
  CANDIDATE_COLUMNS,
  type CostLimits,
  countAcceptedSql,
  improveSql,
  mendSql,
  needLimitsSql,
  needs,
  roomLimitsSql,
} from "./bundles/moves_sql.ts";
import {
  assignSql,
  BEST_COLUMNS,
  BESTS,
  bestsSql,
  evaluateBestsSql,
  evaluateSql,
  marginsSql,
  partsOf,
  PICKED_COLUMNS,
  pickedSql,
  pinnedUsersSql,
  sampleSql,
  settleSql,
  undecidedSql,
} from "./bundles/pass_sql.ts";
import { resultSql, WORK_RESULT_COLUMNS } from "./bundles/result_sql.ts";
import { numbersOf } from "./store/rows.ts";
import { SqlDrop } from "./sql_drop.ts";
import { CURRENT_COLUMNS, MOVE_COLUMNS, usageSql } from "./bundles/state_sql.ts";
import type { WorkTables } from "./store/store.ts";
import { addUsage } from "./bundles/usage_sql.ts";

/** Users that are written at a time. */
const AT_A_TIME = 10_000;

/** All steps but those that are left to each engine: how users are gathered and where results go. */
export abstract class SqlRun extends SqlDrop implements EngineRun {
  /** What the table of users' best bundles was made for; null: there is none. */
  #bests: { readonly problem: DualProblem; readonly prices: Prices } | null = null;

  /** How many pairs are in each slot. */
  async countInSlots(slots: number, control: RunControl): Promise<Float64Array> {
    const sql = pairsInSlotsSql(this.store.dialect, this.tables), counts = new Float64Array(slots);
    const rows = (await this.store.rows(sql, control)).flat();
    for (const [slot, pairs] of numbersOf(rows)) counts[slot] += pairs;
    return counts;
  }

  /** How many pairs repeat a user and contract in another slot. */
  async countRepeatedSlots({ contract }: Slots, control: RunControl): Promise<number> {
    const sql = repeatedSlotsSql(this.store.dialect, this.tables, contract);
    const counts = numbersOf((await this.store.rows(sql, control)).flat());
    return counts.reduce((sum, [n]) => sum + n, 0);
  }

  /** What is judged, in how many parts: in one, unless an engine knows better. */
  protected judgedIn(judged: Judged, _control: RunControl): Promise<Judged> {
    return Promise.resolve(judged);
  }

  /** Writes each user's next best offers, and counts them. */
  async alternates(
    problem: DualProblem,
    prices: Prices,
    { perUser, out }: EngineAlternates,
    control: RunControl,
  ): Promise<AlternatesMade> {
    control.onProgress?.({ phase: "find alternates" });
    const { store, tables } = this, { dialect } = store, table = tables.beside("alternates");
    await store.makeTable(table, ALTERNATE_COLUMNS, "user_id", control);
    await store.run(alternatesSql(dialect, problem, tables, prices, perUser), control);
    const counted = async (from: string) => {
      const counts = new Map<string, number>();
      const sql = `SELECT contract_address, count(*) FROM ${from} GROUP BY contract_address`;
      for (const [id, n] of (await store.rows(sql, control)).flat()) {
        counts.set(id, (counts.get(id) ?? 0) + Number(n));
      }
      return counts;
    };
    const firstOf = await counted(`${table} WHERE rank = 1`), all = await counted(table);
    const sum = (counts: ReadonlyMap<string, number>) =>
      [...counts.values()].reduce((total, n) => total + n, 0);
    await this.publishAlternates(table, out, sum(all), control);
    const given = await counted(tables.result);
    return { alternates: sum(all), users: sum(firstOf), firstOf, given };
  }

  /** Puts a table of so many alternates in their place, whole. */
  protected abstract publishAlternates(
    table: string,
    out: string,
    rows: number,
    control: RunControl,
  ): Promise<void>;
  abstract hasUsers(): Promise<boolean>;
  abstract gather(
    columns: Columns,
    sponsored: number,
    rules: PairRules,
    control: RunControl,
  ): Promise<void>;
  abstract publish(rows: number, control: RunControl): Promise<Published>;
  abstract end(keep: boolean): Promise<void>;

  /** Counts the users gathered. */
  async countUsers(columns: Columns, _rules: PairRules, control: RunControl): Promise<UserFacts> {
    const { dialect } = this.store;
    const facts = { users: 0, pairs: 0, duplicates: 0, conflicts: 0, beyondTopN: 0, largest: 0 };
    const groupSize = new Uint32Array(columns.groups.length);
    const ofK = new Float64Array(columns.ownK?.values.length ?? 1);
    const parts = await this.store.rows(countUsersSql(dialect, this.tables), control);
    for (const [g, users, pairs, duplicates, odd, beyond, largest, kc] of numbersOf(parts.flat())) {
      facts.conflicts += odd;
      facts.beyondTopN += beyond;
      facts.largest = Math.max(facts.largest, largest);
      facts.users += users;
      facts.pairs += pairs;
      facts.duplicates += duplicates;
      groupSize[g] += users;
      ofK[kc] += users;
    }
    return { ...facts, groupSize, ofK };
  }

  /** Reads a sample of the users. */
  async sample(
    wanted: number,
    users: number,
    onRows: (rows: readonly UserRow[], part: number) => void,
    control: RunControl,
  ): Promise<void> {
    const sql = sampleSql(this.store.dialect, this.tables, wanted, users);
    await this.#read(sql, partsOf(Math.min(wanted, users)), onRows, control);
  }

  /** Reads the users who have a pin. */
  async readPinned(
    most: number,
    onRows: (rows: readonly UserRow[], part: number) => void,
    control: RunControl,
  ): Promise<void> {
    const pins = this.pinned;
    const sql = pinnedUsersSql(this.store.dialect, this.tables, pins, most);
    await this.#read(sql, partsOf(most), onRows, control);
  }

  /** Reads the users that a statement picks, part by part. */
  async #read(
    pickSql: string,
    parts: number,
    onRows: (rows: readonly UserRow[], part: number) => void,
    control: RunControl,
  ): Promise<void> {
    const { store, tables } = this;
    await store.makeTable(tables.candidates, PICKED_COLUMNS, "part", control);
    await store.run(pickSql, control);
    for (let part = 0; part < parts; part++) {
      const sql = pickedSql(store.dialect, tables, part);
      (await store.rows(sql, control)).forEach(onRows);
    }
  }

  /** The margins of every group. */
  async settle(
    problem: DualProblem,
    prices: Prices,
    control: RunControl,
  ): Promise<GroupMargins[]> {
    const { store, tables } = this, bests = tables.beside(BESTS);
    this.#bests = null;
    await store.makeTable(bests, BEST_COLUMNS, "g", control);
    await store.run(bestsSql(store.dialect, problem, tables, prices), control);
    this.#bests = { problem, prices };
    const sql = settleSql(store.dialect, problem, store.overAll(bests));
    const rows = numbersOf(await store.rowsOverAll(sql, control));
    return rows.map(([group, least, afterLeast, most, afterMost, users, willing]) => ({
      group,
      users,
      willing,
      least: [least, afterLeast],
      most: [most, afterMost],
    }));
  }

  /**
   * A pass on every part, at once. Where groups were settled at the same prices it needs no pairs: each user's best bundles are
   * known.
   */
  async evaluate(
    problem: DualProblem,
    prices: Prices,
    control: RunControl,
  ): Promise<PassResult> {
    const { store: { dialect }, tables } = this;
    const sql = this.#isSettled(problem, prices)
      ? evaluateBestsSql(dialect, problem, tables.beside(BESTS), prices)
      : evaluateSql(dialect, problem, tables.users, prices);
    const usage = noUsage(problem);
    let bound = constantTerm(problem, prices);
    for (const rows of await this.store.rows(sql, control)) bound += addUsage(problem, usage, rows);
    return { ...usage, bound };
  }

  /** Whether the best bundles of users are those at the prices, but for the prices that are settled. */
  #isSettled(problem: DualProblem, prices: Prices): boolean {
    if (this.#bests === null || this.#bests.problem !== problem) return false;
    const { prices: before } = this.#bests;
    // Prices that were not settled are the same arrays, not only equal ones.
    return before.contract === prices.contract && before.limit === prices.limit &&
      problem.rules.others.every(({ name }) => before[name] === prices[name]);
  }

  /** Writes every user's best bundle. */
  async assign(problem: DualProblem, prices: Prices, control: RunControl): Promise<void> {
    const { store, tables } = this;
    await store.makeTable(tables.current, CURRENT_COLUMNS, "uid", control);
    await store.makeTable(tables.moves, MOVE_COLUMNS, "uid", control);
    await store.run(assignSql(store.dialect, problem, tables, prices), control);
  }

  /** Counts the users below each margin. */
  async countBelow(margins: readonly number[], control: RunControl): Promise<number[]> {
    const counts = margins.map(() => 0);
    const sql = marginsSql(this.store.dialect, this.tables, margins);
    for (const [row] of await this.store.rows(sql, control)) {
      row.forEach((count, at) => counts[at] += Number(count));
    }
    return counts;
  }

  /** Reads the users whose margin lies in an interval. */
  async undecided(
    margins: readonly [from: number, to: number],
    most: number,
    onRows: (rows: readonly UserRow[], part: number) => void,
    control: RunControl,
  ): Promise<void> {
    const sql = undecidedSql(this.store.dialect, this.tables, this.#within(margins), most);
    await this.#read(sql, partsOf(most), onRows, control);
  }

  /** The condition on the table of bundles for margins in an interval. */
  #within([from, to]: readonly [number, number]): string {
    const { dialect } = this.store;
    const below = `margin < ${dialect.number(to)}`;
    return from === -Infinity ? below : `(margin >= ${dialect.number(from)} AND ${below})`;
  }

  /** What users hold, added up. */
  async usage(
    problem: DualProblem,
    outside: readonly [from: number, to: number] | null,
    control: RunControl,
  ): Promise<{ usage: Usage; value: number }> {
    const where = outside === null ? undefined : `NOT (${this.#within(outside)})`;
    const sql = usageSql(this.store.dialect, problem, this.tables, where);
    const usage = noUsage(problem);
    let value = 0;
    for (const rows of await this.store.rows(sql, control)) value += addUsage(problem, usage, rows);
    return { usage, value };
  }

  /** Writes what users hold after a round. */
  async move(moves: Iterable<Move>, round: number, control: RunControl): Promise<void> {
    const { store, tables } = this;
    const rows: string[][][] = Array.from({ length: store.parts }, () => []);
    const flush = async (part: number) => {
      if (rows[part].length === 0) return;
      await store.insert(part, tables.moves, MOVE_COLUMNS, rows[part].splice(0), control);
    };
    for (const { user, part, held, sponsored } of moves) {
      const others = held.length - sponsored;
      rows[part].push([user, `${round}`, `${sponsored}`, `${others}`, JSON.stringify(held)]);
      if (rows[part].length === AT_A_TIME) await flush(part);
    }
    for (const part of rows.keys()) await flush(part);
  }

  /** A round of moves that must be. */
  mend(at: Round, control: RunControl): Promise<Moved> {
    const sql = mendSql(this.store.dialect, this.tables, at);
    return this.#round(sql, at, needs(at.room), control);
  }

  /** A round of moves that gain. */
  improve(at: Round, control: RunControl): Promise<Moved> {
    return this.#round(improveSql(this.store.dialect, this.tables, at), at, null, control);
  }

  /** Gathers candidates, finds the costs from which on nothing is taken, and moves the users below them. */
  async #round(
    candidatesSql: string,
    { room, round }: Round,
    needed: number[] | null,
    control: RunControl,
  ): Promise<Moved> {
    const { store, tables } = this;
    const { dialect } = store;
    await store.makeTable(tables.candidates, CANDIDATE_COLUMNS, "need", control);
    await store.run(candidatesSql, control);
    const all = store.overAll(tables.candidates);
    const enough = needed === null
      ? null
      : await this.#limits(needLimitsSql(dialect, all, needed), control);
    const fits = await this.#limits(roomLimitsSql(dialect, all, enough, room), control);
    const [[moves, regret]] = numbersOf(
      await store.rowsOverAll(countAcceptedSql(dialect, all, enough, fits), control),
    );
    await store.run(acceptSql(dialect, tables, round, enough, fits), control);
    return { moves, regret };
  }

  /** Per key the first cost that is too much. */
  async #limits(sql: string, control: RunControl): Promise<CostLimits> {
    const rows = numbersOf(await this.store.rowsOverAll(sql, control));
    return new Map(rows.map(([key, limit]) => [key, limit]));
  }

  /** Forgets the moves of all rounds after `last`. */
  async undoAfter(last: number, control: RunControl): Promise<void> {
    const { store, tables: { candidates, moves } } = this;
    const copy = (from: string, to: string) =>
      store.run(`INSERT INTO ${to} SELECT * FROM ${from} WHERE round <= ${last}`, control);
    await store.makeTable(candidates, MOVE_COLUMNS, "uid", control);
    await copy(moves, candidates);
    await store.makeTable(moves, MOVE_COLUMNS, "uid", control);
    await copy(candidates, moves);
  }

  /** Writes the assignments and judges them. */
  async certify(
    problem: DualProblem,
    prices: Prices,
    rules: JudgeRules,
    control: RunControl,
  ): Promise<Certified> {
    const { store, tables, inputs } = this;
    control.onProgress?.({ phase: "write assignments" });
    await store.makeTable(tables.result, WORK_RESULT_COLUMNS, "user_id", control);
    await store.run(resultSql(store.dialect, problem, tables), control);
    control.onProgress?.({ phase: "certify" });
    const { result, current, users } = tables, all = { ...inputs, result, current, users };
    const judged = await this.judgedIn(all, control);
    return await certify(store, problem, judged, rules, prices, control);
  }
}

/** The statement that counts the users gathered: a row per group. */
function countUsersSql(dialect: Dialect, { users }: WorkTables): string {
  const sql = dialect.begin();
  const largest = sql.largest(sql.map(sql.concat(["sv", "uv"]), (s) => `abs(${s})`));
  return sql.statement(
    `SELECT g, count(*), sum(${sql.length("sc")} + ${
      sql.length("uc")
    }), sum(dup), sum(odd), sum(beyond),
  max(${largest}), kc FROM ${users} GROUP BY g, kc`,
  );
}
