/**
 * The library's functions for splits by methods other than woptim's, and for explanations of splits.
 *
 * @module
 */
import {
  anything,
  aText,
  checkOptions,
  checkValue,
  type OptionRule,
  shown,
} from "../base/validate.ts";
import { shownInNotebook } from "./in_notebook.ts";
import { SPLIT_OPTIONS } from "./split.ts";
import { explainPerson, type PersonExplanation } from "../woptim/methods/explain_person.ts";
import type { MethodName } from "../woptim/methods/methods.ts";
import {
  type MethodOptions,
  type MethodSplit,
  splitBy as divideBy,
} from "../woptim/methods/split_by.ts";
import type { SplitOptions } from "../woptim/problem/options.ts";
import { columnsOf } from "../woptim/problem/check_problem.ts";
import type { SplitProblem } from "../woptim/problem/problem.ts";
import { UsageError } from "../base/errors.ts";
import { didYouMean } from "../base/ids/near_ids.ts";

const OPTIONS: Readonly<Record<keyof MethodOptions, OptionRule>> = {
  step: anything,
  currencyDigits: anything,
  coin: anything,
};

/**
 * Divides units among people by a named method instead of woptim's:
 *
 * - `max-min`: nobody can get more without taking from somebody who has less; lower bounds first, then targets, then upper
 *   bounds (leximin);
 * - `proportional`: the same part of every claim, within the intervals;
 * - `webster`, `dhondt`, `huntington-hill`, `hamilton`: whole units (of `step`, 1 if none is given) in proportion to targets,
 *   which are votes or inhabitants; lower bounds are the least seats.
 *
 * Definitions, sources and properties are in docs/split.md. Where several people have an equal right to the last units, the
 * first of them in order get those, and `tie` names all of them. In a notebook the split shows itself.
 *
 * @throws {InputError} for an invalid problem
 * @throws {UsageError} for an unknown method, or an option that it does not take
 *
 * @example
 * ```ts
 * import { splitBy } from "./split_by.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * const { people, tie } = splitBy("dhondt", {
 *   total: 3,
 *   requirements: [
 *     { name: "north", interval: [0], target: 600 },
 *     { name: "south", interval: [0], target: 200 },
 *   ],
 * });
 * assertEquals(people.map(({ units }) => units), [3, 0]);
 * assertEquals(tie, { units: 1, people: ["north", "south"] });
 * ```
 */
export function splitBy(
  method: MethodName,
  problem: SplitProblem,
  options: MethodOptions = {},
): MethodSplit {
  checkOptions("splitBy", options, OPTIONS);
  const found = divideBy(method, problem, options);
  return shownInNotebook(found, (notebook) => notebook.splitBundle(found, options));
}

/** Options of {@link explainSplit}. */
export interface ExplainSplitOptions extends SplitOptions {
  /** The method. @default "woptim" */
  method?: MethodName | "woptim";
}

const EXPLAIN: Readonly<Record<keyof ExplainSplitOptions, OptionRule>> = {
  ...SPLIT_OPTIONS,
  method: anything,
};

/**
 * Why a person gets so many units: at which bound or price the person stands, what one unit (or step) more or less in total
 * would change, and from whom one more would come. Other people are given by their index in the list of requirements. In a
 * notebook the answer shows itself.
 *
 * @throws {InputError} for an invalid problem
 * @throws {UsageError} for a name that nobody has, or an unknown option or one out of range
 *
 * @example
 * ```ts
 * import { explainSplit } from "./split_by.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * const why = explainSplit({
 *   total: 6,
 *   requirements: [
 *     { name: "ann", interval: [0, 8], target: 6 },
 *     { name: "ben", interval: [0, 8], target: 2 },
 *   ],
 * }, "ann", { absolute: true });
 * assertEquals([why.units, why.place, why.atOneMore], [5, "inside", 5.5]);
 * assertEquals(why.oneMore?.changes, [{ person: 1, units: 1, change: -1 }]);
 * ```
 */
export function explainSplit(
  problem: SplitProblem,
  name: string,
  options: ExplainSplitOptions = {},
): PersonExplanation {
  checkOptions("explainSplit", options, EXPLAIN);
  checkValue("name", name, aText);
  const { method = "woptim", ...others } = options;
  const { names } = columnsOf(problem);
  const person = names.indexOf(name.trim());
  if (person < 0) {
    throw new UsageError(
      `name is ${shown(name)}, expected a name of the requirements${didYouMean(name, names)}`,
    );
  }
  const why = explainPerson(method, problem, person, others);
  return shownInNotebook(why, async ({ textBundle }) => {
    const { personText } = await import("../report/text/person_text.ts");
    return textBundle(personText(why, (i) => names[i]));
  });
}
