/**
 * Prices near the best by an auction: users bid for what they like best until nobody wants another offer.
 *
 * @module
 */
import { NearArcs } from "./near_arcs.ts";
import type { FlowControl } from "./flow_control.ts";
import type { FlowNetwork } from "./flow_network.ts";

/** How many users bid between two looks at the clock. */
const BETWEEN_LOOKS = 1024;

/**
 * The auction of Bertsekas (1979; 1988), for users with several offers and contracts with several units. A user offers for
 * each contract it takes what leaves it as well off as with the best that it does not take, and ε more; a full contract's
 * price is its lowest bid, whose bidder is sent away when a higher one comes. Prices only rise, and when nobody bids
 * any more every user holds its best bundle but for ε an offer.
 */
export class Auction {
  /** Float64Array, length contracts: prices. */
  readonly price: Float64Array;
  /** Int32Array, length users × k: arcs of user u in `[u·k, u·k + count[u])`. */
  readonly arc: Int32Array;
  /** Uint16Array, length users. */
  readonly count: Uint16Array;
  readonly #network: FlowNetwork;
  readonly #best: NearArcs;
  /** Int32Array, length contracts + 1: where the units of each lie in the heaps below, lowest bid first. */
  readonly #unit: Int32Array;
  readonly #bid: Float64Array;
  readonly #bidder: Int32Array;
  readonly #taken: Int32Array;
  /** Users who may want more, first come first served. */
  readonly #queue: Int32Array;
  readonly #queued: Uint8Array;

  constructor(network: FlowNetwork) {
    const { users, k, cap } = network;
    this.#network = network;
    this.price = new Float64Array(cap.length);
    this.arc = new Int32Array(users * k);
    this.count = new Uint16Array(users);
    this.#best = new NearArcs(network, k + 1);
    this.#unit = new Int32Array(cap.length + 1);
    for (let c = 0; c < cap.length; c++) this.#unit[c + 1] = this.#unit[c] + cap[c];
    this.#bid = new Float64Array(this.#unit[cap.length]);
    this.#bidder = new Int32Array(this.#unit[cap.length]);
    this.#taken = new Int32Array(cap.length);
    this.#queue = new Int32Array(users);
    this.#queued = new Uint8Array(users);
  }

  /** Lowers all prices, but not below 0. */
  lowerPrices(by: number): void {
    for (let c = 0; c < this.price.length; c++) this.price[c] = Math.max(0, this.price[c] - by);
  }

  /**
   * Everybody bids, by steps of at least `epsilon`, from the present prices. Returns whether it came to its end; stopped, what
   * users hold so far keeps all caps.
   */
  async run(epsilon: number, { stop, pause }: FlowControl): Promise<boolean> {
    const { users } = this.#network;
    this.count.fill(0);
    this.#taken.fill(0);
    this.#best.forget();
    const queue = this.#queue;
    for (let u = 0; u < users; u++) queue[u] = u;
    this.#queued.fill(1);
    let head = 0, waiting = users, look = 0;
    while (waiting > 0) {
      if (++look % BETWEEN_LOOKS === 0) {
        await pause();
        if (stop()) return false;
      }
      const u = queue[head];
      head = head + 1 === users ? 0 : head + 1;
      waiting--;
      this.#queued[u] = 0;
      const best = this.#findWanted(u);
      for (let i = 0; i < best; i++) {
        const out = this.#place(u, this.#best.arc[i], this.#best.net[i] + epsilon);
        if (out < 0 || this.#queued[out] === 1) continue;
        this.#queued[out] = 1;
        const tail = head + waiting;
        queue[tail >= users ? tail - users : tail] = out;
        waiting++;
      }
    }
    return true;
  }

  /**
   * Puts the arcs that user u takes beside those it holds first in the list of the best, and what it would pay for each above
   * its price (without ε) in place of their net values. Returns how many they are.
   */
  #findWanted(u: number): number {
    const { k, step, kind } = this.#network;
    const { arc, net } = this.#best;
    const held = this.count[u], own = u * k;
    if (held === k) return 0;
    this.#best.find(u, this.price);
    // Keeps only contracts that the user does not hold, in place.
    let length = 0;
    for (let i = 0; i < this.#best.length; i++) {
      let holds = false;
      for (let t = own; t < own + held; t++) if (this.arc[t] === arc[i]) holds = true;
      if (holds) continue;
      arc[length] = arc[i];
      net[length++] = net[i];
    }
    const steps = kind[u] * (k + 2) + held;
    let wanted = 0;
    while (wanted < length && held + wanted < k && net[wanted] + step[steps + wanted + 1] > 0) {
      wanted++;
    }
    if (wanted === 0) return 0;
    const without = -step[steps + wanted];
    const level = wanted < length ? Math.max(net[wanted], without) : without;
    for (let i = 0; i < wanted; i++) net[i] -= level;
    return wanted;
  }

  /** Gives user u a unit for `more` than the price. Returns the user that it is taken from, −1 where there was room. */
  #place(u: number, p: number, more: number): number {
    const { contract, cap, k } = this.#network;
    const c = contract[p], base = this.#unit[c], bid = this.price[c] + more;
    this.arc[u * k + this.count[u]++] = p;
    if (this.#taken[c] < cap[c]) {
      this.#rise(base, this.#taken[c]++, bid, u);
      if (this.#taken[c] === cap[c]) this.price[c] = this.#bid[base];
      return -1;
    }
    const out = this.#bidder[base];
    this.#takeBack(out, c);
    this.#sink(base, cap[c], bid, u);
    this.price[c] = this.#bid[base];
    return out;
  }

  #takeBack(u: number, c: number): void {
    const { contract, k } = this.#network;
    const own = u * k, last = own + --this.count[u];
    for (let t = own; t < last; t++) {
      if (contract[this.arc[t]] === c) {
        this.arc[t] = this.arc[last];
        return;
      }
    }
  }

  /** A new bid at the end of a heap. */
  #rise(base: number, at: number, bid: number, u: number): void {
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#bid[base + parent] <= bid) break;
      this.#bid[base + at] = this.#bid[base + parent];
      this.#bidder[base + at] = this.#bidder[base + parent];
      at = parent;
    }
    this.#bid[base + at] = bid;
    this.#bidder[base + at] = u;
  }

  /** A new bid in place of the lowest. */
  #sink(base: number, size: number, bid: number, u: number): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && this.#bid[base + child + 1] < this.#bid[base + child]) child++;
      if (this.#bid[base + child] >= bid) break;
      this.#bid[base + at] = this.#bid[base + child];
      this.#bidder[base + at] = this.#bidder[base + child];
      at = child;
    }
    this.#bid[base + at] = bid;
    this.#bidder[base + at] = u;
  }
}
