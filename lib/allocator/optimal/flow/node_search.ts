/**
 * Dijkstra's search among the nodes of a flow, as far as the nearest node where a path may end.
 *
 * @module
 */
import { DistanceHeap } from "../../../base/arrays/distance_heap.ts";
import type { FlowNetwork } from "./flow_network.ts";

/** No node, no slot, no arc. */
export const NONE = -1;

/** The state of a search. Nodes are the contracts, then the users. Its arrays are kept between searches. */
export class NodeSearch {
  /** Float64Array, by node: distance in the present search; Infinity where it was not reached. */
  readonly distance: Float64Array;
  /** Int32Array, by node: the slot or arc by which it was reached; {@link NONE} where a path begins. */
  readonly by: Int32Array;
  /** Int32Array: the nodes that were reached are its first `touchedCount`. */
  readonly touched: Int32Array;
  /** How many nodes were reached. */
  touchedCount = 0;
  /** Distance of the nearest end of a path, which the search does not go beyond. */
  endDistance = Infinity;
  /** Where the path with that distance ends; {@link NONE}: none was found. */
  end = NONE;
  readonly #heap = new DistanceHeap();

  /** A search that has reached nothing. */
  constructor({ users, cap }: FlowNetwork) {
    const nodes = cap.length + users;
    this.distance = new Float64Array(nodes).fill(Infinity);
    this.by = new Int32Array(nodes);
    this.touched = new Int32Array(nodes);
  }

  /** Begins anew, for paths shorter than `within`. */
  begin(within: number): void {
    for (let i = 0; i < this.touchedCount; i++) this.distance[this.touched[i]] = Infinity;
    this.touchedCount = 0;
    this.#heap.clear();
    this.endDistance = within;
    this.end = NONE;
  }

  /** Reaches a node, and goes on from it later. */
  reach(node: number, distance: number, by: number): void {
    this.touch(node, distance, by);
    this.#heap.push(distance, node);
  }

  /** Reaches a node from which the search need not go on. */
  touch(node: number, distance: number, by: number): void {
    if (this.distance[node] === Infinity) this.touched[this.touchedCount++] = node;
    this.distance[node] = distance;
    this.by[node] = by;
  }

  /** Notes that a path may end at a node, at this distance. */
  endAt(node: number, distance: number): void {
    if (distance >= this.endDistance) return;
    this.endDistance = distance;
    this.end = node;
  }

  /** The nearest node to go on from, among those nearer than the end; {@link NONE}: the search is over. */
  next(): number {
    const heap = this.#heap;
    while (heap.size > 0 && heap.least < this.endDistance) {
      const distance = heap.least, node = heap.pop();
      // A node that was reached on a shorter way since is in the heap twice.
      if (distance <= this.distance[node]) return node;
    }
    return NONE;
  }
}
