/**
 * Turns any prices and holdings into the best ones: moves units along cheapest paths until all caps are kept and every contract
 * with a price above 0 is full.
 *
 * @module
 */
import { BestArcs } from "./best_arcs.ts";
import { firstAbove } from "../../../base/arrays/sorted_place.ts";
import type { FlowControl } from "./flow_control.ts";
import type { FlowNetwork } from "./flow_network.ts";
import { type FlowChanges, FlowHoldings } from "./flow_holdings.ts";
import { NodeSearch, NONE } from "./node_search.ts";
import { PathsToRoom } from "./paths_to_room.ts";

/** The arcs of a user who held nothing before. */
const NOTHING = new Int32Array(0);

/** Paths between two looks at the clock, and arcs and holders that are looked at: where users tie a path may lead past all of them. */
const PATHS_BETWEEN = 16, LOOKS_BETWEEN = 1e6;

/**
 * Successive shortest paths with prices as potentials (Edmonds and Karp 1972; Jonker and Volgenant 1987), from any prices.
 *
 * Every user first gets its best bundle. Units beyond a cap are then moved on, one along each path: a holder exchanges the unit for
 * another contract, one of whose holders does the same, until a contract has room or a user gets one offer less. A contract with
 * room and a price above 0 needs the opposite: units that come along cheapest paths, or a lower price. A user's potential is the
 * net value at which it is indifferent about an offer more or less. With potentials no edge costs less than 0, so Dijkstra's
 * search finds cheapest paths.
 */
export class CheapestPaths {
  /** Who holds what. */
  readonly holdings: FlowHoldings;
  /** Float64Array, length contracts: prices. */
  readonly price: Float64Array;
  readonly #network: FlowNetwork;
  /** Float64Array, length users: at most the least net value of what the user holds, at least the best of what it does not hold. */
  readonly #potential: Float64Array;
  readonly #best: BestArcs;
  /** Contracts are reached by arcs, users by the slots that they give up. */
  readonly #search: NodeSearch;
  /** Scratch: distances of the contracts that a user holds, while they are hidden from it. */
  readonly #hidden: Float64Array;
  #toRoom: PathsToRoom | null = null;
  #looks = 0;
  /** The object that this one was as when both forgot their changes; null: none. */
  #twin: CheapestPaths | null = null;

  /** Starts from prices, and from those of the users' holdings that are among their best at these prices. */
  constructor(
    network: FlowNetwork,
    price: Float64Array,
    held: { arc: Int32Array; count: Uint16Array },
  ) {
    const { users, cap, k } = network;
    this.#network = network;
    this.price = price;
    this.holdings = new FlowHoldings(network);
    this.#potential = new Float64Array(users);
    this.#search = new NodeSearch(network);
    this.#hidden = new Float64Array(k);
    this.#best = new BestArcs(network, k + 1);
    for (let c = 0; c < cap.length; c++) this.holdings.changes.contracts.add(c);
    this.#giveBest(held);
  }

  /** Moves units until holdings and prices are optimal. Returns whether it came to its end; if it was stopped, caps may be exceeded. */
  async run({ stop, pause }: FlowControl): Promise<boolean> {
    const { cap } = this.#network;
    const { load } = this.holdings;
    let paths = 0, looks = this.looks;
    const isDue = () => ++paths >= PATHS_BETWEEN || this.looks >= looks + LOOKS_BETWEEN;
    const isOver = async () => {
      paths = 0;
      looks = this.looks;
      await pause();
      return stop();
    };
    for (let c = 0; c < cap.length; c++) {
      while (load[c] > cap[c]) {
        if (isDue() && await isOver()) return false;
        this.#moveOn(c);
      }
    }
    while (this.#needsUnits()) {
      if (isDue() && await isOver()) return false;
      this.#room().bring();
    }
    return true;
  }

