/** Assignment tables for the checker's tests, from an allocation or from rows. */
import type { Allocation } from "../../lib/allocator/model/allocation.ts";
import type { AssignmentTable } from "../../lib/allocator/model/assignment_table.ts";
import { IdPool } from "../../lib/base/ids/ids.ts";
import type { Instance } from "../../lib/allocator/drop/instance/instance.ts";

/** One row of an assignments file. */
export type Row = [user: string, contract: string, score: number];

/** The rows that an allocation is written as. */
export function rowsOf(
  instance: Instance,
  { offerStart, offerPair }: Pick<Allocation, "offerStart" | "offerPair">,
): Row[] {
  const rows: Row[] = [];
  for (let u = 0; u + 1 < offerStart.length; u++) {
    for (let o = offerStart[u]; o < offerStart[u + 1]; o++) {
      const pair = offerPair[o];
      const contract = instance.contracts[instance.contract[pair]];
      rows.push([instance.users.at(u), contract, instance.score[pair]]);
    }
  }
  return rows;
}

/** A table of rows, as read from a file with a header. */
export function tableOf(rows: readonly Row[]): AssignmentTable {
  const users = [...new Set(rows.map(([user]) => user))];
  const contracts = [...new Set(rows.map(([, contract]) => contract))];
  const userIndex = new Map(users.map((id, i) => [id, i]));
  const contractIndex = new Map(contracts.map((id, i) => [id, i]));
  return {
    userIds: IdPool.from(users),
    contractIds: contracts,
    user: Uint32Array.from(rows, ([user]) => userIndex.get(user)!),
    contract: Uint32Array.from(rows, ([, contract]) => contractIndex.get(contract)!),
    score: Float64Array.from(rows, ([, , score]) => score),
    line: Float64Array.from(rows, (_, i) => i + 2),
  };
}
