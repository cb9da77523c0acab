/**
 * How many rows of the users' groups are left out as their user has had one.
 *
 * @module
 */
import type { GroupFacts } from "../../steps/inspect.ts";
import type { Dialect } from "../store/dialect.ts";
import type { Rows } from "../store/store.ts";

/**
 * The statements that count rows of users beyond one for each, and those of them that say something else than the row that counts.
 *
 * @param k the users' own k as a text
 */
export function repeatedUsersSql(
  sql: Dialect,
  userGroups: string,
  k: string,
): [repeated: string, conflicting: string] {
  return [repeatedSql(userGroups), conflictingSql(sql, userGroups, k)];
}

/** Counts what {@link repeatedUsersSql} counts; where no row is repeated, one statement tells. */
export async function countRepeatedUsers(
  [repeatedSql, conflictingSql]: readonly [repeated: string, conflicting: string],
  rowsOf: (statement: string) => Promise<Rows>,
): Promise<Pick<GroupFacts, "repeatedRows" | "conflictingRows">> {
  const [[repeated]] = await rowsOf(repeatedSql), repeatedRows = Number(repeated);
  if (repeatedRows === 0) return { repeatedRows, conflictingRows: 0 };
  const [[conflicting]] = await rowsOf(conflictingSql);
  return { repeatedRows, conflictingRows: Number(conflicting) };
}

function repeatedSql(userGroups: string): string {
  return `SELECT coalesce(sum(rows_of_user - 1), 0)
FROM (SELECT count(*) AS rows_of_user FROM ${userGroups} GROUP BY user_id) AS users_rows`;
}

/** Of several rows of a user the first by group, then by k, counts. */
function conflictingSql(sql: Dialect, userGroups: string, k: string): string {
  const text = `concat(${sql.asText("group_id")}, ${sql.text("\n")}, ${k})`;
  const said = (name: string) =>
    `(SELECT user_id, said, count(*) AS alike FROM (SELECT user_id, ${text} AS said
FROM ${userGroups}) AS sayings GROUP BY user_id, said) AS ${name}`;
  const firsts = `(SELECT user_id, min(said) AS first_said FROM ${said("all_said")}
GROUP BY user_id HAVING count(*) > 1) AS firsts`;
  const first = "coalesce(first_said, '')";
  return `SELECT coalesce(sum(if(${first} = '' OR ${first} = said, 0, alike)), 0)
FROM ${sql.leftJoin(said("counted"), firsts, "user_id")}`;
}
