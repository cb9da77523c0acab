/**
 * Finds the cheapest path from one node to any end, or from any start to one node, in a graph of many nodes.
 *
 * At good prices hardly any edge costs less than 0, so Dijkstra's order settles most nodes at once, and the search sees little more
 * than the neighbourhood. If an edge does cost less than 0, a node that becomes cheaper is handled again (label correcting).
 *
 * @module
 */
import { DistanceHeap } from "../../../../base/arrays/distance_heap.ts";
import type { EdgeHeaps } from "./edge_heaps.ts";
import { MOST_EDGES, type Path, type Transfers } from "./shortest_path.ts";

/** In place of a heap or node: nothing; in place of a heap: a transfer. */
const NONE = -1, TRANSFER = -2;

/** Where paths end. */
export interface Ends {
  /** The cost of ending at a node; Infinity: no path ends there. */
  costOf(node: number): number;
  /** A lower bound on these costs: the lower, the further a search goes for one. */
  readonly least: number;
  /** Paths pass nodes below this one alone. @default any */
  readonly below?: number;
}

/** The cheapest path known to an end, or from a beginning: its cost, and the heap and nodes of its last edge. */
interface Nearest {
  cost: number;
  heap: number;
  from: number;
  node: number;
}

/** Finds paths in a graph of heaps. Keeps its arrays between searches. */
export class NearestEnd {
  readonly #graph: EdgeHeaps;
  /** The transfers from each node, and those to it. */
  readonly #transfers: readonly [from: Transfers, to: Transfers] | null;
  /** By node: the cost of the cheapest way known. */
  readonly #cost: Float64Array;
  /** By node: the way's number of steps. */
  readonly #steps: Uint8Array;
  /** By node: the heap of its last step. */
  readonly #by: Int32Array;
  /** By node: what that step costs. */
  readonly #last: Float64Array;
  /** By node: the node before. */
  readonly #from: Int32Array;
  /** By node: the search that last reached it. */
  readonly #seen: Uint32Array;
  #search = 0;
  /** Nodes to handle, with the costs of their ways when they were added. */
  readonly #queue = new DistanceHeap();
  /** The ends of the present search. */
  #ends: Ends = { costOf: () => Infinity, least: Infinity };
  /** Its paths pass nodes below this one alone. */
  #below = Infinity;
  /** The nearest end so far. */
  #nearest: Nearest = { cost: Infinity, heap: NONE, from: NONE, node: NONE };

  /** A finder for the graph and the transfers between its nodes, from and to each; null: there are none. */
  constructor(graph: EdgeHeaps, transfers: readonly [Transfers, Transfers] | null = null) {
    this.#graph = graph;
    this.#transfers = transfers;
    this.#cost = new Float64Array(graph.nodes);
    this.#steps = new Uint8Array(graph.nodes);
    this.#by = new Int32Array(graph.nodes);
    this.#last = new Float64Array(graph.nodes);
    this.#from = new Int32Array(graph.nodes);
    this.#seen = new Uint32Array(graph.nodes);
  }

  /**
   * The cheapest path of at most {@link MOST_EDGES} steps from node `source`, the cost of its end included, or null. It passes no node
   * twice, and its last step is an edge. A cheaper way of more steps is taken only if it saves more than `tolerance`.
   *
   * @param backward look for paths that lead to `source` instead; the costs of ends are then those of starting at each node
   */
  find(source: number, ends: Ends, tolerance: number, backward = false): Path | null {
    const { cheapest } = this.#graph, transfers = this.#transfers?.[backward ? 1 : 0] ?? null;
    const heapsAt = backward ? this.#graph.entering : this.#graph.leaving;
    const nextOf = backward ? this.#graph.source : this.#graph.target;
    transfers?.begin();
    this.#begin(source, ends);
    while (this.#queue.size > 0) {
      const reached = this.#queue.least, v = this.#queue.pop();
      if (reached + ends.least >= this.#nearest.cost - tolerance) break;
      // The way is out of date if the node was reached at a lower cost since.
      if (reached > this.#cost[v] || this.#steps[v] === MOST_EDGES) continue;
      for (const h of heapsAt[v]) this.#reach(nextOf[h], v, h, cheapest[h], tolerance);
      if (transfers === null) continue;
      transfers.list(v);
      const { to, cost, end } = transfers;
      for (let i = transfers.start[v]; i < end[v]; i++) {
        this.#reach(to[i], v, TRANSFER, cost[i], tolerance);
      }
    }
    return this.#nearest.node === NONE ? null : this.#pathTo(this.#nearest, backward);
  }

  #begin(source: number, ends: Ends): void {
    this.#ends = ends;
    this.#below = ends.below ?? Infinity;
    this.#queue.clear();
    this.#search++;
    this.#cost[source] = this.#steps[source] = 0;
    this.#by[source] = this.#from[source] = NONE;
    this.#seen[source] = this.#search;
    this.#queue.push(0, source);
    this.#nearest = { cost: Infinity, heap: NONE, from: NONE, node: NONE };
  }

  /** Goes on from node `v` to `w`, by a heap's cheapest edge or a transfer. */
  #reach(w: number, v: number, heap: number, price: number, tolerance: number): void {
    if (w >= this.#below) return;
    const nearest = this.#nearest, way = this.#cost[v] + price;
    const most = nearest.cost - (nearest.node === NONE ? 0 : tolerance);
    if (way + this.#ends.least >= most) return;
    const isNearer = this.#seen[w] !== this.#search || way < this.#cost[w] - tolerance;
    // A path that ended with a transfer could have ended one step earlier.
    const cost = heap === TRANSFER ? Infinity : way + this.#ends.costOf(w);
    if ((!isNearer && cost >= most) || this.#isOnWay(w, v)) return;
    if (cost < most) {
      nearest.cost = cost;
      nearest.heap = heap;
      nearest.from = v;
      nearest.node = w;
    }
    if (!isNearer) return;
    this.#cost[w] = way;
    this.#steps[w] = this.#steps[v] + 1;
    this.#by[w] = heap;
    this.#last[w] = price;
    this.#from[w] = v;
    this.#seen[w] = this.#search;
    this.#queue.push(way, w);
  }

  /** Whether the way to `v` passes `w`. */
  #isOnWay(w: number, v: number): boolean {
    for (let x = v; x !== NONE; x = this.#from[x]) if (x === w) return true;
    return false;
  }

  /** The path to a nearest end. Its cost is added up anew: it may have become cheaper since the end was reached. */
  #pathTo({ heap, from, node }: Nearest, backward: boolean): Path {
    const heaps = [heap];
    let cost = this.#ends.costOf(node) + this.#graph.cheapest[heap];
    for (let v = from; this.#by[v] !== NONE; v = this.#from[v]) {
      if (this.#by[v] !== TRANSFER) heaps.push(this.#by[v]);
      cost += this.#last[v];
    }
    return { cost, heaps: backward ? heaps : heaps.reverse() };
  }
}
