/**
 * The best bundle that a user may have when some contracts are closed: what repair and refilling choose from.
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import type { Assignment } from "./assignment.ts";
import { BundleKernel, SPONSORED, UNSPONSORED } from "../dual/bundle_kernel.ts";
import { keepsBrands } from "./brand_limit.ts";
import type { DualProblem } from "../dual/dual_problem.ts";

/** A price so high that only what it is put on counts, in units of an offer's size. */
export const DECISIVE = 1e6;

/** What {@link BundleChooser.choose} looks for, beside what the rules allow. */
export interface Wanted {
  /** Only bundles of this kind (see `bundle_kernel.ts`). */
  readonly kind?: number;
  /** Only bundles of one type. */
  readonly pure?: boolean;
  /** Seek sponsored offers at this price of the assignment ratio (the value is at the chooser's prices all the same). */
  readonly ratioPrice?: number;
  /** Only bundles with this pair, where there is one. */
  readonly with?: number;
}

const ANY: Wanted = {};

/**
 * Chooses bundles at given prices within the hard rules of the groups, and either with all contracts open or only those
 * that have capacity left. A full contract stays open to those who hold it, unless it is banned.
 */
export class BundleChooser {
  /** Int32Array, length k: pairs of the bundle chosen last, the sponsored ones first. */
  readonly pairs: Int32Array;
  /** Number of them. */
  count = 0;
  /** How many of them are sponsored (0 where types do not matter). */
  sponsored = 0;
  /** Its value at the prices, group prices included. */
  value = 0;
  /** The kernel that looks. */
  readonly kernel: BundleKernel;

  readonly #assignment: Assignment;
  readonly #problem: DualProblem;
  readonly #prices: Prices;
  /** The kernel's view of the group prices; changed for one scan at a time. */
  readonly #seen: Prices;
  /** Net price of each contract when it is open. */
  readonly #open: Float64Array;
  readonly #closed: Uint8Array;
  /** Whether only contracts with capacity left are open. */
  readonly withinCaps: boolean;
  #banned = -1;

