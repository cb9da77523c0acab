/**
 * Full passes over all users: each user's best bundle at given prices; only sums are returned.
 *
 * @module
 */
import { sponsoredPrices } from "../../../allocator/limits/kinds/group_rules.ts";
import type { Prices } from "../../../allocator/model/allocation.ts";
import type { DualProblem } from "../../../allocator/optimal/dual/dual_problem.ts";
import { bestBundles, bestOfKinds, type BundleTerms, netAt, ownKept } from "./bundle_sql.ts";
import type { Dialect, TableColumns } from "../store/dialect.ts";
import { groupPrices, withColumns } from "./group_prices.ts";
import { sumsByKey, usageLists } from "./usage_sql.ts";
import type { WorkTables } from "../store/store.ts";

/** Columns of a user that the bundles are chosen by. */
const PAIRS = ["g", "kc", "sc", "sv", "uc", "uv"];

/** What the bundles of a table's users are chosen by at given prices. */
function termsAt(
  sql: Dialect,
  problem: DualProblem,
  from: string,
  prices: Prices,
  { carried, kept, withSponsored }: {
    carried: readonly string[];
    kept: readonly string[];
    withSponsored?: boolean;
  },
): BundleTerms {
  const { columns, terms } = groupPrices(sql, problem, prices, withSponsored);
  return {
    from: withColumns(sql, from, carried, columns),
    keep: [...new Set([...kept, ...ownKept(problem), ...Object.keys(columns)])],
    net: netAt(sql, problem, prices),
    terms,
  };
}

/** The statement of a pass: rows (key, sum), see `usageLists` for the keys; 0 is the users' part of the bound. */
export function evaluateSql(
  dialect: Dialect,
  problem: DualProblem,
  from: string,
  prices: Prices,
): string {
  const sql = dialect.begin();
  const bundles = bestBundles(sql, problem, {
    ...termsAt(sql, problem, from, prices, { carried: PAIRS, kept: ["g"] }),
    bound: true,
  });
  const use = usageLists(sql, problem, "chosen", "i", "j", "best");
  return sql.statement(sumsByKey(sql, use, `(${bundles}) AS bundles`));
}

/** Columns of the table of each user's best bundles without and with a sponsored offer, see `bestOfKinds`. */
export const BEST_COLUMNS = {
  g: "whole",
  v0: "real",
  v1: "real",
  j0: "count",
  i1: "count",
  j1: "count",
  sk: "contracts",
  uk: "contracts",
} as const satisfies TableColumns;

/** Name of that table. */
export const BESTS = "bests";

/**
 * The statement that writes each user's best bundle without and with a sponsored offer. Which of the two is better depends on the
 * prices of the limits on sponsored users alone, and those add the same to all bundles with a sponsored offer: so these prices can be
 * settled and the pass be made from this table, and the pairs are read once for both.
 */
export function bestsSql(
  dialect: Dialect,
  problem: DualProblem,
  tables: WorkTables,
  prices: Prices,
): string {
  const sql = dialect.begin();
  const kinds = bestOfKinds(sql, problem, {
    ...termsAt(sql, problem, tables.users, prices, {
      carried: PAIRS,
      kept: ["g"],
      withSponsored: false,
    }),
    bound: true,
  });
  const columns = Object.keys(BEST_COLUMNS).join(", ");
  return sql.statement(
    `INSERT INTO ${tables.beside(BESTS)} (${columns})\nSELECT ${columns} FROM (${kinds}) AS kinds`,
  );
}

/**
 * The statement of the groups' margins (what a user loses by being sponsored), at the ranks that decide the price of
 * sponsored users. Rows of g, the margins at its least number of sponsored users and after it, the same for the most,
 * its users, and the users who would be sponsored at price 0.
 *
 * @param bests the table of {@link bestsSql}
 */
export function settleSql(dialect: Dialect, problem: DualProblem, bests: string): string {
  const sql = dialect.begin();
  const { least, most } = problem.rules.sponsored;
  // There is no margin below rank 1; the value read instead is not used.
  const at = (of: Float64Array, more: number) => {
    const ranks = Array.from(of, (n) => Math.max(1, (Number.isFinite(n) ? n : 0) + more));
    return sql.at("a", sql.as("whole", sql.lookup("g", ranks, 1)));
  };
  const margins = [least, most].flatMap((of) => [at(of, 0), at(of, 1)]);
  const groups = `(SELECT g, ${sql.collectRising("v0 - v1")} AS a, count(*) AS n, ${
    sql.countIf("v0 < v1")
  } AS zeros FROM ${bests} AS kinds GROUP BY g) AS by_group`;
  return sql.statement(`SELECT g, ${margins.join(", ")}, n, zeros\nFROM ${sql.from(groups)}`);
}

/**
 * The statement of a pass from the table of {@link bestsSql}, with the prices of the limits on sponsored users as they are now; its
 * rows are those of {@link evaluateSql}.
 */
