/**
 * The cheapest path from one node to where paths end, or to it from where they begin, in a graph of many nodes.
 *
 * At good prices hardly a change costs less than nothing, so Dijkstra's order settles most nodes when they come up first, and
 * the search ends before it has seen more than the neighbourhood. Where an edge does cost less than nothing, a node that
 * becomes cheaper comes up again (label correcting).
 *
 * @module
 */
import type { EdgeHeaps } from "./edge_heaps.ts";
import { MOST_EDGES, type Path } from "./shortest_path.ts";

/** Stands for no heap and no node. */
const NONE = -1;

/** Finds paths in a graph of heaps. Keeps its arrays between searches. */
export class NearestEnd {
  readonly #graph: EdgeHeaps;
  /** Cost of the cheapest way known to each node, the edges on it, and the last one with where it comes from. */
  readonly #cost: Float64Array;
  readonly #edges: Uint8Array;
  readonly #by: Int32Array;
  readonly #from: Int32Array;
  /** Which search a node was last seen by. */
  readonly #seen: Uint32Array;
  #search = 0;
  /** How many nodes the last search went on from. */
  visits = 0;
  /** A binary heap of nodes to go on from, by what their ways cost when they were put there. */
  readonly #queue: number[] = [];
  readonly #queued: number[] = [];

  /** A finder for the graph. */
  constructor(graph: EdgeHeaps) {
    this.#graph = graph;
    this.#cost = new Float64Array(graph.nodes);
    this.#edges = new Uint8Array(graph.nodes);
    this.#by = new Int32Array(graph.nodes);
    this.#from = new Int32Array(graph.nodes);
    this.#seen = new Uint32Array(graph.nodes);
  }

  /**
   * The cheapest path of at most {@link MOST_EDGES} edges from a node, the end's cost included, or null. It passes no node
   * twice. A cheaper way of more edges is taken only where it saves more than `tolerance`.
   *
   * @param endCost Float64Array, length nodes: what ending at each costs; Infinity: no path ends there
   * @param least the least of them
   * @param backward paths that lead to the node, `endCost` being what beginning at each costs
   */
  find(
    source: number,
    endCost: Float64Array,
    least: number,
    tolerance: number,
    backward = false,
  ): Path | null {
    const { cheapest } = this.#graph;
    const heapsAt = backward ? this.#graph.entering : this.#graph.leaving;
    const nextOf = backward ? this.#graph.source : this.#graph.target;
    const cost = this.#cost, edges = this.#edges, by = this.#by, from = this.#from;
    const seen = this.#seen, search = ++this.#search;
    let best = Infinity, bestNode = NONE;
    this.visits = 0;
    this.#queue.length = this.#queued.length = 0;
    cost[source] = edges[source] = 0;
    by[source] = from[source] = NONE;
    seen[source] = search;
    this.#push(source, 0);
    while (this.#queue.length > 0) {
      const reached = this.#queued[0], v = this.#pop();
      if (reached + least >= best - tolerance) break;
      // This node was reached before, at a lower cost.
      this.visits++;
      if (reached > cost[v] || edges[v] === MOST_EDGES) continue;
      for (const h of heapsAt[v]) {
        const w = nextOf[h], way = reached + cheapest[h];
        if (
          way + least >= best - (bestNode === NONE ? 0 : tolerance) ||
          (seen[w] === search && way >= cost[w] - tolerance)
        ) continue;
        if (this.#isOnWay(w, v)) continue;
        cost[w] = way;
        edges[w] = edges[v] + 1;
        by[w] = h;
        from[w] = v;
        seen[w] = search;
        if (way + endCost[w] < best - (bestNode === NONE ? 0 : tolerance)) {
          best = way + endCost[w];
          bestNode = w;
        }
        this.#push(w, way);
      }
    }
    return bestNode === NONE ? null : this.#pathTo(bestNode, endCost, backward);
  }

  /** Whether the last search came to a node. */
  reached(node: number): boolean {
    return this.#seen[node] === this.#search;
  }

  /** Whether the way to `v` passes `w`. */
  #isOnWay(w: number, v: number): boolean {
    for (let x = v; x !== NONE; x = this.#from[x]) if (x === w) return true;
    return false;
  }

  /** The way to a node, which may have become cheaper since it was found. */
  #pathTo(node: number, endCost: Float64Array, backward: boolean): Path {
    const heaps: number[] = [];
    let cost = endCost[node];
    for (let v = node; this.#by[v] !== NONE; v = this.#from[v]) {
      heaps.push(this.#by[v]);
      cost += this.#graph.cheapest[this.#by[v]];
    }
    return { cost, heaps: backward ? heaps : heaps.reverse() };
  }

  #push(node: number, key: number): void {
    const queue = this.#queue, queued = this.#queued;
    let at = queue.length;
    for (; at > 0; at = (at - 1) >> 1) {
      const parent = (at - 1) >> 1;
      if (queued[parent] <= key) break;
      queue[at] = queue[parent];
      queued[at] = queued[parent];
    }
    queue[at] = node;
    queued[at] = key;
  }

  /** Takes the first node. */
  #pop(): number {
    const queue = this.#queue, queued = this.#queued, first = queue[0];
    const node = queue.pop()!, key = queued.pop()!;
    if (queue.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= queue.length) break;
      if (child + 1 < queue.length && queued[child + 1] < queued[child]) child++;
      if (queued[child] >= key) break;
      queue[at] = queue[child];
      queued[at] = queued[child];
      at = child;
    }
    queue[at] = node;
    queued[at] = key;
    return first;
  }
}
