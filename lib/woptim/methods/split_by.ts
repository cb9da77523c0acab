/**
 * Splits by methods other than woptim's own.
 *
 * @module
 */
import { InputError, UsageError } from "../../base/errors.ts";
import { checkValue, ofKind } from "../../base/validate.ts";
import { ExactSum } from "../exact/exact_sum.ts";
import { type MethodName, METHODS } from "./methods.ts";
import type { MethodInput, MethodOption } from "./method.ts";
import {
  type ResolvedSplitOptions,
  resolveOptions,
  type SplitOptions,
} from "../problem/options.ts";
import { sharePrice } from "../payments.ts";
import { People } from "../price/people.ts";
import { checkColumns, columnsOf } from "../problem/check_problem.ts";
import type { CheckedColumns, SplitColumns, SplitProblem } from "../problem/problem.ts";
import { personOf, type SplitPerson } from "../split.ts";
import { type SplitStatus, type Standing, standingOf } from "../problem/status.ts";
import { Steps } from "../steps/steps.ts";

/** Options of a split by a method; docs/split.md says which of them each method takes. */
export type MethodOptions = Pick<SplitOptions, "step" | "currencyDigits" | "coin">;

/** A split by a method: all but the people. */
export interface MethodSummary {
  /** The method. */
  method: MethodName;
  /** Units that were divided. */
  total: number;
  /** Price of all units; null if none was given. */
  price: number | null;
  /** Whether the total can meet everybody's interval; with a step, the intervals rounded to it. */
  status: SplitStatus;
  /** Units by which the total is too high or too low; 0 if feasible. */
  amount: number;
  /** Σ discontent, as woptim counts it with its defaults: to compare methods by one measure. */
  objective: number;
  /** The method's level or divisor; null where nobody has a choice. */
  level: number | null;
  /** Where others could as well have had the last units: how many units, and who; null: nowhere. */
  tie: { units: number; people: string[] } | null;
}

/** A split by a method, one object a person. */
export interface MethodSplit extends MethodSummary {
  /** The people, in the order of the requirements. */
  people: SplitPerson[];
}

/** A split by a method, one entry a person in each array. */
export interface MethodColumns extends Omit<MethodSummary, "tie"> {
  /** The tie, people by their numbers. */
  tie: { units: number; people: readonly number[] } | null;
  units: Float64Array;
  discontent: Float64Array;
  share: Float64Array | null;
  payment: Float64Array | null;
}

/**
 * Divides units among people by a method of the name given instead of woptim's:
 *
 * - `max-min`: nobody can get more without taking from somebody who has less; lower bounds first, then targets, then upper
 *   bounds (leximin);
 * - `proportional`: the same part of every claim, within the intervals;
 * - `webster`, `dhondt`, `huntington-hill`, `hamilton`: whole units (of `step`, 1 if none is given) in proportion to targets,
 *   which are votes or inhabitants, lower bounds being the least seats.
 *
 * Definitions, sources and properties are in docs/split.md. Bounds and targets are numbers from 0; an open lower bound is 0.
 * Where others could as well have had the last units, the first people in order got them and `tie` names all of them.
 *
 * @throws {InputError} for a problem that can't be used
 * @throws {UsageError} for an unknown method, or an option that it doesn't take
 *
 * @example
 * ```ts
 * import { splitBy } from "./split_by.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * const votes = { a: 53_000, b: 24_000, c: 23_000 };
 * const { people } = splitBy("webster", {
 *   total: 7,
 *   requirements: Object.entries(votes).map(([name, target]) => ({ name, interval: [0], target })),
 * });
 * assertEquals(people.map(({ units }) => units), [3, 2, 2]);
 * ```
 */
export function splitBy(
  method: MethodName,
  problem: SplitProblem,
  options: MethodOptions = {},
): MethodSplit {
  const asked = columnsOf(problem), columns = { ...asked, lower: fromZero(asked.lower) };
  const { units, discontent, share, payment, tie, ...summary } = divide(method, columns, options);
  const got = { units, discontent, share, payment };
  return {
    ...summary,
    tie: tie && { ...tie, people: tie.people.map((i) => columns.names[i]) },
    people: columns.names.map((_, i) => personOf(columns, i, got)),
  };
}

/**
 * {@link splitBy} for columns: no object is made per person.
 *
 * @example
 * ```ts
 * import { splitArraysBy } from "./split_by.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * const cpus = { total: 12, lower: [0, 0, 0, 0], upper: [8, 8, 8, 8], target: [2, 3, 5, 6] };
 * const { units, level } = splitArraysBy("max-min", cpus);
 * assertEquals([...units], [2, 3, 3.5, 3.5]);
 * assertEquals(level, 3.5);
 * ```
 */
