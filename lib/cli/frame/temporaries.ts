/**
 * Half-written files are taken away where a signal ends the program: Ctrl-C, a terminal that is closed, `kill`.
 *
 * @module
 */
import { guardTemporaries } from "../../io/bytes/atomic_file.ts";
import { Interrupt } from "./interrupt.ts";

/** Signals that end a program, with their numbers. */
const SIGNALS: readonly (readonly [Deno.Signal, number])[] = Deno.build.os === "windows"
  ? [["SIGINT", 2]]
  : [["SIGINT", 2], ["SIGTERM", 15], ["SIGHUP", 1]];

/** Temporary files that are there now. */
const paths = new Set<string>();

/**
 * From now on a signal that comes while files are written removes the temporary ones and ends the program with
 * 128 + the signal's number, as shells have it. At all other times signals are left alone: only a thread that
 * waits for its disk is sure to hear of them.
 */
export function removeTemporariesOnSignals(): void {
  guardTemporaries((path) => {
    paths.add(path);
    const listeners = SIGNALS
      // Where Ctrl-C stops the work first, it is in hand already.
      .filter(([signal]) => signal !== "SIGINT" || !Interrupt.inHand)
      .map(([signal, number]) => ({ signal, end: () => end(128 + number) }));
    for (const { signal, end } of listeners) Deno.addSignalListener(signal, end);
    return () => {
      paths.delete(path);
      for (const { signal, end } of listeners) Deno.removeSignalListener(signal, end);
    };
  });
}

function end(code: number): never {
  for (const path of paths) {
    try {
      Deno.removeSync(path);
    } catch {
      // It may have taken its name by now.
    }
  }
  Deno.exit(code);
}
