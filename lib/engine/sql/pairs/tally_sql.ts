/**
 * Counts why pairs are left out, in the order of one machine: of rows about one pair the largest score, then the least score,
 * bans, cooldowns, and each user's best.
 *
 * Rows are grouped by pair, as a pair that is below the least score may have a row that is not.
 *
 * @module
 */
import type { RunControl } from "../../../base/progress.ts";
import type { PairRules, PairTally } from "../../steps/leave_out.ts";
import type { Columns } from "../../drop/task.ts";
import { plainPairs } from "./counting_sql.ts";
import type { Dialect } from "../store/dialect.ts";
import { putContracts } from "../store/put_rows.ts";
import { numbersOf } from "../store/rows.ts";
import type { InputTables, Store, WorkTables } from "../store/store.ts";

/** Rows that are grouped at a time on a part. */
const ROWS_AT_A_TIME = 25_000_000;

/** What tells about a pair whether it is left out, each 1 or 0; the same in all rows of a pair. */
export interface PairMarks {
  /** Rows (user_id, contract_address, value) and what the conditions below name. */
  readonly source: string;
  /** Conditions: the pair is pinned, banned, cooling by its contract or by its brand, has been declined. */
  readonly pinned: string;
  readonly banned: string;
  readonly hadContract: string;
  readonly hadBrand: string;
  readonly declined: string;
}

/** The pairs where nothing was decided before the drop. */
export function plainMarks(sql: Dialect, { pairs }: InputTables): PairMarks {
  const never = "1 = 0";
  return {
    source: plainPairs(sql, pairs),
    pinned: never,
    banned: never,
    hadContract: never,
    hadBrand: never,
    declined: never,
  };
}

/** What is counted, in the order of the columns of {@link tallySql}. */
const COUNTED = [
  "rows",
  "distinct",
  "differing",
  "belowLeast",
  "banned",
  "coolingByContract",
  "coolingByBrand",
  "declined",
  "left",
  "pairs",
  "users",
] as const;

/** The parts that pairs are counted in. */
export interface TallyParts {
  /** How many. */
  readonly parts: number;
  /** Which rows are counted, as SQL. */
  readonly where: string;
  /** The part of a row, as SQL. */
  readonly partOf: string;
}

/** Where pairs are counted. */
export interface Tallied {
  readonly store: Store;
  readonly tables: WorkTables;
  readonly userGroups: string;
  readonly marks: PairMarks;
  /** Most rows that are grouped at a time on a part. @default 25 million */
  readonly rowsAtATime?: number;
  /** Splits the rows first, and gives those of each part, which all count; null: each part reads all rows. @default null */
  readonly split?: (
    parts: TallyParts,
    control: RunControl,
  ) => Promise<((part: number) => PairMarks) | null>;
}

/** Counts the rows about contracts without capacity, of users who have a group. */
export async function countWithoutCap(
  { store, tables, userGroups, marks }: Tallied,
  { withoutCap }: Columns,
  control: RunControl,
): Promise<number> {
  if (withoutCap.length === 0) return 0;
  const among = await amongContracts(store, tables, withoutCap, control);
  const [rows] = await sumsOf(
    store,
    `SELECT count(*) FROM ${marks.source} WHERE ${among} AND ${ofUsers(userGroups)}`,
    control,
  );
  return rows;
}

/** Counts the pairs and what is left out of them. */
export async function tallyPairs(
  tallied: Tallied,
  columns: Columns,
  rules: PairRules,
  rows: number,
  control: RunControl,
): Promise<PairTally> {
  const { store, tables, userGroups, marks, rowsAtATime = ROWS_AT_A_TIME } = tallied;
  const rowsWithoutCap = await countWithoutCap(tallied, columns, control);
  const among = await amongContracts(store, tables, columns.contracts, control);
  const isOfUsers = `${among}\n  AND ${ofUsers(userGroups)}`;
  const parts = Math.max(1, Math.ceil(rows / store.parts / rowsAtATime));
  const partOf = `${store.dialect.hash("user_id", 10)} % ${parts}`;
  const split = parts === 1
    ? null
    : await tallied.split?.({ parts, where: isOfUsers, partOf }, control) ?? null;
  const total = Object.fromEntries(COUNTED.map((name) => [name, 0]));
  let conflicts = 0;
  for (let part = 0; part < parts; part++) {
    control.onProgress?.({ phase: "count pairs", done: part / parts });
    const own = split?.(part) ?? marks;
    const where = split !== null
      ? "1 = 1"
      : parts === 1
      ? isOfUsers
      : `${isOfUsers} AND ${partOf} = ${part}`;
    const found = await sumsOf(store, tallySql(store.dialect, own, rules, where), control);
    COUNTED.forEach((name, i) => total[name] += found[i]);
    if (found[COUNTED.indexOf("differing")] === 0) continue;
    conflicts += (await sumsOf(store, conflictsSql(store.dialect, own, where), control))[0];
  }
  const { distinct, left, differing: _, ...facts } = total as Record<
    typeof COUNTED[number],
    number
  >;
  return {
    ...facts,
    rowsWithoutCap,
    conflicts,
    duplicates: facts.rows - distinct,
    beyondTopN: left - facts.pairs,
  };
}

