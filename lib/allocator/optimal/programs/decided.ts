/**
 * Users whom the prices decide: their best bundle is worth clearly more than all others, and they hold it.
 *
 * @module
 */
import { WORTH_ROUNDING } from "../../../base/numbers/rounding.ts";
import type { Prices } from "../../model/allocation.ts";
import type { Holdings, Leads } from "../recovery/holdings.ts";
import { BundleChooser } from "../recovery/bundle_chooser.ts";
import { type NearBundle, nearBundles } from "./near_bundles.ts";

/**
 * Tells decided users from the others without listing their bundles. In a large drop most users are decided, and it is known since the
 * last pass of the search by how much their bundles lead.
 */
export class Decided {
  /** Chooses bundles at the prices. */
  readonly chooser: BundleChooser;
  /** How often a user's bundles were listed. */
  listed = 0;
  readonly #holdings: Holdings;
  readonly #rounding: number;
  /** Float64Array, length users: value of the best bundle; NaN: not looked for yet. */
  readonly #best: Float64Array;
  /** Float64Array, length users: the least by which the value of every other bundle is lower, of users whose best bundle is known. */
  readonly #lead: Float64Array;
  /** How far bundles that users hold lead at least; null: that is not known at the prices. */
  readonly #known: Leads | null;

  /** Of holdings, which may change afterwards, at the prices. */
  constructor(holdings: Holdings, prices: Prices) {
    const users = holdings.count.length, { leads, problem: { policy, rules } } = holdings;
    this.#holdings = holdings;
    this.chooser = new BundleChooser(holdings, prices, false);
    this.#rounding = WORTH_ROUNDING * holdings.problem.unit;
    this.#best = new Float64Array(users).fill(NaN);
    this.#lead = new Float64Array(users);
    const isSimple = rules.others.length === 0 && policy.maxPerBrand === null;
    this.#known = isSimple && leads?.prices === prices ? leads : null;
  }

  /** Value of user `u`'s best bundle. */
  best(u: number): number {
    this.#look(u);
    return this.#best[u];
  }

  /** Whether every other bundle of user `u` is worth less by more than `regret`, and the user holds the best one. */
  isDecided(u: number, regret: number): boolean {
    const least = Math.max(0, regret) + this.#rounding, known = this.#known;
    // Leads are of bundles held: one that is changed leads by 0.
    if (known !== null && Math.min(known.lead[u], known.ahead[u]) > least) return true;
    this.#look(u);
    const lead = this.#lead[u];
    return lead > least && this.#best[u] - this.chooser.valueHeld(u) < 0.5 * lead;
  }

  /** User `u`'s bundles that are worth less than its best one by at most `regret`; `most` of them if there are more. */
  near(u: number, regret: number, most: number): NearBundle[] {
    this.listed++;
    return nearBundles(this.#holdings, this.chooser, u, this.best(u) - regret, most);
  }

  /** Finds the user's best bundle, once. */
  #look(u: number): void {
    if (!Number.isNaN(this.#best[u])) return;
    this.#best[u] = this.chooser.bestValue(u);
    this.#lead[u] = this.chooser.leadOfBest(u);
  }
}
