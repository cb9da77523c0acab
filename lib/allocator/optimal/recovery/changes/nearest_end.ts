/**
 * Finds the cheapest path from one node to any end, or from any start to one node, in a graph of many nodes.
 *
 * At good prices hardly any edge costs less than 0, so Dijkstra's order settles most nodes at once, and the search sees little more
 * than the neighbourhood. If an edge does cost less than 0, a node that becomes cheaper is handled again (label correcting).
 *
 * @module
 */
import { DistanceHeap } from "../../../../base/distance_heap.ts";
import type { EdgeHeaps } from "./edge_heaps.ts";
import { MOST_EDGES, type Path } from "./shortest_path.ts";

/** Stands for no heap and no node. */
const NONE = -1;

/** Finds paths in a graph of heaps. Keeps its arrays between searches. */
export class NearestEnd {
  readonly #graph: EdgeHeaps;
  /** By node: the cost of the cheapest way known, its number of edges, the heap of its last edge, and the node before. */
  readonly #cost: Float64Array;
  readonly #edges: Uint8Array;
  readonly #by: Int32Array;
  readonly #from: Int32Array;
  /** By node: the search that last reached it. */
  readonly #seen: Uint32Array;
  #search = 0;
  /** How many nodes the last search handled. */
  visits = 0;
  /** Nodes to handle, with the costs of their ways when they were added. */
  readonly #queue = new DistanceHeap();

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
   * The cheapest path of at most {@link MOST_EDGES} edges from node `source`, the cost of its end included, or null. It passes no node
   * twice. A cheaper way of more edges is taken only if it saves more than `tolerance`.
   *
   * @param endCost Float64Array, length nodes: the cost of ending at each; Infinity: no path ends there
   * @param least the least of these costs
   * @param backward look for paths that lead to `source` instead; `endCost` is then the cost of starting at each node
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
    this.#queue.clear();
    cost[source] = edges[source] = 0;
    by[source] = from[source] = NONE;
    seen[source] = search;
    this.#queue.push(0, source);
    while (this.#queue.size > 0) {
      const reached = this.#queue.least, v = this.#queue.pop();
      if (reached + least >= best - tolerance) break;
      this.visits++;
      // The way is out of date if the node was reached at a lower cost since.
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
        this.#queue.push(way, w);
      }
    }
    return bestNode === NONE ? null : this.#pathTo(bestNode, endCost, backward);
  }

  /** Whether the last search reached a node. */
  reached(node: number): boolean {
    return this.#seen[node] === this.#search;
  }

  /** Whether the way to `v` passes `w`. */
  #isOnWay(w: number, v: number): boolean {
    for (let x = v; x !== NONE; x = this.#from[x]) if (x === w) return true;
    return false;
  }

  /** The way to a node. Its cost is added up anew: it may have become cheaper since the node was reached. */
  #pathTo(node: number, endCost: Float64Array, backward: boolean): Path {
    const heaps: number[] = [];
    let cost = endCost[node];
    for (let v = node; this.#by[v] !== NONE; v = this.#from[v]) {
      heaps.push(this.#by[v]);
      cost += this.#graph.cheapest[this.#by[v]];
    }
    return { cost, heaps: backward ? heaps : heaps.reverse() };
  }
}
