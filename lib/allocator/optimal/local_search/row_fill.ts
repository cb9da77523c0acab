/**
 * Finds the best few changes that use up one row toward which offers count differently, such as a budget.
 *
 * A beam search drops most chains before the change that would have made them good. For one row alone that is not necessary: a change
 * is an amount (how much more of the row it takes) and a cost, and the best set of up to four changes is found by halves (Horowitz
 * and Sahni, "Computing partitions with applications to the knapsack problem", 1974). All sets of up to two changes are sorted
 * by their amounts. The best partner of a set is the one that loses least among those that still fit with it, which is a
 * minimum over a beginning of the list.
 *
 * @module
 */
import { type BundlesByRow, bundlesByRow, type ChoiceTable } from "./choice_table.ts";
import type { RowCosts } from "./row_costs.ts";
import type { SharedRows } from "./shared_rows.ts";

/** How many changes are combined (the cheapest), and how many partners in a row of units are tried for each change. */
const KEPT = 160, PARTNERS = 6;

/** A row of units with this much room is ignored: a set of changes takes far less. */
const ROOM = 24;

/** The change of one user, or changes of two users that together leave a row of units as it is. */
export interface Change {
  /** The bundles that the users take; `second` is −1 if there is only one. */
  readonly first: number;
  readonly second: number;
  /** How much more of the row they take. */
  readonly more: number;
  /** By how much regrets grow. */
  readonly cost: number;
}

/** Fills rows one after the other. Rows that are done stay as they are. */
export class RowFill {
  readonly #table: ChoiceTable;
  readonly #costs: RowCosts;
  readonly #rows: SharedRows;
  /** Uint8Array, length rows: 1 if offers count in fractions toward the row; others are rows of units. */
  readonly #weighs: Uint8Array;
  readonly #byRow: BundlesByRow;
  /** Uint8Array, length rows: 1 for rows that are done. */
  readonly #done: Uint8Array;
  /** Float64Array, length rows: what the change that is being looked at adds to each. */
  readonly #delta: Float64Array;
  /** The rows that this change touches. */
  readonly #touched: number[] = [];
  /** The key of changes that do the opposite of the one that {@link #look} looked at last. */
  #opposite = NOTHING;
  /** Changes by the key of what they do to full rows of units, as {@link #look} finds it; empty until a row asks for them. */
  readonly #partners = new Map<number, number[]>();

  constructor(table: ChoiceTable, costs: RowCosts, rows: SharedRows, weighs: Uint8Array) {
    this.#table = table;
    this.#costs = costs;
    this.#rows = rows;
    this.#weighs = weighs;
    const count = rows.left.length;
    this.#done = new Uint8Array(count);
    this.#delta = new Float64Array(count);
    this.#byRow = bundlesByRow(table, count);
  }

  /** Begins a sweep: of the rows with fractions, all but `some` count as done. */
  begin(weighing: readonly number[], some: readonly number[]): void {
    for (const r of weighing) this.#done[r] = 1;
    for (const r of some) this.#done[r] = 0;
  }

  /** Makes the changes that lose least in row `r` and by regrets together, and marks the row as done. */
  fill(r: number): void {
    const changes = this.#changesIn(r);
    const best = bestSet(changes, this.#rows.left[r], this.#rows.price[r], this.#table.owner);
    this.#costs.looks += changes.length ** 2 / 2;
    for (const { first, second } of best) {
      this.#make(first);
      if (second >= 0) this.#make(second);
    }
    this.#done[r] = 1;
  }

  #make(b: number): void {
    this.#costs.change(b);
    this.#table.held[this.#table.owner[b]] = b;
    this.#costs.keep();
  }

