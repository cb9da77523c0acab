/**
 * What the operating system says went wrong.
 *
 * @module
 */
import { platform } from "./platform.ts";

/** Deno has classes for some system errors only; others, such as a full disk, are known by this mark in their message. */
const MARK = / \(os error \d+\)/;

/** Whether the operating system refused: no permission, no space, no such thing. */
export function isSystemError(error: unknown): error is Error {
  return error instanceof Error && (MARK.test(error.message) ||
    Object.values(platform.errors).some((SystemError) => error instanceof SystemError));
}

/** The system's reason in a few words, as the end of a sentence; throws the error again if it is no system error. */
export function systemReason(error: unknown): string {
  if (!isSystemError(error)) throw error;
  // Behind the mark Deno names the call and repeats the path.
  const [line] = error.message.split(MARK)[0].split("\n");
  return line.charAt(0).toLowerCase() + line.slice(1);
}
