/** Drops of users who are alike, for the checker's edges. */
import type { Instance } from "../../lib/allocator/drop/instance/instance.ts";
import { IdPool } from "../../lib/base/ids/ids.ts";

/** Users who can all have the same unsponsored contracts, at scores by contract. */
export function alikeUsers(
  users: number,
  scores: readonly number[],
  further: Partial<Instance> = {},
): Instance {
  const wide = scores.length;
  const start = Uint32Array.from({ length: users + 1 }, (_, u) => u * wide);
  return {
    users: IdPool.from(Array.from({ length: users }, (_, u) => `u${u}`)),
    contracts: scores.map((_, c) => `c${c}`),
    sponsoredContracts: 0,
    cap: new Float64Array(wide).fill(users),
    brand: null,
    brands: [],
    groups: ["g"],
    ratio: Float64Array.of(0),
    groupSize: Uint32Array.of(users),
    group: new Uint32Array(users),
    start,
    middle: start.slice(0, users),
    contract: Uint16Array.from({ length: users * wide }, (_, p) => p % wide),
    score: Float64Array.from({ length: users * wide }, (_, p) => scores[p % wide]),
    ...further,
  };
}
