/**
 * Keeps the best allocation found so far while changes of it are tried.
 *
 * @module
 */
import type { Holdings } from "./holdings.ts";

/** Holdings that only ever get better. */
export class Incumbent {
  /** The holdings; feasible between tries. */
  readonly holdings: Holdings;
  #objective: number;

  /** Starts from feasible holdings. */
  constructor(holdings: Holdings) {
    this.holdings = holdings;
    this.#objective = holdings.objective();
  }

  /** The objective of the best allocation so far. */
  get objective(): number {
    return this.#objective;
  }

  /**
   * Lets `change` alter the holdings, and undoes it unless the result keeps every hard rule and is worth more. Both are computed
   * here, as results of HiGHS are right within its tolerances only. Returns whether the change was kept.
   */
  tryTo(change: () => void): boolean {
    const before = this.#held();
    change();
    return this.#keepOrUndo(before);
  }

  /** {@link tryTo} for a change that is asynchronous. */
  async tryToAsync(change: () => Promise<void>): Promise<boolean> {
    const before = this.#held();
    await change();
    return this.#keepOrUndo(before);
  }

  #held(): { slots: Int32Array; count: Uint16Array } {
    return { slots: this.holdings.slots.slice(), count: this.holdings.count.slice() };
  }

  #keepOrUndo({ slots, count }: { slots: Int32Array; count: Uint16Array }): boolean {
    const { holdings } = this;
    const objective = holdings.isFeasible() ? holdings.objective() : -Infinity;
    if (objective > this.#objective) {
      this.#objective = objective;
      return true;
    }
    const { k } = holdings.problem;
    for (let u = 0; u < count.length; u++) {
      const at = u * k, n = count[u];
      let same = holdings.count[u] === n;
      for (let slot = at; same && slot < at + n; slot++) {
        same = holdings.slots[slot] === slots[slot];
      }
      if (!same) holdings.setBundle(u, slots.subarray(at, at + n), n);
    }
    return false;
  }
}
