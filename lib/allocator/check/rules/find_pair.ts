/**
 * Where a pair stands. The checker looks it up in code of its own, as it shares none with what it judges.
 *
 * @module
 */
import type { Instance } from "../../drop/instance/instance.ts";

/** The pair of user `u` and contract `c`, or −1: a user's pairs lie by contract. */
export function findPair({ start, contract }: Instance, u: number, c: number): number {
  let from = start[u], to = start[u + 1];
  while (from < to) {
    const mid = (from + to) >>> 1;
    if (contract[mid] < c) from = mid + 1;
    else to = mid;
  }
  return from < start[u + 1] && contract[from] === c ? from : -1;
}
