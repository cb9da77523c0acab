import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";
import type { Directory } from "../../../../lib/allocator/drop/instance/directory.ts";
import {
  orderInPages,
  type PageSizes,
  roomForRows,
} from "../../../../lib/allocator/drop/pairs/order_in_pages.ts";
import { orderPairs } from "../../../../lib/allocator/drop/pairs/order_pairs.ts";
import {
  beginRun,
  emptyChunk,
  type PairChunk,
} from "../../../../lib/allocator/drop/pairs/pair_rows.ts";
import type { PairFilter } from "../../../../lib/allocator/drop/pairs/tidy_pairs.ts";
import { type Random, seededRandom } from "../../../../lib/base/numbers/random.ts";

const FILTERS: PairFilter[] = [
  {},
  { duplicates: "largest" },
  { topN: 2 },
  { minScore: 0.5 },
  { topN: 3, minScore: 0.3, duplicates: "largest" },
];

/** Chunks of random rows beside each other in one memory with `extra` rows of room, with gaps behind their rows. */
function chunksInRoom(random: Random, users: number, length: number, extra: number) {
  const contract = new Uint16Array(length + extra), score = new Float64Array(length + extra);
  const chunks: PairChunk[] = [];
  for (let from = 0; from < length;) {
    const to = Math.min(length, from + random.below(200));
    const chunk = emptyChunk(contract.subarray(from, to), score.subarray(from, to));
    for (let row = 0, user = -1; row < (to - from) * 0.9; row++) {
      if (user < 0 || random.next() < 0.2) beginRun(chunk, user = random.below(users));
      // Scores tell which of several rows was kept.
      chunk.contract[row] = random.below(12);
      chunk.score[row] = random.below(10) / 10 + from * 1e-9;
      chunk.end[chunk.runs - 1] = chunk.length = row + 1;
    }
    chunks.push(chunk);
    from = to;
  }
  return chunks;
}

function assertSamePairs(chunks: PairChunk[], users: number, filter: PairFilter, sizes: PageSizes) {
  const directory = {
    users: { length: users },
    contracts: Array.from({ length: 12 }, (_, c) => `c${c}`),
  } as unknown as Directory;
  const apart = () =>
    chunks.map((chunk) => ({
      ...chunk,
      user: chunk.user.slice(),
      end: chunk.end.slice(),
      contract: chunk.contract.slice(),
      score: chunk.score.slice(),
    }));
  const expected = orderPairs(directory, apart(), filter), { pairs } = expected.counts;
  const elsewhere = orderInPages(directory, apart(), filter, sizes);
  const { buffer } = chunks[0].score;
  const inRoom = orderInPages(directory, chunks, filter, sizes);
  assertEquals(chunks.length, 0);
  for (const { start, contract, score, counts } of [elsewhere, inRoom]) {
    assertEquals(counts, expected.counts);
    assertEquals(start, expected.start);
    assertEquals(contract.slice(0, pairs), expected.contract.slice(0, pairs));
    assertEquals(score.slice(0, pairs), expected.score.slice(0, pairs));
  }
  return inRoom.score.buffer === buffer;
}

Deno.test("rows put in order in pages, in their own memory or beside it, become the pairs of any other way", () => {
  const random = seededRandom(11);
  let inPlace = 0;
  for (let round = 0; round < 80; round++) {
    const users = 1 + random.below(60), length = 1 + random.below(1500);
    const sizes = { page: 1 + random.below(40), range: 1 + random.below(300) };
    // Enough for a page of each range, and now and then not.
    const extra = round % 8 === 0 ? 0 : sizes.page * (5 + 2 * Math.ceil(length / sizes.range));
    for (const filter of FILTERS) {
      const chunks = chunksInRoom(random, users, length, extra);
      const own = assertSamePairs(chunks, users, filter, sizes);
      assert(own || extra === 0);
      if (own) inPlace++;
    }
  }
  assert(inPlace > 300);
});

Deno.test("rows of many users in turn, and of one user who has nearly all", () => {
  const random = seededRandom(12), sizes = { page: 16, range: 100 };
  for (const users of [1, 2, 500]) {
    assertSamePairs(chunksInRoom(random, users, 3000, 2000), users, {}, sizes);
  }
});

Deno.test("there is room for pages where rows are many, and no more than rows where they are few", () => {
  assertEquals(roomForRows(1000), 1000);
  const room = roomForRows(100_000_000);
  assert(room > 100_000_000 && room < 103_000_000);
});
