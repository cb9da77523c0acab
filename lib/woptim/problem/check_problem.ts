/**
 * Checks of problems. Every field is checked at run time, as callers from JavaScript have no types.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import { refuseNearFields } from "../../base/given_field.ts";
import { isObject } from "../../base/validate.ts";
import {
  checkAmounts,
  checkedInterval,
  checkedTarget,
  Names,
  problemFault,
} from "./check_fields.ts";
import { checkedGroups } from "./check_groups.ts";
import type { Fraction } from "../exact/fraction.ts";
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
  FIXED_EXPECTED,
  INTERVAL_EXPECTED,
  type SplitColumns,
  type SplitProblem,
} from "./problem.ts";
import { isNumberOfSplits, NUMBER_EXPECTED } from "./size.ts";

/** The fields of a person, also as files spell them. */
const PERSON_FIELDS: readonly string[] = [
  ...["name", "interval", "target", "step", "group", "good"],
  ...NUMERIC_FIELD_NAMES.flatMap((field) => [field, NUMERIC_FIELDS[field].file]),
];

/**
 * Columns of a problem given as objects: one entry a person, in the order of the requirements.
 * Throws {@link InputError} at the first fault.
 */
export function columnsOf(problem: SplitProblem): CheckedColumns & { names: string[] } {
  if (!isObject(problem)) {
    throw problemFault("the problem", problem, "an object with total and requirements");
  }
  checkAmounts(problem);
  const { total, price, requirements } = problem;
  if (!Array.isArray(requirements)) {
    throw problemFault("requirements", requirements, "a list of people");
  }
  if (requirements.length === 0) throw problemFault("requirements", "empty", "at least one person");
  const n = requirements.length;
  const lower = new Float64Array(n), upper = new Float64Array(n), target = new Float64Array(n);
  const names = new Array<string>(n), all = new Names();
  const further = new FurtherColumns(n);
  for (let i = 0; i < n; i++) {
    const person = requirements[i] as unknown, at = `requirements[${i}]`;
    if (!isObject(person)) {
      throw problemFault(at, person, "an object with name, interval and target");
    }
    refuseNearFields(person, () => at, PERSON_FIELDS);
    names[i] = all.add(person.name, `${at}.name`);
    [lower[i], upper[i]] = checkedInterval(person.interval, `${at}.interval`);
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

/** Checks columns and turns them into doubles. Throws {@link InputError} at the first fault, which names the place. */
export function checkColumns(columns: SplitColumns): CheckedColumns {
  if (!isObject(columns)) {
    throw problemFault("the problem", columns, "an object with total, lower, upper and target");
  }
  checkAmounts(columns);
  const { total, price } = columns;
  const length = lengthOf(columns.lower, "lower");
  if (length === 0) throw problemFault("requirements", "empty", "at least one person");
  const lower = checkColumn("lower", columns.lower, length);
  const upper = checkColumn("upper", columns.upper, length);
  const target = checkColumn("target", columns.target, length);
  for (let i = 0; i < length; i++) {
    if (lower[i] > upper[i]) {
      throw problemFault(`interval[${i}]`, [lower[i], upper[i]], INTERVAL_EXPECTED);
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
    if (number === undefined) throw problemFault(placeOf(field, i, person), value, rule.expected);
    if (Object.is(number, rule.absent)) return;
    (this.#columns[field] ??= new Float64Array(this.#length).fill(rule.absent))[i] = number;
    if (field === "fixed" && number === AT_PREVIOUS) {
      const previous = this.#columns.previous?.[i] ?? NaN;
      if (Number.isNaN(previous)) {
        throw problemFault(placeOf(field, i, person), value, FIXED_EXPECTED);
      }
      this.#columns.fixed![i] = previous;
    }
  }

  /** Sets person i's step. */
  setStep(i: number, value: unknown, person?: string): void {
    if (value === undefined || value === null) return;
    const step = readStep(value);
    if (step === undefined) {
      throw problemFault(placeOf("step", i, person), value, STEP_TEXT_EXPECTED);
    }
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
  if (typeof length !== "number") {
    throw problemFault(field, values, "a list of numbers, one a person");
  }
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
    else if (field === "target") throw problemFault(`target[${i}]`, value, NUMBER_EXPECTED);
    else if (Number.isNaN(column[i] = boundOf(value, field))) {
      throw problemFault(`${field}[${i}]`, value, BOUND_EXPECTED);
    }
  }
  return column;
}
