/**
 * Parts of the core that leave all budgets but a few as they are.
 *
 * A budget in money is nearly used up, and so is every other, so nearly all changes of one user break or waste one. With dozens of
 * budgets HiGHS finds nothing better over a whole core in minutes. Where only a few budgets may change it mostly settles within a second
 * which changes of all users that leave the others as they are lose least together: a search of large neighbourhoods (Shaw, "Using
 * constraint programming and local search methods to solve vehicle routing problems", 1998).
 *
 * @module
 */
import type { BundleChoice } from "./bundle_program.ts";
import type { Items } from "../../limits/items.ts";
import type { Prices } from "../../model/allocation.ts";
import { shuffledBy } from "../../../base/numbers/random.ts";

/** The rows with a price toward which offers count differently, and which of them may change at a time. */
export class FewRows {
  readonly #items: Items;
  readonly #rows: readonly number[];

  constructor(items: Items, prices: Pick<Prices, "limit">) {
    this.#items = items;
    this.#rows = [...items.counts.keys()]
      .filter((r) => items.counts[r] === 0 && prices.limit![r] > 0);
  }

  /** How many such rows there are. */
  get count(): number {
    return this.#rows.length;
  }

  /** A part of a core: of single users, the bundles that change no such row but `open` of them, which are drawn anew for each `n`. */
  part(choices: readonly BundleChoice[], open: number, n: number): BundleChoice[] {
    const closed = new Uint8Array(this.#items.amount.length);
    for (const r of shuffledBy(this.#rows, n).slice(open)) closed[r] = 1;
    return choices.flatMap((choice) => {
      const { users, bundles, held } = choice;
      if (users.length > 1) return [];
      const use = bundles.map(({ pairs }) => this.#useOf(pairs, closed));
      const own = use[held.indexOf(1)], stays = (_: unknown, i: number) => use[i] === own;
      const left = { users, bundles: bundles.filter(stays), held: held.filter(stays) };
      return left.held.length > 1 ? [left] : [];
    });
  }

  /** What a bundle counts toward closed rows: two bundles with the same text leave them alike. */
  #useOf(pairs: Int32Array, closed: Uint8Array): string {
    const { item, start, row, coefficient } = this.#items;
    let use = "";
    for (const p of pairs) {
      for (let e = start[item[p]]; e < start[item[p] + 1]; e++) {
        if (closed[row[e]] === 1) use += `${row[e]} ${coefficient[e]} `;
      }
    }
    return use;
  }
}
