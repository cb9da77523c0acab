import { assert, assertAlmostEquals, assertEquals } from "../../../../../lib/deps/std_assert.ts";
import { EdgeHeaps } from "../../../../../lib/allocator/optimal/recovery/changes/edge_heaps.ts";
import { NearestEnd } from "../../../../../lib/allocator/optimal/recovery/changes/nearest_end.ts";
import type { Transfers } from "../../../../../lib/allocator/optimal/recovery/changes/shortest_path.ts";
import { seededRandom } from "../../../../../lib/base/numbers/random.ts";

Deno.test("heaps of thousands of pairs of nodes: the cheapest edge that is not stale is on top, whatever is dropped", () => {
  const random = seededRandom(1), nodes = 300, heaps = new EdgeHeaps(nodes);
  const edges: { from: number; to: number; cost: number; stale: boolean }[] = [];
  const stale = (e: number) => edges[e].stale;
  const tops = () => {
    const best = new Map<string, number>();
    edges.forEach(({ from, to, cost, stale }, e) => {
      const known = best.get(`${from} ${to}`);
      if (!stale && (known === undefined || cost < edges[known].cost)) {
        best.set(`${from} ${to}`, e);
      }
    });
    return best;
  };
  for (let round = 0; round < 6; round++) {
    for (let i = 0; i < 4000; i++) {
      // Many of few pairs of nodes, so that heaps are deep, and few of many.
      const few = random.next() < 0.5 ? 4 : nodes;
      const edge = { from: random.below(few), to: random.below(few), cost: random.below(50) };
      assertEquals(heaps.add(edge.from, edge.to, edge.cost + i / 1e6, 0), edges.length);
      edges.push({ ...edge, cost: edge.cost + i / 1e6, stale: false });
    }
    for (const edge of edges) edge.stale ||= random.next() < 0.4;
    heaps.dropAllStale(stale);
    const expected = tops(), found = new Map<string, number>();
    for (let v = 0; v < nodes; v++) {
      for (const h of heaps.leaving[v]) {
        assertEquals(heaps.source[h], v);
        assert(heaps.entering[heaps.target[h]].includes(h));
        if (heaps.top(h) < 0) assertEquals(heaps.cheapest[h], Infinity);
        else found.set(`${v} ${heaps.target[h]}`, heaps.top(h));
      }
    }
    assertEquals(found, expected);
  }
});

/** Cheapest costs from a node by Bellman and Ford's algorithm, of at most 12 edges. */
function costsFrom(node: number, nodes: number, edges: readonly [number, number, number][]) {
  let cost = new Float64Array(nodes).fill(Infinity);
  cost[node] = 0;
  for (let round = 0; round < 12; round++) {
    const next = cost.slice();
    for (const [from, to, c] of edges) next[to] = Math.min(next[to], cost[from] + c);
    cost = next;
  }
  return cost;
}

Deno.test("the nearest end, and the nearest beginning, are those of all paths", () => {
  const random = seededRandom(2), nodes = 40;
  let found = 0;
  for (let round = 0; round < 300; round++) {
    const heaps = new EdgeHeaps(nodes), edges: [number, number, number][] = [];
    for (let i = 0; i < 30 + random.below(150); i++) {
      const edge: [number, number, number] = [
        random.below(nodes),
        random.below(nodes),
        random.next(),
      ];
      edges.push(edge);
      heaps.add(...edge, 0);
    }
    const ends = new Float64Array(nodes).fill(Infinity), node = random.below(nodes);
    for (let i = 0; i < 5; i++) {
      const v = random.below(nodes);
      if (v !== node) ends[v] = random.next() - 0.5;
    }
    const finder = new NearestEnd(heaps), least = Math.min(...ends);
    for (const backward of [false, true]) {
      const known = backward
        ? costsFrom(node, nodes, edges.map(([a, b, c]) => [b, a, c]))
        : costsFrom(node, nodes, edges);
      const best = known.reduce((best, cost, v) => Math.min(best, cost + ends[v]), Infinity);
      const path = finder.find(node, { costOf: (v) => ends[v], least }, 1e-12, backward);
      if (path === null) {
        assertEquals(best, Infinity);
        continue;
      }
      found++;
      assertAlmostEquals(path.cost, best, 1e-9);
      // The heaps are a way between the two, in order.
      let at = backward ? heaps.source[path.heaps[0]] : node, sum = backward ? ends[at] : 0;
      for (const h of path.heaps) {
        assertEquals(heaps.source[h], at);
        at = heaps.target[h];
        sum += heaps.cheapest[h];
      }
      if (backward) assertEquals(at, node);
      else sum += ends[at];
      assertAlmostEquals(sum, best, 1e-9);
    }
  }
  assert(found > 150, `${found} paths`);
});

