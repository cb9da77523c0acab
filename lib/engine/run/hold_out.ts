/**
 * Holds users out of a drop in an engine, by the rule of one machine: those with the smallest keyed hashes of their ids.
 *
 * Only ids and groups are read from the engine, and only users whose hash is small are kept here.
 *
 * @module
 */
import { usersOut } from "../../allocator/drop/holdout.ts";
import { UniformHash } from "../../allocator/drop/uniform_hash.ts";
import { compareIds, IdPool } from "../../base/ids/ids.ts";
import type { RunControl } from "../../base/progress.ts";
import type { EngineRun } from "../steps/steps.ts";
import type { Columns, EngineHoldout } from "../drop/task.ts";

/** A user that may be held out. */
interface Candidate {
  readonly user: string;
  readonly value: number;
}

/** A user held out, and the index of its group. */
export interface HeldOutUser {
  readonly user: string;
  readonly group: number;
}

/**
 * Chooses the users to hold out, and makes the engine read the drop without them. Returns them, sorted by id.
 *
 * @param pinned users who have a pin: they stay
 * @param minScore least score of the pairs that count
 */
export async function holdOutUsers(
  engine: EngineRun,
  columns: Columns,
  { share, seed }: EngineHoldout,
  { pinned, minScore }: { readonly pinned: ReadonlySet<string>; readonly minScore: number },
  control: RunControl,
): Promise<readonly HeldOutUser[]> {
  control.onProgress?.({ phase: "hold users out" });
  const { groups } = columns, hash = new UniformHash(seed), groupIds = IdPool.from(groups);
  const sizes = await engine.listUsers(columns, minScore, control);
  const wanted = groups.map((_, g) => usersOut(share, sizes[g], hash.of(groupIds, g)));
  let found: Candidate[][];
  for (let wider = 1;; wider *= 4) {
    const below = wanted.map((n, g) =>
      n === 0 ? 0 : wider * (n + SPREAD * Math.sqrt(n) + SPREAD) / sizes[g]
    );
    found = await candidates(engine, columns, below, { hash, pinned }, control);
    if (found.every((own, g) => own.length >= wanted[g] || below[g] >= 1)) break;
  }
  const users = found.flatMap((own, group) =>
    own.sort((a, b) => a.value - b.value || compareIds(a.user, b.user))
      .slice(0, wanted[group]).map(({ user }) => ({ user, group }))
  ).sort((a, b) => compareIds(a.user, b.user));
  await engine.holdOut(users.map(({ user }) => user), control);
  return users;
}

/**
 * How many users more than those wanted are read, in standard deviations of how many a hash leaves: then reading once is enough,
 * unless many have pins.
 */
const SPREAD = 8;

/** The users without pins of each group whose hash is below that of the group. */
async function candidates(
  engine: EngineRun,
  { groups }: Columns,
  below: readonly number[],
  { hash, pinned }: { readonly hash: UniformHash; readonly pinned: ReadonlySet<string> },
  control: RunControl,
): Promise<Candidate[][]> {
  const found: Candidate[][] = groups.map(() => []);
  await engine.readListed((rows) => {
    const ids = IdPool.from(rows.map(([user]) => user));
    rows.forEach(([user, g], i) => {
      const value = hash.of(ids, i), group = Number(g);
      if (value < below[group] && !pinned.has(user)) found[group].push({ user, value });
    });
  }, control);
  return found;
}
