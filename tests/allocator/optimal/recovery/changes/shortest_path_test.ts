import { assertEquals } from "../../../../../lib/deps/std_assert.ts";
import { EdgeHeaps } from "../../../../../lib/allocator/optimal/recovery/changes/edge_heaps.ts";
import { PathFinder } from "../../../../../lib/allocator/optimal/recovery/changes/shortest_path.ts";

Deno.test("the cheapest path has the ends' costs in it; a cycle has none", () => {
  const heaps = new EdgeHeaps(4);
  heaps.add(0, 1, 2, 0);
  heaps.add(1, 2, -3, 0);
  heaps.add(0, 2, 1, 0);
  const finder = new PathFinder(heaps);
  finder.startCost[0] = 5;
  finder.endCost[2] = 1;
  assertEquals(finder.find(Infinity, 1e-9), { cost: 5, heaps: [0, 1] });
  assertEquals(finder.find(5, 1e-9), null);
  heaps.add(2, 0, 0.5, 0);
  finder.endCost[2] = Infinity;
  assertEquals(finder.find(0, 1e-9)!.cost, -0.5);
});

Deno.test("a path passes on without edges where it may, and nodes' lists are filled once in a search", () => {
  const heaps = new EdgeHeaps(5);
  // From 0 by an edge to 1, without one to 2 or 3, and by an edge to 4; or by a dear edge at once.
  heaps.add(0, 1, 1, 0);
  heaps.add(2, 4, -2, 0);
  heaps.add(3, 4, 2, 0);
  heaps.add(0, 4, 4, 0);
  const listed: number[] = [];
  const start = Uint32Array.of(0, 0, 2, 2, 2, 2), end = start.slice(0, 5);
  const transfers = {
    start,
    end,
    to: Uint32Array.of(2, 3),
    cost: Float64Array.of(0.5, 0),
    begin: () => void (listed.length = 0),
    list: (node: number) => {
      if (node !== 1 || listed.includes(node)) return;
      listed.push(node);
      end[node] = start[node + 1];
    },
  };
  const finder = new PathFinder(heaps, transfers);
  finder.startCost[0] = 0;
  finder.endCost[4] = 0.25;
  // A path that ends with a transfer could have ended before it.
  finder.endCost[3] = -9;
  assertEquals(finder.findSeveral(Infinity, 1e-9, false), [{ cost: -0.25, heaps: [0, 1] }]);
  assertEquals(listed, [1]);
  transfers.cost[0] = Infinity;
  assertEquals(finder.findSeveral(Infinity, 1e-9, false), [{ cost: 3.25, heaps: [0, 2] }]);
});
