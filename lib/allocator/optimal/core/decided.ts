/**
 * Which users the prices leave no choice: their best bundle is far ahead of all others, and they hold it.
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import type { Assignment } from "../recovery/assignment.ts";
import { BundleChooser } from "../recovery/bundle_chooser.ts";

/** What differences of net values may be off by, in units of an offer's size. */
const ROUNDING = 1e-12;

/** Finds users who have a choice without listing their bundles: of a large drop these are few. */
export class Decided {
  /** What looks at users' bundles at the prices. */
  readonly chooser: BundleChooser;
  readonly #rounding: number;
  /** Float64Array, length users: value of the best bundle, and by how much any other is worth less. */
  readonly #best: Float64Array;
  readonly #lead: Float64Array;

  /** Looks at all users once. The assignment may change later on. */
  constructor(assignment: Assignment, prices: Prices) {
    const users = assignment.count.length;
    this.chooser = new BundleChooser(assignment, prices, false);
    this.#rounding = ROUNDING * assignment.problem.unit;
    this.#best = new Float64Array(users);
    this.#lead = new Float64Array(users);
    for (let u = 0; u < users; u++) {
      this.#best[u] = this.chooser.bestValue(u);
      this.#lead[u] = this.chooser.leadOfBest(u);
    }
  }

  /** Value of user `u`'s best bundle. */
  best(u: number): number {
    return this.#best[u];
  }

  /** Whether all other bundles of user `u` lose more than `regret`, and it holds its best one. */
  isDecided(u: number, regret: number): boolean {
    const lead = this.#lead[u];
    if (!(lead > Math.max(0, regret) + this.#rounding)) return false;
    return this.#best[u] - this.chooser.valueHeld(u) < 0.5 * lead;
  }
}
