/**
 * Finds users' best arcs while prices rise, from short lists.
 *
 * @module
 */
import { BestArcs, putInOrder } from "./best_arcs.ts";
import type { FlowNetwork } from "./flow_network.ts";

/** A list has TIMES as many arcs as are asked for, and at least LEAST. */
const LEAST = 24, TIMES = 3;

/**
 * Finds what {@link BestArcs} finds, but looks only at a list of the user's best arcs at earlier prices, as long as that is sure to
 * be right: prices only rise, so no arc that was left out is worth more now than the best one left out was then.
 */
export class NearArcs {
  /** Int32Array: the arcs found last, best first. */
  readonly arc: Int32Array;
  /** Float64Array: their net values. */
  readonly net: Float64Array;
  /** How many were found. */
  length = 0;
  readonly #network: FlowNetwork;
  readonly #whole: BestArcs;
  readonly #size: number;
  /** Int32Array, users × size: the list of each; those of user u are `#listed[u]`. */
  readonly #arc: Int32Array;
  readonly #contract: Int32Array;
  readonly #value: Float64Array;
  readonly #listed: Int32Array;
  /** Float64Array, length users: the most that an arc which is not in the list can be worth. */
  readonly #left: Float64Array;

  /** For the best `size` arcs. */
  constructor(network: FlowNetwork, size: number) {
    const { users, start } = network;
    this.#network = network;
    this.arc = new Int32Array(size);
    this.net = new Float64Array(size);
    let most = 0;
    for (let u = 0; u < users; u++) most = Math.max(most, start[u + 1] - start[u]);
    this.#size = Math.min(most, Math.max(LEAST, TIMES * size));
    this.#whole = new BestArcs(network, this.#size + 1);
    this.#arc = new Int32Array(users * this.#size);
    this.#contract = new Int32Array(users * this.#size);
    this.#value = new Float64Array(users * this.#size);
    this.#listed = new Int32Array(users);
    this.#left = new Float64Array(users);
    this.forget();
  }

  /** Drops all lists. Must be called if prices may have fallen. */
  forget(): void {
    this.#listed.fill(-1);
  }

  /** Finds the best arcs of user `u`. */
  find(u: number, price: Float64Array): void {
    if (this.#listed[u] < 0 || !this.#findListed(u, price)) {
      this.#list(u, price);
      this.#findListed(u, price);
    }
  }

  /** Finds them in the list. Returns false if arcs outside it may be better. */
  #findListed(u: number, price: Float64Array): boolean {
    const { arc, net } = this;
    const size = arc.length, base = u * this.#size, to = base + this.#listed[u];
    let length = 0, least = this.#left[u];
    for (let i = base; i < to; i++) {
      const own = this.#value[i] - price[this.#contract[i]];
      if (own < least || length === size && own === least) continue;
      putInOrder(net, arc, length < size ? length++ : size - 1, own, this.#arc[i]);
      if (length === size) least = net[size - 1];
    }
    this.length = length;
    return length === size || this.#left[u] === -Infinity;
  }

  #list(u: number, price: Float64Array): void {
    const { contract, value } = this.#network;
    const whole = this.#whole;
    whole.find(u, price);
    const listed = Math.min(whole.length, this.#size), base = u * this.#size;
    for (let i = 0; i < listed; i++) {
      const p = whole.arc[i];
      this.#arc[base + i] = p;
      this.#contract[base + i] = contract[p];
      this.#value[base + i] = value[p];
    }
    this.#listed[u] = listed;
    this.#left[u] = whole.length > listed ? whole.net[listed] : -Infinity;
  }
}
