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
}

/** The cheapest path known from a source to an end, or from a beginning to it: its cost, and the heap and nodes of its last edge. */
interface Nearest {
  cost: number;
  heap: number;
  from: number;
  node: number;
}

/** Finds paths in a graph of heaps. Keeps its arrays between searches. */
export class NearestEnd {
  readonly #graph: EdgeHeaps;
  readonly #transfers: Transfers | null;
  /**
   * By node: the cost of the cheapest way known, its number of steps, the heap of its last step, what that step costs, the node before,
   * and the place of the source that it comes from.
   */
  readonly #cost: Float64Array;
  readonly #steps: Uint8Array;
  readonly #by: Int32Array;
  readonly #last: Float64Array;
  readonly #from: Int32Array;
  readonly #source: Uint32Array;
  /** By node: the search that last reached it. */
  readonly #seen: Uint32Array;
  #search = 0;
  /** How many nodes the last search handled. */
  visits = 0;
  /** Nodes to handle, with the costs of their ways when they were added. */
  readonly #queue = new DistanceHeap();
  /** The ends of the present search, and the nearest one to each source. */
  #ends: Ends = { costOf: () => Infinity, least: Infinity };
  #nearest: Nearest[] = [];
  /** How many sources have no end yet; and the cost of the furthest of the nearest ends, NaN where it has to be worked out anew. */
  #withoutEnd = 0;
  #mostOfNearest = NaN;

  /** A finder for the graph and the transfers between its nodes; null: there are none. */
  constructor(graph: EdgeHeaps, transfers: Transfers | null = null) {
    this.#graph = graph;
    this.#transfers = transfers;
    this.#cost = new Float64Array(graph.nodes);
    this.#steps = new Uint8Array(graph.nodes);
    this.#by = new Int32Array(graph.nodes);
    this.#last = new Float64Array(graph.nodes);
    this.#from = new Int32Array(graph.nodes);
    this.#source = new Uint32Array(graph.nodes);
    this.#seen = new Uint32Array(graph.nodes);
  }

  /**
   * The cheapest path of at most {@link MOST_EDGES} steps from node `source`, the cost of its end included, or null. It passes no node
   * twice, and its last step is an edge. A cheaper way of more steps is taken only if it saves more than `tolerance`.
   *
   * @param backward look for paths that lead to `source` instead; the costs of ends are then those of starting at each node. Not in a
   * graph with transfers.
   */
  find(source: number, ends: Ends, tolerance: number, backward = false): Path | null {
    return this.findFrom([source], ends, tolerance, backward)[0] ?? null;
  }

  /**
   * {@link find} from several nodes at once: a path from each of them to the nearest end among the nodes that are nearer to it than to the
   * others, as far as that is known when the end is reached; cheapest first. So the paths hardly ever meet. What following one of them
   * changes may hinder another one, so each must be checked again before it is followed. Sources without such an end have none.
   */
  findFrom(
    sources: readonly number[],
    ends: Ends,
    tolerance: number,
    backward = false,
  ): Path[] {
    const { cheapest } = this.#graph, transfers = backward ? null : this.#transfers;
    const heapsAt = backward ? this.#graph.entering : this.#graph.leaving;
    const nextOf = backward ? this.#graph.source : this.#graph.target;
    this.#begin(sources, ends);
    while (this.#queue.size > 0) {
      const reached = this.#queue.least, v = this.#queue.pop();
      if (reached + ends.least >= this.#furthest() - tolerance) break;
      this.visits++;
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
    return this.#nearest.filter(({ node }) => node !== NONE)
      .map((nearest) => this.#pathTo(nearest, backward))
      .sort((a, b) => a.cost - b.cost);
  }

  #begin(sources: readonly number[], ends: Ends): void {
    this.#transfers?.begin();
    this.#ends = ends;
    this.visits = 0;
    this.#queue.clear();
    this.#search++;
    sources.forEach((source, place) => {
      this.#cost[source] = this.#steps[source] = 0;
      this.#by[source] = this.#from[source] = NONE;
      this.#source[source] = place;
      this.#seen[source] = this.#search;
      this.#queue.push(0, source);
    });
    this.#nearest = sources.map(() => ({ cost: Infinity, heap: NONE, from: NONE, node: NONE }));
    this.#withoutEnd = sources.length;
    this.#mostOfNearest = NaN;
  }

  /** The cost of the path to the nearest end of the source that has it furthest. */
  #furthest(): number {
    if (this.#withoutEnd > 0) return Infinity;
    if (Number.isNaN(this.#mostOfNearest)) {
      this.#mostOfNearest = this.#nearest.reduce(
        (most, { cost }) => Math.max(most, cost),
        -Infinity,
      );
    }
    return this.#mostOfNearest;
  }

  /** Goes on from node `v` to `w`, by a heap's cheapest edge or a transfer. */
  #reach(w: number, v: number, heap: number, price: number, tolerance: number): void {
    const nearest = this.#nearest[this.#source[v]], way = this.#cost[v] + price;
    const most = nearest.cost - (nearest.node === NONE ? 0 : tolerance);
    if (way + this.#ends.least >= most) return;
    const isNearer = this.#seen[w] !== this.#search || way < this.#cost[w] - tolerance;
    // A path that ended with a transfer could have ended one step earlier; and an end that is nearer to another source is left to that.
    const isOwn = isNearer || this.#source[w] === this.#source[v];
    const cost = heap !== TRANSFER && isOwn ? way + this.#ends.costOf(w) : Infinity;
    if ((!isNearer && cost >= most) || this.#isOnWay(w, v)) return;
    if (cost < most) {
      if (nearest.node === NONE) this.#withoutEnd--;
      if (nearest.cost === this.#mostOfNearest) this.#mostOfNearest = NaN;
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
    this.#source[w] = this.#source[v];
    this.#seen[w] = this.#search;
    this.#queue.push(way, w);
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
