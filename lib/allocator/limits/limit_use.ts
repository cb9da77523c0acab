/**
 * How much of each limit row is used, kept up to date while users change their offers.
 *
 * @module
 */
import { type Items, toleranceOf } from "./items.ts";

/** The use of all limit rows, kept up to date by {@link change}. Pairs are those of the instance. */
export class LimitUse {
  /** Float64Array, length rows: Σ coefficient of the offers held. */
  readonly used: Float64Array;
  /** Float64Array, length rows: an excess up to this is taken for rounding. */
  readonly tolerance: Float64Array;
  readonly #items: Items;
  /** The change of each row by the bundle that is being looked at, and the rows that it touches. */
  readonly #delta: Float64Array;
  readonly #touched: number[] = [];
  readonly #isTouched: Uint8Array;

  /** Use 0 of every row. */
  constructor(items: Items) {
    const rows = items.amount.length;
    this.#items = items;
    this.used = new Float64Array(rows);
    this.#delta = new Float64Array(rows);
    this.#isTouched = new Uint8Array(rows);
    this.tolerance = toleranceOf(items.amount, items);
  }

  /** An offer of pair `p` more is held. */
  add(p: number): void {
    const { item, start, row, coefficient } = this.#items, used = this.used;
    for (let e = start[item[p]], end = start[item[p] + 1]; e < end; e++) {
      used[row[e]] += coefficient[e];
    }
  }

