/**
 * A heap of people by cost.
 *
 * @module
 */

/** A binary heap of the numbers 0 … n−1, the one with the least cost on top (the least number among equals). */
export class CostHeap {
  readonly #cost: Float64Array;
  readonly #heap: Uint32Array;

  /** A heap of all indices of `cost`; an index is re-sorted after {@link replaceTop} only. */
  constructor(cost: Float64Array) {
    this.#cost = cost;
    this.#heap = Uint32Array.from(cost, (_, i) => i);
    for (let at = (cost.length >> 1) - 1; at >= 0; at--) this.#sink(at);
  }

  /** The index with the least cost. */
  get top(): number {
    return this.#heap[0];
  }

  /** Gives the top index a new cost, not below its old one. */
  replaceTop(cost: number): void {
    this.#cost[this.#heap[0]] = cost;
    this.#sink(0);
  }

  #sink(at: number): void {
    const heap = this.#heap;
    const index = heap[at];
    for (let child; (child = 2 * at + 1) < heap.length; at = child) {
      if (child + 1 < heap.length && this.#before(heap[child + 1], heap[child])) child++;
      if (!this.#before(heap[child], index)) break;
      heap[at] = heap[child];
    }
    heap[at] = index;
  }

  #before(a: number, b: number): boolean {
    const costA = this.#cost[a], costB = this.#cost[b];
    return costA < costB || (costA === costB && a < b);
  }
}
