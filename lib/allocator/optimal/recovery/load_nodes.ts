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
import type { Assignment } from "./assignment.ts";
import type { DualProblem } from "../dual/dual_problem.ts";

/** Relaxes node `to` at a cost beyond that of the node it is reached from. */
export type Relax = (to: number, cost: number) => void;

/** Slots and rows of a problem, numbered: slots first, then where there are limits the rows, caps before limits. */
export class LoadNodes {
  /** Number of slots. */
  readonly slots: number;
  /** Number of nodes. */
  readonly count: number;

  readonly #problem: DualProblem;
  readonly #slotOfItem: Uint32Array | null;
  /** Rows of slot s are `row[start[s] … start[s + 1])`, the cap first; an offer counts `coefficient` toward each. */
  readonly #start: Uint32Array;
  readonly #row: Uint32Array;
  readonly #coefficient: Float64Array;
  /** Uint8Array, length limits: 1 where every offer counts one (or minus one), so that units can pass from hand to hand. */
  readonly #counts: Uint8Array;
  /** Slots of each row through which units can pass; empty for others. */
  readonly #slotsOf: readonly (readonly number[])[];

  /** The nodes of a problem. Where every pair is an item, offers that differ only in what they weigh share a slot. */
  constructor(problem: DualProblem) {
    const { instance: { cap }, items } = problem;
    this.#problem = problem;
    if (items === null) {
      this.slots = this.count = cap.length;
      this.#slotOfItem = null;
      this.#start = new Uint32Array(0);
      this.#row = new Uint32Array(0);
      this.#coefficient = new Float64Array(0);
      this.#slotsOf = [];
      this.#counts = new Uint8Array(0);
      return;
    }
    const counts = this.#counts = rowsThatCount(problem);
    const slotOfItem = new Uint32Array(items.contract.length);
    const start = [0], row: number[] = [], coefficient: number[] = [];
    // A slot is a path through a tree: the contract, then each row that tells slots apart.
    const rows = items.amount.length,
      next = new Map<number, number>(),
      slotOf = new Map<number, number>();
    let branches = cap.length;
    for (let i = 0; i < items.contract.length; i++) {
      let at = items.contract[i];
      for (let e = items.start[i]; e < items.start[i + 1]; e++) {
        if (items.byPair && counts[items.row[e]] === 0) continue;
        const key = at * rows + items.row[e];
        let branch = next.get(key);
        if (branch === undefined) next.set(key, branch = branches++);
        at = branch;
      }
      // Items that are not pairs may differ in their numbers too.
      let slot = items.byPair ? slotOf.get(at) : undefined;
      if (slot === undefined) {
        slot = start.length - 1;
        slotOf.set(at, slot);
        row.push(items.contract[i]);
        coefficient.push(1);
        for (let e = items.start[i]; e < items.start[i + 1]; e++) {
          if (items.byPair && counts[items.row[e]] === 0) continue;
          row.push(cap.length + items.row[e]);
          coefficient.push(items.coefficient[e]);
        }
        start.push(row.length);
      }
      slotOfItem[i] = slot;
    }
    this.slots = start.length - 1;
    this.count = this.slots + cap.length + rows;
    this.#slotOfItem = slotOfItem;
    this.#start = Uint32Array.from(start);
    this.#row = Uint32Array.from(row);
    this.#coefficient = Float64Array.from(coefficient);
    const slotsOf: number[][] = Array.from({ length: cap.length + rows }, () => []);
    for (let s = 0; s < this.slots; s++) {
      for (let e = start[s]; e < start[s + 1]; e++) {
        if (row[e] < cap.length || counts[row[e] - cap.length] === 1) slotsOf[row[e]].push(s);
      }
    }
    this.#slotsOf = slotsOf;
  }

  /** The slot of pair `p`. */
  slotOf(p: number): number {
    const { item } = this.#problem;
    return this.#slotOfItem === null ? item[p] : this.#slotOfItem[item[p]];
  }

  /** The node of the cap of contract `c`. */
  capNode(c: number): number {
    return this.#slotOfItem === null ? c : this.slots + c;
  }

  /** The node of limit `r`. */
  limitNode(r: number): number {
    return this.slots + this.#problem.instance.cap.length + r;
  }

  /** What a unit more in slot `s` costs beside what its user has paid; Infinity where a row has no room. */
  costOfMore(s: number, assignment: Assignment, prices: Prices): number {
    if (this.#slotOfItem === null) return capCost(assignment, prices, s, 1);
    return this.#costWithout(s, -1, 1, assignment, prices);
  }

  /** What a unit less in slot `s` costs beside what its user was credited. */
  costOfLess(s: number, assignment: Assignment, prices: Prices): number {
    if (this.#slotOfItem === null) return capCost(assignment, prices, s, -1);
    return this.#costWithout(s, -1, -1, assignment, prices);
  }

  /** Whether units pass through rows. */
  get hasTransfers(): boolean {
    return this.#slotOfItem !== null;
  }

  /** Relaxes all nodes that a unit at `node` can pass to without a user's change. */
  eachTransfer(node: number, assignment: Assignment, prices: Prices, relax: Relax): void {
    if (node < this.slots) {
      for (let e = this.#start[node]; e < this.#start[node + 1]; e++) {
        const r = this.#row[e];
        if (this.#slotsOf[r].length < 2) continue;
        // What the other rows gain by it is left to where paths end: a path that passes twice would count it twice.
        const cost = this.#costWithout(node, r, 1, assignment, prices);
        if (cost < Infinity) relax(this.slots + r, Math.max(0, cost));
      }
      return;
    }
    const r = node - this.slots;
    for (const s of this.#slotsOf[r] ?? []) {
      const cost = this.#costWithout(s, r, -1, assignment, prices);
      if (cost < Infinity) relax(s, cost);
    }
  }

  /** What a unit more (1) or less (−1) in slot `s` costs in all its rows but `except`. */
  #costWithout(
    s: number,
    except: number,
    sign: number,
    assignment: Assignment,
    prices: Prices,
  ): number {
    const contracts = this.#problem.instance.cap.length;
    let cost = 0;
    for (let e = this.#start[s]; e < this.#start[s + 1]; e++) {
      const r = this.#row[e];
      if (r === except) continue;
      const own = r < contracts
        ? capCost(assignment, prices, r, sign)
        : assignment.limits!.costOfChange(
          r - contracts,
          sign * this.#coefficient[e],
          prices.limit?.[r - contracts] ?? 0,
        );
      if (own < Infinity) cost += own;
      // What weighs may still fit where something else of the limit is given up: that shows at the path's end.
      else if (r < contracts || this.#counts[r - contracts] === 1) return own;
    }
    return cost;
  }
}

/** What a unit more or less of contract `c` costs beside its price: it was worth the price to nobody. */
function capCost({ load, problem }: Assignment, prices: Prices, c: number, sign: number): number {
  const allowed = sign > 0 ? load[c] < problem.instance.cap[c] : load[c] > 0;
  return allowed ? -sign * prices.contract[c] : Infinity;
}

/** Which limits count every offer as one (or minus one). */
function rowsThatCount({ items }: DualProblem): Uint8Array {
  const { row, coefficient, amount } = items!;
  const counts = new Uint8Array(amount.length).fill(1);
  for (let e = 0; e < row.length; e++) if (Math.abs(coefficient[e]) !== 1) counts[row[e]] = 0;
  return counts;
}
