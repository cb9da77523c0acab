import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { buildDirectory } from "../../../../lib/allocator/drop/instance/directory.ts";
import { IdPool } from "../../../../lib/base/ids/ids.ts";
import {
  isInOrder,
  joinOrdered,
  orderInPlace,
  orderPairs,
  orderTasks,
  orderUsers,
} from "../../../../lib/allocator/drop/pairs/order_pairs.ts";
import type { PairFilter } from "../../../../lib/allocator/drop/pairs/tidy_pairs.ts";
import { beginRun, emptyChunk, PairRows } from "../../../../lib/allocator/drop/pairs/pair_rows.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";

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

const FILTERS: readonly PairFilter[] = [
  {},
  { minScore: 0.4 },
  { topN: 3 },
  { topN: 2, minScore: 0.2 },
  { duplicates: "largest" },
  { duplicates: "largest", topN: 2, minScore: 0.2 },
];

Deno.test("any number of tasks, done in any order, leaves the pairs that one leaves", () => {
  const random = seededRandom(8);
  let duplicates = 0;
  for (let round = 0; round < 40; round++) {
    const rows = new PairRows(40), first = new Map<string, number>(), best = new Map(first);
    const all: [pair: string, score: number][] = [];
    const count = random.below(300), users = 1 + random.below(30);
    for (let row = 0; row < count; row++) {
      const u = random.below(users), c = random.below(40), score = random.below(10) / 10;
      rows.push(u, c, score);
      all.push([`${u} ${c}`, score]);
      if (!first.has(`${u} ${c}`)) first.set(`${u} ${c}`, score);
      best.set(`${u} ${c}`, Math.max(score, best.get(`${u} ${c}`) ?? 0));
    }
    for (const filter of FILTERS) {
      const alone = orderPairs(directory, [...rows.chunks], filter);
      const { start, contract, score, counts } = alone;
      for (let u = 0; u < 30; u++) {
        for (let p = start[u]; p < start[u + 1]; p++) {
          assert(p === start[u] || contract[p - 1] < contract[p]);
          const counting = filter.duplicates === "largest" ? best : first;
          assertEquals(score[p], counting.get(`${u} ${contract[p]}`));
        }
      }
      assertEquals(
        counts.pairs + counts.duplicates + counts.belowMinScore + counts.beyondTopN,
        count,
      );
      assertEquals(counts.duplicates, count - first.size);
      if (filter.duplicates === "largest") {
        // Rows with another score than the one that counts, in whatever order they came.
        const others = all.filter(([pair, score]) => score !== best.get(pair)).length;
        assertEquals(counts.conflicts, others);
      }
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

Deno.test("rows sorted by user are put in order where they lie, to the pairs that other memory would have", () => {
  const random = seededRandom(9);
  for (let round = 0; round < 60; round++) {
    const length = 20 + random.below(200), contract = new Uint16Array(length);
    const score = new Float64Array(length), users: number[] = [];
    while (users.length < length) users.push(random.below(30));
    users.sort((a, b) => a - b);
    const chunks = () => {
      const made = [];
      // Chunks with gaps behind their rows, some of no rows at all.
      for (let from = 0; from < length;) {
        const to = Math.min(length, from + random.below(40)), rows = Math.ceil((to - from) * 0.8);
        const chunk = emptyChunk(contract.subarray(from, to), score.subarray(from, to));
        for (let row = 0; row < rows; row++) {
          chunk.contract[row] = random.below(12);
          chunk.score[row] = random.below(10) / 10;
          if (row === 0 || users[from + row] !== users[from + row - 1] || random.next() < 0.1) {
            beginRun(chunk, users[from + row]);
          }
          chunk.end[chunk.runs - 1] = row + 1;
        }
        chunk.length = rows;
        made.push(chunk);
        from = to;
      }
      return made;
    };
    for (const filter of FILTERS) {
      const rows = chunks();
      assert(isInOrder(rows) || rows.length === 1);
      const apart = rows.map((chunk) => ({
        ...chunk,
        contract: chunk.contract.slice(),
        score: chunk.score.slice(),
      }));
      assert(!isInOrder(apart));
      const expected = orderPairs(directory, apart, filter);
      const { start, contract, score, counts } = orderInPlace(directory, rows, filter);
      assertEquals(counts, expected.counts);
      assertEquals(start, expected.start);
      assertEquals(contract.slice(0, counts.pairs), expected.contract.slice(0, counts.pairs));
      assertEquals(score.slice(0, counts.pairs), expected.score.slice(0, counts.pairs));
    }
  }
});
