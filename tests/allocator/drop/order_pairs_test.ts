import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { buildDirectory } from "../../../lib/allocator/drop/directory.ts";
import { IdPool } from "../../../lib/base/ids.ts";
import {
  joinOrdered,
  orderPairs,
  orderTasks,
  orderUsers,
  type PairFilter,
} from "../../../lib/allocator/drop/order_pairs.ts";
import { PairRows } from "../../../lib/allocator/drop/pair_rows.ts";
import { seededRandom } from "../../../lib/base/random.ts";

const USERS = Array.from({ length: 30 }, (_, u) => `u${u + 10}`);
const CONTRACTS = Array.from({ length: 40 }, (_, c) => `c${c}`);
const directory = buildDirectory(
  {
    contracts: CONTRACTS,
    sponsored: Uint8Array.from(CONTRACTS, (_, c) => c % 3 === 0 ? 1 : 0),
    cap: new Float64Array(40).fill(5),
    brands: null,
  },
  {
    userIds: IdPool.from(USERS),
    groupIds: ["g"],
    user: Uint32Array.from(USERS, (_, u) => u),
    group: new Uint32Array(30),
  },
  { groups: ["g"], ratio: Float64Array.of(0) },
  1,
);

Deno.test("any number of tasks, done in any order, leaves the pairs that one leaves", () => {
  const random = seededRandom(8);
  const filters: PairFilter[] = [{}, { minScore: 0.4 }, { topN: 3 }, { topN: 2, minScore: 0.2 }];
  let duplicates = 0;
  for (let round = 0; round < 40; round++) {
    const rows = new PairRows(), first = new Map<string, number>();
    const count = random.below(300), users = 1 + random.below(30);
    for (let row = 0; row < count; row++) {
      const u = random.below(users), c = random.below(40), score = random.below(10) / 10;
      rows.push(u, c, score);
      if (!first.has(`${u} ${c}`)) first.set(`${u} ${c}`, score);
    }
    for (const filter of filters) {
      const alone = orderPairs(directory, [...rows.chunks], filter);
      const { start, contract, score, counts } = alone;
      for (let u = 0; u < 30; u++) {
        for (let p = start[u]; p < start[u + 1]; p++) {
          assert(p === start[u] || contract[p - 1] < contract[p]);
          assertEquals(score[p], first.get(`${u} ${contract[p]}`));
        }
      }
      assertEquals(
        counts.pairs + counts.duplicates + counts.belowMinScore + counts.beyondTopN,
        count,
      );
      assertEquals(counts.duplicates, count - first.size);
      duplicates += counts.duplicates;
      for (const parts of [2, 3, 7]) {
        const tasks = orderTasks(directory, rows.chunks, filter, parts);
        const counted = tasks.toReversed()
          .map((task) => orderUsers({ ...task, chunks: [...rows.chunks] })).reverse();
        const joined = joinOrdered(tasks, counted);
        assertEquals(joined.counts, counts);
        assertEquals(joined.start, start);
        assertEquals(joined.contract.slice(0, counts.pairs), contract.slice(0, counts.pairs));
        assertEquals(joined.score.slice(0, counts.pairs), score.slice(0, counts.pairs));
      }
    }
  }
  assert(duplicates > 0);
});
