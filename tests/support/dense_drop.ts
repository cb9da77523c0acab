/** Drops in which every user may have every contract. */
import type { Instance } from "../../lib/allocator/drop/instance/instance.ts";
import { IdPool } from "../../lib/base/ids.ts";
import { seededRandom } from "../../lib/base/random.ts";

/** One group without a minimum; the first half of the contracts is sponsored, scores are random to four decimals. */
export function denseDrop(users: number, contracts: number, cap: number): Instance {
  const random = seededRandom(1), sponsored = contracts >> 1, pairs = users * contracts;
  const start = Uint32Array.from({ length: users + 1 }, (_, u) => u * contracts);
  const id = (i: number) => String(i).padStart(6, "0");
  return {
    users: IdPool.from(Array.from({ length: users }, (_, u) => id(u))),
    contracts: Array.from({ length: contracts }, (_, c) => id(c)),
    sponsoredContracts: sponsored,
    cap: new Float64Array(contracts).fill(cap),
    brand: null,
    brands: [],
    groups: ["g"],
    ratio: Float64Array.of(0),
    groupSize: Uint32Array.of(users),
    group: new Uint32Array(users),
    start,
    middle: start.slice(0, users).map((from) => from + sponsored),
    contract: Uint16Array.from({ length: pairs }, (_, p) => p % contracts),
    score: Float64Array.from({ length: pairs }, () => Math.round(1e4 * random.next()) / 1e4),
  };
}
