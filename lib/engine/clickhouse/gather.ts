/**
 * From pairs to a row per user: the only time that the engine reads the eligible pairs before it certifies.
 *
 * @module
 */
import { countRepeatedUsers, repeatedUsersSql } from "../sql/files/repeated_users_sql.ts";
import { LARGEST_SCORE } from "../sql/files/largest_score.ts";
import { compareIds } from "../../base/ids/ids.ts";
import { InputError } from "../../base/errors.ts";
import type { RunControl } from "../../base/progress.ts";
import type { GroupFacts, PairFacts } from "../steps/inspect.ts";
import type { PairRules } from "../steps/leave_out.ts";
import type { Columns } from "../drop/task.ts";
import { USER_COLUMNS } from "../sql/bundles/state_sql.ts";
import type { Store, WorkTables } from "../sql/store/store.ts";
import { meaningOf } from "../drop/own_k.ts";
import { ClickHouseDialect } from "./dialect.ts";
import { sqlIndexOf, sqlIntegers, sqlLookup, sqlNumber } from "./literal.ts";
import { type ColumnTypes, isNullable, mayBePadded } from "./input_tables.ts";
import { type Cluster, PAIR_COLUMNS, rowsOf, runToEnd, type Shard, unescaped } from "./shards.ts";
import { overAll } from "./work_tables.ts";

/**
 * Pairs that are gathered at a time on a shard: their arrays are held in the server's memory until they are written.
 */
const BATCH_PAIRS = 25_000_000;

/** What is known of the users' groups, and whether their ids may have blanks around them. */
export type PaddedGroups = GroupFacts & { readonly padded: boolean };

/** What is known of the pairs, the rows of each shard, and whether ids may have blanks around them. */
export type PaddedPairs = PairFacts & {
  readonly shardRows: readonly number[];
  readonly padded: boolean;
};

/** The statements that inspect the users' groups. */
export function inspectGroupsSql(
  { userGroups, groupColumns, userType }: Cluster,
): [string, string, string, string] {
  const ownK = groupColumns.has("k") ? OWN_K : "''";
  return [
    `SELECT DISTINCT toString(group_id), ${ownK} FROM ${userGroups}`,
    `SELECT count(), sum(cityHash64(user_id, group_id)), sum(${
      mayBePadded(["user_id", "group_id"], groupColumns)
    }) FROM ${userGroups}`,
    ...repeatedUsersSql(new ClickHouseDialect(userType), userGroups, ownK),
  ];
}

/** The statement that counts, of the users' groups, the rows with one NULL, and those with two; null: no column may hold any. */
function halvesSql({ groupsTable, groupColumns }: Cluster): string | null {
  const [user, group] = ["user_id", "group_id"].map((name) =>
    isNullable(groupColumns, name) ? `isNull(${name})` : "0"
  );
  if (user === "0" && group === "0") return null;
  const counts = [`${user} AND NOT ${group}`, `${group} AND NOT ${user}`, `${user} AND ${group}`];
  return `SELECT ${counts.map((holds) => `sum(${holds})`).join(", ")} FROM ${groupsTable}`;
}

/**
 * Inspects the users' groups: which there are.
 *
 * @throws InputError for rows with a user or a group and a NULL beside it; rows of NULLs alone count for nothing
 */
export async function inspectGroups(
  cluster: Cluster,
  groupsName: string,
  control: RunControl,
): Promise<PaddedGroups> {
  const halves = halvesSql(cluster);
  let blankRows = 0;
  if (halves !== null) {
    const [counts] = await rowsOf(cluster.coordinator, halves, control);
    const place = counts.slice(0, 2).findIndex((rows) => Number(rows) > 0);
    blankRows = Number(counts[2]);
    if (place >= 0) {
      const column = ["user_id", "group_id"][place];
      throw new InputError(
        `table ${groupsName}: ${column} is NULL, expected an id; ${counts[place]} such rows`,
        { file: groupsName, column, value: "NULL" },
      );
    }
  }
  const [idsSql, factsSql, ...repeatedSql] = inspectGroupsSql(cluster);
  const ids = await rowsOf(cluster.coordinator, idsSql, control);
  const [[rows, hash, padded]] = await rowsOf(cluster.coordinator, factsSql, control);
  const repeated = await countRepeatedUsers(
    repeatedSql,
    (statement) => rowsOf(cluster.coordinator, statement, control),
  );
  return {
    rows: Number(rows),
    blankRows,
    ...repeated,
    ids: [...new Set(ids.map(([id]) => unescaped(id)))],
    ...(cluster.groupColumns.has("k") && {
      ofK: ids.map(([id, k]) => [unescaped(id), unescaped(k)] as const),
    }),
    padded: Number(padded) > 0,
    fingerprint: `${rows} ${hash}`,
  };
}

