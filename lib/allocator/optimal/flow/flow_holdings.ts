/**
 * The holdings of a flow: offers by user, and holders by contract as linked lists.
 *
 * @module
 */
import type { FlowNetwork } from "./flow_network.ts";
import { SparseSet } from "../../../base/arrays/sparse_set.ts";

/** What of a flow changed since it was copied. */
export class FlowChanges {
  /** Contracts whose load or price changed. */
  readonly contracts: SparseSet;
  /** Users whose offers or potential changed. */
  readonly users: SparseSet;
  /** Slots with another arc, or another place in the list of their contract. */
  readonly slots: SparseSet;

  /** No changes. */
  constructor({ users, k, cap }: FlowNetwork) {
    this.contracts = new SparseSet(cap.length);
    this.users = new SparseSet(users);
    this.slots = new SparseSet(users * k);
  }

  /** Forgets all changes. */
  clear(): void {
    this.contracts.clear();
    this.users.clear();
    this.slots.clear();
  }
}

/** Offers as slots: slot `u·k + t` is the t-th offer of user u. Caps may be exceeded for a while. */
export class FlowHoldings {
  /** Int32Array, length users × k: arc of each slot; those of user u are the first `count[u]`. */
  readonly arc: Int32Array;
  /** Uint16Array, length users: offers of each. */
  readonly count: Uint16Array;
  /** Int32Array, length contracts: users that hold each. */
  readonly load: Int32Array;
  /** Int32Array, length contracts: the first slot that holds each, −1: none. */
  readonly first: Int32Array;
  /** Int32Array, length users × k: the next slot that holds the same contract, −1: none. */
  readonly next: Int32Array;
  /** What changed. */
  readonly changes: FlowChanges;
  readonly #previous: Int32Array;
  readonly #network: FlowNetwork;

  /** Empty holdings. */
  constructor(network: FlowNetwork) {
    const { users, k, cap } = network;
    this.#network = network;
    this.arc = new Int32Array(users * k).fill(-1);
    this.count = new Uint16Array(users);
    this.load = new Int32Array(cap.length);
    this.first = new Int32Array(cap.length).fill(-1);
    this.next = new Int32Array(users * k).fill(-1);
    this.#previous = new Int32Array(users * k).fill(-1);
    this.changes = new FlowChanges(network);
  }

  /** Whether user `u` holds an arc. */
  holds(u: number, arc: number): boolean {
    const { k } = this.#network;
    for (let slot = u * k; slot < u * k + this.count[u]; slot++) {
      if (this.arc[slot] === arc) return true;
    }
    return false;
  }

  /** Gives user `u` one more arc. */
  add(u: number, arc: number): void {
    this.#link(u * this.#network.k + this.count[u]++, arc);
  }

  /** Replaces the arc of a slot by another one of the same user. */
  replace(slot: number, arc: number): void {
    this.#unlink(slot);
    this.#link(slot, arc);
  }

  /** Removes the arc of a slot; the user's last arc moves into it. */
  remove(slot: number): void {
    const { k } = this.#network;
    const u = Math.floor(slot / k), last = u * k + --this.count[u];
    this.#unlink(slot);
    if (last === slot) return;
    const arc = this.arc[last];
    this.#unlink(last);
    this.#link(slot, arc);
  }

  /** Copies the holdings of another object for the same network. */
  copyFrom(other: FlowHoldings): void {
    this.arc.set(other.arc);
    this.count.set(other.count);
    this.load.set(other.load);
    this.first.set(other.first);
    this.next.set(other.next);
    this.#previous.set(other.#previous);
  }

  /** Copies what is noted in `changes` of the holdings of another object for the same network. */
  copyChanges(other: FlowHoldings, { contracts, users, slots }: FlowChanges): void {
    for (let n = 0; n < contracts.count; n++) {
      const c = contracts.list[n];
      this.load[c] = other.load[c];
      this.first[c] = other.first[c];
    }
    for (let n = 0; n < users.count; n++) {
      const u = users.list[n];
      this.count[u] = other.count[u];
    }
    for (let n = 0; n < slots.count; n++) {
      const slot = slots.list[n];
      this.arc[slot] = other.arc[slot];
      this.next[slot] = other.next[slot];
      this.#previous[slot] = other.#previous[slot];
    }
  }

  #note(slot: number, contract: number): void {
    const { contracts, users, slots } = this.changes;
    contracts.add(contract);
    users.add(Math.floor(slot / this.#network.k));
    slots.add(slot);
  }

  #link(slot: number, arc: number): void {
    const c = this.#network.contract[arc], head = this.first[c];
    this.#note(slot, c);
    this.arc[slot] = arc;
    this.load[c]++;
    this.next[slot] = head;
    this.#previous[slot] = -1;
    if (head >= 0) {
      this.#previous[head] = slot;
      this.changes.slots.add(head);
    }
    this.first[c] = slot;
  }

  #unlink(slot: number): void {
    const c = this.#network.contract[this.arc[slot]];
    const next = this.next[slot], previous = this.#previous[slot];
    this.#note(slot, c);
    if (previous >= 0) {
      this.next[previous] = next;
      this.changes.slots.add(previous);
    } else this.first[c] = next;
    if (next >= 0) {
      this.#previous[next] = previous;
      this.changes.slots.add(next);
    }
    this.arc[slot] = -1;
    this.load[c]--;
  }
}
