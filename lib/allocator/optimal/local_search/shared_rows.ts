/**
 * The losses of an allocation against the bound of the prices, row by row. Every cap and limit has a row.
 *
 * At prices with bound D an allocation is worth D − Σ_u regret_u − Σ_rows loss. What is left of a limit loses its price; a unit that a
 * soft limit misses loses the rest of its highest price.
 *
 * @module
 */
import { adds, type GroupRule, hasRule, usedOf } from "../../limits/kinds/group_rules.ts";
import type { Prices } from "../../model/allocation.ts";
import { rowCount } from "../dual/dual_problem.ts";
import type { Holdings } from "../recovery/holdings.ts";

/** More than any set of bundles can take of a row. */
const AMPLE = 2 ** 53;

/** Caps, limits, and limits of groups as rows Σ coefficient · offers ≤ amount. */
export class SharedRows {
  /** Float64Array, length rows: what is left of each; negative: it is exceeded, or missed. */
  readonly left: Float64Array;
  /** Float64Array, length rows: the loss of a unit that is left. */
  readonly price: Float64Array;
  /** Float64Array, length rows: the loss of a unit beyond; Infinity: the row is hard. */
  readonly beyond: Float64Array;
  /** Float64Array, length rows: what an offer typically adds to the row. */
  readonly unit: Float64Array;
  readonly #holdings: Holdings;
  /** The limits that any group has, and the first row of each: kind by kind, each for all groups. */
  readonly #rules: readonly { readonly rule: GroupRule; readonly first: number }[];

  /** The rows of the holdings with their present bundles. */
  constructor(holdings: Holdings, prices: Prices) {
    const { problem, load, limits, counts } = holdings;
    const { instance: { cap, groups }, items, rules, shortfallPrice } = problem;
    this.#holdings = holdings;
    const firstOfGroups = rowCount(problem);
    const rows = firstOfGroups + rules.all.length * groups.length;
    this.#rules = rules.all
      .map((rule, kind) => ({ rule, first: firstOfGroups + kind * groups.length }))
      .filter(({ rule }) => groups.some((_, g) => hasRule(rule, g)));
    this.left = new Float64Array(rows);
    this.price = new Float64Array(rows);
    this.beyond = new Float64Array(rows).fill(Infinity);
    this.unit = new Float64Array(rows).fill(1);
    for (let c = 0; c < cap.length; c++) this.#set(c, cap[c] - load[c], prices.contract[c]);
    for (let r = 0; items !== null && r < items.amount.length; r++) {
      const price = prices.limit?.[r] ?? 0;
      this.#set(cap.length + r, items.amount[r] - limits!.used[r], price, items.highest[r]);
      this.unit[cap.length + r] = items.unit[r];
    }
    rules.all.forEach((rule, kind) => {
      const own = prices[rule.name];
      for (let g = 0; g < groups.length; g++) {
        const at = firstOfGroups + kind * groups.length + g;
        if (!hasRule(rule, g)) this.#set(at, AMPLE, 0);
        else {
          const left = rule.sense * (rule.amount[g] - usedOf(rule, g, counts.of(g)));
          this.#set(at, left, own[g], rule.mayBeMissed ? shortfallPrice : Infinity);
        }
      }
    });
  }

  #set(row: number, left: number, price: number, highest = Infinity): void {
    // A limit that does not exist has infinite room.
    this.left[row] = left < AMPLE ? left : AMPLE;
    this.price[row] = price;
    this.beyond[row] = Math.max(0, highest - price);
  }

  /** Whether row `r` is a limit toward which offers count differently: not all of those that count take one unit. */
  readonly weighs = (r: number): boolean => {
    const { instance: { cap }, items } = this.#holdings.problem;
    return items !== null && r >= cap.length && items.counts[r - cap.length] === 0;
  };

  /** Calls `add` with each row that can bind, and what user `u` takes from it with bundle `pairs`. */
  eachOf(u: number, pairs: Int32Array, add: (row: number, amount: number) => void): void {
    const holdings = this.#holdings,
      { problem: { instance: { cap, group }, item, items } } = holdings;
    const users = group.length, g = group[u];
    // Written out, as it is called for every bundle of a table.
    for (let n = 0; n < pairs.length; n++) {
      const i = item[pairs[n]], c = items === null ? i : items.contract[i];
      if (cap[c] < users) add(c, 1);
      if (items === null) continue;
      for (let e = items.start[i], end = items.start[i + 1]; e < end; e++) {
        add(cap.length + items.row[e], items.coefficient[e]);
      }
    }
    if (this.#rules.length === 0) return;
    const sponsored = holdings.sponsoredAmong(u, pairs, pairs.length);
    for (const { rule, first } of this.#rules) {
      if (!hasRule(rule, g)) continue;
      const taken = rule.sense * adds(rule, g, sponsored, pairs.length - sponsored);
      if (taken !== 0) add(first + g, taken);
    }
  }
}