/** The statement that counts the NULLs of the pairs; null: no column may hold any. */
function nullsSql(cluster: Cluster, shard: Shard): string | null {
  const nullable = PAIR_COLUMNS.filter((name) => isNullable(cluster.eligColumns, name));
  if (nullable.length === 0) return null;
  return `SELECT sum(${
    nullable.map((name) => `isNull(${name})`).join(" OR ")
  }) FROM ${shard.eligTable}`;
}

/** The statement that inspects the pairs, once it is known that none is NULL. */
export function inspectSql(
  columns: Columns,
  shard: Shard,
  eligColumns: ColumnTypes,
): string {
  const known = [...columns.contracts, ...columns.withoutCap], given = columns.contracts.length;
  return `SELECT count(), sum(NOT isFinite(value) OR abs(value) > ${LARGEST_SCORE}), sum(ci = 0), sum(ci > ${given}), sum(padded), sum(hash)
FROM (SELECT toFloat64(score) AS value, ${
    mayBePadded(PAIR_COLUMNS.slice(0, 2), eligColumns)
  } AS padded,
  ${sqlIndexOf("toString(contract_address)", known)} AS ci,
  cityHash64(user_id, contract_address, score) AS hash
FROM ${shard.elig})`;
}

/**
 * Inspects the pairs.
 *
 * @throws InputError for NULLs and for scores that are not finite
 */
export async function inspectPairs(
  cluster: Cluster,
  columns: Columns,
  pairsName: string,
  control: RunControl,
): Promise<PaddedPairs> {
  const facts = { rows: 0, blankRows: 0, unknownContracts: 0, withoutCap: 0, padded: false };
  const found = await Promise.all(cluster.shards.map(async (shard) => {
    const nulls = nullsSql(cluster, shard);
    if (nulls !== null) {
      refuseNulls(pairsName, Number((await rowsOf(shard.server, nulls, control))[0][0]));
    }
    const sql = inspectSql(columns, shard, cluster.eligColumns);
    return (await rowsOf(shard.server, sql, control))[0];
  }));
  for (const row of found) {
    const [rows, notFinite, unknown, capless, padded] = row.map(Number);
    if (notFinite > 0) {
      throw new InputError(
        `${pairsName}: score is no finite number of at most ±${LARGEST_SCORE} in ${notFinite} rows`,
        {
          file: pairsName,
          column: "score",
        },
      );
    }
    facts.rows += rows;
    facts.unknownContracts += unknown;
    facts.withoutCap += capless;
    facts.padded ||= padded > 0;
  }
  // Kept as text: a hash has more digits than a number holds.
  const shardRows = found.map(([rows]) => Number(rows));
  return {
    ...facts,
    shardRows,
    fingerprint: found.map((row) => `${row[0]} ${row.at(-1)}`).join(", "),
  };
}

function refuseNulls(pairsName: string, nulls: number): void {
  if (nulls === 0) return;
  throw new InputError(
    `${pairsName}: user_id, contract_address or score is NULL in ${nulls} rows, expected values`,
    { file: pairsName, column: "score", value: "NULL" },
  );
}

/**
 * The statement that gathers users on a shard: those whose hash falls in `part` of `parts`. A user's pairs are sorted
 * by contract; of two pairs with one contract the larger score is kept.
 */
export function gatherSql(
  columns: Columns,
  shard: Shard,
  tables: WorkTables,
  { sponsored, minScore, topN }: Gathered,
  part: number,
  parts: number,
): string {
  const least = Number.isFinite(minScore) ? ` AND value >= ${sqlNumber(minScore)}` : "";
  const group = groupPlace(columns);
  const hashed = parts === 1 ? "" : ` AND cityHash64(user_id) % ${parts} = ${part}`;
  // Pairs are (contract, −score): sorted, the largest score of a contract comes first.
  return `INSERT INTO ${tables.users} (uid, g, kc, dup, odd, beyond, sc, sv, uc, uv)
SELECT user_id, ${group.g}, ${group.kc}, toUInt32(rows - pairs), toUInt32(odd), toUInt32(pairs - length(cs)),
  arraySlice(cs, 1, ns), arraySlice(vs, 1, ns), arraySlice(cs, ns + 1), arraySlice(vs, ns + 1)
FROM (SELECT user_id, rows, odd, pairs, cs, vs, arrayCount(c -> c < ${sponsored}, cs) AS ns
FROM (SELECT user_id, rows, odd, pairs, arrayMap(p -> toUInt16(p.1), ps) AS cs, arrayMap(p -> -(p.2), ps) AS vs
FROM (SELECT user_id, rows, odd, length(once) AS pairs, ${bestPairs("once", columns, topN)} AS ps
FROM (SELECT user_id, length(all) AS rows, arrayFilter((p, n) -> n = 1, all, nth) AS once,
  arrayCount((n, m) -> n != m, nth, arrayEnumerateUniq(all)) AS odd
FROM (SELECT user_id, all, arrayEnumerateUniq(arrayMap(p -> p.1, all)) AS nth
FROM (SELECT user_id, arraySort(groupArray((ci - 1, -value))) AS all
FROM (SELECT user_id, toFloat64(score) AS value,
  ${sqlIndexOf("toString(contract_address)", columns.contracts)} AS ci
FROM ${shard.elig}
WHERE ci > 0${least}${hashed})
GROUP BY user_id)))))) AS user
ANY LEFT JOIN (SELECT user_id, min(gi) AS gi
FROM (SELECT user_id, ${group.place} AS gi
FROM ${shard.userGroups}
WHERE gi > 0${hashed})
GROUP BY user_id) AS owner USING user_id
WHERE gi > 0`;
}

