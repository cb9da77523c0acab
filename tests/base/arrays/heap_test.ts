import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { Heap } from "../../../lib/base/arrays/heap.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";

Deno.test("a heap gives items back in their order, those of the beginning and those added later", () => {
  const random = seededRandom(1);
  for (const [given, added] of [[0, 0], [0, 1], [1, 0], [7, 0], [0, 300], [300, 300]]) {
    const draw = (count: number) => Array.from({ length: count }, () => random.below(100));
    const first = draw(given), more = draw(added);
    const expected = [...first, ...more].sort((a, b) => a - b);
    const heap = new Heap<number>((a, b) => a < b, first);
    for (const item of more) heap.push(item);
    assertEquals(heap.size, given + added);
    const taken = expected.map(() => {
      const { top } = heap;
      assertEquals(heap.pop(), top);
      return top;
    });
    assertEquals(taken, expected);
    assertEquals([heap.size, heap.pop()], [0, undefined]);
  }
});

Deno.test("a top whose cost grows goes to its new place", () => {
  const random = seededRandom(2), cost = Array.from({ length: 50 }, () => random.next());
  const heap = new Heap((a, b) => cost[a] < cost[b], [...cost.keys()]);
  for (let i = 0; i < 500; i++) {
    assertEquals(cost[heap.top], Math.min(...cost));
    cost[heap.top] += random.next();
    heap.settleTop();
  }
});
