/**
 * What a person of a split may have beside a name, an interval and a target: one table, from which files, calls and
 * columns of arrays are read and checked alike.
 *
 * @module
 */
import { type Fraction, parseFraction } from "../exact/fraction.ts";
import { isNumberOfSplits, LARGEST, NUMBER_EXPECTED, SMALLEST } from "./size.ts";

/** Fields that are kept as one number a person. */
export type NumericField = "weight" | "priority" | "orZero" | "previous" | "fixed";

/** How a field is read. */
export interface FieldRule {
  /** Its name in files. */
  readonly file: string;
  /** The value of somebody who has none. */
  readonly absent: number;
  /** What it must be, as messages say it. */
  readonly expected: string;
  /** What it means, in a few words. */
  readonly about: string;
  /** A value as a number; undefined where it is none. */
  readonly read: (value: unknown) => number | undefined;
}

const within = (least: number, most: number) => (value: unknown) =>
  typeof value === "number" && value >= least && value <= most ? value : undefined;

const readNumber = (value: unknown) => isNumberOfSplits(value) ? value : undefined;

const readFlag = (value: unknown) => {
  if (typeof value === "boolean") return Number(value);
  const text = typeof value === "string" ? value.trim().toLowerCase() : value;
  if (text === 1 || text === "true" || text === "yes") return 1;
  return text === 0 || text === "false" || text === "no" ? 0 : undefined;
};

/** Fixed at the amount of last time. */
export const AT_PREVIOUS = Infinity;
/** Weights beyond this would leave the others' discontent below the rounding. */
const HEAVIEST = 1e15;

/** The fields, in the order in which faults are reported. */
export const NUMERIC_FIELDS: Readonly<Record<NumericField, FieldRule>> = {
  weight: {
    file: "weight",
    absent: 1,
    expected: "a number from 1e-15 to 1e15",
    about: "how much the person's discontent counts beside others'; 1 if left out",
    read: within(1 / HEAVIEST, HEAVIEST),
  },
  priority: {
    file: "priority",
    absent: 1,
    expected: "a whole number from 1 to 1000000",
    about: "tier: 1 is settled first, then 2, …; 1 if left out",
    read: (value) => Number.isInteger(value) ? within(1, 1e6)(value) : undefined,
  },
  orZero: {
    file: "or_zero",
    absent: 0,
    expected: "true or false",
    about: "whether the person may get nothing at all in place of the lower bound or more",
    read: readFlag,
  },
  previous: {
    file: "previous",
    absent: NaN,
    expected: NUMBER_EXPECTED,
    about: "units that the person had last time: with a change weight, changes cost",
    read: readNumber,
  },
  fixed: {
    file: "fixed",
    absent: NaN,
    expected: `${NUMBER_EXPECTED}, or true for the previous amount`,
    about: "units that the person gets whatever comes; true: the previous amount",
    read: (value) => {
      // 1 and 0 are amounts here.
      const flag = typeof value === "number" ? undefined : readFlag(value);
      return flag === undefined ? readNumber(value) : flag === 1 ? AT_PREVIOUS : NaN;
    },
  },
};

/** The fields' names. */
export const NUMERIC_FIELD_NAMES = Object.keys(NUMERIC_FIELDS) as NumericField[];

/** What a step must be, as messages say it. */
export const STEP_EXPECTED = `a number from ${SMALLEST} to 1e100`;
/** The same where it may be given as a text, too. */
export const STEP_TEXT_EXPECTED = `${STEP_EXPECTED}, or a fraction such as "1/3"`;

/**
 * A step, a number or a fraction written as text ("1/3"), as a fraction; undefined for anything else. A number written
 * as text is refused: callers that read text parse its numbers themselves.
 */
export function readStep(value: unknown): Fraction | undefined {
  const text = String(value);
  if (typeof value !== "number" && !(typeof value === "string" && text.includes("/"))) {
    return undefined;
  }
  if (text.length > 400) return undefined;
  const step = parseFraction(text);
  if (step === undefined || step.n <= 0n) return undefined;
  const size = Number(step.n) / Number(step.d);
  return size >= SMALLEST && size <= LARGEST ? step : undefined;
}
