/**
 * Kinds of option values, each with its words for messages and its test. The library, the command line and the
 * configuration file share them.
 *
 * @module
 */

import { COUNT_OR_SHARE, parseCountOrShare, parseShare, SHARE } from "./numbers/count_or_share.ts";
import { DATE_EXPECTED, dayOf, NO_DAY } from "./text/day.ts";

/** What an option's value may be. */
export type ValueKind =
  | { readonly type: "flag" }
  | { readonly type: "text" }
  | { readonly type: "file" }
  | { readonly type: "folder" }
  | { readonly type: "choice"; readonly choices: readonly string[] }
  | { readonly type: "number"; readonly range: NumberRange }
  | { readonly type: "numbers"; readonly range: NumberRange }
  /** A number above 0, or a fraction as text: "1/3". */
  | { readonly type: "step" }
  | { readonly type: "texts" }
  /** Several files. */
  | { readonly type: "files" }
  /** A whole number, or a share as text: "5%". */
  | { readonly type: "count_or_share" }
  /** A share below 100 % as text: "5%". */
  | { readonly type: "share" }
  /** A date, or a time, as text: "2025-08-14". */
  | { readonly type: "date" }
  /** A file, or in JSON a list of objects in its place. */
  | { readonly type: "limits" };

/** Two numbers above 0 with a slash between them. */
export const FRACTION =
  /^\s*\+?(?=[^/]*[1-9])(\d+\.?\d*|\.\d+)\s*\/\s*(?=[^/]*[1-9])(\d+\.?\d*|\.\d+)\s*$/;

/** Which numbers an option takes; ends included unless said. */
export interface NumberRange {
  /** Least value. @default -Infinity */
  readonly min?: number;
  /** Largest value. @default Infinity */
  readonly max?: number;
  /** Whether `min` itself is left out. @default false */
  readonly above?: boolean;
  /** Whether only whole numbers are taken. @default false */
  readonly whole?: boolean;
}

/** Whether a value is a finite number of the range. */
export function inRange(value: number, range: NumberRange): boolean {
  const { min = -Infinity, max = Infinity, above = false, whole = false } = range;
  return Number.isFinite(value) && value >= min && value <= max &&
    !(above && value === min) && !(whole && !Number.isSafeInteger(value));
}

/** A range in words: "a whole number ≥ 1". */
export function rangeText(range: NumberRange): string {
  const { min, max, above = false, whole = false } = range;
  const noun = whole ? "a whole number" : "a number";
  if (min !== undefined && max !== undefined) {
    return above ? `${noun} > ${min} and ≤ ${max}` : `${noun} from ${min} to ${max}`;
  }
  if (min !== undefined) return `${noun} ${above ? ">" : "≥"} ${min}`;
  return max !== undefined ? `${noun} ≤ ${max}` : noun;
}

/** What an option's value may be, in words; for files and objects, where the type matters too. */
export function kindText(kind: ValueKind): string {
  switch (kind.type) {
    case "flag":
      return "true or false";
    case "choice":
      return `one of ${kind.choices.join(", ")}`;
    case "number":
      return rangeText(kind.range);
    case "numbers":
      return `a list, each ${rangeText(kind.range)}`;
    case "step":
      return `a number > 0, or a fraction such as "1/3"`;
    case "share":
      return SHARE;
    case "count_or_share":
      return COUNT_OR_SHARE;
    case "date":
      return DATE_EXPECTED;
    case "texts":
      return "a list of texts";
    case "files":
      return "a list of files";
    case "limits":
      return "a file, or a list of limits";
    default:
      return "text";
  }
}

/** Whether a value, as it stands in a program or in JSON, is of a kind. A list may be empty. */
export function isOfKind(value: unknown, kind: ValueKind): boolean {
  switch (kind.type) {
    case "flag":
      return typeof value === "boolean";
    case "choice":
      return typeof value === "string" && kind.choices.includes(value);
    case "number":
      return typeof value === "number" && inRange(value, kind.range);
    case "numbers":
      return Array.isArray(value) &&
        value.every((part) => typeof part === "number" && inRange(part, kind.range));
    case "step":
      return typeof value === "number"
        ? value > 0
        : typeof value === "string" && FRACTION.test(value);
    case "share":
      return parseShare(value) !== null;
    case "count_or_share":
      return (typeof value === "number" || typeof value === "string") &&
        parseCountOrShare(value) !== null;
    case "date":
      return typeof value === "string" && dayOf(value) !== NO_DAY;
    case "texts":
      return Array.isArray(value) && value.every((part) => typeof part === "string");
    case "files":
      return Array.isArray(value) &&
        value.every((part) => typeof part === "string" && part !== "");
    case "limits":
      return (typeof value === "string" && value !== "") || Array.isArray(value);
    default:
      return typeof value === "string" && value !== "";
  }
}
