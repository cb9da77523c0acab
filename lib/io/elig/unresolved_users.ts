/**
 * Users of rows that were read before the table of users. They are numbered as they come, and replaced by the directory's
 * indices later, so that threads can read pairs while the small tables are still being read.
 *
 * @module
 */
import { IdTable, type IdTableParts, viewOf } from "../../base/ids/id_table.ts";
import type { LeftOutRows, PairChunk } from "../../allocator/drop/pairs/pair_rows.ts";
import { Uint32List } from "../../base/arrays/number_list.ts";

/** What {@link UnresolvedUsers.parts} hands to another thread. */
export interface UnresolvedParts {
  /** The ids. */
  readonly ids: IdTableParts;
  /** Uint32Array: see {@link UnresolvedUsers.withoutCap}. */
  readonly withoutCap: Uint32Array;
}

/** Users that are not looked up yet. */
export class UnresolvedUsers {
  /** Their ids; each has at least one row. */
  readonly ids: IdTable = new IdTable();
  /** User of each row whose contract has no capacity; it counts as such only if the user turns out to have a group. */
  readonly withoutCap: Uint32List = new Uint32List();

  /** The same in a form that can be sent to another thread. */
  get parts(): UnresolvedParts {
    return { ids: this.ids.parts, withoutCap: this.withoutCap.array().slice() };
  }
}

/**
 * Replaces the rows' user numbers by the users' indices in `users`, drops the rows of users that are not there and completes
 * the counts, all in place.
 */
export function resolveUsers(
  { ids, withoutCap }: UnresolvedParts,
  users: IdTable,
  chunks: readonly PairChunk[],
  leftOut: LeftOutRows,
): void {
  const { pool } = new IdTable(ids), { offsets } = pool, view = viewOf(pool.bytes);
  const index = users.findAll(pool);
  for (let i = 0; i < index.length; i++) {
    if (index[i] < 0) leftOut.usersWithoutGroup.intern(view, offsets[i], offsets[i + 1]);
  }
  for (const i of withoutCap) {
    if (index[i] < 0) leftOut.withoutGroupRows++;
    else leftOut.withoutCapRows++;
  }
  for (const chunk of chunks) leftOut.withoutGroupRows += resolveChunk(chunk, index);
}

/** Resolves a chunk; returns how many rows it lost. */
function resolveChunk(chunk: PairChunk, index: Int32Array): number {
  const { user, end, runs, contract, score, length } = chunk;
  let kept = 0, at = 0;
  for (let run = 0, from = 0; run < runs; run++) {
    const to = end[run], u = index[user[run]];
    if (u >= 0) {
      if (at < from) {
        contract.copyWithin(at, from, to);
        score.copyWithin(at, from, to);
      }
      at += to - from;
      user[kept] = u;
      end[kept++] = at;
    }
    from = to;
  }
  chunk.runs = kept;
  chunk.length = at;
  return length - at;
}
