/**
 * The library's functions for splits, which check their options.
 *
 * @module
 */
import { shownInNotebook } from "./in_notebook.ts";
import type { SplitOptions } from "../woptim/problem/options.ts";
import { type GoodsSplit, splitGoods as solveGoods } from "../woptim/goods.ts";
import type { GoodsProblem, SplitProblem } from "../woptim/problem/problem.ts";
import { type Split, split as solveSplit } from "../woptim/split.ts";
import { aFlag, anything, checkOptions, type OptionRule } from "../base/validate.ts";

/** Rules for the options; numbers are checked where they are used. */
const OPTIONS: Readonly<Record<keyof SplitOptions, OptionRule>> = {
  gamma: anything,
  tMin: anything,
  absolute: aFlag,
  allowNegative: aFlag,
  step: anything,
  leftover: aFlag,
  changeWeight: anything,
  currencyDigits: anything,
  coin: anything,
};

/**
 * Divides `total` units, and their price, among people with an interval and a target each, the best possible way:
 * exactly, in O(n log n). The method and the formulas are in lib/woptim/split.ts. In a notebook the split shows itself.
 *
 * @throws {InputError} for an invalid problem
 * @throws {UsageError} for an unknown option or one out of range
 *
 * @example
 * ```ts
 * import { split } from "./split.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * const { people } = split({
 *   total: 10,
 *   requirements: [
 *     { name: "ann", interval: [2, 6], target: "upper" },
 *     { name: "bob", interval: [2, 6], target: "lower" },
 *   ],
 * });
 * assertEquals(people[0].units, 6);
 * assertEquals(people[1].units, 4);
 * ```
 */
export function split(problem: SplitProblem, options: SplitOptions = {}): Split {
  checkOptions("split", options, OPTIONS);
  const found = solveSplit(problem, options);
  return shownInNotebook(found, (notebook) => notebook.splitBundle(found));
}

/**
 * Splits several goods in one run, each as {@link split} does, independently of the others and with the same options.
 *
 * @throws {InputError} for an invalid problem
 * @throws {UsageError} for an unknown option or one out of range
 *
 * @example
 * ```ts
 * import { splitGoods } from "./split.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * const { goods } = splitGoods({
 *   goods: [{ name: "bread", total: 6 }, { name: "milk", total: 2 }],
 *   requirements: [
 *     { name: "ann", good: "bread", interval: [0, 4], target: 4 },
 *     { name: "ben", good: "bread", interval: [0, 4], target: 2 },
 *     { name: "ann", good: "milk", interval: [0, 4], target: 3 },
 *   ],
 * });
 * assertEquals(goods[0].people.map((person) => person.units), [4, 2]);
 * assertEquals(goods[1].good, "milk");
 * ```
 */
export function splitGoods(problem: GoodsProblem, options: SplitOptions = {}): GoodsSplit {
  checkOptions("splitGoods", options, OPTIONS);
  return solveGoods(problem, options);
}
