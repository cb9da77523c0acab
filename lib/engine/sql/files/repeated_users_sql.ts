/**
 * How many rows of the users' groups are left out as their user has had one.
 *
 * @module
 */

/** The statement that counts rows of users beyond one for each. */
export function repeatedUsersSql(userGroups: string): string {
  return `SELECT coalesce(sum(rows_of_user - 1), 0)
FROM (SELECT count(*) AS rows_of_user FROM ${userGroups} GROUP BY user_id) AS users_rows`;
}
