/**
 * Classes of users who are alike: same group and k, same contracts at the same scores, counting toward the same limits. In a
 * program for HiGHS a class is one user with a multiplicity, so drops scored by segment stay small.
 *
 * @module
 */
import type { Instance } from "./instance/instance.ts";
import { type GroupUsers, usersByGroup } from "./instance/group_users.ts";
import type { LimitRows } from "./instance/limits.ts";

/** The classes of a drop. */
export interface UserClasses {
  /** Users of each class, ascending; the classes are in the order of their first users. */
  readonly members: GroupUsers;
  /** Number of classes. */
  readonly count: number;
}

/** Finds the classes of users who are alike. One pass over the pairs. */
export function userClasses(instance: Instance): UserClasses {
  const users = instance.group.length;
  const classOf = new Uint32Array(users);
  const firstOf: number[] = [];
  const byHash = new Map<number, number[]>();
  const hashOf = hashing(instance);
  for (let u = 0; u < users; u++) {
    const hash = hashOf(u);
    const candidates = byHash.get(hash);
    const found = candidates?.find((c) => alike(instance, firstOf[c], u));
    if (found !== undefined) {
      classOf[u] = found;
      continue;
    }
    classOf[u] = firstOf.push(u) - 1;
    if (candidates === undefined) byHash.set(hash, [classOf[u]]);
    else candidates.push(classOf[u]);
  }
  return { members: usersByGroup(classOf, firstOf.length), count: firstOf.length };
}

/** So many users, spread over the drop, tell whether most are alike. */
const USERS_SEEN = 4000;

/** Whether users seem to be so alike that there are at most half as many classes, by the hashes of a few thousand users. */
export function seemAlike(instance: Instance): boolean {
  const users = instance.group.length, stride = Math.ceil(users / USERS_SEEN);
  const hashOf = hashing(instance), seen = new Set<number>(), most = Math.ceil(users / stride) / 2;
  for (let u = 0; u < users && seen.size <= most; u += stride) seen.add(hashOf(u));
  return seen.size <= most;
}

/** Hashes users by what {@link alike} compares. */
function hashing({ group, start, contract, score, k, limits }: Instance): (u: number) => number {
  const bits = new Uint32Array(2), bitsOf = new Float64Array(bits.buffer);
  const withNumber = (hash: number, number: number) => {
    bitsOf[0] = number;
    return mixed(mixed(hash, bits[0]), bits[1]);
  };
  return (u) => {
    let hash = k === undefined ? group[u] : mixed(group[u], k[u]);
    for (let p = start[u]; p < start[u + 1]; p++) {
      hash = withNumber(mixed(hash, contract[p]), score[p]);
      if (limits === undefined) continue;
      const { item, start: from, row, coefficient } = limits.rows;
      for (let e = from[item[p]]; e < from[item[p] + 1]; e++) {
        hash = withNumber(mixed(hash, row[e]), coefficient[e]);
      }
    }
    return hash;
  };
}

/** Number of pairs if each class had one user: the size of the program for HiGHS. */
export function pairsOfClasses({ start }: Instance, { members, count }: UserClasses): number {
  let pairs = 0;
  for (let cl = 0; cl < count; cl++) {
    const u = members.user[members.start[cl]];
    pairs += start[u + 1] - start[u];
  }
  return pairs;
}

/** The classes in which every user is one of its own. */
export function singleUsers({ group }: Instance): UserClasses {
  const classOf = Uint32Array.from(group, (_, u) => u);
  return { members: usersByGroup(classOf, group.length), count: group.length };
}

/** Mixes 32 bits into a hash, with the multipliers of MurmurHash3 (Austin Appleby). */
function mixed(hash: number, bits: number): number {
  let h = Math.imul(hash ^ bits, 0xcc9e2d51);
  h ^= h >>> 15;
  return Math.imul(h, 0x1b873593) ^ (h << 13);
}

function alike(
  { group, start, contract, score, k, limits }: Instance,
  a: number,
  b: number,
): boolean {
  const n = start[a + 1] - start[a];
  if (group[a] !== group[b] || start[b + 1] - start[b] !== n) return false;
  if (k !== undefined && k[a] !== k[b]) return false;
  for (let i = 0; i < n; i++) {
    if (contract[start[a] + i] !== contract[start[b] + i]) return false;
    if (score[start[a] + i] !== score[start[b] + i]) return false;
    if (limits !== undefined && !countAlike(limits.rows, start[a] + i, start[b] + i)) return false;
  }
  return true;
}

/** Whether offers of two pairs count alike. Where pairs have numbers of their own, each is an item, though its numbers may be another's. */
function countAlike(
  { item, start, row, coefficient }: LimitRows,
  p: number,
  q: number,
): boolean {
  const a = item[p], b = item[q];
  if (a === b) return true;
  const from = start[a], shift = start[b] - from, end = start[a + 1];
  if (start[b + 1] - shift !== end) return false;
  for (let e = from; e < end; e++) {
    if (row[e] !== row[e + shift] || coefficient[e] !== coefficient[e + shift]) return false;
  }
  return true;
}