  /**
   * Makes the flow optimal, as {@link run} does, but stops as soon as the dual's value has fallen by more than `most`. Returns by how
   * much it fell, at least; more than `most` if it stopped for that. Only what changed since an optimal flow was copied is looked at.
   */
  settle(most: number): number {
    const { cap } = this.#network;
    const { load, changes: { contracts } } = this.holdings;
    let lost = 0;
    for (let n = 0; n < contracts.count; n++) {
      const c = contracts.list[n];
      while (load[c] > cap[c] && lost <= most) lost += this.#moveOn(c, most - lost);
    }
    while (lost <= most && this.#needsUnits()) lost += this.#room().bring(most - lost);
    return lost;
  }

  /** Gives a user whose arcs or kind have changed its best bundle, instead of what it held. */
  chooseAgain(u: number): void {
    const { k } = this.#network;
    for (let n = this.holdings.count[u]; n > 0; n--) this.holdings.remove(u * k + n - 1);
    this.#giveBestTo(u, NOTHING, 0);
  }

  /** Units beyond caps, and those that contracts with a price above 0 have room for; none when {@link run} has come to its end. */
  unitsLeft(): number {
    const { cap } = this.#network, { load } = this.holdings;
    let left = 0;
    for (let c = 0; c < cap.length; c++) {
      if (load[c] > cap[c] || this.price[c] > 0) left += Math.abs(cap[c] - load[c]);
    }
    return left;
  }

  /** How many arcs and holders all searches for paths have looked at: about proportional to the time that they took. */
  get looks(): number {
    return this.#looks + (this.#toRoom?.looks ?? 0);
  }

  /**
   * Copies the state of another object for the same network. Both forget their changes, so the next copy between the two, in either
   * direction, takes only what changed since.
   */
  copyFrom(other: CheapestPaths): void {
    if (this.#twin === other && other.#twin === this) {
      this.#copyChanges(other, other.holdings.changes);
      this.#copyChanges(other, this.holdings.changes);
    } else {
      this.holdings.copyFrom(other.holdings);
      this.price.set(other.price);
      this.#potential.set(other.#potential);
      this.#twin = other;
      other.#twin = this;
    }
    this.holdings.changes.clear();
    other.holdings.changes.clear();
  }

  #copyChanges(other: CheapestPaths, changes: FlowChanges): void {
    const { contracts, users } = changes;
    this.holdings.copyChanges(other.holdings, changes);
    for (let n = 0; n < contracts.count; n++) {
      this.price[contracts.list[n]] = other.price[contracts.list[n]];
    }
    for (let n = 0; n < users.count; n++) {
      this.#potential[users.list[n]] = other.#potential[users.list[n]];
    }
  }

