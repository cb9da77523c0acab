/**
 * The parallel edges between the nodes of a graph, in one heap per pair of nodes with the cheapest on top.
 *
 * There are hundreds of thousands of pairs of nodes, most with one or two edges. So there are no objects per heap or edge: these are
 * pairing heaps (Fredman, Sedgewick, Sleator and Tarjan, 1986) whose links lie in arrays by edge.
 *
 * @module
 */
import { grown } from "../../../../base/arrays/number_list.ts";

/** Most equally cheap edges that a heap keeps. */
const TIES = 64;

/** No edge. */
const NONE = -1;

/** Heaps and edges that there is room for at first. */
const FIRST_ROOM = 1 << 10;

/** Edges by number. The owner knows what each of them means, and which are stale. */
export class EdgeHeaps {
  /** Number of nodes. */
  readonly nodes: number;
  /** By node: the heaps of edges that leave it. */
  readonly leaving: number[][];
  /** By node: the heaps of edges that lead to it. */
  readonly entering: number[][];
  /** By heap: the node that its edges leave. The array is as long as `target`. */
  source = new Int32Array(FIRST_ROOM);
  /** By heap: the node that its edges lead to. The array is longer than the number of heaps, and replaced when it grows. */
  target = new Int32Array(FIRST_ROOM);
  /** By heap: the cost of its cheapest edge, Infinity if it is empty. The array is as long as `target`. */
  cheapest = new Float64Array(FIRST_ROOM);

  /** By heap: its top edge. */
  #top = new Int32Array(FIRST_ROOM);
  /** By heap: how many edges that tie with the cheapest it has taken. */
  #ties = new Int32Array(FIRST_ROOM);
  #heaps = 0;
  /** By edge: its cost. */
  #cost = new Float64Array(FIRST_ROOM);
  /** By edge: the first edge below it in the heap. */
  #below = new Int32Array(FIRST_ROOM);
  /** By edge: the next edge beside it. */
  #beside = new Int32Array(FIRST_ROOM);
  #edges = 0;
  /** A hash table of heaps by their nodes: heap + 1, or 0; at most half full. */
  #slots = new Int32Array(2 * FIRST_ROOM);

  /** No edges. */
  constructor(nodes: number) {
    this.nodes = nodes;
    this.leaving = Array.from({ length: nodes }, () => []);
    this.entering = Array.from({ length: nodes }, () => []);
  }

  /**
   * Adds an edge and returns its number, 0, 1, 2, …; or −1 if the heap has {@link TIES} edges within `tie` of its cheapest and this
   * one is no cheaper: of thousands of equal changes a few are enough.
   */
  add(from: number, to: number, cost: number, tie: number): number {
    const h = this.#heapOf(from, to), cheapest = this.cheapest[h];
    if (cost < cheapest - tie) this.#ties[h] = 1;
    else if (cost <= cheapest + tie && ++this.#ties[h] > TIES && cost >= cheapest) return NONE;
    const edge = this.#edges;
    if (edge === this.#cost.length) this.#growEdges();
    this.#edges++;
    this.#cost[edge] = cost;
    this.#below[edge] = this.#beside[edge] = NONE;
    const top = this.#top[h];
    this.#top[h] = top === NONE ? edge : this.#joined(top, edge);
    if (cost < cheapest) this.cheapest[h] = cost;
    return edge;
  }

  /** The cheapest edge of heap `h`, −1 if it is empty. */
  top(h: number): number {
    return this.#top[h];
  }

  /** Removes edges from the top of heap `h` as long as they are stale. Returns whether any was. */
  dropStale(h: number, stale: (edge: number) => boolean): boolean {
    let top = this.#top[h], dropped = false;
    while (top !== NONE && stale(top)) {
      top = this.#joinedAll(this.#below[top]);
      dropped = true;
    }
    if (dropped) this.#ties[h] = 0;
    this.#top[h] = top;
    this.cheapest[h] = top === NONE ? Infinity : this.#cost[top];
    return dropped;
  }

  /** {@link dropStale} of every heap. */
  dropAllStale(stale: (edge: number) => boolean): void {
    for (let node = 0; node < this.nodes; node++) this.dropStaleFrom(node, stale);
  }

  /** {@link dropStale} of every heap of edges that leave a node. */
  dropStaleFrom(node: number, stale: (edge: number) => boolean): void {
    for (const h of this.leaving[node]) {
      if (this.#top[h] !== NONE && stale(this.#top[h])) this.dropStale(h, stale);
    }
  }

  /** The heap of a pair of nodes, a new one where there is none. */
  #heapOf(from: number, to: number): number {
    if (this.#heaps === this.target.length) this.#growHeaps();
    const slots = this.#slots, mask = slots.length - 1;
    let slot = hashOf(from, to) & mask;
    for (; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const h = slots[slot] - 1;
      if (this.target[h] === to && this.source[h] === from) return h;
    }
    const h = this.#heaps++;
    slots[slot] = h + 1;
    this.leaving[from].push(h);
    this.entering[to].push(h);
    this.target[h] = to;
    this.source[h] = from;
    this.cheapest[h] = Infinity;
    this.#top[h] = NONE;
    return h;
  }

  /** Joins two heaps, given their tops: the cheaper top (of equal ones the older) gets the other one below it. */
  #joined(a: number, b: number): number {
    const costA = this.#cost[a], costB = this.#cost[b];
    const isFirst = costA < costB || (costA === costB && a < b);
    const first = isFirst ? a : b, second = isFirst ? b : a;
    this.#beside[second] = this.#below[first];
    this.#below[first] = second;
    return first;
  }

  /** Joins the heaps that lie beside one another from `edge` on: in pairs, and then the pairs from the last one on. Returns the top. */
  #joinedAll(edge: number): number {
    const beside = this.#beside;
    let pairs = NONE;
    while (edge !== NONE) {
      const other = beside[edge];
      const rest = other === NONE ? NONE : beside[other];
      beside[edge] = NONE;
      if (other !== NONE) beside[other] = NONE;
      const pair = other === NONE ? edge : this.#joined(edge, other);
      beside[pair] = pairs;
      pairs = pair;
      edge = rest;
    }
    let top = NONE;
    while (pairs !== NONE) {
      const rest = beside[pairs];
      beside[pairs] = NONE;
      top = top === NONE ? pairs : this.#joined(top, pairs);
      pairs = rest;
    }
    return top;
  }

  #growEdges(): void {
    const room = 2 * this.#cost.length;
    this.#cost = grown(this.#cost, room);
    this.#below = grown(this.#below, room);
    this.#beside = grown(this.#beside, room);
  }

  #growHeaps(): void {
    const room = 2 * this.target.length;
    this.target = grown(this.target, room);
    this.cheapest = grown(this.cheapest, room);
    this.source = grown(this.source, room);
    this.#top = grown(this.#top, room);
    this.#ties = grown(this.#ties, room);
    const slots = this.#slots = new Int32Array(2 * room), mask = slots.length - 1;
    for (let h = 0; h < this.#heaps; h++) {
      let slot = hashOf(this.source[h], this.target[h]) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = h + 1;
    }
  }
}

function hashOf(from: number, to: number): number {
  const h = Math.imul(from, 0x9e3779b1) ^ Math.imul(to, 0x85ebca6b);
  return h ^ (h >>> 15);
}
