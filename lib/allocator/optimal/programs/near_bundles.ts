/**
 * All bundles of a user that are worth nearly as much as its best one.
 *
 * @module
 */
import { WORTH_ROUNDING } from "../../../base/numbers/rounding.ts";
import type { Holdings } from "../recovery/holdings.ts";
import { keepsBrands } from "../recovery/brand_limit.ts";
import type { BundleChooser } from "../recovery/bundle_chooser.ts";

/** A bundle and what it is worth at the prices. */
export interface NearBundle {
  /** Pairs in order, the sponsored ones first. */
  readonly pairs: Int32Array;
  /** Its value at the prices, group prices included. */
  readonly value: number;
}

/** Whether two bundles, both ascending, are the same. */
export function equalBundles(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((pair, i) => pair === b[i]);
}

/**
 * Lists the bundles of user `u` with a value of at least `least`, by shape and then best first in each list of pairs;
 * stops at `most` of them. Branches are cut where even the best rest of a bundle falls short.
 *
 * @param chooser one that knows the prices; its closed contracts do not matter here
 */
export function nearBundles(
  holdings: Holdings,
  chooser: BundleChooser,
  u: number,
  least: number,
  most: number,
): NearBundle[] {
  const { problem } = holdings;
  const { instance: { start }, middle, shapeSponsored, shapeUnsponsored } = problem;
  const [sponsored, others] = [[start[u], middle[u]], [middle[u], start[u + 1]]].map(([from, to]) =>
    new SortedPairs(chooser, from, to, problem.k)
  );
  let best = -Infinity;
  for (let s = 0; s < shapeSponsored.length; s++) {
    const i = shapeSponsored[s], j = shapeUnsponsored[s];
    if (i > sponsored.length || j > others.length) continue;
    best = Math.max(best, chooser.shapeValue(u, i, j) + sponsored.sum[i] + others.sum[j]);
  }
  if (best < least) return [];
  // A pair in place of one of the best k takes that much off; rounding must not leave out what is just at the edge.
  for (const list of [sponsored, others]) list.extend(best - least + WORTH_ROUNDING * problem.unit);
  const found: NearBundle[] = [];
  const chosen: number[] = [];

  /** Chooses `n` more of `list` from place `at` on, then goes on with `next`; `value` is that of what is chosen. */
  const choose = (
    list: SortedPairs,
    n: number,
    at: number,
    value: number,
    rest: number,
    next: (value: number) => void,
  ): void => {
    if (n === 0) return next(value);
    for (let i = at; i + n <= list.pair.length && found.length < most; i++) {
      if (value + list.sum[i + n] - list.sum[i] + rest < least) return;
      chosen.push(list.pair[i]);
      choose(list, n - 1, i + 1, value + list.sum[i + 1] - list.sum[i], rest, next);
      chosen.pop();
    }
  };

  for (let s = 0; s < shapeSponsored.length && found.length < most; s++) {
    const i = shapeSponsored[s], j = shapeUnsponsored[s];
    if (i > sponsored.length || j > others.length) continue;
    const shape = chooser.shapeValue(u, i, j);
    choose(sponsored, i, 0, shape, others.sum[j], (value) => {
      choose(others, j, 0, value, 0, (total) => {
        if (total < least) return;
        const pairs = inOrder(chosen);
        if (keepsBrands(problem, pairs, pairs.length)) found.push({ pairs, value: total });
      });
    });
  }
  return found;
}

/** Int32Array: the few pairs, ascending. */
function inOrder(few: readonly number[]): Int32Array {
  const pairs = new Int32Array(few.length);
  for (let n = 0; n < few.length; n++) {
    let at = n;
    for (; at > 0 && pairs[at - 1] > few[n]; at--) pairs[at] = pairs[at - 1];
    pairs[at] = few[n];
  }
  return pairs;
}

/** A user's pairs of a list by net value, best first: at first the best `most`, which are all that most users need. */
class SortedPairs {
  /** How many pairs the list has. */
  readonly length: number;
  readonly pair: number[] = [];
  /** sum[n]: net value of the best n. */
  readonly sum: number[] = [0];
  readonly #chooser: BundleChooser;
  readonly #from: number;
  readonly #to: number;

  constructor(chooser: BundleChooser, from: number, to: number, most: number) {
    this.length = to - from;
    this.#chooser = chooser;
    this.#from = from;
    this.#to = to;
    const values: number[] = [], { pair } = this;
    for (let p = from; p < to; p++) {
      const value = chooser.netValue(p);
      if (pair.length === most && value <= values[most - 1]) continue;
      let at = pair.length < most ? pair.length : most - 1;
      for (; at > 0 && values[at - 1] < value; at--) {
        values[at] = values[at - 1];
        pair[at] = pair[at - 1];
      }
      values[at] = value;
      pair[at] = p;
    }
    for (const value of values) this.sum.push(this.sum.at(-1)! + value);
  }

  /** Adds the pairs that are worth at most `slack` less than the last. */
  extend(slack: number): void {
    const chooser = this.#chooser, { pair, sum } = this, most = pair.length;
    if (most === this.length) return;
    const least = chooser.netValue(pair[most - 1]) - slack;
    for (let p = this.#from; p < this.#to; p++) {
      if (chooser.netValue(p) >= least && !isAmong(pair, most, p)) pair.push(p);
    }
    if (pair.length === most) return;
    const more = pair.splice(most)
      .sort((a, b) => chooser.netValue(b) - chooser.netValue(a) || a - b);
    for (const p of more) {
      pair.push(p);
      sum.push(sum.at(-1)! + chooser.netValue(p));
    }
  }
}

/** Whether `p` is one of the first `n`. */
function isAmong(pairs: readonly number[], n: number, p: number): boolean {
  for (let i = 0; i < n; i++) if (pairs[i] === p) return true;
  return false;
}