  /** The first `n` of `pairs` are held in place of `before`. */
  change(before: Int32Array, pairs: Int32Array, n: number): void {
    this.#look(before, pairs, n);
    for (const r of this.#touched) this.used[r] += this.#delta[r];
    this.#forget();
  }

  /** Whether the first `n` of `pairs` may be held in place of `before`: no hard limit gets broken, or more broken, by it. */
  allows(before: Int32Array, pairs: Int32Array, n: number): boolean {
    const { amount, highest } = this.#items;
    this.#look(before, pairs, n);
    let allowed = true;
    for (const r of this.#touched) {
      if (highest[r] < Infinity || this.#delta[r] <= 0) continue;
      if (this.used[r] + this.#delta[r] > amount[r] + this.tolerance[r]) allowed = false;
    }
    this.#forget();
    return allowed;
  }

  /** By how much the penalties of soft limits would grow if the first `n` of `pairs` were held in place of `before`. */
  penaltyOf(before: Int32Array, pairs: Int32Array, n: number): number {
    this.#look(before, pairs, n);
    let more = 0;
    for (const r of this.#touched) {
      more += this.#excessCost(r, this.used[r] + this.#delta[r]) -
        this.#excessCost(r, this.used[r]);
    }
    this.#forget();
    return more;
  }

  /**
   * The cost of an offer of pair `p` at the present use: penalties of soft limits and prices of all; see `BundleChooser`.
   * `held`: it is in the use.
   */
  costOf(p: number, held: boolean, price: Float64Array): number {
    const { item, start, row, coefficient, highest } = this.#items;
    const i = item[p];
    let cost = 0;
    for (let e = start[i]; e < start[i + 1]; e++) {
      const r = row[e], a = coefficient[e];
      if (highest[r] === Infinity) {
        cost += price[r] * a;
        continue;
      }
      // What the offer counts beyond the amount costs the highest price, the rest the price of the row.
      const without = this.used[r] - (held ? a : 0);
      const beyond = this.#beyond(r, without + a) - this.#beyond(r, without);
      cost += highest[r] * beyond + price[r] * (a - beyond);
    }
    return cost;
  }

  /** The penalty if row `r` counts `change` more, less `price` for each of these units; Infinity if a hard limit would be broken. */
  costOfChange(r: number, change: number, price: number): number {
    const { highest } = this.#items;
    const before = this.#beyond(r, this.used[r]), after = this.#beyond(r, this.used[r] + change);
    if (highest[r] === Infinity) return change > 0 && after > 0 ? Infinity : -price * change;
    return highest[r] * (after - before) - price * change;
  }

  /** Σ over hard limits of the excess, in each row's unit. */
  overload(): number {
    return this.broken().reduce((over, r) => over + this.excess(r) / this.#items.unit[r], 0);
  }

  /**
   * The worth, in limits alone, of two users changing one pair each (−1: gives up, or takes, none): use within the amounts is worth
   * its price, use beyond them costs the price, and `excessPrice` for each unit of the row.
   */
  worthOfChange(
    one: { readonly out: number; readonly taken: number },
    other: { readonly out: number; readonly taken: number },
    price: Float64Array,
    excessPrice: number,
  ): number {
    const { amount, unit } = this.#items;
    if (one.out >= 0) this.#add(one.out, -1);
    if (other.out >= 0) this.#add(other.out, -1);
    if (one.taken >= 0) this.#add(one.taken, 1);
    if (other.taken >= 0) this.#add(other.taken, 1);
    let worth = 0;
    for (const r of this.#touched) {
      const before = this.used[r], after = before + this.#delta[r], most = amount[r];
      worth += price[r] * (Math.min(after, most) - Math.min(before, most)) -
        (price[r] + excessPrice / unit[r]) * (this.#beyond(r, after) - this.#beyond(r, before));
    }
    this.#forget();
    return worth;
  }

  /** The most that an exchange can be worth in any one limit: it uses up what is left, or takes an excess back. */
  mostWorth(price: Float64Array, excessPrice: number): number {
    const { amount, unit } = this.#items;
    let most = 0;
    for (let r = 0; r < this.used.length; r++) {
      const left = amount[r] - this.used[r];
      // An offer counts a few units of the row at most.
      const worth = left > 0
        ? price[r] * Math.min(left, 8 * unit[r])
        : excessPrice * Math.min(1, -left / unit[r]);
      most = Math.max(most, worth);
    }
    return most;
  }

  /** Whether every hard limit that an offer of pair `p` counts toward has room for it. */
  hasRoomFor(p: number): boolean {
    const { item, start, row, coefficient, highest, amount } = this.#items;
    const i = item[p];
    for (let e = start[i]; e < start[i + 1]; e++) {
      const r = row[e];
      if (highest[r] < Infinity || coefficient[e] <= 0) continue;
      if (this.used[r] + coefficient[e] > amount[r] + this.tolerance[r]) return false;
    }
    return true;
  }

  /** What an offer of pair `p` counts toward row `r`. */
  countOf(p: number, r: number): number {
    const { item, start, row, coefficient } = this.#items;
    for (let e = start[item[p]]; e < start[item[p] + 1]; e++) {
      if (row[e] === r) return coefficient[e];
    }
    return 0;
  }

  /** Whether an offer of pair `p` adds to row `r`. */
  adds(p: number, r: number): boolean {
    return this.countOf(p, r) > 0;
  }

  /** How far row `r` is beyond its amount; 0 where it is kept. */
  excess(r: number): number {
    return this.#beyond(r, this.used[r]);
  }

  /** The hard limits that are exceeded. */
  broken(): number[] {
    const broken: number[] = [];
    for (let r = 0; r < this.used.length; r++) if (this.isBroken(r)) broken.push(r);
    return broken;
  }

  /** Whether row `r` is a hard limit that is exceeded. */
  isBroken(r: number): boolean {
    return this.#items.highest[r] === Infinity && this.excess(r) > 0;
  }

  /** Σ penalties of soft limits. */
  penalty(): number {
    let sum = 0;
    for (let r = 0; r < this.used.length; r++) sum += this.#excessCost(r, this.used[r]);
    return sum;
  }

  #excessCost(r: number, used: number): number {
    const { highest } = this.#items;
    return highest[r] === Infinity ? 0 : highest[r] * this.#beyond(r, used);
  }

  #beyond(r: number, used: number): number {
    const beyond = used - this.#items.amount[r];
    return beyond > this.tolerance[r] ? beyond : 0;
  }

  #look(before: Int32Array, pairs: Int32Array, n: number): void {
    for (const p of before) this.#add(p, -1);
    for (let t = 0; t < n; t++) this.#add(pairs[t], 1);
  }

  #add(p: number, sign: number): void {
    const { item, start, row, coefficient } = this.#items;
    const i = item[p], delta = this.#delta;
    for (let e = start[i]; e < start[i + 1]; e++) {
      if (this.#isTouched[row[e]] === 0) {
        this.#isTouched[row[e]] = 1;
        this.#touched.push(row[e]);
      }
      delta[row[e]] += sign * coefficient[e];
    }
  }

  #forget(): void {
    for (const r of this.#touched) this.#delta[r] = this.#isTouched[r] = 0;
    this.#touched.length = 0;
  }
}