  /** Gives each user its best bundle; of arcs of the same worth those first that it held. */
  #giveBest(held: { arc: Int32Array; count: Uint16Array }): void {
    for (let u = 0; u < held.count.length; u++) this.#giveBestTo(u, held.arc, held.count[u]);
  }

  /** Gives user `u`, who holds nothing, its best bundle at the prices; among equal arcs first those of `heldArc`, which it held before. */
  #giveBestTo(u: number, heldArc: Int32Array, heldCount: number): void {
    const { k, contract, value, step, kind } = this.#network;
    const { price, holdings } = this;
    const best = this.#best;
    best.find(u, price);
    const steps = kind[u] * (k + 2);
    const { arc, net } = best;
    let n = 0;
    while (n < best.length && n < k) {
      const gain = net[n] + step[steps + n + 1];
      if (gain < 0 || (gain === 0 && n >= heldCount)) break;
      n++;
    }
    const least = n === 0 ? Infinity : net[n - 1];
    let first = 0;
    for (; first < n && net[first] > least; first++) holdings.add(u, arc[first]);
    for (let slot = u * k; slot < u * k + heldCount && holdings.count[u] < n; slot++) {
      const p = heldArc[slot];
      if (value[p] - price[contract[p]] === least) holdings.add(u, p);
    }
    for (let i = first; holdings.count[u] < n; i++) {
      if (!holdings.holds(u, arc[i])) holdings.add(u, arc[i]);
    }
    const next = n < best.length ? net[n] : -Infinity;
    this.#potential[u] = Math.max(next, -step[steps + n]);
    holdings.changes.users.add(u);
  }

  /**
   * Moves one unit on from a contract with too many holders. Returns by how much the dual's value falls; Infinity if that is more
   * than `within`.
   */
  #moveOn(source: number, within = Infinity): number {
    const search = this.#search;
    search.begin(within);
    search.reach(source, 0, NONE);
    this.#findEnd();
    if (search.end === NONE) return Infinity;
    const { cap } = this.#network;
    const { load, changes } = this.holdings;
    const { distance, touched, touchedCount, endDistance } = search;
    let lost = 0;
    for (let i = 0; i < touchedCount; i++) {
      const node = touched[i], nearer = endDistance - distance[node];
      if (!(nearer > 0)) continue;
      if (node < cap.length) {
        this.price[node] += nearer;
        changes.contracts.add(node);
        lost += nearer * (load[node] - cap[node]);
      } else {
        this.#potential[node - cap.length] -= nearer;
        changes.users.add(node - cap.length);
      }
    }
    this.#move();
    return lost;
  }

  /** Whether a contract has room and a price above 0. */
  #needsUnits(): boolean {
    const { cap } = this.#network,
      { load, changes: { contracts } } = this.holdings,
      { price } = this;
    for (let n = 0; n < contracts.count; n++) {
      const c = contracts.list[n];
      if (load[c] < cap[c] && price[c] > 0) return true;
    }
    return false;
  }

  /** The search for paths to such contracts, made when it is first needed. */
  #room(): PathsToRoom {
    const { holdings, price } = this, potential = this.#potential;
    return this.#toRoom ??= new PathsToRoom(this.#network, { holdings, price, potential });
  }

  /** Searches for the nearest end: a contract with room, or a user who gets one offer less. */
  #findEnd(): void {
    const contracts = this.#network.cap.length, search = this.#search;
    for (let node = search.next(); node !== NONE; node = search.next()) {
      if (node < contracts) this.#leaveContract(node);
      else this.#leaveUser(node - contracts);
    }
  }

  /** Goes on from a contract: any of its holders may give it up. */
  #leaveContract(c: number): void {
    const { cap, k, value, step, kind } = this.#network;
    const { first, next, arc, count } = this.holdings;
    const search = this.#search, known = search.distance;
    const price = this.price[c], distance = known[c];
    this.#looks += this.holdings.load[c];
    for (let slot = first[c]; slot !== NONE; slot = next[slot]) {
      const u = Math.floor(slot / k), node = cap.length + u;
      const loss = value[arc[slot]] - price - this.#potential[u];
      const reached = loss > 0 ? distance + loss : distance;
      if (reached >= known[node] || reached >= search.endDistance) continue;
      search.reach(node, reached, slot);
      const without = Math.max(0, this.#potential[u] + step[kind[u] * (k + 2) + count[u]]);
      search.endAt(node, reached + without);
    }
  }

  /** Goes on from a user: it may take any other contract. */
  #leaveUser(u: number): void {
    const { cap, k, first, end: endOf, contract, value } = this.#network;
    const { load, arc, count } = this.holdings;
    const search = this.#search, known = search.distance;
    const hidden = this.#hidden, price = this.price;
    const own = u * k, held = count[u], distance = known[cap.length + u];
    // A contract that the user holds is no alternative: it is hidden by a distance of −Infinity.
    for (let t = 0; t < held; t++) {
      const c = contract[arc[own + t]];
      hidden[t] = known[c];
      known[c] = -Infinity;
    }
    const base = distance + this.#potential[u], to = endOf[u];
    let end = search.endDistance;
    this.#looks += to - first[u];
    for (let p = first[u]; p < to; p++) {
      const c = contract[p];
      let reached = base - value[p] + price[c];
      if (reached >= end || reached >= known[c]) continue;
      if (reached < distance) reached = distance;
      if (reached >= known[c]) continue;
      if (load[c] < cap[c]) {
        search.touch(c, reached, p);
        search.endDistance = end = reached;
        search.end = c;
      } else search.reach(c, reached, p);
    }
    for (let t = 0; t < held; t++) known[contract[arc[own + t]]] = hidden[t];
  }

  /** Moves a unit along the path that was found, from its end to its start. */
  #move(): void {
    const { cap, contract } = this.#network;
    const { holdings } = this, { by } = this.#search;
    let node = this.#search.end;
    if (node >= cap.length) {
      const slot = by[node], c = contract[holdings.arc[slot]];
      holdings.remove(slot);
      node = c;
    }
    for (let p = by[node]; p !== NONE; p = by[node]) {
      const u = this.#userOf(p), slot = by[cap.length + u];
      if (slot === NONE) {
        holdings.add(u, p);
        return;
      }
      node = contract[holdings.arc[slot]];
      holdings.replace(slot, p);
    }
  }

  /** The user of an arc. */
  #userOf(p: number): number {
    return firstAbove(this.#network.start, p) - 1;
  }
}
