/**
 * The nodes of the graph of changes that stand for caps and limits: where a unit of load can be while users pass it on.
 *
 * A slot is a contract or, if its offers count toward different limits, a contract with a set of limits: if an offer of a slot changes
 * hands, every cap and limit stays as it was. A unit too much in a slot is too much for all its rows (cap and limits). Rows with
 * room take it; for a row without, any other slot of that row can give up a unit instead. So a unit passes from a slot to a row
 * if all other rows of the slot have room, and from a row to any of its slots.
 *
 * The costs of nodes correct the prices: edges count that users pay the prices of rows, but a row with room really costs nothing.
 *
 * @module
 */
import type { Prices } from "../../../model/allocation.ts";
import type { Items } from "../../../limits/items.ts";
import type { Holdings } from "../holdings.ts";
import type { TransferLists, Transfers } from "./shortest_path.ts";

/** What a unit more, or less, costs beside each row of a slot: of those slots that a search has come to. */
interface CostsBeside {
  /** Float64Array, by place in the slots' `row`. */
  readonly cost: Float64Array;
  /** Uint8Array, by slot: 1 where its costs are known. */
  readonly isKnown: Uint8Array;
}

function costsBeside(places: number, slots: number): CostsBeside {
  return { cost: new Float64Array(places), isKnown: new Uint8Array(slots) };
}

/** Slots and the rows that their offers count toward. */
interface Slots {
  /** Uint32Array, length items: slot of each. */
  readonly ofItem: Uint32Array;
  /** Rows of slot s are `row[start[s] … start[s + 1])`, the cap first, then limits. */
  readonly start: Uint32Array;
  readonly row: Uint32Array;
  /** What an offer counts toward each row. */
  readonly coefficient: Float64Array;
  /** By place in `row`: the slot. */
  readonly slotOf: Uint32Array;
  /** By row: the places of its slots in `row`, if units can pass through the row; else empty. */
  readonly ofRow: readonly (readonly number[])[];
}

/** The nodes of the holdings' problem: first the slots, then, if there are limits, the rows (caps before limits). */
export class LoadNodes {
  /** Number of slots. */
  readonly slots: number;
  /** Number of nodes. */
  readonly count: number;
  /** Number of rows: caps, then limits. */
  readonly rows: number;

  readonly #holdings: Holdings;
  readonly #prices: Prices;
  readonly #contracts: number;
  /**
   * Whether offers count differently toward limits. Where they do not, what is overloaded loses nothing by a unit less; where they do, that
   * unit is hardly ever just what is too much.
   */
  readonly #weighs: boolean;
  /** The slots; null: they are the contracts. */
  readonly #slots: Slots | null;
  /** What one unit more of a slot costs beside each of its rows. */
  readonly #more: CostsBeside;
  /** What one unit less costs. */
  readonly #less: CostsBeside;
  /** Uint8Array, by node: 1 where the transfers from it (then those to it) are listed, and no row has changed since. */
  readonly #isListed: readonly [from: Uint8Array, to: Uint8Array];
  /** Float64Array, by row toward which offers count 1: the cost of a unit more of it at the last update. */
  readonly #rowMore: Float64Array;
  /** Float64Array, likewise: the cost of a unit less. */
  readonly #rowLess: Float64Array;
  /** Float64Array, by row: how much of it was used then. */
  readonly #rowUsed: Float64Array;
  /** Scratch: the cost of a unit in each row of a slot. */
  readonly #inRow: Float64Array;

