/**
 * How many rows of the users' groups are left out as their user has had one.
 *
 * @module
 */
import type { Dialect } from "../store/dialect.ts";

/** The statement that counts rows of users beyond one for each. */
export function repeatedUsersSql(userGroups: string): string {
  return `SELECT coalesce(sum(rows_of_user - 1), 0)
FROM (SELECT count(*) AS rows_of_user FROM ${userGroups} GROUP BY user_id) AS users_rows`;
}

/**
 * The statement that counts those of them that say something else than the row of their user that counts: the first by group,
 * then by k.
 *
 * @param k the users' own k as a text
 */
export function conflictingUsersSql(sql: Dialect, userGroups: string, k: string): string {
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
