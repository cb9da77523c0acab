/**
 * The best allocation found so far, kept while others are tried in its place.
 *
 * @module
 */
import type { Assignment } from "./assignment.ts";

/** An assignment that only ever gets better. */
export class Incumbent {
  /** Who holds what; feasible between tries. */
  readonly assignment: Assignment;
  #objective: number;

  /** Starts from a feasible assignment. */
  constructor(assignment: Assignment) {
    this.assignment = assignment;
    this.#objective = assignment.objective();
  }

  /** Its objective. */
  get objective(): number {
    return this.#objective;
  }

  /**
   * Lets `change` alter the assignment, and takes all of it back unless the result keeps every hard rule and is worth more:
   * what a solver with tolerances gives must be feasible and better by our own count. Returns whether it was kept.
   */
  tryTo(change: () => void): boolean {
    const before = this.#held();
    change();
    return this.#keepOrUndo(before);
  }

  /** The same for a change that takes its time. */
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
      for (let t = at; same && t < at + n; t++) same = assignment.slots[t] === slots[t];
      if (!same) assignment.setBundle(u, slots.subarray(at, at + n), n);
    }
    return false;
  }
}