export function splitArraysBy(
  method: MethodName,
  columns: SplitColumns,
  options: MethodOptions = {},
): MethodColumns {
  return divide(method, checkColumns(columns), options);
}

/** Names of the options as the library spells them, in the order messages have them. */
const SOME_TAKE: readonly MethodOption[] = [
  "gamma",
  "tMin",
  "absolute",
  "allowNegative",
  "step",
  "leftover",
  "changeWeight",
];

/** The options that a method doesn't take, of those given. */
export function notTaken(name: MethodName, given: ReadonlySet<string>): MethodOption[] {
  const { takes } = METHODS[name];
  return SOME_TAKE.filter((option) => given.has(option) && !takes.includes(option));
}

function divide(name: MethodName, columns: CheckedColumns, options: MethodOptions): MethodColumns {
  checkValue("method", name, ofKind({ type: "choice", choices: Object.keys(METHODS) }));
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const [refused] = notTaken(name, new Set(given.map(([option]) => option)));
  if (refused !== undefined) {
    throw new UsageError(`${refused} is not an option of the method ${name}`);
  }
  refuseFurther(name, columns);
  const method = METHODS[name];
  const resolved = resolveOptions(options);
  const step = resolved.step ?? (method.whole ? 1 : undefined);
  const steps = step === undefined ? undefined : new Steps(step);
  const input = inputOf(columns);
  const standing = standingIn(steps, input);
  if (method.strict) requireFeasible(input.total, standing, steps!.size);
  const { units, level, tie } = method.divide(input, steps);
  return { ...summaryOf(columns, units, standing, resolved), method: name, level, tie };
}

/** The columns that methods use; others are refused. */
const TAKEN: ReadonlySet<string> = new Set(
  ["names", "total", "price", "lower", "upper", "target", "weight"],
);

function refuseFurther(name: MethodName, columns: object): void {
  for (const [field, values] of Object.entries(columns)) {
    if (values === undefined || TAKEN.has(field)) continue;
    throw new InputError(`the method ${name} makes nothing of ${field}: leave it out`, {
      column: field,
    });
  }
}

/** What everybody got, and what it is worth. */
function summaryOf(
  columns: CheckedColumns,
  units: Float64Array,
  standing: Standing,
  options: ResolvedSplitOptions,
): Omit<MethodColumns, "method" | "level" | "tie"> {
  const { total, price, lower, upper } = columns;
  const people = new People(columns, { floor: lower, ceiling: upper }, options);
  const discontent = people.discontent(units);
  return {
    total,
    price: price ?? null,
    ...standing,
    objective: ExactSum.of(discontent).value(),
    units,
    discontent,
    ...price === undefined
      ? { share: null, payment: null }
      : sharePrice(price, total, units, options.coin),
  };
}

/** Lower bounds as methods other than woptim take them: an open one is 0. */
export function fromZero(lower: Float64Array): Float64Array {
  return lower.map((bound) => bound === -Infinity ? 0 : bound);
}

/** The columns with open lower bounds at 0. Throws {@link InputError} for what is below 0. */
function inputOf(columns: CheckedColumns): MethodInput {
  const lower = fromZero(columns.lower);
  const given = [["lower", lower], ["target", columns.target], ["upper", columns.upper]] as const;
  for (let i = 0; i < lower.length; i++) {
    for (const [column, values] of given) {
      if (values[i] >= 0) continue;
      throw InputError.at({
        column: `${column}[${i}]`,
        value: String(values[i]),
        expected: "a number from 0, as methods other than woptim take them",
      });
    }
  }
  return { ...columns, lower };
}

/** How the total stands to the bounds, in steps where there are any. */
function standingIn(steps: Steps | undefined, { total, lower, upper }: MethodInput): Standing {
  if (steps === undefined) return standingOf(total, lower, upper);
  const { least, most } = steps.intervals(lower, upper);
  const standing = standingOf(steps.countOfTotal(total), least, most);
  return { ...standing, amount: steps.units(standing.amount) };
}

function requireFeasible(total: number, { status, amount }: Standing, step: number): void {
  if (status === "feasible") return;
  const rounded = step === 1 ? "" : `, rounded to steps of ${step}`;
  throw InputError.at({
    column: "total",
    value: String(total),
    expected: status === "total_too_low"
      ? `at least ${total + amount}, the sum of the lower bounds${rounded}`
      : `at most ${total - amount}, the sum of the upper bounds${rounded}`,
  });
}
