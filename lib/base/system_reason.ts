/**
 * What the operating system says went wrong.
 *
 * @module
 */
import { platform } from "./platform.ts";

/** Deno has a class for some of the system's errors only; the others it marks in their text, as a full disk's. */
const MARK = / \(os error \d+\)/;

/** Whether the operating system refused: no permission, no space, no such thing. */
export function isSystemError(error: unknown): error is Error {
  return error instanceof Error && (MARK.test(error.message) ||
    Object.values(platform.errors).some((SystemError) => error instanceof SystemError));
}

/** The system's reason in a few words, as the end of a sentence; throws the error again if it is no system error. */
export function systemReason(error: unknown): string {
  if (!isSystemError(error)) throw error;
  // Behind the mark stands which call it was, with the path once more.
  const [line] = error.message.split(MARK)[0].split("\n");
  return line.charAt(0).toLowerCase() + line.slice(1);
}
