/**
 * The fields that rows of people and of groups have alike, and the errors in them.
 *
 * @module
 */
import type { InputFault } from "../../../base/errors.ts";
import { BOUND_EXPECTED, boundOf, NAME_EXPECTED } from "../../../woptim/problem/problem.ts";
import { isNumberOfSplits } from "../../../woptim/problem/size.ts";
import { numberExpected } from "../../csv/dialect_options.ts";
import { parseNumberText } from "../../bytes/parse_number.ts";

/** A row of a CSV table; invalid fields are added to a list, so that all of them can be reported. */
export class SplitRow {
  readonly #place: { readonly file: string; readonly line: number };
  readonly #faults: InputFault[];

  /** A row at a place; errors are added to `faults`. */
  constructor(place: { readonly file: string; readonly line: number }, faults: InputFault[]) {
    this.#place = place;
    this.#faults = faults;
  }

  /** Adds an error. */
  fault(column: string, value: string, expected: string): void {
    this.#faults.push({ ...this.#place, column, value, expected });
  }

  /** The number in a field; adds an error where splits do not count with it. */
  number(column: string, text: string, expected: string): number {
    const value = parseNumberText(text);
    if (!isNumberOfSplits(value)) this.fault(column, text, numberExpected(text, expected));
    return value;
  }

  /** Adds an error where the name is blank or occurs twice. */
  checkName(name: string, isRepeated: boolean): void {
    if (name === "") this.fault("name", name, "a name");
    else if (isRepeated) this.fault("name", name, NAME_EXPECTED);
  }

  /** The interval of two fields; ±Infinity for a bound that is open. Adds an error for each that is invalid. */
  interval(lowerText: string, upperText: string): [lower: number, upper: number] {
    const bound = (side: "lower" | "upper", text: string) => {
      const open = boundOf(text, side);
      return Number.isNaN(open) ? this.number(side, text, BOUND_EXPECTED) : open;
    };
    const lower = bound("lower", lowerText), upper = bound("upper", upperText);
    if (lower > upper) this.fault("lower", lowerText, `at most the upper bound, ${upperText}`);
    return [lower, upper];
  }
}
