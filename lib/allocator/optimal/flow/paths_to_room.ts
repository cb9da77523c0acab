/**
 * Brings units to contracts that have room and a price above 0, along cheapest paths that are searched from their ends.
 *
 * @module
 */
import type { FlowNetwork } from "./flow_network.ts";
import type { FlowHoldings } from "./flow_holdings.ts";
import { NodeSearch, NONE } from "./node_search.ts";

/** What is known of a flow, as `CheapestPaths` has it; brought units change it. */
export interface FlowState {
  readonly holdings: FlowHoldings;
  /** Float64Array, length contracts: prices. */
  readonly price: Float64Array;
  /** Float64Array, length users: potentials. */
  readonly potential: Float64Array;
}

/**
 * A contract with room and a price above 0 needs one more unit, or a lower price. The unit may come from a user who takes an offer
 * more, or from a contract whose price falls to 0. Where scores tie thousands of users could take an offer more at no loss, and few
 * contracts have room: so Dijkstra's search goes backward, from the room to the nearest of those, and only the prices and
 * potentials of what it reaches change.
 */
export class PathsToRoom {
  readonly #network: FlowNetwork;
  readonly #state: FlowState;
  /** Arcs by contract: those of contract c are `#arc[#from[c] … #from[c + 1])`. */
  readonly #from: Uint32Array;
  readonly #arc: Uint32Array;
  /** Uint32Array, length arcs: user of each. */
  readonly #user: Uint32Array;
  /** Contracts are reached by the slots that take a unit on, users by the arcs that they take. */
  readonly #search: NodeSearch;
  /** How many arcs all searches have looked at. */
  looks = 0;

  /** Lists the network's arcs by contract. */
  constructor(network: FlowNetwork, state: FlowState) {
    const { users, start, contract, cap } = network;
    this.#network = network;
    this.#state = state;
    this.#user = new Uint32Array(contract.length);
    this.#from = new Uint32Array(cap.length + 1);
    this.#arc = new Uint32Array(contract.length);
    for (let u = 0; u < users; u++) this.#user.fill(u, start[u], start[u + 1]);
    for (let p = 0; p < contract.length; p++) this.#from[contract[p] + 1]++;
    for (let c = 0; c < cap.length; c++) this.#from[c + 1] += this.#from[c];
    const at = this.#from.slice();
    for (let p = 0; p < contract.length; p++) this.#arc[at[contract[p]]++] = p;
    this.#search = new NodeSearch(network);
  }

  /**
   * Brings one unit to a contract with room whose price is above 0, or lowers prices until one of those is 0. Returns by how much the
   * dual's value falls; Infinity if that is more than `within`, and 0 if no contract needs a unit.
   */
  bring(within = Infinity): number {
    const { cap } = this.#network,
      { holdings: { load, changes: { contracts } }, price } = this.#state;
    const search = this.#search;
    search.begin(within);
    for (let n = 0; n < contracts.count; n++) {
      const c = contracts.list[n];
      if (load[c] < cap[c] && price[c] > 0) this.#reachContract(c, 0, NONE);
    }
    if (search.touchedCount === 0) return 0;
    this.#findStart();
    if (search.end === NONE) return Infinity;
    const lost = this.#lower();
    this.#move();
    return lost;
  }

  /** Searches backward for the nearest start of a path, where the search ends. */
  #findStart(): void {
    const contracts = this.#network.cap.length, search = this.#search;
    for (let node = search.next(); node !== NONE; node = search.next()) {
      if (node < contracts) this.#takersOf(node);
      else this.#heldBy(node - contracts);
    }
  }

  /** Goes on to users who might take a contract. */
  #takersOf(c: number): void {
    const { cap, k, first, end, value, step, kind } = this.#network;
    const { holdings, price, potential } = this.#state, { count } = holdings;
    const search = this.#search, known = search.distance;
    const distance = known[c], own = price[c];
    this.looks += this.#from[c + 1] - this.#from[c];
    for (let i = this.#from[c]; i < this.#from[c + 1]; i++) {
      const p = this.#arc[i], u = this.#user[p];
      if (p < first[u] || p >= end[u]) continue;
      const loss = potential[u] - value[p] + own, node = cap.length + u;
      const reached = loss > 0 ? distance + loss : distance;
      if (reached >= known[node] || reached >= search.endDistance || holdings.holds(u, p)) continue;
      search.reach(node, reached, p);
      const without = -step[kind[u] * (k + 2) + count[u] + 1] - potential[u];
      search.endAt(node, without > 0 ? reached + without : reached);
      if (search.endDistance <= distance) return;
    }
  }

  /** Goes on to the contracts that a user might give up. */
  #heldBy(u: number): void {
    const { cap, k, contract, value } = this.#network;
    const { holdings: { arc, count }, price, potential } = this.#state;
    const search = this.#search, known = search.distance, distance = known[cap.length + u];
    for (let slot = u * k; slot < u * k + count[u]; slot++) {
      const c = contract[arc[slot]], loss = value[arc[slot]] - price[c] - potential[u];
      const reached = loss > 0 ? distance + loss : distance;
      if (reached >= known[c] || reached >= search.endDistance) continue;
      this.#reachContract(c, reached, slot);
    }
  }

  /** Reaches a contract, whose price might fall to 0. */
  #reachContract(c: number, distance: number, by: number): void {
    this.#search.reach(c, distance, by);
    this.#search.endAt(c, distance + this.#state.price[c]);
  }

  /** Lowers prices, and raises potentials, of what is nearer than the start. Returns by how much the dual's value falls. */
  #lower(): number {
    const { cap } = this.#network, { holdings: { load, changes }, price, potential } = this.#state;
    const { distance, touched, touchedCount, endDistance, end } = this.#search;
    let lost = 0;
    for (let i = 0; i < touchedCount; i++) {
      const node = touched[i], nearer = endDistance - distance[node];
      if (!(nearer > 0)) continue;
      if (node >= cap.length) {
        potential[node - cap.length] += nearer;
        changes.users.add(node - cap.length);
      } else {
        changes.contracts.add(node);
        const lower = Math.max(0, price[node] - nearer);
        lost += (price[node] - lower) * (cap[node] - load[node]);
        price[node] = lower;
      }
    }
    // Rounding must not leave it above 0, or the same search would follow.
    if (end < cap.length) price[end] = 0;
    return lost;
  }

  /** Moves a unit along the path that was found, from its start to the room. */
  #move(): void {
    const { cap, k, contract } = this.#network, { holdings } = this.#state, { by } = this.#search;
    let node = this.#search.end;
    if (node >= cap.length) {
      const p = by[node];
      holdings.add(node - cap.length, p);
      node = contract[p];
    }
    for (let slot = by[node]; slot !== NONE; slot = by[node]) {
      const p = by[cap.length + Math.floor(slot / k)];
      holdings.replace(slot, p);
      node = contract[p];
    }
  }
}
