/**
 * What is to be split among whom.
 *
 * @module
 */
import { InputError } from "../base/errors.ts";
import { LARGEST } from "./options.ts";

/** The words that may stand for a target. */
export const TARGET_WORDS: readonly TargetWord[] = ["lower", "center", "upper"];

/** A target given by its place in the interval: its lower end, its middle or its upper end. */
export type TargetWord = "lower" | "center" | "upper";

/** What one person asks for. */
export interface Requirement {
  /** The person's name; no two are the same. */
  name: string;
  /** The least and the most units the person is fine with: [lower, upper]. */
  interval: readonly [number, number];
  /** The units the person would like best; may lie outside the interval. */
  target: number | TargetWord;
}

/** A split to be made, as a problem file gives it. */
export interface SplitProblem {
  /** Units to be divided; not negative. */
  total: number;
  /** Price of all units together, in units of the currency; not negative. */
  price?: number;
  /** The people, at least one. */
  requirements: readonly Requirement[];
}

/** A split to be made, as columns: one entry a person in each array. */
export interface SplitColumns {
  /** Units to be divided; not negative. */
  total: number;
  /** Price of all units together, in units of the currency; not negative. */
  price?: number;
  /** The least units each person is fine with. */
  lower: ArrayLike<number>;
  /** The most units each person is fine with. */
  upper: ArrayLike<number>;
  /** The units each person would like best. */
  target: ArrayLike<number>;
}

/** {@link SplitColumns} as the solver takes them: checked, in doubles. */
export interface CheckedColumns {
  total: number;
  price?: number;
  lower: Float64Array;
  upper: Float64Array;
  target: Float64Array;
}

/** The number of units that a target stands for. */
export function targetOf(target: number | TargetWord, lower: number, upper: number): number {
  if (target === "lower") return lower;
  if (target === "upper") return upper;
  if (target === "center") return lower + (upper - lower) / 2;
  return target;
}

/** Columns of a problem given as objects. Throws {@link InputError} at the first fault. */
export function columnsOf(problem: SplitProblem): CheckedColumns {
  const { total, price, requirements } = problem;
  for (const i of repeated(requirements.map(({ name }) => name))) {
    throw fault(`requirements[${i}].name`, requirements[i].name, NAME_EXPECTED);
  }
  requirements.forEach(({ target }, i) => {
    if (typeof target !== "number" && !TARGET_WORDS.includes(target)) {
      throw fault(`requirements[${i}].target`, target, TARGET_EXPECTED);
    }
  });
  const column = (pick: (requirement: Requirement) => number) =>
    Float64Array.from(requirements, pick);
  return checkColumns({
    total,
    price,
    lower: column((r) => r.interval[0]),
    upper: column((r) => r.interval[1]),
    target: column((r) => targetOf(r.target, ...r.interval)),
  }, (field, i) => `requirements[${i}].${field === "target" ? field : "interval"}`);
}

/** Places in a list of names where a name stands that stood before. */
export function repeated(names: readonly unknown[]): number[] {
  const seen = new Set<unknown>();
  return names.flatMap((name, i) => seen.size === seen.add(name).size ? [i] : []);
}

/** What a target must be, as messages say it. */
export const TARGET_EXPECTED = `a number up to ±1e100, "lower", "center" or "upper"`;

/**
 * Checks columns and turns them into doubles. Throws {@link InputError} at the first fault, which names the
 * place as `pathOf(field, person)` says it.
 */
export function checkColumns(
  columns: SplitColumns,
  pathOf: (field: string, person: number) => string = (field, person) => `${field}[${person}]`,
): CheckedColumns {
  const { total, price } = columns;
  checkAmount("total", total);
  if (price !== undefined) checkAmount("price", price);
  const [lower, upper, target] = ([["lower"], ["upper"], ["target"]] as const).map(([field]) =>
    checkColumn(field, columns[field], columns.lower.length, pathOf)
  );
  if (lower.length === 0) throw fault("requirements", "empty", "at least one person");
  for (let i = 0; i < lower.length; i++) {
    if (lower[i] > upper[i]) {
      throw fault(
        pathOf("interval", i),
        `[${lower[i]}, ${upper[i]}]`,
        INTERVAL_EXPECTED,
      );
    }
  }
  return { total, price, lower, upper, target };
}

function checkColumn(
  field: string,
  values: ArrayLike<number>,
  length: number,
  pathOf: (field: string, person: number) => string,
): Float64Array {
  if (values.length !== length) {
    throw fault(field, `${values.length} numbers`, `${length}, as lower has`);
  }
  const column = values instanceof Float64Array ? values : Float64Array.from(values);
  for (let i = 0; i < length; i++) {
    if (!(Math.abs(column[i]) <= LARGEST)) {
      throw fault(pathOf(field, i), String(column[i]), FINITE_EXPECTED);
    }
  }
  return column;
}

/** What a number must be, as messages say it. */
export const FINITE_EXPECTED = `a number up to ±1e100`;
/** What a name must be, beside a text, as messages say it. */
export const NAME_EXPECTED = "a name that nobody else has";
/** What an interval must be, as messages say it. */
export const INTERVAL_EXPECTED =
  `[lower, upper], two numbers up to ±1e100, the lower not above the upper`;
/** What total and price must be, as messages say it. */
export const AMOUNT_EXPECTED = `a number from 0 to 1e100`;

function checkAmount(name: string, value: number): void {
  if (!(value >= 0 && value <= LARGEST)) throw fault(name, String(value), AMOUNT_EXPECTED);
}

function fault(column: string, value: string, expected: string): InputError {
  return InputError.at({ column, value, expected });
}
