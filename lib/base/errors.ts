/**
 * The errors that Divvy throws on purpose. Each message is one line; the command line prints it as it is.
 *
 * @module
 */
import { lineInFile, placeText } from "./places.ts";
import { hideArguments, hideFromAddress, hideInAddress, hideSecrets } from "./text/secrets.ts";

/** Where and what an {@link InputError} is about. */
export interface InputFault {
  /** File (or other source) at fault, as the user named it. */
  file?: string;
  /** Line in the file, counted from 1, header included. */
  line?: number;
  /** Column's name (CSV) or path inside the document (JSON). */
  column?: string;
  /** The value at fault, as found. */
  value?: string;
  /** What was expected in its place. */
  expected?: string;
}

/** Longest value that a message quotes in full. */
const QUOTED = 60;

/**
 * Input that can't be used: names file, line, column, value and what was expected, in one line.
 *
 * @example
 * ```ts
 * import { InputError } from "./errors.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * const error = InputError.at({ file: "caps.csv", line: 7, column: "cap_face", value: "1,000", expected: "a finite number" });
 * assertEquals(error.message, 'caps.csv:7: cap_face is "1,000", expected a finite number');
 * ```
 */
export class InputError extends Error {
  /** Machine-readable fields of the fault. */
  readonly fault: InputFault;

  /** An error whose message is given whole; `fault` says where. */
  constructor(message: string, fault: InputFault = {}) {
    const { file } = fault, isAddress = file?.includes("://") === true;
    super(hideArguments(message, isAddress ? [file!] : []));
    this.name = "InputError";
    this.fault = isAddress ? { ...fault, file: hideInAddress(file!) } : fault;
  }

  /** File at fault. */
  get file(): string | undefined {
    return this.fault.file;
  }
  /** Line at fault, counted from 1. */
  get line(): number | undefined {
    return this.fault.line;
  }
  /** Column at fault. */
  get column(): string | undefined {
    return this.fault.column;
  }

  /** The error for a fault, its message composed of the fields given. */
  static at(fault: InputFault): InputError {
    const { file, line } = fault;
    const place = file === undefined ? "" : `${placeText(file, line, fault.column)}: `;
    const what = fault.column === undefined ? "value" : fault.column;
    const value = fault.value === undefined ? "missing" : quote(fault.value);
    return new InputError(`${place}${what} is ${value}, expected ${fault.expected}`, inFile(fault));
  }

  /** The error for a fault that is not of one value: says `what` behind the file and the line. */
  static ofLine(what: string, fault: InputFault & { file: string }): InputError {
    return new InputError(`${placeText(fault.file, fault.line)}: ${what}`, inFile(fault));
  }
}

/** The fault with the file's own line, in place of that of the text that was read; without one where the file has none. */
function inFile(fault: InputFault): InputFault {
  const { file, line } = fault;
  if (file === undefined || line === undefined) return fault;
  return { ...fault, line: lineInFile(file, line) || undefined };
}

/** An option or argument that can't be used (exit code 1, as for input). */
export class UsageError extends Error {
  /** An error with the message given. */
  constructor(message: string) {
    super(hideSecrets(message));
    this.name = "UsageError";
  }
}

/** A required minimum can't be met, and the caller asked for that to be an error (exit code 2). */
export class InfeasibleError extends Error {
  /** An error with the message given. */
  constructor(message: string) {
    super(message);
    this.name = "InfeasibleError";
  }
}

/** Time ran out, or the run was stopped, before there was any result (exit code 3). */
export class TimeoutError extends Error {
  /** An error with the message given. */
  constructor(message: string) {
    super(message);
    this.name = "TimeoutError";
  }
}

/** Signs that nobody sees, and blanks that look like a space: two ids that differ by one look alike. */
const UNSEEN = /[\p{Cf}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

/**
 * `value` in double quotes on one line, cut where it is very long, with what can't be seen as `\u200b`. Passwords in addresses are
 * hidden before the cut.
 *
 * @example
 * ```ts
 * import { quote } from "./errors.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * assertEquals(quote("u\u200b1"), '"u\\u200b1"');
 * ```
 */
export function quote(value: string): string {
  const shown = hideFromAddress(value);
  const short = shown.length > QUOTED ? `${shown.slice(0, QUOTED - 1)}…` : shown;
  return JSON.stringify(short).replace(
    UNSEEN,
    (sign) =>
      sign.split("").map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""),
  );
}
