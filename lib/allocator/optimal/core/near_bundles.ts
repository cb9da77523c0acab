/**
 * All bundles of a user that are worth nearly as much as its best one.
 *
 * @module
 */
import type { Assignment } from "../recovery/assignment.ts";
import { keepsBrands } from "../recovery/brand_limit.ts";
import type { BundleChooser } from "../recovery/bundle_chooser.ts";

/** A bundle and what it is worth at the prices. */
export interface NearBundle {
  /** Pairs in order, the sponsored ones first. */
  readonly pairs: Int32Array;
  /** Its value at the prices, group prices included. */
  readonly value: number;
}

/**
 * Lists the bundles of user `u` with a value of at least `least`, by shape and then best first in each list of pairs;
 * stops at `most` of them. Branches are cut where even the best rest of a bundle falls short.
 *
 * @param chooser one that knows the prices; its closed contracts do not matter here
 */
export function nearBundles(
  assignment: Assignment,
  chooser: BundleChooser,
  u: number,
  least: number,
  most: number,
): NearBundle[] {
  const { problem } = assignment;
  const { instance: { start, middle }, oneList, shapeSponsored, shapeUnsponsored } = problem;
  const split = oneList ? start[u] : middle[u];
  const sponsored = sortedPairs(chooser, start[u], split);
  const others = sortedPairs(chooser, split, start[u + 1]);
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
    if (i > sponsored.pair.length || j > others.pair.length) continue;
    const shape = chooser.shapeValue(u, i, j);
    choose(sponsored, i, 0, shape, others.sum[j], (value) => {
      choose(others, j, 0, value, 0, (total) => {
        if (total < least) return;
        const pairs = Int32Array.from(chosen).sort();
        if (keepsBrands(problem, pairs, pairs.length)) found.push({ pairs, value: total });
      });
    });
  }
  return found;
}

/** Pairs by net value, best first, and the sums of their beginnings. */
interface SortedPairs {
  readonly pair: number[];
  /** sum[n]: net value of the best n. */
  readonly sum: Float64Array;
}

function sortedPairs(chooser: BundleChooser, from: number, to: number): SortedPairs {
  const pair: number[] = [];
  for (let p = from; p < to; p++) pair.push(p);
  pair.sort((a, b) => chooser.netValue(b) - chooser.netValue(a) || a - b);
  const sum = new Float64Array(pair.length + 1);
  for (let n = 0; n < pair.length; n++) sum[n + 1] = sum[n] + chooser.netValue(pair[n]);
  return { pair, sum };
}
