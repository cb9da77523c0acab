/**
 * Checks of problems. Every field is checked at run time, as callers from JavaScript have no types.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import type { Fraction } from "../exact/fraction.ts";
import type { CheckedGroups } from "./group_tree.ts";
import {
  AT_PREVIOUS,
  NUMERIC_FIELD_NAMES,
  NUMERIC_FIELDS,
  type NumericField,
  readStep,
  STEP_TEXT_EXPECTED,
} from "./person_fields.ts";
import {
  BOUND_EXPECTED,
  boundOf,
  type CheckedColumns,
  expectedForWord,
  FIXED_EXPECTED,
  GROUP_EXPECTED,
  INTERVAL_EXPECTED,
  NAME_EXPECTED,
  type SplitColumns,
  type SplitProblem,
  TARGET_EXPECTED,
  TARGET_WORDS,
  targetOf,
  type TargetWord,
} from "./problem.ts";
import { AMOUNT_EXPECTED, isAmount, isNumberOfSplits, NUMBER_EXPECTED } from "./size.ts";

/**
 * Columns of a problem given as objects: one entry a person, in the order of the requirements.
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
  const further = new FurtherColumns(n);
  for (let i = 0; i < n; i++) {
    const person = requirements[i] as unknown, at = `requirements[${i}]`;
    if (!isObject(person)) {
      throw fault(at, person, "an object with name, interval and target");
    }
    const { name, interval } = person;
    if (typeof name !== "string" || name.trim() === "") throw fault(`${at}.name`, name, "a name");
    names[i] = name.trim();
    if (seen.size === seen.add(names[i]).size) throw fault(`${at}.name`, name, NAME_EXPECTED);
    [lower[i], upper[i]] = checkedInterval(interval, `${at}.interval`);
    target[i] = checkedTarget(person.target, lower[i], upper[i], `${at}.target`);
    for (const field of NUMERIC_FIELD_NAMES) {
      // The spelling of files is accepted too, for problems that were parsed from a file as they are.
      further.set(field, i, person[field] ?? person[NUMERIC_FIELDS[field].file], at);
    }
    further.setStep(i, person.step, at);
  }
  const groups = checkedGroups(
    problem.groups,
    requirements.map((person: Record<string, unknown>) => person.group),
    n,
    (i) => `requirements[${i}].group`,
  );
  return { total, price, lower, upper, target, names, ...further.columns(), ...groups };
}

/** The bounds of an interval. Throws {@link InputError} where it is none. */
function checkedInterval(interval: unknown, column: string): [number, number] {
  if (!Array.isArray(interval) || interval.length < 1 || interval.length > 2) {
    throw fault(column, interval, INTERVAL_EXPECTED);
  }
  const lower = boundOf(interval[0], "lower"), upper = boundOf(interval[1], "upper");
  if (!(lower <= upper)) throw fault(column, interval, INTERVAL_EXPECTED);
  return [lower, upper];
}

/** The number of units of a target. Throws {@link InputError} where it is none. */
function checkedTarget(target: unknown, lower: number, upper: number, column: string): number {
  if (isNumberOfSplits(target)) return target;
  const expected = isTargetWord(target) ? expectedForWord(target, lower, upper) : TARGET_EXPECTED;
  if (expected !== undefined) throw fault(column, target, expected);
  return targetOf(target as TargetWord, lower, upper);
}

function isTargetWord(value: unknown): value is TargetWord {
  return TARGET_WORDS.includes(value as TargetWord);
}

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
  const further = new FurtherColumns(length);
  for (const field of NUMERIC_FIELD_NAMES) {
    const values = (columns as unknown as Record<string, ArrayLike<unknown>>)[field];
    if (values === undefined || values === null) continue;
    checkLength(field, values, length);
    for (let i = 0; i < length; i++) further.set(field, i, values[i]);
  }
  const { step } = columns;
  if (step !== undefined && step !== null) {
    checkLength("step", step, length);
    for (let i = 0; i < length; i++) further.setStep(i, step[i]);
  }
  const { group } = columns;
  if (group !== undefined && group !== null) checkLength("group", group, length);
  const groups = checkedGroups(columns.groups, group, length, (i) => `group[${i}]`);
  return { total, price, lower, upper, target, ...further.columns(), ...groups };
}

/** Checks groups and who is in which: `given` has a name or nothing for each person. */
function checkedGroups(
  groups: unknown,
  given: ArrayLike<unknown> | null | undefined,
  length: number,
  placeOfGroup: (i: number) => string,
): Pick<CheckedColumns, "group" | "groups"> {
  const names = new GroupNames(groups);
  if (names.checked === null && (given === undefined || given === null)) return {};
  const group = new Int32Array(length);
  for (let i = 0; i < length; i++) group[i] = names.numberOf(given?.[i], () => placeOfGroup(i));
  return names.checked === null ? {} : { group, groups: names.checked };
}

/** Groups by name. */
class GroupNames {
  readonly #numbers = new Map<string, number>();
  /** The groups; null: there are none. */
  readonly checked: CheckedGroups | null = null;

