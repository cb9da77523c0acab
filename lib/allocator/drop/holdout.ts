/**
 * Holds users out of a drop: comparing them with the others shows what the offers bring.
 *
 * @module
 */
import { BEFORE_FLOOR } from "../../base/numbers/rounding.ts";
import { UsageError } from "../../base/errors.ts";
import { optionInWords } from "../../base/option_words.ts";
import { IdPool } from "../../base/ids/ids.ts";
import { sharedFloat64, sharedUint32 } from "../../base/arrays/shared_array.ts";
import { reorderPool } from "../../base/ids/sort_ids.ts";
import { beforeOfUsers, usersWithPins } from "./applied/before_of_users.ts";
import { contractIndices } from "./instance/contract_indices.ts";
import type { HoldoutSolver, Instance } from "./instance/instance.ts";
import { UniformHash } from "./uniform_hash.ts";

/** Seed of the holdout, unless another is asked for. */
export const HOLDOUT_SEED = 42;

/** How users are held out. */
interface HoldoutOptions {
  readonly holdout?: string;
  readonly holdoutSeed?: number;
  readonly holdoutSolver?: HoldoutSolver;
}

/** Checks that who says how users are held out says how many. @throws {UsageError} that names the option */
export function requireHoldout({ holdout, holdoutSeed, holdoutSolver }: HoldoutOptions): void {
  if (holdout !== undefined) return;
  const name = holdoutSeed !== undefined
    ? "holdoutSeed"
    : holdoutSolver === "random"
    ? "holdoutSolver"
    : null;
  if (name === null) return;
  throw new UsageError(
    `${optionInWords(name)} needs ${optionInWords("holdout")}, the share that is held out`,
  );
}

/**
 * Takes the given share of each group's users out of a drop: those with the smallest keyed hashes of their ids. So a user stays
 * in or out from week to week, unless it is near the edge when the group grows or shrinks. A share that is not a whole number of
 * users is rounded up or down by a hash of the group's id, so that over many groups they add up to the share. At least one user
 * of each group stays in, and so does everybody who has a pin.
 *
 * @param share from 0 to 1
 * @param seed key of the hash
 * @param solver what held-out users get
 * @throws {UsageError} for a drop that has limits already: they would count the users held out
 */
export function holdOut(
  instance: Instance,
  share: number,
  seed: number,
  solver: HoldoutSolver,
): Instance {
  if (instance.limits !== undefined) throw new UsageError("users are held out before limits come");
  const isOut = chooseUsers(instance, share, seed);
  const users = (out: 0 | 1) => {
    const list = new Uint32Array(isOut.reduce((n, is) => n + (is === out ? 1 : 0), 0));
    let at = 0;
    isOut.forEach((is, u) => is === out && (list[at++] = u));
    return list;
  };
  return {
    ...ofUsers(instance, users(0)),
    heldOut: { instance: ofUsers(instance, users(1)), solver, share, seed },
  };
}

/** Uint8Array, length users: 1 for those who are held out. */
function chooseUsers(
  { users, group, groups, groupSize, start, pins }: Instance,
  share: number,
  seed: number,
): Uint8Array {
  const hash = new UniformHash(seed);
  const members = groups.map((_, g) => new Uint32Array(groupSize[g]));
  const next = new Uint32Array(groups.length), value = new Float64Array(group.length);
  for (let u = 0; u < group.length; u++) {
    value[u] = hash.of(users, u);
    members[group[u]][next[group[u]]++] = u;
  }
  const isOut = new Uint8Array(group.length), isPinned = usersWithPins(start, pins);
  const groupIds = IdPool.from(groups);
  for (const [g, own] of members.entries()) {
    const free = own.reduce((sum, u) => sum + 1 - isPinned[u], 0);
    const out = Math.min(usersOut(share, own.length, hash.of(groupIds, g)), free);
    own.sort((a, b) => isPinned[a] - isPinned[b] || value[a] - value[b] || a - b);
    for (let i = 0; i < out; i++) isOut[own[i]] = 1;
  }
  return isOut;
}

/**
 * How many users of a group are held out, where so many have no pin.
 *
 * @param rounding the number in [0, 1) of the group's id, by which shares of a user are rounded
 */
export function usersOut(share: number, users: number, rounding: number): number {
  return Math.max(0, Math.min(Math.floor(share * users * BEFORE_FLOOR + rounding), users - 1));
}

/** The drop of some of its users, given in their order. */
function ofUsers(instance: Instance, list: Uint32Array): Instance {
  const { start, middle, contract, score, group, groups, k, previous } = instance;
  let pairs = 0;
  for (const u of list) pairs += start[u + 1] - start[u];
  const own = {
    start: sharedUint32(list.length + 1),
    middle: sharedUint32(list.length),
    contract: contractIndices(instance.contracts.length, pairs),
    score: sharedFloat64(pairs),
    group: sharedUint32(list.length),
    groupSize: new Uint32Array(groups.length),
  };
  const given = previous && new Uint8Array(pairs);
  let at = 0;
  list.forEach((u, i) => {
    const from = start[u], to = start[u + 1];
    own.middle[i] = at + middle[u] - from;
    own.contract.set(contract.subarray(from, to), at);
    own.score.set(score.subarray(from, to), at);
    given?.set(previous!.given.subarray(from, to), at);
    own.group[i] = group[u];
    own.groupSize[group[u]]++;
    own.start[i + 1] = at += to - from;
  });
  return {
    ...instance,
    ...own,
    ...beforeOfUsers(instance, list),
    users: reorderPool(instance.users, list),
    ...(k !== undefined && { k: Int32Array.from(list, (u) => k[u]) }),
    ...(previous !== undefined && {
      previous: {
        given: given!,
        lost: Uint8Array.from(list, (u) => previous.lost[u]),
        usersOutside: previous.usersOutside,
      },
    }),
  };
}
