/**
 * Where a unit of load can be while users pass it on: the nodes of the graph of changes that stand for caps and limits.
 *
 * An offer that changes hands within a slot leaves every cap and limit as it was: a slot is a contract, or where offers of a
 * contract count toward different limits, a contract with the limits it counts toward. A unit too much in a slot is
 * too much for all its rows (cap and limits). Rows that have room take it; where one has none, any other slot of
 * that row can give a unit up in its place. So a unit passes from a slot to a row once all other rows of the slot have taken
 * it, and from a row to any of its slots.
 *
 * Costs are what the prices have wrong: users have paid the prices of rows, and a row with room charges nothing.
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import type { Items } from "../../limits/items.ts";
import type { Assignment } from "./assignment.ts";
import type { Transfers } from "./shortest_path.ts";

/** Slots and the rows that their offers count toward. */
interface Slots {
  /** Uint32Array, length items: slot of each. */
  readonly ofItem: Uint32Array;
  /** Rows of slot s are `row[start[s] … start[s + 1])`, the cap first, then limits. */
  readonly start: readonly number[];
  readonly row: readonly number[];
  /** What an offer counts toward each. */
  readonly coefficient: readonly number[];
  /** Slots of each row through which units can pass; empty for others. */
  readonly ofRow: readonly (readonly number[])[];
}

/** Slots and rows of an assignment's problem, numbered: slots first, then where there are limits the rows, caps before limits. */
export class LoadNodes {
  /** Number of slots. */
  readonly slots: number;
  /** Number of nodes. */
  readonly count: number;

  readonly #assignment: Assignment;
  readonly #prices: Prices;
  readonly #contracts: number;
  /** null: slots are contracts. */
  readonly #slots: Slots | null;

  /** The nodes where an assignment is improved at prices. */
  constructor(assignment: Assignment, prices: Prices) {
    const { instance: { cap }, items } = assignment.problem;
    this.#assignment = assignment;
    this.#prices = prices;
    this.#contracts = cap.length;
    this.#slots = items === null ? null : slotsOf(items, cap.length);
    this.slots = this.#slots === null ? cap.length : this.#slots.start.length - 1;
    this.count = this.slots + (this.#slots?.ofRow.length ?? 0);
  }

  /** The slot of pair `p`. */
  slotOf(p: number): number {
    const { item } = this.#assignment.problem;
    return this.#slots === null ? item[p] : this.#slots.ofItem[item[p]];
  }

  /** The node of the cap of contract `c`. */
  capNode(c: number): number {
    return this.#slots === null ? c : this.slots + c;
  }

  /** The node of limit `r`. */
  limitNode(r: number): number {
    return this.slots + this.#contracts + r;
  }

  /** What a unit more in slot `s` costs beside what its user has paid; Infinity where a row has no room. */
  costOfMore(s: number): number {
    return this.#slots === null ? this.#capCost(s, 1) : this.#costWithout(this.#slots, s, -1, 1);
  }

  /** What a unit less in slot `s` costs beside what its user was credited. */
  costOfLess(s: number): number {
    return this.#slots === null ? this.#capCost(s, -1) : this.#costWithout(this.#slots, s, -1, -1);
  }

  /** Relaxes all nodes that a unit at a node can pass to without a user's change; null: there is no such way. */
  get transfers(): Transfers | null {
    const slots = this.#slots;
    return slots === null ? null : (node, relax) => this.#eachTransfer(slots, node, relax);
  }

  #eachTransfer(slots: Slots, node: number, relax: (to: number, cost: number) => void): void {
    if (node < this.slots) {
      for (let e = slots.start[node]; e < slots.start[node + 1]; e++) {
        const r = slots.row[e];
        if (slots.ofRow[r].length < 2) continue;
        // What the other rows gain by it is left to where paths end: a path that passes twice would count it twice.
        const cost = this.#costWithout(slots, node, r, 1);
        if (cost < Infinity) relax(this.slots + r, Math.max(0, cost));
      }
      return;
    }
    const r = node - this.slots;
    for (const s of slots.ofRow[r] ?? []) {
      const cost = this.#costWithout(slots, s, r, -1);
      if (cost < Infinity) relax(s, cost);
    }
  }

  /** What a unit more (1) or less (−1) in slot `s` costs in all its rows but `except`. */
  #costWithout(slots: Slots, s: number, except: number, sign: number): number {
    let cost = 0;
    for (let e = slots.start[s]; e < slots.start[s + 1]; e++) {
      const row = slots.row[e];
      if (row === except) continue;
      const own = row < this.#contracts
        ? this.#capCost(row, sign)
        : this.#limitCost(row - this.#contracts, sign * slots.coefficient[e]);
      if (own === Infinity) return own;
      cost += own;
    }
    return cost;
  }

  /** What a unit more or less of contract `c` costs beside its price: it was worth the price to nobody. */
  #capCost(c: number, sign: number): number {
    const { load, problem: { instance: { cap } } } = this.#assignment;
    const allowed = sign > 0 ? load[c] < cap[c] : load[c] > 0;
    return allowed ? -sign * this.#prices.contract[c] : Infinity;
  }

  /** What it costs beside its price that limit `r` counts `change` more. */
  #limitCost(r: number, change: number): number {
    const { limits, problem: { items } } = this.#assignment;
    const cost = limits!.costOfChange(r, change, this.#prices.limit?.[r] ?? 0);
    // What weighs may still fit where something else of the limit is given up: that shows at the path's end.
    return cost === Infinity && items!.counts[r] === 0 ? 0 : cost;
  }
}

/** The slots of items. Where every pair is an item, offers that differ only in what they weigh share a slot. */
function slotsOf(items: Items, contracts: number): Slots {
  const rows = items.amount.length;
  const ofItem = new Uint32Array(items.contract.length);
  const start = [0], row: number[] = [], coefficient: number[] = [];
  const separates = (r: number) => !items.byPair || items.counts[r] === 1;
  const addSlot = (i: number): number => {
    row.push(items.contract[i]);
    coefficient.push(1);
    for (let e = items.start[i]; e < items.start[i + 1]; e++) {
      if (!separates(items.row[e])) continue;
      row.push(contracts + items.row[e]);
      coefficient.push(items.coefficient[e]);
    }
    return start.push(row.length) - 2;
  };
  // A slot of pairs is a path through a tree: the contract, then each row that separates slots.
  const next = new Map<number, number>(), slotAt = new Map<number, number>();
  let branches = contracts;
  for (let i = 0; i < ofItem.length; i++) {
    if (!items.byPair) {
      ofItem[i] = addSlot(i);
      continue;
    }
    let at = items.contract[i];
    for (let e = items.start[i]; e < items.start[i + 1]; e++) {
      if (!separates(items.row[e])) continue;
      const key = at * rows + items.row[e];
      let branch = next.get(key);
      if (branch === undefined) next.set(key, branch = branches++);
      at = branch;
    }
    let slot = slotAt.get(at);
    if (slot === undefined) slotAt.set(at, slot = addSlot(i));
    ofItem[i] = slot;
  }
  const ofRow: number[][] = Array.from({ length: contracts + rows }, () => []);
  for (let s = 0; s + 1 < start.length; s++) {
    for (let e = start[s]; e < start[s + 1]; e++) {
      if (row[e] < contracts || items.counts[row[e] - contracts] === 1) ofRow[row[e]].push(s);
    }
  }
  return { ofItem, start, row, coefficient, ofRow };
}
