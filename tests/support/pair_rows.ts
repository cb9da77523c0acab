import type { PairChunk } from "../../lib/allocator/drop/pairs/pair_rows.ts";

/** User, contract and score of each row of a chunk. */
export function rowsOf(chunk: PairChunk): [user: number, contract: number, score: number][] {
  const rows: [number, number, number][] = [];
  for (let run = 0; run < chunk.runs; run++) {
    while (rows.length < chunk.end[run]) {
      const at = rows.length;
      rows.push([chunk.user[run], chunk.contract[at], chunk.score[at]]);
    }
  }
  return rows;
}