/** Puts contracts into a table, and says in SQL that a row is about one of them. */
async function amongContracts(
  store: Store,
  tables: WorkTables,
  ids: readonly string[],
  control: RunControl,
): Promise<string> {
  const table = tables.beside("tallied_contracts");
  await putContracts(store, table, ids, control);
  return `contract_address IN (SELECT contract_address FROM ${table})`;
}

/** That a row's user has a group, as SQL. */
function ofUsers(userGroups: string): string {
  return `user_id IN (SELECT user_id FROM ${userGroups})`;
}

/** The numbers of a statement's rows, each column summed over them. */
async function sumsOf(store: Store, sql: string, control: RunControl): Promise<number[]> {
  return numbersOf((await store.rows(sql, control)).flat())
    .reduce((sums, row) => row.map((n, i) => n + (sums[i] ?? 0)), []);
}

/** The statement that counts the pairs of the rows of a condition. */
function tallySql(
  sql: Dialect,
  { source, ...holds }: PairMarks,
  { minScore, topN }: PairRules,
  where: string,
): string {
  const flag = (condition: string) => `max(if(${condition}, 1, 0))`;
  const pairs = `(SELECT user_id, contract_address, count(*) AS n, max(value) AS best,
  if(min(value) < max(value), 1, 0) AS differs, ${flag(holds.pinned)} AS is_pin, ${
    flag(holds.banned)
  } AS is_banned,
  ${flag(holds.hadContract)} AS is_had, ${flag(holds.hadBrand)} AS is_had_brand, ${
    flag(holds.declined)
  } AS is_declined
FROM ${source} WHERE ${where} GROUP BY user_id, contract_address) AS each_pair`;
  const low = Number.isFinite(minScore)
    ? `(is_pin = 0 AND best < ${sql.number(minScore)})`
    : "(1 = 0)";
  // Each pair has one fate, the first that holds.
  const fate = `if(${low}, 1, if(is_banned = 1, 2, if(is_had = 1, 3, if(is_had_brand = 1, 4, 0))))`;
  const judged = `(SELECT user_id, n, best, differs, is_pin, is_declined, ${fate} AS fate
FROM ${pairs}) AS judged`;
  const counts = [
    "sum(n)",
    "count(*)",
    "sum(differs)",
    ...[1, 2, 3, 4].map((f) => sql.countIf(`fate = ${f}`)),
    sql.countIf("fate = 0 AND is_declined = 1 AND best > 0"),
    sql.countIf("fate = 0"),
    sql.countIf("fate = 0 AND is_pin = 1"),
  ].map((count, i) => `${count} AS n${i}`);
  const users = `(SELECT user_id, ${counts.join(", ")} FROM ${judged} GROUP BY user_id) AS of_user`;
  // Pinned pairs are among a user's best, and all of them stay.
  const kept = Number.isFinite(topN)
    ? sql.least(["n8", sql.greatest([sql.as("whole", `${topN}`), sql.as("whole", "n9")])])
    : "n8";
  const sums = Array.from({ length: 9 }, (_, i) => `sum(n${i})`);
  return `SELECT ${sums.join(", ")}, sum(${kept}), ${sql.countIf("n8 > 0")} FROM ${users}`;
}

/** The statement that counts rows with a lower score than another row about the same pair. */
function conflictsSql(sql: Dialect, { source }: PairMarks, where: string): string {
  const scores = `(SELECT user_id, contract_address, value, count(*) AS n FROM ${source}
WHERE ${where} GROUP BY user_id, contract_address, value) AS scores`;
  return `SELECT sum(every_row - best_rows) FROM (SELECT user_id, contract_address, sum(n) AS every_row, ${
    sql.latest("n", "value")
  } AS best_rows FROM ${scores} GROUP BY user_id, contract_address) AS each_pair`;
}
