/**
 * What an allocation loses against the bound of the prices, row by row: every shared limit has one.
 *
 * At prices with bound D an allocation is worth D − Σ_u regret_u − Σ_rows lossOf(row, what is left of it): what is left
 * of a limit is lost at its price, what is missed of a soft one at the rest of its highest price.
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import type { Assignment } from "../recovery/assignment.ts";

/** More than can be taken of anything. */
const AMPLE = 2 ** 53;

/** The shared limits as rows Σ coefficient · offers ≤ amount: caps, limits, and those of groups. */
export class SharedRows {
  /** Float64Array, length rows: what is left of each; negative: it is exceeded, or missed. */
  readonly left: Float64Array;
  /** Float64Array, length rows: what a unit that is left costs. */
  readonly price: Float64Array;
  /** Float64Array, length rows: what a unit beyond costs; Infinity: the row is hard. */
  readonly beyond: Float64Array;
  /** Float64Array, length rows: what a bundle typically adds to a row. */
  readonly unit: Float64Array;
  readonly #assignment: Assignment;
  readonly #limits: number;
  readonly #groups: number;
  /** Where the rows of groups begin: least, most, ratio and mixed users, each for all groups. */
  readonly #firstOfGroups: number;

  /** The rows of an assignment as it stands. */
  constructor(assignment: Assignment, prices: Prices) {
    const { problem, load, limits, sponsoredUsers, mixedUsers } = assignment;
    const { instance: { cap, groups }, items, rules, shortfallPrice, oneList } = problem;
    this.#assignment = assignment;
    this.#limits = cap.length;
    this.#firstOfGroups = cap.length + (items?.amount.length ?? 0);
    this.#groups = groups.length;
    const rows = this.#firstOfGroups + (oneList ? 0 : 4 * this.#groups);
    this.left = new Float64Array(rows);
    this.price = new Float64Array(rows);
    this.beyond = new Float64Array(rows).fill(Infinity);
    this.unit = new Float64Array(rows).fill(1);
    for (let c = 0; c < cap.length; c++) this.#set(c, cap[c] - load[c], prices.contract[c]);
    for (let r = 0; items !== null && r < items.amount.length; r++) {
      const price = prices.limit?.[r] ?? 0;
      this.#set(this.#limits + r, items.amount[r] - limits!.used[r], price, items.highest[r]);
      this.unit[this.#limits + r] = items.unit[r];
    }
    for (let g = 0; !oneList && g < this.#groups; g++) {
      const at = (kind: number) => this.#firstOfGroups + kind * this.#groups + g;
      const { minSponsored, maxSponsored, maxMixed } = rules;
      const users = sponsoredUsers[g];
      this.#set(at(0), users - minSponsored[g], prices.minSponsored[g], shortfallPrice);
      this.#set(at(1), maxSponsored[g] - users, prices.maxSponsored[g]);
      this.#set(at(2), assignment.ratioBalance(g), prices.assignmentRatio[g]);
      this.#set(at(3), maxMixed[g] - mixedUsers[g], prices.mixedShare[g]);
    }
  }

  #set(row: number, left: number, price: number, highest = Infinity): void {
    // A limit that does not exist leaves more than anybody can take.
    this.left[row] = left < AMPLE ? left : AMPLE;
    this.price[row] = price;
    this.beyond[row] = Math.max(0, highest - price);
  }

  /** Calls `add` with each row that can bind and what user `u` takes from it with a bundle. */
  eachOf(u: number, pairs: Int32Array, add: (row: number, amount: number) => void): void {
    const { instance: { cap, contract, group, middle }, items, item, rules, oneList } =
      this.#assignment.problem;
    const users = group.length, g = group[u];
    let sponsored = 0;
    for (const p of pairs) {
      const c = contract[p];
      if (cap[c] < users) add(c, 1);
      if (!oneList && p < middle[u]) sponsored++;
      if (items === null) continue;
      for (let e = items.start[item[p]]; e < items.start[item[p] + 1]; e++) {
        add(this.#limits + items.row[e], items.coefficient[e]);
      }
    }
    if (oneList) return;
    const at = this.#firstOfGroups + g, ratio = rules.assignmentRatio[g];
    if (sponsored > 0) {
      if (rules.minSponsored[g] > 0) add(at, -1);
      if (rules.maxSponsored[g] < Infinity) add(at + this.#groups, 1);
      if (pairs.length > sponsored && rules.maxMixed[g] < Infinity) add(at + 3 * this.#groups, 1);
    }
    if (ratio > 0) add(at + 2 * this.#groups, ratio * pairs.length - sponsored);
  }
}