export function evaluateBestsSql(
  dialect: Dialect,
  problem: DualProblem,
  bests: string,
  prices: Prices,
): string {
  const sql = dialect.begin();
  const price = sql.lookup("g", sponsoredPrices(problem.rules, prices));
  const priced = `(SELECT g, v0, v1 + ${price} AS vs, j0, i1, j1, sk, uk
FROM ${sql.from(bests)}) AS priced`;
  const better = `(SELECT g, sk, uk, if(vs > v0, vs, v0) AS best, ${
    sql.as("count", "if(vs > v0, i1, 0)")
  } AS i, if(vs > v0, j1, j0) AS j
FROM ${priced}) AS better`;
  const chosen = sql.concat([sql.first("sk", "i"), sql.first("uk", "j")]);
  const bundles = `(SELECT g, best, i, j, ${chosen} AS chosen FROM ${better}) AS bundles`;
  return sql.statement(
    sumsByKey(sql, usageLists(sql, problem, "chosen", "i", "j", "best"), bundles),
  );
}

/** The statement that writes every user's best bundle. */
export function assignSql(
  dialect: Dialect,
  problem: DualProblem,
  tables: WorkTables,
  prices: Prices,
): string {
  const sql = dialect.begin();
  const kept = ["uid", ...PAIRS];
  const terms = termsAt(sql, problem, tables.users, prices, { carried: kept, kept });
  const bundles = bestBundles(sql, problem, terms, { margin: marginSql(sql, problem) });
  return sql.statement(
    `INSERT INTO ${tables.current} (uid, g, kc, sc, sv, uc, uv, i, j, h, margin)
SELECT uid, g, kc, sc, sv, uc, uv, i, j, chosen, margin FROM (${bundles}) AS bundles`,
  );
}

/**
 * How much less the next best bundle is worth, as SQL over the columns of `bestBundles`. It has another shape, or the
 * last pair of a type exchanged for the next one.
 */
function marginSql(sql: Dialect, { shapeSponsored }: DualProblem): string {
  const exchange = (nets: string, n: string) => {
    const last = sql.at(nets, `if(${n} = 0, 1, ${n})`), next = sql.at(nets, `${n} + 1`);
    return `if(${n} = 0 OR ${n} >= ${sql.length(nets)}, 1e100, ${last} - ${next})`;
  };
  const shape = shapeSponsored.length < 2 ? "1e100" : `best - ${sql.at(sql.falling("vals"), "2")}`;
  return sql.least([shape, exchange("sn", "i"), exchange("un", "j")]);
}

/** The statement that counts the users below each margin. */
export function marginsSql(
  dialect: Dialect,
  tables: WorkTables,
  margins: readonly number[],
): string {
  const sql = dialect.begin();
  const counts = margins.map((margin) => sql.countIf(`margin < ${sql.number(margin)}`));
  return sql.statement(`SELECT ${counts.join(", ")} FROM ${tables.current}`);
}

/** Hash buckets that samples are drawn by. */
const BUCKETS = 1_000_003;

/** Users that are read at a time: their text is held in memory until it is parsed. */
const READ_USERS = 10_000;

/** Columns of users as they are read. */
const READ = "g, sc, sv, uc, uv, kc";

/** Columns of the table of users that are to be read, and the part of the reading that each belongs to. */
export const PICKED_COLUMNS = {
  uid: "user",
  g: "whole",
  sc: "contracts",
  sv: "reals",
  uc: "contracts",
  uv: "reals",
  kc: "whole",
  part: "whole",
} as const satisfies TableColumns;

/** How many parts users are read in. */
export function partsOf(users: number): number {
  return Math.max(1, Math.ceil(users / READ_USERS));
}

/** The statement that picks users: written down once, so that reading them by parts looks at no others. */
function pickSql(
  sql: Dialect,
  { candidates }: WorkTables,
  from: string,
  where: string,
  part: string,
): string {
  return sql.statement(
    `INSERT INTO ${candidates} (${Object.keys(PICKED_COLUMNS).join(", ")})
SELECT uid, ${READ}, ${sql.as("whole", part)} FROM ${from} WHERE ${where}`,
  );
}

/** The statement that picks a sample of about `wanted` of `users` users. */
export function sampleSql(
  dialect: Dialect,
  tables: WorkTables,
  wanted: number,
  users: number,
): string {
  const sql = dialect.begin();
  const buckets = Math.ceil(Math.min(1, wanted / Math.max(1, users)) * BUCKETS);
  const bucket = `${sql.hash("uid", 1)} % ${BUCKETS}`;
  const part = `${bucket} % ${partsOf(Math.min(wanted, users))}`;
  return pickSql(sql, tables, tables.users, `${bucket} < ${buckets}`, part);
}

/** The statement that picks the users, at most `most`, that a condition on the table of bundles holds for. */
export function undecidedSql(
  dialect: Dialect,
  tables: WorkTables,
  where: string,
  most: number,
): string {
  const sql = dialect.begin();
  const part = `${sql.hash("uid", 3)} % ${partsOf(most)}`;
  return pickSql(sql, tables, tables.current, where, part);
}

/** The statement that picks the users who have a pin. */
export function pinnedUsersSql(
  dialect: Dialect,
  tables: WorkTables,
  pins: string,
  most: number,
): string {
  const sql = dialect.begin();
  const part = `${sql.hash("uid", 3)} % ${partsOf(most)}`;
  const pinned = `uid IN (SELECT user_id FROM ${pins})`;
  return pickSql(sql, tables, tables.users, pinned, part);
}

/** The statement that reads a part of the users picked. */
export function pickedSql(dialect: Dialect, { candidates }: WorkTables, part: number): string {
  const sql = dialect.begin();
  return sql.statement(
    `SELECT ${sql.asText("uid")}, ${READ} FROM ${candidates} WHERE part = ${part}`,
  );
}