/** Edges, and transfers: from, to and cost of each. */
interface Steps {
  readonly edges: readonly [number, number, number][];
  readonly passes: readonly [number, number, number][];
}

/** The cheapest paths from a node, of at most 12 steps of which the last is an edge: by end, without the cost of ending there. */
function cheapestEnds(source: number, nodes: number, { edges, passes }: Steps): Float64Array {
  let cost = new Float64Array(nodes).fill(Infinity);
  const ends = new Float64Array(nodes).fill(Infinity);
  cost[source] = 0;
  for (let step = 0; step < 12; step++) {
    const next = cost.slice();
    for (const [from, to, c] of edges) {
      next[to] = Math.min(next[to], cost[from] + c);
      ends[to] = Math.min(ends[to], cost[from] + c);
    }
    for (const [from, to, c] of passes) next[to] = Math.min(next[to], cost[from] + c);
    cost = next;
  }
  return ends;
}

/** Lists of transfers that are filled at first use. */
function transfersOf(nodes: number, passes: readonly [number, number, number][]): Transfers {
  const own = Array.from({ length: nodes }, (_, v) => passes.filter(([from]) => from === v));
  const start = new Uint32Array(nodes + 1);
  own.forEach((list, v) => start[v + 1] = start[v] + list.length);
  const end = start.slice(0, nodes);
  return {
    start,
    end,
    to: Uint32Array.from(own.flat(), ([, to]) => to),
    cost: Float64Array.from(own.flat(), ([, , cost]) => cost),
    begin: () => end.set(start.subarray(0, nodes)),
    list: (node) => end[node] = start[node + 1],
  };
}

Deno.test("with transfers the nearest end, and the nearest beginning, are those of all paths", () => {
  const random = seededRandom(3), nodes = 30;
  let found = 0;
  for (let round = 0; round < 300; round++) {
    const some = (count: number) =>
      Array.from({ length: count }, (): [number, number, number] => [
        random.below(nodes),
        random.below(nodes),
        random.next(),
      ]);
    const edges = some(20 + random.below(60)), source = random.below(nodes);
    const heaps = new EdgeHeaps(nodes);
    for (const edge of edges) heaps.add(...edge, 0);
    const ends = new Float64Array(nodes).fill(Infinity);
    for (let i = 0; i < 6; i++) {
      const v = random.below(nodes);
      if (v !== source) ends[v] = random.next() - 0.5;
    }
    // Nodes keep one way each, so an end is found for sure where no transfer leads to it, or from it.
    const isEnd = (v: number) => ends[v] < Infinity;
    const passes = some(random.below(60)).filter(([from, to]) => !isEnd(from) && !isEnd(to));
    const turned = ([from, to, cost]: [number, number, number]): [number, number, number] => [
      to,
      from,
      cost,
    ];
    const transfers = [passes, passes.map(turned)].map((own) => transfersOf(nodes, own));
    const finder = new NearestEnd(heaps, [transfers[0], transfers[1]]);
    const cost = { costOf: (v: number) => ends[v], least: Math.min(...ends) };
    for (const backward of [false, true]) {
      const steps = backward
        ? { edges: edges.map(turned), passes: passes.map(turned) }
        : { edges, passes };
      const best = cheapestEnds(source, nodes, steps)
        .reduce((least, way, v) => Math.min(least, way + ends[v]), Infinity);
      const path = finder.find(source, cost, 1e-12, backward);
      if (path === null) {
        assertEquals(best, Infinity);
        continue;
      }
      found++;
      assertAlmostEquals(path.cost, best, 1e-9);
      assert(isEnd(backward ? heaps.source[path.heaps[0]] : heaps.target[path.heaps.at(-1)!]));
    }
  }
  assert(found > 300, `${found} found`);
});

Deno.test("a path passes no node that it must stay below", () => {
  const heaps = new EdgeHeaps(4), finder = new NearestEnd(heaps);
  heaps.add(0, 3, 1, 0);
  heaps.add(3, 1, 1, 0);
  heaps.add(0, 2, 5, 0);
  heaps.add(2, 1, 5, 0);
  const ends = { costOf: (v: number) => v === 1 ? 0 : Infinity, least: 0 };
  assertEquals(finder.find(0, ends, 0)?.cost, 2);
  assertEquals(finder.find(0, { ...ends, below: 3 }, 0)?.cost, 10);
  assertEquals(finder.find(0, { ...ends, below: 2 }, 0), null);
});