/** A column k as text; "" where it is NULL. */
const OWN_K = "own_k";

/**
 * SQL for the code of a row's group (and k, where users have their own), counted from 1, and for the group and class
 * that a code stands for.
 */
function groupPlace({ groups, ownK }: Columns): { place: string; g: string; kc: string } {
  if (ownK === null) {
    return {
      place: sqlIndexOf("toString(group_id)", groups),
      g: "toUInt32(gi - 1)",
      kc: "toUInt32(0)",
    };
  }
  const meanings = ownK.codes.map((code) => meaningOf(ownK, code));
  const text = ownK.keys.some(([, k]) => k !== "") ? OWN_K : "''";
  return {
    place: sqlIndexOf(
      `concat(toString(group_id), '\\n', ${text})`,
      ownK.keys.map((key) => key.join("\n")),
    ),
    g: `toUInt32(${sqlLookup("(gi - 1)", meanings.map(({ g }) => g))})`,
    kc: `toUInt32(${sqlLookup("(gi - 1)", meanings.map(({ kc }) => kc))})`,
  };
}

/**
 * The `topN` best of sorted pairs by score, pinned ones first; equal scores in the order of their contracts' ids. They stay
 * sorted as they were.
 */
function bestPairs(
  pairs: string,
  { contracts, isPinned = null }: Columns,
  topN: number,
): string {
  if (topN === Infinity) return pairs;
  const byId = Array.from(contracts.keys()).sort((a, b) => compareIds(contracts[a], contracts[b]));
  const rank = new Uint32Array(contracts.length);
  byId.forEach((c, place) => rank[c] = place);
  const pinned = isPinned === null ? [] : [...contracts.keys()].filter((c) => isPinned[c] === 1);
  const isOther = pinned.length === 0 ? "1" : `NOT has(${sqlIntegers(pinned)}, p.1)`;
  const best = `arraySort(arrayMap(p -> (${isOther}, p.2, transform(p.1, ${
    sqlIntegers(rank.keys())
  }, ${sqlIntegers(rank)}, 0), p.1), ${pairs}))`;
  const most = pinned.length === 0
    ? `${topN}`
    : `greatest(${topN}, arrayCount(p -> has(${sqlIntegers(pinned)}, p.1), ${pairs}))`;
  return `arraySort(arrayMap(p -> (p.4, p.2), arraySlice(${best}, 1, ${most})))`;
}

/** What is gathered, and by which rules. */
export interface Gathered extends PairRules {
  /** How many contracts count as sponsored: 0 where types don't matter. */
  readonly sponsored: number;
  /** Rows of the pairs. */
  readonly rows: number;
}

/** Gathers the users of every shard. */
export async function gatherUsers(
  store: Store,
  cluster: Cluster,
  columns: Columns,
  tables: WorkTables,
  gathered: Gathered,
  control: RunControl,
): Promise<void> {
  await store.makeTable(tables.users, USER_COLUMNS, "uid", control);
  const parts = Math.max(1, Math.ceil(gathered.rows / cluster.shards.length / BATCH_PAIRS));
  for (let part = 0; part < parts; part++) {
    control.onProgress?.({ phase: "gather users", done: part / parts });
    await Promise.all(
      cluster.shards.map((shard) =>
        runToEnd(shard.server, gatherSql(columns, shard, tables, gathered, part, parts), control)
      ),
    );
  }
}

/** Users that are checked in one statement. */
const USERS_AT_ONCE = 5_000_000;

/**
 * Checks that no user has pairs on more than one shard.
 *
 * @throws InputError that names a user who has
 */
export async function usersOnOneShard(
  cluster: Cluster,
  tables: WorkTables,
  users: number,
  control: RunControl,
): Promise<void> {
  if (cluster.shards.length === 1) return;
  const all = overAll(cluster, tables.users), parts = Math.ceil(users / USERS_AT_ONCE);
  for (let part = 0; part < parts; part++) {
    const rows = await rowsOf(
      cluster.coordinator,
      `SELECT toString(uid) FROM ${all} WHERE cityHash64(uid) % ${parts} = ${part}
GROUP BY uid HAVING count() > 1 ORDER BY uid LIMIT 1`,
      control,
    );
    if (rows.length > 0) {
      throw new InputError(
        `user ${
          unescaped(rows[0][0])
        } has pairs on more than one shard: the pairs must be sharded by user_id`,
      );
    }
  }
}
