/**
 * Finds prices near the best ones by an auction: users bid for what they like best until nobody wants another offer.
 *
 * @module
 */
import { NearArcs } from "./near_arcs.ts";
import type { FlowControl } from "./flow_control.ts";
import type { FlowNetwork } from "./flow_network.ts";

/** How many users bid between two looks at the clock. */
const BETWEEN_LOOKS = 1024;

/**
 * The auction algorithm of Bertsekas (1979; 1988), for users with several offers and contracts with several units. For each
 * contract that it takes, a user bids as much as leaves it as well off as with the best one that it does not take, plus ε. A
 * full contract's price is its lowest bid; when a higher one comes, that bidder loses its unit. Prices only rise. When nobody
 * bids any more, every user holds its best bundle up to ε per offer.
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
  /**
   * Int32Array, length contracts + 1: the units of contract c are `[#unit[c], #unit[c + 1])` of the next two, a heap with the
   * lowest bid first.
   */
  readonly #unit: Int32Array;
  readonly #bid: Float64Array;
  readonly #bidder: Int32Array;
  /** Int32Array, length contracts: units taken of each. */
  readonly #taken: Int32Array;
  /** A ring buffer of users who may want more, and whether each user is in it. */
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
   * Runs an auction with bids of at least `epsilon` more, from the present prices. Returns whether it came to its end; if it was
   * stopped, what users hold keeps all caps.
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
   * Finds the arcs that user u takes in addition to those it holds. They come first in the list of the best arcs, and their net values are
   * replaced by what the user pays for each above its price (without ε). Returns how many they are.
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
      for (let slot = own; slot < own + held; slot++) if (this.arc[slot] === arc[i]) holds = true;
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

  /**
   * Gives user u a unit of arc p for `more` than its price. Returns the user that it is taken from, −1 if a unit was left. A contract
   * without units takes the bid as its price, and u has what it had.
   */
  #place(u: number, p: number, more: number): number {
    const { contract, cap, k } = this.#network;
    const c = contract[p], base = this.#unit[c], bid = this.price[c] + more;
    if (cap[c] === 0) {
      this.price[c] = bid;
      return u;
    }
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

  /** Takes contract c away from user u, who holds it. */
  #takeBack(u: number, c: number): void {
    const { contract, k } = this.#network;
    const own = u * k, last = own + --this.count[u];
    for (let slot = own; slot < last; slot++) {
      if (contract[this.arc[slot]] === c) {
        this.arc[slot] = this.arc[last];
        return;
      }
    }
  }

  /** Inserts a bid at the end of a heap, at place `at`. */
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

  /** Replaces the lowest bid of a heap. */
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
