/**
 * The statements that a run sends between gathering and publishing, without sending any.
 *
 * @module
 */
import { type DualProblem, zeroPrices } from "../../allocator/optimal/dual/dual_problem.ts";
import { roomOf } from "../drop/room.ts";
import { noUsage } from "../drop/usage.ts";
import { type JudgedPairs, smallTables } from "./certify/certify_tables.ts";
import type { Dialect, TableColumns } from "./store/dialect.ts";
import { type Judged, judgeSql, loadSql } from "./certify/judge_sql.ts";
import {
  acceptSql,
  CANDIDATE_COLUMNS,
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
  PICKED_COLUMNS,
  pickedSql,
  sampleSql,
  settleSql,
  undecidedSql,
} from "./bundles/pass_sql.ts";
import { resultSql, WORK_RESULT_COLUMNS } from "./bundles/result_sql.ts";
import { CURRENT_COLUMNS, MOVE_COLUMNS, usageSql } from "./bundles/state_sql.ts";
import type { WorkTables } from "./store/store.ts";

/** Statements under what they are for. */
export type ShownSteps = readonly (readonly [title: string, statements: readonly string[]])[];

/** What the steps are shown for. */
export interface ShownRun {
  /** The engine's words. */
  readonly dialect: Dialect;
  /** The problem; all prices are shown as 0. */
  readonly problem: DualProblem;
  /** Names of the run's tables. */
  readonly tables: WorkTables;
  /** The original tables. */
  readonly judged: Judged;
  /** Which pairs count. */
  readonly rules: JudgedPairs;
  /** Users of the sample. */
  readonly sampleUsers: number;
  /** The statements that make a table. */
  readonly make: (table: string, columns: TableColumns, order: string) => readonly string[];
}

/** Every kind of statement, in order. A run repeats the passes and rounds with its own prices and limits. */
export function shownSteps(
  { dialect, problem, tables, judged, rules, sampleUsers, make }: ShownRun,
): ShownSteps {
  const prices = zeroPrices(problem), bests = tables.beside(BESTS);
  const room = roomOf(problem, noUsage(problem));
  const round = { problem, prices, room, round: 1, mostRegret: Infinity };
  return [
    ["draw a sample", [
      ...make(tables.candidates, PICKED_COLUMNS, "part"),
      sampleSql(dialect, tables, sampleUsers, 1e7),
      pickedSql(dialect, tables, 0),
    ]],
    [
      "a pass: prices of groups",
      problem.countsSponsored
        ? [
          ...make(bests, BEST_COLUMNS, "g"),
          bestsSql(dialect, problem, tables, prices),
          settleSql(dialect, problem, bests),
        ]
        : [],
    ],
    ["a pass: bound, loads, sponsored users", [
      problem.countsSponsored
        ? evaluateBestsSql(dialect, problem, bests, prices)
        : evaluateSql(dialect, problem, tables.users, prices),
    ]],
    ["assign", [
      ...make(tables.current, CURRENT_COLUMNS, "uid"),
      ...make(tables.moves, MOVE_COLUMNS, "uid"),
      assignSql(dialect, problem, tables, prices),
    ]],
    ["decide users together whose margin is small", [
      marginsSql(dialect, tables, [1e-3, 1e-2, 1e-1]),
      ...make(tables.candidates, PICKED_COLUMNS, "part"),
      undecidedSql(dialect, tables, "margin < 0.1", sampleUsers),
      usageSql(dialect, problem, tables, "NOT (margin < 0.1)"),
    ]],
    ["a round of repair", [
      usageSql(dialect, problem, tables),
      ...make(tables.candidates, CANDIDATE_COLUMNS, "need"),
      mendSql(dialect, tables, round),
      needLimitsSql(dialect, tables.candidates, needs(room)),
      roomLimitsSql(dialect, tables.candidates, null, room),
      acceptSql(dialect, tables, 1, null, new Map()),
    ]],
    ["a round of improvement", [improveSql(dialect, tables, round)]],
    ["write the assignments", [
      ...make(tables.result, WORK_RESULT_COLUMNS, "user_id"),
      resultSql(dialect, problem, tables),
    ]],
    ["certify", [
      ...smallTables(problem, prices, rules).map(({ name, columns }) =>
        `-- ${dialect.text(name)} travels with the query: ${columnList(columns, dialect)}`
      ),
      judgeSql(dialect, problem, { ...judged, users: tables.users }, rules, prices),
      loadSql(judged),
    ]],
  ];
}

/** Columns as a statement declares them. */
export function columnList(columns: TableColumns, dialect: Dialect): string {
  return Object.entries(columns).map(([name, type]) => dialect.column(name, type)).join(", ");
}

/** Steps as a text that can be run by hand. */
export function shownText(steps: ShownSteps): string {
  return steps.filter(([, statements]) => statements.length > 0)
    .map(([title, statements]) => `-- ${title}\n${statements.map(terminated).join("\n")}\n`)
    .join("\n");
}

function terminated(statement: string): string {
  return statement.startsWith("--") ? statement : `${statement};`;
}
