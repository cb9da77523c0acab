/**
 * Exit codes of the command line.
 *
 * @module
 */
import { InfeasibleError, TimeoutError } from "../../base/errors.ts";

/** Done. */
export const EXIT_DONE = 0;
/** Bad input or usage. */
const EXIT_INPUT = 1;
/** The result breaks a rule, or no allocation can keep all of them, or a minimum is missed with `--strict`. */
export const EXIT_RULE = 2;
/** Time ran out with no result. */
const EXIT_TIME = 3;
/** The result is not proven within `--gap`, with `--require-gap`. */
export const EXIT_GAP = 4;

/** Aborted: 128 + SIGINT's number. */
const EXIT_ABORTED = 130;

/** Every exit code and its meaning, for the help and the manual. */
export const EXIT_CODES: readonly (readonly [code: number, meaning: string])[] = [
  [EXIT_DONE, "done"],
  [EXIT_INPUT, "bad input or usage"],
  [
    EXIT_RULE,
    "the result breaks a rule (check), no allocation can keep all (validate), or --strict and a minimum is missed",
  ],
  [EXIT_TIME, "time ran out, or Ctrl-C, with no result"],
  [EXIT_GAP, "--require-gap, and the result is not proven within --gap (files are written)"],
  [EXIT_ABORTED, "Ctrl-C twice, or once where there is nothing to keep (143: kill)"],
];

/** A signal stopped the work before there was a result; exit code 128 + the signal's number. */
export class StoppedError extends Error {
  /** An error with the message given. */
  constructor(message: string, readonly exitCode: number) {
    super(message);
    this.name = "StoppedError";
  }
}

/** The exit code for an error: that of bad input for all that have none of their own. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof StoppedError) return error.exitCode;
  if (error instanceof InfeasibleError) return EXIT_RULE;
  if (error instanceof TimeoutError) return EXIT_TIME;
  return EXIT_INPUT;
}
