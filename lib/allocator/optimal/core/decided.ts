/**
 * Users whom the prices decide: their best bundle is worth clearly more than all others, and they hold it.
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import type { Assignment } from "../recovery/assignment.ts";
import { BundleChooser } from "../recovery/bundle_chooser.ts";

/** The rounding of differences of net values, in units of an offer's size. */
const ROUNDING = 1e-12;

/** Tells decided users from the others without listing their bundles. In a large drop most users are decided. */
export class Decided {
  /** Chooses bundles at the prices. */
  readonly chooser: BundleChooser;
  readonly #rounding: number;
  /** Float64Array, length users: value of the best bundle. */
  readonly #best: Float64Array;
  /** Float64Array, length users: the least by which the value of every other bundle is lower. */
  readonly #lead: Float64Array;

  /** Finds the best bundle of each user. The assignment may change afterwards. */
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

  /** Whether every other bundle of user `u` is worth less by more than `regret`, and the user holds the best one. */
  isDecided(u: number, regret: number): boolean {
    const lead = this.#lead[u];
    if (!(lead > Math.max(0, regret) + this.#rounding)) return false;
    return this.#best[u] - this.chooser.valueHeld(u) < 0.5 * lead;
  }
}