  /** A chooser of bundles for `assignment` that keeps to the caps, or not. */
  constructor(assignment: Assignment, prices: Prices, withinCaps: boolean) {
    this.#assignment = assignment;
    this.#problem = assignment.problem;
    this.#prices = prices;
    this.#seen = {
      ...prices,
      assignmentRatio: prices.assignmentRatio.slice(),
      mixedShare: prices.mixedShare.slice(),
    };
    this.kernel = new BundleKernel(this.#problem);
    this.kernel.setPrices(this.#seen);
    this.#open = this.kernel.netPrice.slice();
    this.#closed = new Uint8Array(this.#open.length);
    this.withinCaps = withinCaps;
    this.pairs = new Int32Array(this.#problem.k);
    for (let c = 0; c < this.#open.length; c++) this.#refresh(c);
  }

  /** Gives user `u` the bundle chosen last. */
  give(u: number): void {
    const { k, instance: { contract } } = this.#problem;
    const { slots, count } = this.#assignment;
    const before: number[] = [];
    for (let t = u * k; t < u * k + count[u]; t++) before.push(contract[slots[t]]);
    this.#assignment.setBundle(u, this.pairs, this.count);
    for (const c of before) this.#refresh(c);
    for (let t = 0; t < this.count; t++) this.#refresh(contract[this.pairs[t]]);
  }

  /** Takes away all that user `u` holds. */
  clear(u: number): void {
    this.count = 0;
    this.give(u);
  }

  /** Forbids contract `c` even to its holders, and allows the one forbidden before; −1: none. */
  ban(c: number): void {
    this.#banned = c;
  }

  /** Whether any contract has capacity left. */
  hasOpen(): boolean {
    return this.#closed.includes(0);
  }

  /** Whether any contract that user `u` may have and does not hold has capacity left. */
  hasOpenFor(u: number): boolean {
    const { start, contract } = this.#problem.instance;
    for (let p = start[u]; p < start[u + 1]; p++) {
      if (this.#closed[contract[p]] === 0 && !this.#assignment.holds(u, p)) return true;
    }
    return false;
  }

  /** Opens or closes contract `c` by its load. */
  #refresh(c: number): void {
    const full = this.withinCaps && this.#assignment.load[c] >= this.#problem.instance.cap[c];
    this.#closed[c] = full ? 1 : 0;
    this.kernel.netPrice[c] = full ? Infinity : this.#open[c];
  }

  /** Net value of a pair at the prices: score + bonus − price. */
  netValue(p: number): number {
    const { score, contract } = this.#problem.instance;
    return score[p] - this.#open[contract[p]];
  }

  /** Value of the best bundle of user `u` at the prices, whatever the rules of its group say. */
  bestValue(u: number): number {
    this.kernel.scanUser(u);
    const { value } = this.kernel;
    return Math.max(value[SPONSORED] + this.#sponsoredPrice(u), value[UNSPONSORED]);
  }

  /** What user `u` holds, valued at the prices, group prices included. */
  valueHeld(u: number): number {
    const { k } = this.#problem;
    const sponsored = this.#assignment.sponsored[u], n = this.#assignment.count[u];
    let sum = this.shapeValue(u, sponsored, n - sponsored);
    for (let t = u * k; t < u * k + n; t++) sum += this.netValue(this.#assignment.slots[t]);
    return sum;
  }

  /** What a shape is worth to user `u` beside its offers, group prices included. */
  shapeValue(u: number, sponsored: number, unsponsored: number): number {
    const { shapeWorth, rules, instance: { group } } = this.#problem;
    const g = group[u], prices = this.#prices;
    let value = shapeWorth[this.#assignment.shapeOf(sponsored, unsponsored)];
    if (sponsored > 0) value += this.#sponsoredPrice(u);
    if (sponsored > 0 && unsponsored > 0) value -= prices.mixedShare[g];
    if (prices.assignmentRatio[g] > 0) {
      value += prices.assignmentRatio[g] *
        (sponsored - rules.assignmentRatio[g] * (sponsored + unsponsored));
    }
    return value;
  }

  /** Finds the best bundle for `u` that the rules allow. Returns whether there is one, in the fields. */
  choose(u: number, wanted: Wanted = ANY): boolean {
    const group = this.#problem.instance.group[u];
    const { mixedShare, assignmentRatio } = this.#seen;
    const assignment = this.#assignment, { rules } = this.#problem;
    const mixedFull = assignment.mixedUsers[group] >= rules.maxMixed[group] && !this.#isMixed(u);
    if (wanted.pure || mixedFull) mixedShare[group] = Infinity;
    if (wanted.ratioPrice !== undefined) assignmentRatio[group] = wanted.ratioPrice;
    let found = this.#chooseAllowed(u, wanted.kind, wanted.with);
    if (!found && rules.assignmentRatio[group] > 0) {
      assignmentRatio[group] = DECISIVE * this.#problem.unit;
      found = this.#chooseAllowed(u, wanted.kind, wanted.with);
    }
    assignmentRatio[group] = this.#prices.assignmentRatio[group];
    mixedShare[group] = this.#prices.mixedShare[group];
    return found;
  }

  #isMixed(u: number): boolean {
    const sponsored = this.#assignment.sponsored[u];
    return sponsored > 0 && this.#assignment.count[u] > sponsored;
  }

  #chooseAllowed(u: number, kind?: number, must?: number): boolean {
    const { netPrice } = this.kernel;
    const lure = must === undefined ? -1 : this.#problem.instance.contract[must];
    if (lure >= 0) netPrice[lure] -= DECISIVE * this.#problem.unit;
    this.#scan(u);
    if (lure >= 0) netPrice[lure] = this.#closed[lure] === 1 ? Infinity : this.#open[lure];
    const { value } = this.kernel;
    const first = value[SPONSORED] + this.#sponsoredPrice(u) > value[UNSPONSORED]
      ? SPONSORED
      : UNSPONSORED;
    return this.#take(u, kind ?? first) || (kind === undefined && this.#take(u, 1 - first));
  }

  /** Looks at user `u`'s pairs, the closed contracts that it holds among them. */
  #scan(u: number): void {
    const { instance: { contract }, k } = this.#problem;
    const { netPrice } = this.kernel;
    const { slots, count } = this.#assignment;
    const from = u * k, to = from + count[u];
    for (let t = from; t < to; t++) {
      const c = contract[slots[t]];
      netPrice[c] = c === this.#banned ? Infinity : this.#open[c];
    }
    this.kernel.scanUser(u);
    for (let t = from; t < to; t++) {
      const c = contract[slots[t]];
      netPrice[c] = this.#closed[c] === 1 ? Infinity : this.#open[c];
    }
  }

  /** Takes the best bundle of a kind of the user scanned last, if there is one and the rules allow it. */
  #take(u: number, kind: number): boolean {
    const { kernel, pairs } = this;
    if (kernel.value[kind] === -Infinity) return false;
    const { shapeSponsored, shapeUnsponsored } = this.#problem;
    const sponsored = shapeSponsored[kernel.shape[kind]];
    let unsponsored = shapeUnsponsored[kernel.shape[kind]];
    let n = 0;
    for (let t = 0; t < sponsored; t++) pairs[n++] = kernel.sponsored.pair[t];
    for (let t = 0; t < unsponsored; t++) pairs[n++] = kernel.unsponsored.pair[t];
    // The lists keep to the brand limit each, a mixed bundle of them perhaps not: then it stays pure.
    if (sponsored > 0 && unsponsored > 0 && !keepsBrands(this.#problem, pairs, n)) {
      unsponsored = 0;
      n = sponsored;
    }
    if (!this.#assignment.rulesAllow(u, sponsored, unsponsored)) return false;
    this.count = n;
    this.sponsored = sponsored;
    this.value = this.shapeValue(u, sponsored, unsponsored);
    for (let t = 0; t < n; t++) this.value += this.netValue(pairs[t]);
    return true;
  }

  /**
   * What it adds that user `u` is sponsored: the group's prices say; but a chooser that keeps to the caps repairs, and
   * there a minimum that would be missed without `u` is at stake with all of P.
   */
  #sponsoredPrice(u: number): number {
    const { instance: { group }, rules, shortfallPrice } = this.#problem;
    const { sponsored, sponsoredUsers } = this.#assignment;
    const g = group[u], others = sponsoredUsers[g] - (sponsored[u] > 0 ? 1 : 0);
    if (this.withinCaps && others < rules.minSponsored[g]) return shortfallPrice;
    return this.#prices.minSponsored[g] - this.#prices.maxSponsored[g];
  }
}
