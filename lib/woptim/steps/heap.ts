/**
 * A heap of people by the cost of a step.
 *
 * @module
 */

/** A binary heap of the numbers 0 … n−1, the one that comes before all others on top. */
export class PeopleHeap {
  readonly #before: (a: number, b: number) => boolean;
  readonly #heap: Uint32Array;

  /** A heap of 0 … count−1 in the order that `before` gives; somebody's place may change by {@link settleTop} only. */
  constructor(count: number, before: (a: number, b: number) => boolean) {
    this.#before = before;
    this.#heap = new Uint32Array(count);
    for (let i = 0; i < count; i++) this.#heap[i] = i;
    for (let at = (count >> 1) - 1; at >= 0; at--) this.#sink(at);
  }

  /** Who comes first. */
  get top(): number {
    return this.#heap[0];
  }

  /** Finds the top's new place, after its cost has grown. */
  settleTop(): void {
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
}
