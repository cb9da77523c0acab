/**
 * The library's functions for splits, which check their options.
 *
 * @module
 */
import { shownInNotebook } from "./in_notebook.ts";
import { NUMERIC_FIELD_NAMES } from "../woptim/problem/person_fields.ts";
import type { SplitOptions } from "../woptim/problem/options.ts";
import { type GoodsSplit, splitGoods as solveGoods } from "../woptim/goods.ts";
import type { GoodsProblem, SplitColumns, SplitProblem } from "../woptim/problem/problem.ts";
import {
  type ColumnSplit,
  type Split,
  split as solveSplit,
  splitArrays as solveArrays,
} from "../woptim/split.ts";
import { type SplitAtTotal, splitTotals as solveTotals } from "../woptim/totals.ts";
import { quote, UsageError } from "../base/errors.ts";
import { didYouMean } from "../base/ids/near_ids.ts";
import {
  aFlag,
  anything,
  checkOptions,
  checkValue,
  isObject,
  type OptionRule,
} from "../base/validate.ts";

/** Rules for the options; numbers are checked where they are used. */
export const SPLIT_OPTIONS: Readonly<Record<keyof SplitOptions, OptionRule>> = {
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
  checkOptions("split", options, SPLIT_OPTIONS);
  refuseOptionsIn(problem);
  const found = solveSplit(problem, options);
  return shownInNotebook(found, (notebook) => notebook.splitBundle(found, options));
}

/**
 * {@link split} for columns: no object is made per person, so that a million people are fast.
 *
 * @throws {InputError} for invalid columns
 * @throws {UsageError} for an unknown option or one out of range
 *
 * @example
 * ```ts
 * import { splitArrays } from "./split.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * const { units } = splitArrays({ total: 9, lower: [0, 0], upper: [8, 8], target: [4, 8] });
 * assertEquals([...units], [3, 6]);
 * ```
 */
export function splitArrays(columns: SplitColumns, options: SplitOptions = {}): ColumnSplit {
  checkOptions("splitArrays", options, SPLIT_OPTIONS);
  refuseOptionsIn(columns);
  return solveArrays(columns, options);
}

/**
 * The splits of several totals, each as {@link splitArrays} makes it, in less time than one by one.
 *
 * @param columns what people ask for; its total, and a price, are left aside
 * @throws {InputError} for invalid columns
 * @throws {UsageError} for an unknown option, or an option or total out of range
 *
 * @example
 * ```ts
 * import { splitTotals } from "./split.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * const people = { lower: [0, 0], upper: [8, 8], target: [4, 8] };
 * const splits = splitTotals(people, [6, 9, 12]);
 * assertEquals(splits.map(({ units }) => [...units]), [[2, 4], [3, 6], [4, 8]]);
 * ```
 */
export function splitTotals(
  columns: Omit<SplitColumns, "total" | "price">,
  totals: readonly number[],
  options: SplitOptions = {},
): SplitAtTotal[] {
  checkOptions("splitTotals", options, SPLIT_OPTIONS);
  refuseOptionsIn(columns);
  checkValue("totals", totals, { expected: "a list of numbers", accepts: Array.isArray });
  return solveTotals(columns, totals, options);
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
  checkOptions("splitGoods", options, SPLIT_OPTIONS);
  refuseOptionsIn(problem);
  const found = solveGoods(problem, options), { currencyDigits, step } = options;
  return shownInNotebook(found, async ({ textBundle }) => {
    const { splitText } = await import("../report/text/split_text.ts");
    return textBundle(
      found.goods.map((good) => splitText(good, { currencyDigits, step })).join("\n"),
    );
  });
}

/** The fields of a problem, of one good or of several, and of one in columns. */
const PROBLEM_FIELDS: readonly string[] = [
  "total",
  "price",
  "requirements",
  "groups",
  "goods",
  "$schema",
];
const COLUMN_FIELDS: readonly string[] = [
  ...["total", "price", "lower", "upper", "target", "step", "group", "groups"],
  ...NUMERIC_FIELD_NAMES,
];

/** Refuses what would change nothing: fields that no problem has, and options that stand in it. Beside columns, a list of steps is a column. */
function refuseOptionsIn(problem: object): void {
  if (!isObject(problem)) return;
  const hasOwnSteps = "lower" in problem && (problem.step === null || isObject(problem.step));
  const name = Object.keys(SPLIT_OPTIONS).find((name) =>
    name in problem && problem[name] !== undefined && !(name === "step" && hasOwnSteps)
  );
  if (name !== undefined) {
    throw new UsageError(`${name} is in the problem, expected beside it, among the options`);
  }
  const fields = "lower" in problem ? COLUMN_FIELDS : PROBLEM_FIELDS;
  for (const name of Object.keys(problem)) {
    if (fields.includes(name)) continue;
    throw new UsageError(`the problem has no field ${quote(name)}${didYouMean(name, fields)}`);
  }
}