  /** The nodes of the holdings, with costs at these prices. */
  constructor(holdings: Holdings, prices: Prices) {
    const { instance: { cap }, items } = holdings.problem;
    this.#holdings = holdings;
    this.#prices = prices;
    this.#contracts = cap.length;
    this.#weighs = items?.weighs ?? false;
    this.#slots = items === null ? null : slotsOf(items, cap.length);
    this.slots = this.#slots === null ? cap.length : this.#slots.start.length - 1;
    this.rows = this.#slots?.ofRow.length ?? cap.length;
    this.count = this.slots + (this.#slots === null ? 0 : this.rows);
    const places = this.#slots?.row.length ?? 0;
    this.#more = costsBeside(places, this.slots);
    this.#less = costsBeside(places, this.slots);
    this.#isListed = [new Uint8Array(this.count), new Uint8Array(this.count)];
    this.#rowMore = new Float64Array(this.count - this.slots).fill(NaN);
    this.#rowLess = this.#rowMore.slice();
    this.#rowUsed = this.#rowMore.slice();
    this.#inRow = new Float64Array(1 + (items?.mostRows ?? 0));
  }

  /** The slot of pair `p`. */
  slotOf(p: number): number {
    const { item } = this.#holdings.problem;
    return this.#slots === null ? item[p] : this.#slots.ofItem[item[p]];
  }

  /** The node of a row: caps come before limits. */
  rowNode(row: number): number {
    return this.#slots === null ? row : this.slots + row;
  }

  /**
   * Must be called once users have changed, before costs are asked for. Few rows become full, or get room again, by a few changes; the
   * costs and lists of all slots without such a row stay as they are. What budgets have left changes with every offer.
   */
  update(): void {
    const slots = this.#slots, { load, limits, problem: { items } } = this.#holdings;
    if (slots === null || items === null) return;
    for (let row = 0; row < this.#rowMore.length; row++) {
      const limit = row - this.#contracts;
      if (limit >= 0 && items.counts[limit] === 0) continue;
      const used = limit < 0 ? load[row] : limits!.used[limit];
      if (used === this.#rowUsed[row]) continue;
      this.#rowUsed[row] = used;
      const more = limit < 0 ? this.#capCost(row, 1) : this.#limitCost(limit, 1);
      const less = limit < 0 ? this.#capCost(row, -1) : this.#limitCost(limit, -1);
      if (more === this.#rowMore[row] && less === this.#rowLess[row]) continue;
      this.#rowMore[row] = more;
      this.#rowLess[row] = less;
      if (!items.weighs) { for (const e of slots.ofRow[row]) this.#forget(slots, slots.slotOf[e]); }
    }
    if (!items.weighs) return;
    for (const known of [this.#more.isKnown, this.#less.isKnown, ...this.#isListed]) known.fill(0);
  }

  /** Forgets what a slot costs, and the transfers that depend on that. */
  #forget({ start, row }: Slots, s: number): void {
    this.#more.isKnown[s] = this.#less.isKnown[s] = 0;
    for (const isListed of this.#isListed) {
      isListed[s] = 0;
      for (let e = start[s]; e < start[s + 1]; e++) isListed[this.slots + row[e]] = 0;
    }
  }

  /** The cost of one more unit in slot `s`, on top of the prices that its user pays; Infinity if a row has no room. */
  costOfMore(s: number): number {
    return this.#slots === null ? this.#capCost(s, 1) : this.#costIn(this.#slots, s, 1);
  }

  /** The cost of one unit less in slot `s`, on top of the prices that its user gets back. */
  costOfLess(s: number): number {
    return this.#slots === null ? this.#capCost(s, -1) : this.#costIn(this.#slots, s, -1);
  }

  /**
   * The cost of one more offer that counts toward a row, on top of its price; Infinity if there is no room for it, or offers do not all
   * take one unit.
   */
  costOfMoreIn(row: number): number {
    const slots = this.#slots;
    if (slots === null) return this.#capCost(row, 1);
    const [place] = slots.ofRow[row];
    return place !== undefined && slots.coefficient[place] > 0 ? this.#rowMore[row] : Infinity;
  }

  /**
   * The nodes that a unit can pass to without a change of a user, or where `backward` those that it can come from, each asked for once;
   * null: there are none.
   */
  transfers(backward = false): Transfers | null {
    const slots = this.#slots;
    if (slots === null) return null;
    const start = new Uint32Array(this.count + 1), isListed = this.#isListed[backward ? 1 : 0];
    for (let s = 0; s < this.slots; s++) start[s + 1] = slots.start[s + 1];
    slots.ofRow.forEach((places, r) => {
      start[this.slots + r + 1] = start[this.slots + r] + places.length;
    });
    const end = start.slice(0, this.count), last = start[this.count];
    const lists = { start, end, to: new Uint32Array(last), cost: new Float64Array(last) };
    return {
      ...lists,
      begin: () => this.update(),
      list: (node) => {
        if (node >= this.count || isListed[node] === 1) return;
        isListed[node] = 1;
        if (node < this.slots) this.#listRows(slots, node, backward, lists);
        else this.#listSlots(slots, node, backward, lists);
      },
    };
  }

  /** Lists the rows that a unit of a slot can pass to; or, `backward`, those for which the slot can give one up. */
  #listRows(
    slots: Slots,
    node: number,
    backward: boolean,
    { start, end, to, cost }: TransferLists,
  ): void {
    let at = start[node];
    for (let e = slots.start[node]; e < slots.start[node + 1]; e++) {
      const passing = this.#costOfPassing(slots, e, !backward);
      if (passing === Infinity || slots.ofRow[slots.row[e]].length < 2) continue;
      to[at] = this.slots + slots.row[e];
      cost[at++] = passing;
    }
    end[node] = at;
  }

  /** Lists the slots that can give up a unit in place of one that is too much for a row; or, `backward`, those that can pass one to it. */
  #listSlots(
    slots: Slots,
    node: number,
    backward: boolean,
    { start, end, to, cost }: TransferLists,
  ): void {
    let at = start[node];
    for (const e of slots.ofRow[node - this.slots]) {
      const passing = this.#costOfPassing(slots, e, backward);
      if (passing === Infinity) continue;
      to[at] = slots.slotOf[e];
      cost[at++] = passing;
    }
    end[node] = at;
  }

  /** The cost of passing a unit from a slot to the row at one of its places (`toRow`), or from that row to the slot. */
  #costOfPassing(slots: Slots, e: number, toRow: boolean): number {
    const beside = this.#besideOf(slots, slots.slotOf[e], toRow ? 1 : -1)[e];
    // A gain in other rows is not counted here but where a path ends: a path that passes twice would count it twice.
    return toRow ? Math.max(0, beside) : beside;
  }

  /**
   * By place: what one unit more (1) or less (−1) in slot `s` costs in all its rows but the one there. Set for the places of that slot.
   */
  #besideOf(slots: Slots, s: number, sign: number): Float64Array {
    const { cost, isKnown } = sign > 0 ? this.#more : this.#less;
    if (isKnown[s] === 1) return cost;
    isKnown[s] = 1;
    const from = slots.start[s], rows = slots.start[s + 1] - from, inRow = this.#inRow;
    for (let i = 0; i < rows; i++) inRow[i] = this.#rowCost(slots, from + i, sign);
    for (let i = 0; i < rows; i++) {
      let sum = 0;
      for (let j = 0; j < rows; j++) if (j !== i) sum += inRow[j];
      cost[from + i] = sum;
    }
    return cost;
  }

  /** The cost of one unit more (1) or less (−1) in slot `s`, in all its rows. */
  #costIn(slots: Slots, s: number, sign: number): number {
    let cost = 0;
    for (let e = slots.start[s]; e < slots.start[s + 1] && cost < Infinity; e++) {
      cost += this.#rowCost(slots, e, sign);
    }
    return cost;
  }

