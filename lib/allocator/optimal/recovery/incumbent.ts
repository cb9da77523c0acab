/**
 * Keeps the best allocation found so far while changes of it are tried.
 *
 * @module
 */
import type { Assignment } from "./assignment.ts";

/** An assignment that only ever gets better. */
export class Incumbent {
  /** The holdings; feasible between tries. */
  readonly assignment: Assignment;
  #objective: number;

  /** Starts from a feasible assignment. */
  constructor(assignment: Assignment) {
    this.assignment = assignment;
    this.#objective = assignment.objective();
  }

  /** The objective of the best allocation so far. */
  get objective(): number {
    return this.#objective;
  }

  /**
   * Lets `change` alter the assignment, and undoes it unless the result keeps every hard rule and is worth more. Both are computed
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
    return { slots: this.assignment.slots.slice(), count: this.assignment.count.slice() };
  }

  #keepOrUndo({ slots, count }: { slots: Int32Array; count: Uint16Array }): boolean {
    const { assignment } = this;
    const objective = assignment.isFeasible() ? assignment.objective() : -Infinity;
    if (objective > this.#objective) {
      this.#objective = objective;
      return true;
    }
    const { k } = assignment.problem;
    for (let u = 0; u < count.length; u++) {
      const at = u * k, n = count[u];
      let same = assignment.count[u] === n;
      for (let slot = at; same && slot < at + n; slot++) {
        same = assignment.slots[slot] === slots[slot];
      }
      if (!same) assignment.setBundle(u, slots.subarray(at, at + n), n);
    }
    return false;
  }
}
