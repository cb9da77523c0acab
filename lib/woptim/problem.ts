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

/** A bound of an interval, in units; null or an infinity of its side: open, there is no limit on that side. */
export type IntervalBound = number | null;

/** What one person asks for. */
export interface Requirement {
  /** The person's name; no two are the same. */
  name: string;
  /** The least and the most units the person is fine with: [lower, upper]; null or no second entry: no limit. */
  interval: readonly [IntervalBound, IntervalBound?];
  /** The units the person would like best; may lie outside the interval. */
  target: number | TargetWord;
}

/** A split to be made, as a problem file gives it. */
export interface SplitProblem {
  /** Units to be divided; not negative. */
  total: number;
  /** Price of all units together, in units of the currency; below zero it is a refund. */
  price?: number;
  /** The people, at least one. */
  requirements: readonly Requirement[];
}

/** A split to be made, as columns: one entry a person in each array. */
export interface SplitColumns {
  /** Units to be divided; not negative. */
  total: number;
  /** Price of all units together, in units of the currency; below zero it is a refund. */
  price?: number;
  /** The least units each person is fine with; null or −Infinity: no limit. */
  lower: ArrayLike<IntervalBound>;
  /** The most units each person is fine with; null or Infinity: no limit. */
  upper: ArrayLike<IntervalBound>;
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

/**
 * The number that a bound in a file or a call stands for: null, undefined, blank and the infinity of its side
 * (`inf`, `∞`, `-inf`, …) are an open bound, ±Infinity. NaN for what is no bound of that side.
 */
export function boundOf(value: unknown, side: "lower" | "upper"): number {
  const open = side === "lower" ? -Infinity : Infinity;
  if (value === undefined || value === null) return open;
  if (typeof value === "number") {
    return Math.abs(value) <= LARGEST || value === open ? value : NaN;
  }
  if (typeof value !== "string") return NaN;
  const text = value.trim().toLowerCase();
  if (text === "") return open;
  const infinite = side === "lower" ? /^[-−](inf|infinity|∞)$/ : /^\+?(inf|infinity|∞)$/;
  return infinite.test(text) ? open : NaN;
}

/**
 * Columns of a problem given as objects: every field is looked at, as callers from JavaScript have no types.
 * Throws {@link InputError} at the first fault.
 */
export function columnsOf(problem: SplitProblem): CheckedColumns & { names: string[] } {
  if (!isObject(problem)) {
    throw fault("the problem", problem, "an object with total and requirements");
  }
  const { total, price, requirements } = problem;
  checkTotal(total);
  checkPrice(price);
  if (!Array.isArray(requirements)) throw fault("requirements", requirements, "a list of people");
  if (requirements.length === 0) throw fault("requirements", "empty", "at least one person");
  const n = requirements.length;
  const lower = new Float64Array(n), upper = new Float64Array(n), target = new Float64Array(n);
  const names = new Array<string>(n), seen = new Set<string>();
  for (let i = 0; i < n; i++) {
    const person = requirements[i] as unknown, at = `requirements[${i}]`;
    if (!isObject(person)) {
      throw fault(at, person, "an object with name, interval and target");
    }
    const { name, interval } = person;
    if (typeof name !== "string" || name.trim() === "") throw fault(`${at}.name`, name, "a name");
    names[i] = name.trim();
    if (seen.size === seen.add(names[i]).size) throw fault(`${at}.name`, name, NAME_EXPECTED);
    if (!Array.isArray(interval) || interval.length < 1 || interval.length > 2) {
      throw fault(`${at}.interval`, interval, INTERVAL_EXPECTED);
    }
    lower[i] = boundOf(interval[0], "lower");
    upper[i] = boundOf(interval[1], "upper");
    if (!(lower[i] <= upper[i])) throw fault(`${at}.interval`, interval, INTERVAL_EXPECTED);
    target[i] = checkedTarget(person.target, lower[i], upper[i], `${at}.target`);
  }
  return { total, price, lower, upper, target, names };
}

/** The number of units that a target stands for. Throws {@link InputError} where it stands for none. */
function checkedTarget(target: unknown, lower: number, upper: number, column: string): number {
  if (typeof target === "number" ? !(Math.abs(target) <= LARGEST) : !isTargetWord(target)) {
    throw fault(column, target, TARGET_EXPECTED);
  }
  const units = targetOf(target as number | TargetWord, lower, upper);
  if (!Number.isFinite(units)) throw fault(column, target, OPEN_TARGET_EXPECTED);
  return units;
}

function isTargetWord(value: unknown): value is TargetWord {
  return TARGET_WORDS.includes(value as TargetWord);
}

/** Places in a list of names where a name stands that stood before. */
export function repeated(names: readonly unknown[]): number[] {
  const seen = new Set<unknown>();
  return names.flatMap((name, i) => seen.size === seen.add(name).size ? [i] : []);
}

/** What a target must be, as messages say it. */
export const TARGET_EXPECTED = `a number up to ±1e100, "lower", "center" or "upper"`;
/** What the target must be where a word leans on a bound that is open, as messages say it. */
export const OPEN_TARGET_EXPECTED = "a number, as the interval is open on that side";
/** What a bound must be, as messages say it. */
export const BOUND_EXPECTED = "a number up to ±1e100, or blank for no limit";

/** Checks columns and turns them into doubles. Throws {@link InputError} at the first fault, which names the place. */
export function checkColumns(columns: SplitColumns): CheckedColumns {
  if (!isObject(columns)) {
    throw fault("the problem", columns, "an object with total, lower, upper and target");
  }
  const { total, price } = columns;
  checkTotal(total);
  checkPrice(price);
  const length = lengthOf(columns.lower, "lower");
  if (length === 0) throw fault("requirements", "empty", "at least one person");
  const lower = checkColumn("lower", columns.lower, length);
  const upper = checkColumn("upper", columns.upper, length);
  const target = checkColumn("target", columns.target, length);
  for (let i = 0; i < length; i++) {
    if (lower[i] > upper[i]) {
      throw fault(`interval[${i}]`, [lower[i], upper[i]], INTERVAL_EXPECTED);
    }
  }
  return { total, price, lower, upper, target };
}

function lengthOf(values: unknown, field: string): number {
  const length = isObject(values) ? values.length : undefined;
  if (typeof length !== "number") throw fault(field, values, "a list of numbers, one a person");
  return length;
}

function checkColumn(
  field: "lower" | "upper" | "target",
  values: ArrayLike<unknown>,
  length: number,
): Float64Array {
  const given = lengthOf(values, field);
  if (given !== length) throw fault(field, `${given} numbers`, `${length}, as lower has`);
  const column = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const value = values[i];
    if (typeof value === "number" && Math.abs(value) <= LARGEST) column[i] = value;
    else if (field === "target") throw fault(`target[${i}]`, value, FINITE_EXPECTED);
    else if (Number.isNaN(column[i] = boundOf(value, field))) {
      throw fault(`${field}[${i}]`, value, BOUND_EXPECTED);
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
  `[lower, upper], two numbers up to ±1e100 or null for no limit, the lower not above the upper`;
/** What a total must be, as messages say it. */
export const AMOUNT_EXPECTED = `a number from 0 to 1e100`;

function checkTotal(total: unknown): void {
  if (!(typeof total === "number" && total >= 0 && total <= LARGEST)) {
    throw fault("total", total, AMOUNT_EXPECTED);
  }
}

function checkPrice(price: unknown): void {
  if (price === undefined) return;
  if (!(typeof price === "number" && Math.abs(price) <= LARGEST)) {
    throw fault("price", price, FINITE_EXPECTED);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** The error for a value of any kind, which the message shows. */
function fault(column: string, value: unknown, expected: string): InputError {
  return InputError.at({ column, value: shownValue(value), expected });
}

/** A value as messages show it; undefined: there is none. */
function shownValue(value: unknown): string | undefined {
  if (Array.isArray(value)) return `[${value.map(shownValue).join(", ")}]`;
  if (typeof value === "function" || typeof value === "symbol") return typeof value;
  if (!isObject(value)) return value === undefined ? undefined : String(value);
  return "an object";
}
