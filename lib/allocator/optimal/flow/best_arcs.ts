/**
 * Finds a user's best arcs at given prices.
 *
 * @module
 */
import type { FlowNetwork } from "./flow_network.ts";

/** The arcs of one user with the highest net values (value − price), best first; of equal ones the earlier arc first. */
export class BestArcs {
  /** Int32Array: the arcs. */
  readonly arc: Int32Array;
  /** Float64Array: their net values. */
  readonly net: Float64Array;
  /** How many were found: the size, or all that the user has. */
  length = 0;
  readonly #network: FlowNetwork;

  /** Room for the best `size` arcs. */
  constructor(network: FlowNetwork, size: number) {
    this.#network = network;
    this.arc = new Int32Array(size);
    this.net = new Float64Array(size);
  }

  /** Finds the best arcs of user `u`. */
  find(u: number, price: Float64Array): void {
    const { first, end, contract, value } = this.#network;
    const { arc, net } = this;
    const size = arc.length, to = end[u];
    let length = 0, least = -Infinity;
    for (let p = first[u]; p < to; p++) {
      const own = value[p] - price[contract[p]];
      if (own <= least) continue;
      putInOrder(net, arc, length < size ? length++ : size - 1, own, p);
      if (length === size) least = net[size - 1];
    }
    this.length = length;
  }
}

/**
 * Puts an arc where it belongs in a list that is best first; those behind it move on, up to place `at`, whose arc is lost.
 *
 * @param net net values of the listed arcs
 * @param own the arc's own
 */
export function putInOrder(
  net: Float64Array,
  arc: Int32Array,
  at: number,
  own: number,
  p: number,
): void {
  for (; at > 0 && net[at - 1] < own; at--) {
    net[at] = net[at - 1];
    arc[at] = arc[at - 1];
  }
  net[at] = own;
  arc[at] = p;
}
