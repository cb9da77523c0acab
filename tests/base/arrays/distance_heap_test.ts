import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { DistanceHeap } from "../../../lib/base/arrays/distance_heap.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";

Deno.test("a heap gives nodes back nearest first, also when it grows, is emptied and used again", () => {
  const heap = new DistanceHeap(), random = seededRandom(1);
  assertEquals(heap.least, Infinity);
  for (const count of [1, 7, 3000]) {
    heap.push(-1, 0);
    heap.clear();
    const distances = Array.from({ length: count }, () => Math.floor(100 * random.next()));
    distances.forEach((distance, node) => heap.push(distance, node));
    assertEquals(heap.size, count);
    const seen = new Set<number>();
    for (const expected of distances.toSorted((a, b) => a - b)) {
      assertEquals(heap.least, expected);
      const node = heap.pop();
      assertEquals(distances[node], expected);
      seen.add(node);
    }
    assertEquals([seen.size, heap.size], [count, 0]);
  }
});
