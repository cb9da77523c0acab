import { assert, assertEquals } from "../../../../../lib/deps/std_assert.ts";
import { EdgeHeaps } from "../../../../../lib/allocator/optimal/recovery/changes/edge_heaps.ts";

Deno.test("heaps give the cheapest edge, equal ones in order, and drop stale ones", () => {
  const heaps = new EdgeHeaps(2);
  const edges = [3, 1, 2, 1].map((cost) => heaps.add(0, 1, cost, 0));
  const [h] = heaps.leaving[0];
  assertEquals([heaps.top(h), heaps.cheapest[h], heaps.target[h]], [edges[1], 1, 1]);
  assert(heaps.dropStale(h, (e) => e === edges[1] || e === edges[3]));
  assertEquals([heaps.top(h), heaps.cheapest[h]], [edges[2], 2]);
  assert(heaps.dropStale(h, () => true));
  assertEquals([heaps.top(h), heaps.cheapest[h]], [-1, Infinity]);
});
