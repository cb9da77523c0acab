/**
 * Parallel edges between the nodes of a small graph, in one heap per pair of nodes: the cheapest is on top.
 *
 * @module
 */

/** Equally cheap edges that a heap takes. */
const TIES = 64;

/** Edges by number; the owner knows what each means, and which are stale. */
export class EdgeHeaps {
  /** Number of nodes. */
  readonly nodes: number;
  /** Heaps that leave each node. */
  readonly leaving: number[][];
  /** Node that each heap leads to. */
  readonly target: number[] = [];
  /** Cost of the cheapest edge of each heap; Infinity when it is empty. */
  readonly cheapest: number[] = [];
  /** Cost of each edge. */
  readonly cost: number[] = [];

  readonly #heap: number[][] = [];
  readonly #ties: number[] = [];
  readonly #heapOf = new Map<number, number>();

  /** No edges. */
  constructor(nodes: number) {
    this.nodes = nodes;
    this.leaving = Array.from({ length: nodes }, () => []);
  }

  /**
   * Adds an edge and returns its number, 0, 1, 2, …; or −1 where the heap has {@link TIES} edges within `tie` of its
   * cheapest and this one is no cheaper: of thousands of equal changes a few do.
   */
  add(from: number, to: number, cost: number, tie: number): number {
    const key = from * this.nodes + to;
    let h = this.#heapOf.get(key);
    if (h === undefined) {
      h = this.#heap.push([]) - 1;
      this.#heapOf.set(key, h);
      this.leaving[from].push(h);
      this.target.push(to);
      this.cheapest.push(Infinity);
      this.#ties.push(0);
    }
    if (cost < this.cheapest[h] - tie) this.#ties[h] = 1;
    else if (cost <= this.cheapest[h] + tie && ++this.#ties[h] > TIES && cost >= this.cheapest[h]) {
      return -1;
    }
    const heap = this.#heap[h];
    const edge = this.cost.push(cost) - 1;
    heap.push(edge);
    this.#up(heap, heap.length - 1);
    if (cost < this.cheapest[h]) this.cheapest[h] = cost;
    return edge;
  }

  /** The cheapest edge of heap `h`, −1 when it is empty. */
  top(h: number): number {
    return this.#heap[h].length > 0 ? this.#heap[h][0] : -1;
  }

  /** Removes edges from the top of heap `h` while `stale` says so. Returns whether any was. */
  dropStale(h: number, stale: (edge: number) => boolean): boolean {
    const heap = this.#heap[h];
    let dropped = false;
    while (heap.length > 0 && stale(heap[0])) {
      const last = heap.pop()!;
      if (heap.length > 0) {
        heap[0] = last;
        this.#down(heap);
      }
      dropped = true;
    }
    if (dropped) this.#ties[h] = 0;
    this.cheapest[h] = heap.length > 0 ? this.cost[heap[0]] : Infinity;
    return dropped;
  }

  /** {@link dropStale} of every heap. */
  dropAllStale(stale: (edge: number) => boolean): void {
    for (let h = 0; h < this.#heap.length; h++) {
      if (this.#heap[h].length > 0 && stale(this.#heap[h][0])) this.dropStale(h, stale);
    }
  }

  /** Whether edge a comes before edge b: by cost, equal ones in the order they were added. */
  #before(a: number, b: number): boolean {
    return this.cost[a] < this.cost[b] || (this.cost[a] === this.cost[b] && a < b);
  }

  #up(heap: number[], at: number): void {
    const edge = heap[at];
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(edge, heap[parent])) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = edge;
  }

  #down(heap: number[]): void {
    const edge = heap[0];
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.#before(heap[child + 1], heap[child])) child++;
      if (!this.#before(heap[child], edge)) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = edge;
  }
}
