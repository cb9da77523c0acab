/**
 * Lists the users of each group.
 *
 * @module
 */

/** Users in CSR order by group. */
export interface GroupUsers {
  /** Uint32Array, length groups + 1: users of group g are `user[start[g] … start[g + 1])`. */
  readonly start: Uint32Array;
  /** Uint32Array, length users. */
  readonly user: Uint32Array;
}

/** The users of group g. */
export function usersOf({ start, user }: GroupUsers, g: number): Uint32Array {
  return user.subarray(start[g], start[g + 1]);
}

/** Lists the users of each group, ascending (a counting sort). `groups` is how many groups there are. */
export function usersByGroup(group: Uint32Array, groups: number): GroupUsers {
  const start = new Uint32Array(groups + 1), user = new Uint32Array(group.length);
  // By index: an iterator takes several times as long in code that is not compiled yet.
  for (let u = 0; u < group.length; u++) start[group[u] + 1]++;
  for (let g = 0; g < groups; g++) start[g + 1] += start[g];
  const next = start.slice();
  for (let u = 0; u < group.length; u++) user[next[group[u]]++] = u;
  return { start, user };
}