  /** The cost of one unit more or less in the row at a place. */
  #rowCost({ row, coefficient }: Slots, e: number, sign: number): number {
    const r = row[e], change = sign * coefficient[e], limit = r - this.#contracts;
    if (limit >= 0 && this.#holdings.problem.items!.counts[limit] === 0) {
      return this.#limitCost(limit, change);
    }
    return change > 0 ? this.#rowMore[r] : this.#rowLess[r];
  }

  /**
   * The cost of one unit more or less of contract `c` on top of its price: it takes the price back, which a cap with room does
   * not cost.
   */
  #capCost(c: number, sign: number): number {
    const { load, problem: { instance: { cap } } } = this.#holdings;
    if (sign < 0 && load[c] > cap[c] && !this.#weighs) return 0;
    const allowed = sign > 0 ? load[c] < cap[c] : load[c] > 0;
    return allowed ? -sign * this.#prices.contract[c] : Infinity;
  }

  /** The cost, on top of its price, of limit `r` counting `change` more. */
  #limitCost(r: number, change: number): number {
    const { limits, problem: { items } } = this.#holdings;
    if (change < 0 && limits!.isBroken(r) && !this.#weighs) return 0;
    const cost = limits!.costOfChange(r, change, this.#prices.limit?.[r] ?? 0);
    // If offers count differently, one may still fit once another is given up: that shows at the end of the path.
    return cost === Infinity && items!.counts[r] === 0 ? 0 : cost;
  }
}

/** The slots of items. With an item per pair, offers that differ only in how much they count share a slot. */
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
  // With an item per pair, a slot is found by walking a tree: from the contract along each row that separates slots.
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
  const slotOf: number[] = [];
  for (let s = 0; s + 1 < start.length; s++) {
    for (let e = start[s]; e < start[s + 1]; e++) {
      slotOf.push(s);
      if (row[e] < contracts || items.counts[row[e] - contracts] === 1) ofRow[row[e]].push(e);
    }
  }
  return {
    ofItem,
    start: Uint32Array.from(start),
    row: Uint32Array.from(row),
    coefficient: Float64Array.from(coefficient),
    slotOf: Uint32Array.from(slotOf),
    ofRow,
  };
}
