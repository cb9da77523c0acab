/**
 * Checks of the single fields of problems, and the error for one that is not as it must be.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import { isObject } from "../../base/validate.ts";
import {
  boundOf,
  expectedForWord,
  INTERVAL_EXPECTED,
  NAME_EXPECTED,
  TARGET_EXPECTED,
  TARGET_WORDS,
  targetOf,
  type TargetWord,
} from "./problem.ts";
import { AMOUNT_EXPECTED, isAmount, isNumberOfSplits, NUMBER_EXPECTED } from "./size.ts";

/** Names that were checked, each of which may be there once, with the number of whoever has it. */
export class Names {
  readonly #numbers = new Map<string, number>();

  /**
   * Checks the next name; returns it without blanks around it.
   *
   * @param column its place, for the error
   * @throws {InputError} where it is none, or somebody's already
   */
  add(name: unknown, column: string): string {
    if (typeof name !== "string" || name.trim() === "") throw problemFault(column, name, "a name");
    const trimmed = name.trim(), { size } = this.#numbers;
    if (this.#numbers.has(trimmed)) throw problemFault(column, name, NAME_EXPECTED);
    this.#numbers.set(trimmed, size);
    return trimmed;
  }

  /** The number of whoever has a name, counted from 0 in the order in which they came; undefined: nobody has it. */
  numberOf(name: unknown): number | undefined {
    return typeof name === "string" ? this.#numbers.get(name.trim()) : undefined;
  }
}

/** The bounds of an interval. @throws {InputError} where it is none */
export function checkedInterval(interval: unknown, column: string): [number, number] {
  if (!Array.isArray(interval) || interval.length < 1 || interval.length > 2) {
    throw problemFault(column, interval, INTERVAL_EXPECTED);
  }
  const lower = boundOf(interval[0], "lower"), upper = boundOf(interval[1], "upper");
  if (!(lower <= upper)) throw problemFault(column, interval, INTERVAL_EXPECTED);
  return [lower, upper];
}

/** The number of units of a target. @throws {InputError} where it is none */
export function checkedTarget(
  target: unknown,
  lower: number,
  upper: number,
  column: string,
): number {
  if (isNumberOfSplits(target)) return target;
  const expected = isTargetWord(target) ? expectedForWord(target, lower, upper) : TARGET_EXPECTED;
  if (expected !== undefined) throw problemFault(column, target, expected);
  return targetOf(target as TargetWord, lower, upper);
}

function isTargetWord(value: unknown): value is TargetWord {
  return TARGET_WORDS.includes(value as TargetWord);
}

/** Checks the total and the price of a problem. @throws {InputError} for one that is none */
export function checkAmounts(
  { total, price }: { readonly total?: unknown; readonly price?: unknown },
): void {
  if (!isAmount(total)) throw problemFault("total", total, AMOUNT_EXPECTED);
  if (price !== undefined && !isNumberOfSplits(price)) {
    throw problemFault("price", price, NUMBER_EXPECTED);
  }
}

/** The error for an invalid value, which the message shows. */
export function problemFault(column: string, value: unknown, expected: string): InputError {
  return InputError.at({ column, value: shownValue(value), expected });
}

/** An error about person i among some of the people, as one about that person among all: `numberOf(i)` is the number there. */
export function renumbered(error: InputError, numberOf: (i: number) => number): InputError {
  const found = /^(?!groups)(\w+\[)(\d+)(\].*)$/.exec(error.column ?? "");
  if (found === null) return error;
  const column = found[1] + numberOf(Number(found[2])) + found[3];
  return InputError.at({ ...error.fault, column });
}

/** A value as messages show it; undefined: there is none. */
function shownValue(value: unknown): string | undefined {
  if (Array.isArray(value)) return `[${value.map(shownValue).join(", ")}]`;
  if (typeof value === "function" || typeof value === "symbol") return typeof value;
  if (!isObject(value)) return value === undefined ? undefined : String(value);
  return "an object";
}