  /** The cheapest changes in row `r` that leave rows that are done, and full rows of units, as they are. */
  #changesIn(r: number): Change[] {
    this.#partners.clear();
    const { owner, held, ofUser } = this.#table;
    const found: Change[] = [];
    const single: { b: number; opposite: number }[] = [], double: typeof single = [];
    const seen = new Set<number>();
    const { start, bundle } = this.#byRow;
    for (let i = start[r]; i < start[r + 1]; i++) {
      const u = owner[bundle[i]];
      if (seen.has(u)) continue;
      seen.add(u);
      for (let b = ofUser[u]; b < ofUser[u + 1]; b++) {
        if (b === held[u]) continue;
        const full = this.#look(b);
        const more = this.#delta[r];
        if (full === NOTHING && more !== 0) {
          found.push({ first: b, second: -1, more, cost: this.#costOf(b) });
        } else if (full >= 0 && more !== 0) {
          (full < 2 * this.#delta.length ? single : double).push({ b, opposite: this.#opposite });
        }
        this.#forget();
      }
    }
    for (const paired of [single, double]) {
      paired.sort((x, y) => this.#costOf(x.b) - this.#costOf(y.b) || x.b - y.b);
      for (const { b, opposite } of paired.slice(0, KEPT)) this.#pair(b, opposite, r, found);
    }
    found.sort((x, y) => x.cost - y.cost || x.first - y.first || x.second - y.second);
    return found.slice(0, KEPT);
  }

  /**
   * Adds change `b`, which takes or gives units of full rows, together with each of the cheapest changes of others that do the
   * opposite.
   */
  #pair(b: number, opposite: number, r: number, found: Change[]): void {
    const { owner } = this.#table;
    this.#look(b);
    const more = this.#delta[r], cost = this.#costOf(b);
    this.#forget();
    for (const other of this.#partnersFor(opposite)) {
      if (owner[other] === owner[b]) continue;
      this.#look(other);
      const sum = more + this.#delta[r];
      this.#forget();
      found.push({ first: b, second: other, more: sum, cost: cost + this.#costOf(other) });
    }
  }

  /** The cheapest changes that do to full rows of units what `key` says, and leave all others but those still to come. */
  #partnersFor(key: number): readonly number[] {
    if (this.#partners.size === 0) this.#listPartners();
    const partners = this.#partners.get(key);
    if (partners === undefined) return [];
    if (partners.length > PARTNERS) {
      partners.sort((x, y) => this.#costOf(x) - this.#costOf(y) || x - y);
      partners.length = PARTNERS;
    }
    return partners;
  }

  /** All changes that take or give units of one or two full rows, by what they do. */
  #listPartners(): void {
    const { held, ofUser } = this.#table;
    for (let u = 0; u < held.length; u++) {
      for (let b = ofUser[u]; b < ofUser[u + 1]; b++) {
        if (b === held[u]) continue;
        const full = this.#look(b);
        this.#forget();
        if (full < 0) continue;
        const known = this.#partners.get(full);
        if (known === undefined) this.#partners.set(full, [b]);
        else known.push(b);
      }
    }
  }

  #costOf(b: number): number {
    const { regret, held, owner } = this.#table;
    return regret[b] - regret[held[owner[b]]];
  }

  /**
   * Computes what change `b` adds to rows. Returns a key of the one or two full rows of units of which it takes or gives a unit, below
   * 2 · rows for one, with the key of the opposite in `#opposite`; {@link NOTHING} if there is none; {@link BARRED} if there are more,
   * or it changes a row that is done.
   */
  #look(b: number): number {
    this.#costs.looks++;
    const { start, row, amount, held, owner } = this.#table;
    const was = held[owner[b]];
    for (let e = start[was]; e < start[was + 1]; e++) this.#add(row[e], -amount[e]);
    for (let e = start[b]; e < start[b + 1]; e++) this.#add(row[e], amount[e]);
    let one = NOTHING, two = NOTHING;
    for (const r of this.#touched) {
      const delta = this.#delta[r];
      if (delta === 0) continue;
      if (this.#weighs[r] === 1) {
        if (this.#done[r] === 1) return BARRED;
        continue;
      }
      const { left, price } = this.#rows;
      if (price[r] === 0 && left[r] - delta >= ROOM) continue;
      if (two !== NOTHING || Math.abs(delta) !== 1) return BARRED;
      const own = 2 * r + (delta > 0 ? 1 : 0);
      if (one === NOTHING) one = own;
      else two = own;
    }
    this.#opposite = this.#keyOf(one ^ 1, two ^ 1);
    return one === NOTHING ? NOTHING : this.#keyOf(one, two);
  }

  /** A key for a full row and its sign, or two of them in any order. */
  #keyOf(one: number, two: number): number {
    if (two < 0) return one;
    return Math.min(one, two) + 2 * this.#delta.length * (1 + Math.max(one, two));
  }

  #add(r: number, amount: number): void {
    if (this.#delta[r] === 0) this.#touched.push(r);
    this.#delta[r] += amount;
  }

  #forget(): void {
    for (const r of this.#touched) this.#delta[r] = 0;
    this.#touched.length = 0;
  }
}

/** In place of a row: none, or the change is not allowed. */
const NOTHING = -1, BARRED = -2;

/** Sets of up to two changes, sorted by how much they take. */
interface Pairs {
  readonly first: Int32Array;
  /** −1: there is no second change; in the empty set both are −1. */
  readonly second: Int32Array;
  readonly more: Float64Array;
  readonly cost: Float64Array;
}

/**
 * The set of up to four changes of different users that loses least, given that a row has `left` left: the loss is what is left after
 * them, at the price, plus the changes' costs. Empty if no set is better than none.
 */
export function bestSet(
  changes: readonly Change[],
  left: number,
  price: number,
  owner: ArrayLike<number>,
): readonly Change[] {
  const now = left >= 0 ? price * left : Infinity;
  // A pair that loses more than the best other two could win back is in no set that is better than none.
  const [one = 0, two = 0] = changes.map(({ cost }) => Math.min(0, cost)).sort((a, b) => a - b);
  const pairs = pairsOf(changes, owner, now - one - two), { more, cost } = pairs;
  const least = leastBefore(pairs, price);
  // Rounding must not take a row beyond its amount.
  const room = left - ROUNDING * Math.max(1, Math.abs(left));
  let best = now, chosen: [number, number] | null = null;
  for (let p = 0, fits = more.length; p < more.length; p++) {
    // The more a set takes, the fewer sets fit with it.
    while (fits > 0 && more[fits - 1] > room - more[p]) fits--;
    if (fits === 0) break;
    for (const q of [least.first[fits - 1], least.second[fits - 1]]) {
      if (q < 0) continue;
      const lost = cost[p] + cost[q] + price * (left - more[p] - more[q]);
      if (lost >= best) break;
      if (!areApart(pairs, p, q, changes, owner)) continue;
      best = lost;
      chosen = [p, q];
      break;
    }
  }
  if (chosen === null) return [];
  return chosen.flatMap((p) => [pairs.first[p], pairs.second[p]]).filter((i) => i >= 0)
    .map((i) => changes[i]);
}

/** Room for the relative rounding of what a row has left. */
const ROUNDING = 1e-11;

/** All sets of up to two changes of different users that lose less than `most` by regrets, and the empty one. */
function pairsOf(changes: readonly Change[], owner: ArrayLike<number>, most: number): Pairs {
  const first: number[] = [-1], second: number[] = [-1];
  changes.forEach((one, i) => {
    if (one.cost < most) {
      first.push(i);
      second.push(-1);
    }
    for (let j = 0; j < i; j++) {
      if (one.cost + changes[j].cost < most && !shareUser(one, changes[j], owner)) {
        first.push(i);
        second.push(j);
      }
    }
  });
  const moreOf = (i: number) => i < 0 ? 0 : changes[i].more;
  const costOf = (i: number) => i < 0 ? 0 : changes[i].cost;
  const more = Float64Array.from(first, (i, p) => moreOf(i) + moreOf(second[p]));
  const order = Int32Array.from(first.keys()).sort((a, b) => more[a] - more[b] || a - b);
  return {
    first: order.map((p) => first[p]),
    second: order.map((p) => second[p]),
    more: Float64Array.from(order, (p) => more[p]),
    cost: Float64Array.from(order, (p) => costOf(first[p]) + costOf(second[p])),
  };
}

/** For each place, the two sets up to it that lose least when what they take is counted at the price. */
function leastBefore({ more, cost }: Pairs, price: number) {
  const first = new Int32Array(more.length), second = new Int32Array(more.length);
  const lost = (p: number) => p < 0 ? Infinity : cost[p] - price * more[p];
  let a = -1, b = -1;
  for (let p = 0; p < more.length; p++) {
    if (lost(p) < lost(a)) [a, b] = [p, a];
    else if (lost(p) < lost(b)) b = p;
    first[p] = a;
    second[p] = b;
  }
  return { first, second };
}

function areApart(
  { first, second }: Pairs,
  p: number,
  q: number,
  changes: readonly Change[],
  owner: ArrayLike<number>,
): boolean {
  for (const i of [first[p], second[p]]) {
    for (const j of [first[q], second[q]]) {
      if (i >= 0 && j >= 0 && shareUser(changes[i], changes[j], owner)) return false;
    }
  }
  return true;
}

function shareUser(one: Change, other: Change, owner: ArrayLike<number>): boolean {
  const users = (change: Change) =>
    change.second < 0 ? [owner[change.first]] : [owner[change.first], owner[change.second]];
  return users(one).some((u) => users(other).includes(u));
}
