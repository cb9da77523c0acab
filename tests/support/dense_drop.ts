/** Drops in which every user may have every contract. */
import { alikeUsers } from "./alike_users.ts";
import type { Instance } from "../../lib/allocator/drop/instance/instance.ts";
import { IdPool } from "../../lib/base/ids/ids.ts";
import { seededRandom } from "../../lib/base/numbers/random.ts";

/** One group without a minimum; the first half of the contracts is sponsored, scores are random to four decimals. */
export function denseDrop(users: number, contracts: number, cap: number): Instance {
  const random = seededRandom(1), sponsored = contracts >> 1, pairs = users * contracts;
  const ids = (count: number) =>
    Array.from({ length: count }, (_, i) => String(i).padStart(6, "0"));
  return alikeUsers(users, new Array(contracts).fill(0), {
    users: IdPool.from(ids(users)),
    contracts: ids(contracts),
    sponsoredContracts: sponsored,
    cap: new Float64Array(contracts).fill(cap),
    middle: Uint32Array.from({ length: users }, (_, u) => u * contracts + sponsored),
    score: Float64Array.from({ length: pairs }, () => Math.round(1e4 * random.next()) / 1e4),
  });
}
