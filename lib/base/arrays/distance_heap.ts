/**
 * The nodes that a search for shortest paths has yet to settle, nearest first.
 *
 * @module
 */
import { grown } from "./number_list.ts";

/** A binary heap of (distance, node). A node may be in it more than once; the caller skips entries that are out of date. */
export class DistanceHeap {
  #distance = new Float64Array(1024);
  #node = new Int32Array(1024);
  #size = 0;

  /** How many entries there are. */
  get size(): number {
    return this.#size;
  }

  /** Distance of the nearest node; Infinity if it is empty. */
  get least(): number {
    return this.#size === 0 ? Infinity : this.#distance[0];
  }

  /** Empties it. */
  clear(): void {
    this.#size = 0;
  }

  /** Adds a node. */
  push(distance: number, node: number): void {
    if (this.#size === this.#node.length) {
      this.#distance = grown(this.#distance, 2 * this.#size);
      this.#node = grown(this.#node, 2 * this.#size);
    }
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#distance[parent] <= distance) break;
      this.#distance[at] = this.#distance[parent];
      this.#node[at] = this.#node[parent];
      at = parent;
    }
    this.#distance[at] = distance;
    this.#node[at] = node;
  }

  /** Removes and returns the nearest node. */
  pop(): number {
    const nearest = this.#node[0], size = --this.#size;
    const distance = this.#distance[size], node = this.#node[size];
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && this.#distance[child + 1] < this.#distance[child]) child++;
      if (this.#distance[child] >= distance) break;
      this.#distance[at] = this.#distance[child];
      this.#node[at] = this.#node[child];
      at = child;
    }
    this.#distance[at] = distance;
    this.#node[at] = node;
    return nearest;
  }
}