  constructor(groups: unknown) {
    if (groups === undefined || groups === null) return;
    if (!Array.isArray(groups)) throw fault("groups", groups, "a list of groups");
    if (groups.length === 0) return;
    const n = groups.length;
    const names: string[] = groups.map((group, g) => this.#named(group, g));
    const lower = new Float64Array(n), upper = new Float64Array(n);
    const target = new Float64Array(n), weight = new Float64Array(n), parent = new Int32Array(n);
    groups.forEach((group: Record<string, unknown>, g) => {
      const at = `groups[${g}]`;
      [lower[g], upper[g]] = checkedInterval(group.interval ?? [null, null], `${at}.interval`);
      target[g] = group.target === undefined || group.target === null
        ? NaN
        : checkedTarget(group.target, lower[g], upper[g], `${at}.target`);
      const rule = NUMERIC_FIELDS.weight, given = group.weight ?? rule.absent;
      const number = rule.read(given);
      if (number === undefined) throw fault(`${at}.weight`, given, rule.expected);
      weight[g] = number;
      parent[g] = this.numberOf(group.group, () => `${at}.group`);
    });
    this.checked = {
      names,
      lower,
      upper,
      target,
      weight,
      parent,
      inwardOut: inwardOut(parent, names),
    };
  }

  #named(group: unknown, g: number): string {
    const at = `groups[${g}]`;
    if (!isObject(group)) {
      throw fault(at, group, "an object with name, and interval, target, weight or group");
    }
    const { name } = group;
    if (typeof name !== "string" || name.trim() === "") throw fault(`${at}.name`, name, "a name");
    const trimmed = name.trim();
    if (this.#numbers.has(trimmed)) throw fault(`${at}.name`, name, NAME_EXPECTED);
    this.#numbers.set(trimmed, g);
    return trimmed;
  }

  /** The number of a group by its name; −1 for none. */
  numberOf(name: unknown, place: () => string): number {
    if (name === undefined || name === null) return -1;
    const number = typeof name === "string" ? this.#numbers.get(name.trim()) : undefined;
    if (number === undefined) throw fault(place(), name, GROUP_EXPECTED);
    return number;
  }
}

/** The groups in an order in which each comes before the one that it is in. */
function inwardOut(parent: Int32Array, names: readonly string[]): Int32Array {
  const depth = Int32Array.from(parent, (_, g) => {
    let steps = 0;
    for (let around = g; around >= 0; around = parent[around]) {
      if (steps++ > parent.length) {
        throw fault(
          `groups[${g}].group`,
          names[parent[g]],
          "a group that is not inside this one itself",
        );
      }
    }
    return steps;
  });
  return Int32Array.from(parent.keys()).sort((a, b) => depth[b] - depth[a] || a - b);
}

/** Columns that a problem may have beside intervals and targets: made when somebody has an entry. */
class FurtherColumns {
  readonly #length: number;
  readonly #columns: Partial<Record<NumericField, Float64Array>> = {};
  #step?: (Fraction | undefined)[];

  constructor(length: number) {
    this.#length = length;
  }

  /** Sets person i's value. undefined and null count as absent, and so does NaN in fields that may be absent. */
  set(field: NumericField, i: number, value: unknown, person?: string): void {
    const rule = NUMERIC_FIELDS[field];
    if (value === undefined || value === null || Object.is(value, rule.absent)) return;
    const number = rule.read(value);
    if (number === undefined) throw fault(placeOf(field, i, person), value, rule.expected);
    if (Object.is(number, rule.absent)) return;
    (this.#columns[field] ??= new Float64Array(this.#length).fill(rule.absent))[i] = number;
    if (field === "fixed" && number === AT_PREVIOUS) {
      const previous = this.#columns.previous?.[i] ?? NaN;
      if (Number.isNaN(previous)) {
        throw fault(placeOf(field, i, person), value, FIXED_EXPECTED);
      }
      this.#columns.fixed![i] = previous;
    }
  }

  /** Sets person i's step. */
  setStep(i: number, value: unknown, person?: string): void {
    if (value === undefined || value === null) return;
    const step = readStep(value);
    if (step === undefined) throw fault(placeOf("step", i, person), value, STEP_TEXT_EXPECTED);
    (this.#step ??= new Array<undefined>(this.#length).fill(undefined))[i] = step;
  }

  columns(): Partial<CheckedColumns> {
    return { ...this.#columns, ...(this.#step !== undefined && { step: this.#step }) };
  }
}

function placeOf(field: string, i: number, person: string | undefined): string {
  return person === undefined ? `${field}[${i}]` : `${person}.${field}`;
}

function lengthOf(values: unknown, field: string): number {
  const length = isObject(values) ? values.length : undefined;
  if (typeof length !== "number") throw fault(field, values, "a list of numbers, one a person");
  return length;
}

function checkLength(field: string, values: unknown, length: number): void {
  const given = lengthOf(values, field);
  if (given === length) return;
  const has = given === 1 ? "1 number" : `${given} numbers`, expected = `${length}, as lower has`;
  throw new InputError(`${field} has ${has}, expected ${expected}`, { column: field, expected });
}

function checkColumn(
  field: "lower" | "upper" | "target",
  values: ArrayLike<unknown>,
  length: number,
): Float64Array {
  checkLength(field, values, length);
  const column = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const value = values[i];
    if (isNumberOfSplits(value)) column[i] = value;
    else if (field === "target") throw fault(`target[${i}]`, value, NUMBER_EXPECTED);
    else if (Number.isNaN(column[i] = boundOf(value, field))) {
      throw fault(`${field}[${i}]`, value, BOUND_EXPECTED);
    }
  }
  return column;
}

function checkTotal(total: unknown): void {
  if (!isAmount(total)) throw fault("total", total, AMOUNT_EXPECTED);
}

function checkPrice(price: unknown): void {
  if (price !== undefined && !isNumberOfSplits(price)) throw fault("price", price, NUMBER_EXPECTED);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** The error for an invalid value, which the message shows. */
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
