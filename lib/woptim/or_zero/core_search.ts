/**
 * The end of the search for who gets nothing: all choices that bounds at a few fixed prices leave possible are tried.
 *
 * @module
 */
import type { CostsByPrice } from "./costs_by_price.ts";

/** Fixed prices on each side of the best one. */
const SIDE = 8;

/** What the search works on. */
export interface CoreTask {
  costs: CostsByPrice;
  /** Choices at the start: people who have none are settled. */
  choices: Uint8Array;
  /** People with a choice; those who ask for the same follow one another. */
  open: Uint32Array;
  /** For each of these whether the one before asks for the same. */
  isLikeLast: Uint8Array;
  /** The price at which the dual is greatest. */
  price: number;
  /** The cost below which a choice is of interest. */
  limit: () => number;
  /** Additions of costs before the search gives up. */
  additions: number;
  /** Called with each choice that may cost less. */
  take: (choices: Uint8Array) => void;
}

/**
 * Looks through all choices that may cost less than the limit; false where it gave up before the end.
 *
 * At a fixed price the dual's value is a sum over people, so a bound for settled choices is one addition a person, and no
 * search for a price. One price is a poor bound for choices that shift much of the total; so a few prices around the best
 * one are kept, and the greatest of their bounds counts. Whoever loses too much at any of them is settled beforehand.
 */
export function searchCore(task: CoreTask): boolean {
  return new CoreSearch(task).run();
}

class CoreSearch {
  readonly #task: CoreTask;
  readonly #prices: Float64Array;
  /** For each person, what something costs more than nothing, at each price. */
  readonly #more: Float64Array;
  readonly #choices: Uint8Array;
  /** People who are still open, as places in `open`, those with the most at stake first. */
  #core: number[] = [];
  /** Σ of the costs of what is settled, before each place of the core, at each price. */
  #sums = new Float64Array(0);
  /** Σ of the least that those from each place of the core on can add, at each price. */
  #rests = new Float64Array(0);
  #additions = 0;

  constructor(task: CoreTask) {
    this.#task = task;
    this.#prices = this.#pricesAround(task.price);
    this.#more = new Float64Array(task.open.length * this.#prices.length);
    this.#choices = task.choices.slice();
  }

  /** Prices between those at which the dual falls to what the limit leaves. */
  #pricesAround(price: number): Float64Array {
    const { costs, choices, limit } = this.#task;
    const best = costs.valueAt(price, choices);
    const room = Math.max(limit() - best, 1e-12 * Math.abs(best));
    const prices = [price];
    for (const sign of [-1, 1]) {
      let away = 1e-9 * (Math.abs(price) + costs.priceScale);
      for (let k = 0; k < 100 && costs.valueAt(price + sign * away, choices) > best - room; k++) {
        away *= 2;
      }
      for (let k = 1; k <= SIDE; k++) prices.push(price + sign * away * k / SIDE);
    }
    return Float64Array.from(prices);
  }

  run(): boolean {
    const { costs, open, choices } = this.#task, prices = this.#prices;
    const base = costs.nothingAt(prices, choices);
    open.forEach((i, j) => {
      prices.forEach((price, k) => this.#more[j * prices.length + k] = costs.moreAt(i, price));
    });
    this.#settle(base);
    const n = prices.length, core = this.#core;
    this.#sums = new Float64Array((core.length + 1) * n);
    this.#sums.set(base);
    this.#rests = new Float64Array((core.length + 1) * n);
    for (let c = core.length - 1; c >= 0; c--) {
      for (let k = 0; k < n; k++) {
        this.#rests[c * n + k] = this.#rests[(c + 1) * n + k] +
          Math.min(0, this.#more[core[c] * n + k]);
      }
    }
    return this.#descend(0);
  }

  /**
   * Settles people for whom some price leaves one choice only, adds their costs to `base`, and puts the others into the
   * core.
   */
  #settle(base: Float64Array): void {
    const { open, limit } = this.#task, n = this.#prices.length, more = this.#more;
    const duals = base.slice();
    for (let j = 0; j < open.length; j++) {
      for (let k = 0; k < n; k++) duals[k] += Math.min(0, more[j * n + k]);
    }
    const most = limit();
    for (let j = 0; j < open.length; j++) {
      let settled = -1;
      for (let k = 0; k < n && settled < 0; k++) {
        if (duals[k] + Math.abs(more[j * n + k]) >= most) settled = Number(more[j * n + k] < 0);
      }
      if (settled < 0) this.#core.push(j);
      else {
        this.#choices[open[j]] = settled;
        if (settled === 1) { for (let k = 0; k < n; k++) base[k] += more[j * n + k]; }
      }
    }
    // Those with the most at stake are decided first; the sort is stable for people alike.
    this.#core.sort((a, b) => Math.abs(more[b * n]) - Math.abs(more[a * n]) || a - b);
  }

  /** Tries the choices of the core from place `c` on; false to give up. */
  #descend(c: number): boolean {
    const n = this.#prices.length, sums = this.#sums, rests = this.#rests;
    let bound = -Infinity;
    for (let k = 0; k < n; k++) bound = Math.max(bound, sums[c * n + k] + rests[c * n + k]);
    if (bound >= this.#task.limit()) return true;
    const choices = this.#choices, core = this.#core;
    if (c === core.length) {
      this.#task.take(choices.slice());
      return true;
    }
    if ((this.#additions += n) > this.#task.additions) return false;
    const j = core[c], person = this.#task.open[j];
    const first = Number(this.#more[j * n] < 0);
    for (const choice of [first, 1 - first]) {
      if (choice === 1 && this.#isBehind(j)) continue;
      choices[person] = choice;
      for (let k = 0; k < n; k++) {
        sums[(c + 1) * n + k] = sums[c * n + k] + (choice === 1 ? this.#more[j * n + k] : 0);
      }
      if (!this.#descend(c + 1)) return false;
    }
    return true;
  }

  /** Whether the person before asks for the same and gets nothing: then this one gets nothing too. */
  #isBehind(j: number): boolean {
    const { open, isLikeLast } = this.#task;
    return isLikeLast[j] === 1 && this.#choices[open[j - 1]] === 0;
  }
}
